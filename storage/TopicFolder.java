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
 * The folder of one topic, from its creation to its deletion. While it is created or deleted it has a name that the next start
 * removes. So a start finds either the whole topic or none:
 *
 * <pre>
 *   topics/.new-00000001            the topic is being created
 *   topics/00000001-demo            the topic: its number and its name
 *   topics/.deleted-00000001-demo   the topic is being deleted
 * </pre>
 *
 * This class knows where the folder is now, and not what is in it. For one thread at a time.
 */
final class TopicFolder {
    /** The name of a topic's folder. The group is the number. */
    static final Pattern NAME = Pattern.compile("(\\d{8,18})-.+");

    /** The name of a folder that a creation or a deletion has left. The group is the number. */
    static final Pattern LEFTOVER_NAME = Pattern.compile("(?:\\.deleted-(?:\\.new-)?|\\.new-)(\\d{8,18})(?:-.+)?");

    private static final String DRAFT = ".new-";
    private static final String DELETED = ".deleted-";

    /** How much of a topic's name the name of its folder has at most, in characters. */
    private static final int MAX_NAME_IN_PATH = 200;

    private static final Logger LOG = LoggerFactory.getLogger("mini-kafka");

    private final Path path;
    private final Fsync fsync;

    /** Where the folder is now. */
    private Path location;

    private boolean isDeleted;

    /** A folder that is there. */
    TopicFolder(Path path, Fsync fsync) {
        this(path, path, fsync);
    }

    private TopicFolder(Path path, Path location, Fsync fsync) {
        this.path = path;
        this.location = location;
        this.fsync = fsync;
    }

    /**
     * A folder for a new topic, still to be created.
     *
     * @param number that no other folder has
     */
    static TopicFolder ofNew(Path topicsFolder, long number, String topic, Fsync fsync) {
        String digits = String.format(Locale.ROOT, "%08d", number);
        return new TopicFolder(
                topicsFolder.resolve(digits + "-" + nameInPath(topic)), topicsFolder.resolve(DRAFT + digits), fsync);
    }

    /** How the name of a topic's folder ends, after the number. */
    static String nameInPath(String topic) {
        return topic.substring(0, Math.min(MAX_NAME_IN_PATH, topic.length()));
    }

    /** Where the folder is, unless it is being created or deleted. */
    Path path() {
        return path;
    }

    /** Where the folder is now. */
    Path location() {
        return location;
    }

    /** Whether something is in the place of a folder that is to be created. */
    boolean isTaken() {
        return Files.exists(location, LinkOption.NOFOLLOW_LINKS) || Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Creates the folder under its temporary name. */
    void create() throws IOException {
        Folders.create(location);
    }

    /** Gives a folder that was created its name. The topic exists from then on. */
    void publish() throws IOException {
        Files.move(location, path, StandardCopyOption.ATOMIC_MOVE);
        location = path;
        Folders.sync(path.getParent(), fsync);
    }

    /** Removes the folder of a topic that could not be created. If that fails too, the next start removes it. */
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
     * Deletes the folder with everything in it. None of its files may be open: Windows would keep the name. If something cannot be
     * removed, this logs it, and the next start tries again.
     *
     * @throws IOException if the topic could not be deleted; then its folder is as before
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
            LOG.warn(leftInWords(location, e));
        }
    }

    private static Path deletedFolder(Path folder) {
        return folder.resolveSibling(DELETED + folder.getFileName());
    }

    /** Whether somebody else has removed the folder. If the folder around it is not there either, nobody can tell. */
    private boolean isGone() {
        return Files.notExists(path, LinkOption.NOFOLLOW_LINKS) && Files.isDirectory(path.getParent());
    }

    /**
     * Gives a deleted folder its name again.
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
        return true;
    }

    /** Says that a folder with such a name could not be removed. It does no harm. */
    static String leftInWords(Path folder, IOException e) {
        return folder + " could not be removed (" + FileErrors.reason(e)
                + "). It is left of a topic that was deleted or was not created to the end, and"
                + " is not used. The next start tries again to remove it.";
    }
}
