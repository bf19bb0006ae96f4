package storage;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * One of the files of a topic, and the end offset of its messages in each partition. The files are called {@code
 * 00000001.ndjson}, {@code 00000002.ndjson}, and so on. Records are appended only to the last one. For one thread at a
 * time.
 */
final class JournalSegment {
    private static final Pattern NAME = Pattern.compile("(\\d{8,18})\\.ndjson");

    private final Path path;
    private final long number;
    private final long[] messageEnds;

    JournalSegment(Path folder, long number, int partitions) {
        this.path = path(folder, number);
        this.number = number;
        this.messageEnds = new long[partitions];
    }

    /** The segment after a number. Skips the names of existing files. */
    static JournalSegment after(long number, Path folder, int partitions) {
        long next = number + 1;
        while (Files.exists(path(folder, next), LinkOption.NOFOLLOW_LINKS)) {
            next++;
        }
        return new JournalSegment(folder, next, partitions);
    }

    private static Path path(Path folder, long number) {
        return folder.resolve(String.format(Locale.ROOT, "%08d.ndjson", number));
    }

    /** The number of a segment, at least 1; -1 if the file does not have the name of a segment. */
    static long number(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        long number = name.matches() ? Long.parseLong(name.group(1)) : 0;
        return number > 0 && path(file.getParent(), number).equals(file) ? number : -1;
    }

    /**
     * Whether a path is a segment. This includes a link to a file that does not exist: the start then fails, and names
     * the file.
     */
    static boolean isSegment(Path path) {
        return number(path) > 0 && (Files.isRegularFile(path) || (Files.isSymbolicLink(path) && Files.notExists(path)));
    }

    Path path() {
        return path;
    }

    long number() {
        return number;
    }

    /**
     * Notes that the segment has messages of a partition.
     *
     * @param end the offset after the last of these messages
     */
    void noteMessages(int partition, long end) {
        messageEnds[partition] = end;
    }

    /**
     * Whether no message of the segment is kept.
     *
     * @param startOffsets by partition
     */
    boolean hasNothingFrom(long[] startOffsets) {
        return IntStream.range(0, messageEnds.length).allMatch(p -> messageEnds[p] <= startOffsets[p]);
    }
}
