package storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;

/**
 * What a start finds in {@code DIR/topics}: the folders of topics, those that a deletion or a creation has left, and files and
 * folders of others, which the broker leaves alone. The folder of a topic has a name as in {@link TopicFolder} and at least one
 * {@link JournalSegment}. For one thread.
 */
final class TopicScan {
    /** Numbers from here on do not count: there has to be room for more that are not longer than 18 digits. */
    private static final long MAX_NUMBER = 100_000_000_000_000_000L;

    private final List<Path> topics = new ArrayList<>();
    private final List<Path> leftovers = new ArrayList<>();
    private final List<Path> others = new ArrayList<>();
    private long lastNumber;

    /** @throws StorageException if a topic is a link to a folder that is not there */
    TopicScan(Path folder) throws IOException {
        for (Path path : Folders.list(folder)) {
            String name = path.getFileName().toString();
            if (hasNumber(TopicFolder.LEFTOVER_NAME.matcher(name))) {
                leftovers.add(path);
            } else if (hasNumber(TopicFolder.NAME.matcher(name)) && isTopic(path)) {
                topics.add(path);
            } else {
                others.add(path);
            }
        }
    }

    /** The folders of topics, in the order of their creation. */
    List<Path> topics() {
        return topics;
    }

    /**
     * Removes what a deletion or a creation has left.
     *
     * @return what could not be removed, in words
     */
    List<String> removeLeftovers() {
        List<String> notices = new ArrayList<>();
        for (Path path : leftovers) {
            try {
                Folders.delete(path);
            } catch (IOException e) {
                notices.add(TopicFolder.leftInWords(path, e));
            }
        }
        return notices;
    }

    /** What is not the broker's. */
    List<Path> others() {
        return others;
    }

    /** The highest number that a topic has or had; 0 if none was found. */
    long lastNumber() {
        return lastNumber;
    }

    /** Whether a name has a number. No new topic gets this number, whatever has it now. */
    private boolean hasNumber(Matcher name) {
        if (!name.matches()) {
            return false;
        }
        long number = Long.parseLong(name.group(1));
        lastNumber = number < MAX_NUMBER ? Math.max(lastNumber, number) : lastNumber;
        return true;
    }

    private static boolean isTopic(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return Folders.list(path).stream().anyMatch(JournalSegment::isOne);
        }
        if (Files.notExists(path) && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new StorageException(
                    path
                            + " is a link to a folder that is not there. Bring the folder back or, to do without the topic, remove the link.");
        }
        return false;
    }
}
