package storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a start finds in the folder of all topics: topics, what a deletion or a creation has left, and entries of others, which the
 * broker leaves alone. A topic is a folder with a number and a name that has at least one {@link JournalFile}. For one thread.
 */
final class TopicsFolder {
    /** What the names of topics begin with that are being deleted. */
    static final String DELETED = ".deleted-";

    /** What the names of topics begin with that are being created. */
    static final String DRAFT = ".new-";

    private static final Pattern TOPIC = Pattern.compile("(\\d{8,18})-.+");
    private static final Pattern LEFTOVER = Pattern.compile("(?:\\.deleted-(?:\\.new-)?|\\.new-)(\\d{8,18})(?:-.+)?");

    /** Numbers from here on do not count: there has to be room for more that are not longer than 18 digits. */
    private static final long MAX_ID = 100_000_000_000_000_000L;

    private final List<Path> topics = new ArrayList<>();
    private final List<Path> leftovers = new ArrayList<>();
    private final List<Path> others = new ArrayList<>();
    private long lastId;

    /** @throws DataDirectory.Refusal if a topic is a link to a folder that is not there */
    TopicsFolder(Path folder) throws IOException {
        for (Path path : Folders.list(folder)) {
            String name = path.getFileName().toString();
            if (has(LEFTOVER.matcher(name))) {
                leftovers.add(path);
            } else if (has(TOPIC.matcher(name)) && isTopic(path)) {
                topics.add(path);
            } else {
                others.add(path);
            }
        }
    }

    /** In the order of their creation. */
    List<Path> topics() {
        return topics;
    }

    /** Removes what a deletion or a creation has left. @return what could not be removed, in words */
    List<String> removeLeftovers() {
        List<String> notices = new ArrayList<>();
        for (Path path : leftovers) {
            try {
                Folders.delete(path);
            } catch (IOException e) {
                notices.add(leftInWords(path, e));
            }
        }
        return notices;
    }

    /** Says that a folder could not be removed. It does no harm. */
    static String leftInWords(Path folder, IOException e) {
        return folder + " could not be removed (" + DataDirectory.reason(e) + "). It is left of a topic that was deleted or was not created to the end, and"
                + " is not used. The next start tries again to remove it.";
    }

    /** What is not the broker's. */
    List<Path> others() {
        return others;
    }

    /** The highest number that was given; 0 if none was. */
    long lastId() {
        return lastId;
    }

    /** Whatever has a number keeps others from having it. */
    private boolean has(Matcher name) {
        if (!name.matches()) {
            return false;
        }
        long id = Long.parseLong(name.group(1));
        lastId = id < MAX_ID ? Math.max(lastId, id) : lastId;
        return true;
    }

    private static boolean isTopic(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return Folders.list(path).stream().anyMatch(JournalFile::isOne);
        }
        if (Files.notExists(path) && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new DataDirectory.Refusal(path + " is a link to a folder that is not there. Bring the folder back or, to do without the topic, remove the link.");
        }
        return false;
    }
}
