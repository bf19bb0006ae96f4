package tests.fuzz;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What went wrong, by kind. Of each kind the first ones are printed as they come, with the request that did it. Thread-safe. */
public final class Failures {
    private static final int PRINTED_OF_EACH_KIND = 2;
    private static final int LONGEST_PRINTED = 1500;

    private final PrintStream out;
    private final Map<String, Integer> byKind = new TreeMap<>();
    private Path folder;

    public Failures(PrintStream out) {
        this.out = out;
    }

    /** One that no single request has caused. */
    public synchronized void add(String kind, String detail) {
        if (byKind.merge(kind, 1, Integer::sum) <= PRINTED_OF_EACH_KIND) {
            out.println("FAILED  " + kind + ": " + detail);
        }
    }

    /** @param request all that was sent on the connection, as {@link ByteText} */
    synchronized void add(String kind, String detail, String request) {
        add(kind, detail);
        if (byKind.get(kind) <= PRINTED_OF_EACH_KIND) {
            String escaped = ByteText.escaped(request);
            out.println("        request: "
                    + (escaped.length() > LONGEST_PRINTED ? escaped.substring(0, LONGEST_PRINTED) + "..." : escaped));
            out.println("        repeat:  nc -N 127.0.0.1 PORT < " + keep(request));
        }
    }

    public synchronized int count() {
        return byKind.values().stream().mapToInt(count -> count).sum();
    }

    /** Prints how many there were of each kind. */
    public synchronized void printCounts() {
        byKind.forEach((kind, count) -> out.printf("%,d x %s%n", count, kind));
    }

    private Path keep(String request) {
        try {
            folder = folder == null ? Files.createTempDirectory("fuzz-failures") : folder;
            return Files.write(folder.resolve(count() + ".http"), ByteText.bytes(request));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
