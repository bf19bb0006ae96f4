package storage;

import java.nio.file.Files;
import java.nio.file.LinkOption;
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
        this.path = path(folder, number);
        this.number = number;
        this.messageEnds = new long[partitions];
    }

    /** The file after one of this number. Names that others have taken are passed over. */
    static JournalFile after(long number, Path folder, int partitions) {
        long next = number + 1;
        while (Files.exists(path(folder, next), LinkOption.NOFOLLOW_LINKS)) {
            next++;
        }
        return new JournalFile(folder, next, partitions);
    }

    private static Path path(Path folder, long number) {
        return folder.resolve(String.format(Locale.ROOT, "%08d.ndjson", number));
    }

    /** The number of a file, 1 or more; -1 if its name is not that of a journal's. */
    static long number(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        long number = name.matches() ? Long.parseLong(name.group(1)) : 0;
        return number > 0 && path(file.getParent(), number).equals(file) ? number : -1;
    }

    /** Tells whether it is a file of a journal. A link to a file that is not there is one: that the file is missed has to be said. */
    static boolean isOne(Path path) {
        return number(path) > 0 && (Files.isRegularFile(path) || Files.isSymbolicLink(path) && Files.notExists(path));
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
