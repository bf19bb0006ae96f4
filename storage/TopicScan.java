package storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;

/**
 * Finds the contents of {@code DIR/topics} at a start. These are the folders of topics, folders that an incomplete
 * deletion or creation has left, and other files and folders. The broker does not touch the last. The folder of a topic
 * has a name as in {@link TopicFolder} and at least one {@link JournalSegment}. For one thread.
 */
final class TopicScan {
    /** Numbers from here on are ignored, so that there are enough higher numbers with at most 18 digits. */
    private static final long MAX_NUMBER = 100_000_000_000_000_000L;

    private final List<Path> topics = new ArrayList<>();
    private final List<Path> leftovers = new ArrayList<>();
    private final List<Path> others = new ArrayList<>();
    private long lastNumber;

    /** @throws StorageException if a topic is a link to a folder that does not exist */
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
     * Deletes the folders that an incomplete deletion or creation has left.
     *
     * @return which could not be deleted, in words
     */
    List<String> removeLeftovers() {
        List<String> notices = new ArrayList<>();
        for (Path path : leftovers) {
            try {
                Folders.delete(path);
            } catch (IOException e) {
                notices.add(TopicFolder.removalFailure(path, e));
            }
        }
        return notices;
    }

    /** Files and folders that do not belong to the broker. */
    List<Path> others() {
        return others;
    }

    /** The highest number of a topic that exists or was not completely deleted; 0 if there is none. */
    long lastNumber() {
        return lastNumber;
    }

    /** Whether a name has a number. New topics get higher numbers, even if this is not a topic. */
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
            return Folders.list(path).stream().anyMatch(JournalSegment::isSegment);
        }
        if (Files.notExists(path) && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new StorageException(
                    path
                            + " is a link to a folder that does not exist. Restore the folder, or remove the link if you do not need the topic.");
        }
        return false;
    }
}
