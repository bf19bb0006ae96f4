package storage;

import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * One of the files of a topic, and up to where it has messages. They are called {@code 00000001.ndjson}, {@code
 * 00000002.ndjson}, ...; only the last one grows.
 */
final class JournalFile {
    private static final Pattern NAME = Pattern.compile("(\\d{8,18})\\.ndjson");

    private final Path path;
    private final long number;
    private final long[] messageEnds;

    JournalFile(Path folder, long number, int partitions) {
        this.path = folder.resolve(String.format(Locale.ROOT, "%08d.ndjson", number));
        this.number = number;
        this.messageEnds = new long[partitions];
    }

    /** The number of a file; -1 if it is not one of a journal. */
    static long number(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches() ? Long.parseLong(name.group(1)) : -1;
    }

    Path path() {
        return path;
    }

    long number() {
        return number;
    }

    /** Notes that it has messages of a partition, up to this offset. */
    void noteMessages(int partition, long end) {
        messageEnds[partition] = end;
    }

    /** Tells whether partitions that begin with these offsets have no message in it. */
    boolean hasNothingFrom(long[] startOffsets) {
        return IntStream.range(0, messageEnds.length).allMatch(p -> messageEnds[p] <= startOffsets[p]);
    }
}
