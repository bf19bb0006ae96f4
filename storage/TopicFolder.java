package storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one topic, from its creation to its deletion. While it is created or deleted, it has a temporary name,
 * and the next start deletes folders with such a name. So a start finds either the whole topic or none:
 *
 * <pre>
 *   topics/.new-00000001            the topic is being created
 *   topics/00000001-demo            the topic: its number and its name
 *   topics/.deleted-00000001-demo   the topic is being deleted
 * </pre>
 *
 * This class knows the current path of the folder, but not its contents. For one thread at a time.
 */
final class TopicFolder {
    /** The name of a topic's folder. The group is the number. */
    static final Pattern NAME = Pattern.compile("(\\d{8,18})-.+");

    /** The name of a folder that an incomplete creation or deletion has left. The group is the number. */
    static final Pattern LEFTOVER_NAME = Pattern.compile("(?:\\.deleted-(?:\\.new-)?|\\.new-)(\\d{8,18})(?:-.+)?");

    private static final String DRAFT = ".new-";
    private static final String DELETED = ".deleted-";

    /** The maximum length of a topic's name in the name of its folder, in characters. The rest is omitted. */
    private static final int MAX_NAME_IN_PATH = 200;

    private static final Logger LOG = LoggerFactory.getLogger("mini-kafka");

    private final Path path;
    private final Fsync fsync;

    /** The current path of the folder. */
    private Path location;

    private boolean isDeleted;

    /** Whether the name of the folder may not be on disk. */
    private boolean isSyncDue;

    /** An existing folder. */
    TopicFolder(Path path, Fsync fsync) {
        this(path, path, fsync);
    }

    private TopicFolder(Path path, Path location, Fsync fsync) {
        this.path = path;
        this.location = location;
        this.fsync = fsync;
    }

    /**
     * A folder for a new topic, not created yet.
     *
     * @param number that no other folder has
     */
    static TopicFolder ofNew(Path topicsFolder, long number, String topic, Fsync fsync) {
        String digits = String.format(Locale.ROOT, "%08d", number);
        return new TopicFolder(
                topicsFolder.resolve(digits + "-" + nameInPath(topic)), topicsFolder.resolve(DRAFT + digits), fsync);
    }

    /** The part of the folder's name after the number. */
    static String nameInPath(String topic) {
        return topic.substring(0, Math.min(MAX_NAME_IN_PATH, topic.length()));
    }

    /** The path of the folder when it is neither being created nor deleted. */
    Path path() {
        return path;
    }

    /** The current path of the folder. */
    Path location() {
        return location;
    }

    /** Whether a file or a folder already has a name of the folder to create. */
    boolean isTaken() {
        return Files.exists(location, LinkOption.NOFOLLOW_LINKS) || Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Creates the folder under its temporary name. */
    void create() throws IOException {
        Folders.create(location);
    }

    /** Renames a created folder to its final name. From then on the topic exists. */
    void publish() throws IOException {
        Files.move(location, path, StandardCopyOption.ATOMIC_MOVE);
        location = path;
        Folders.sync(path.getParent(), fsync);
    }

    /** Deletes the folder of a topic that could not be created. If that fails too, the next start deletes it. */
    void discard(IOException failure) {
        try {
            Path deleted = deletedFolder(location);
            Files.move(location, deleted, StandardCopyOption.ATOMIC_MOVE);
            Folders.delete(deleted);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    boolean isDeleted() {
        return isDeleted;
    }

    /**
     * Deletes the folder and its contents. All files in it have to be closed, because Windows does not rename a folder
     * with open files. If a file cannot be deleted, logs it, and the next start tries again.
     *
     * @throws IOException if the topic could not be deleted; then its folder is unchanged
     */
    void delete() throws IOException {
        Path deleted = deletedFolder(path);
        try {
            Files.move(path, deleted, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!isGone()) {
                throw e;
            }
        }
        location = deleted;
        isDeleted = true;
        try {
            Folders.sync(path.getParent(), fsync);
        } catch (IOException e) {
            if (takeBackDeletion()) {
                throw e;
            }
        }
        try {
            Folders.delete(location);
        } catch (IOException e) {
            LOG.warn(removalFailure(location, e));
        }
    }

    private static Path deletedFolder(Path folder) {
        return folder.resolveSibling(DELETED + folder.getFileName());
    }

    /** Whether somebody else has removed the folder. This is unknown if the parent folder does not exist either. */
    private boolean isGone() {
        return Files.notExists(path, LinkOption.NOFOLLOW_LINKS) && Files.isDirectory(path.getParent());
    }

    /**
     * Renames a deleted folder to its final name again.
     *
     * @return whether that succeeded
     */
    private boolean takeBackDeletion() {
        try {
            Files.move(location, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            return false;
        }
        location = path;
        isDeleted = false;
        isSyncDue = true;
        return true;
    }

    /**
     * Fsyncs the name of the folder, if a deletion was taken back since. Otherwise, a power loss could bring back the
     * deletion.
     */
    void syncIfDue() throws IOException {
        if (isSyncDue) {
            Folders.sync(path.getParent(), fsync);
            isSyncDue = false;
        }
    }

    /** Says that a folder with a temporary name could not be removed. */
    static String removalFailure(Path folder, IOException e) {
        return folder + " could not be removed (" + FileErrors.reason(e)
                + "). It remains from a topic that was deleted or not completely created, and"
                + " is not used. The next start tries to remove it again.";
    }
}
