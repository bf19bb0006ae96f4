package benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Starts programs in the project's folder and ends every one of them, with its children, at the latest when this is closed;
 * what they wrote goes with it. Once closed it starts nothing more. Safe for any number of threads.
 */
final class Processes implements AutoCloseable {
    private static final long SECONDS_TO_END = 10;

    private final Path root;
    private final Path temp;
    private final List<Process> started = new ArrayList<>();
    private volatile Path jbangCache;
    private boolean closed;

    Processes(Path root) throws IOException {
        this.root = root;
        this.temp = Files.createTempDirectory("mini-kafka-benchmark");
    }

    /**
     * Scripts that are started from now on are compiled again. JBang keeps a class archive of the first run of a script: after a first run
     * that failed or only printed its help, all later runs load hundreds of classes more slowly, and 5 % of a producer's rate is lost.
     */
    void compileAfresh() {
        jbangCache = temp.resolve("jbang-cache");
    }

    /** What a program that has ended well wrote, and how long it took. */
    record Result(String out, String err, double seconds) {}

    /** A folder that is removed in the end. */
    Path temp() {
        return temp;
    }

    /** Starts a server, in another folder than the project's if one is given; all that it says goes to the log. */
    Process start(Path folder, Path log, List<String> command) throws IOException {
        return start(in(folder, command), log, log);
    }

    private ProcessBuilder in(Path folder, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory((folder == null ? root : folder).toFile());
        if (jbangCache != null) {
            builder.environment().put("JBANG_CACHE_DIR", jbangCache.toString());
        }
        return builder;
    }

    /** @throws IOException if the exit code is not 0, or the time limit is reached; the message has the last line of stderr */
    Result run(Duration limit, String... command) throws IOException, InterruptedException {
        return run(null, limit, List.of(command));
    }

    /** As {@link #run(Duration, String...)}, in another folder than the project's if one is given. */
    Result run(Path folder, Duration limit, List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(temp, "out", null);
        try {
            Result result = runTo(folder, out, limit, command);
            return new Result(Files.readString(out), result.err(), result.seconds());
        } finally {
            Files.deleteIfExists(out);
        }
    }

    /** As {@link #run(Path, Duration, List)}, with stdout in a file. */
    Result runTo(Path folder, Path out, Duration limit, List<String> command) throws IOException, InterruptedException {
        Path err = Files.createTempFile(temp, "err", null);
        long start = System.nanoTime();
        Process process = start(in(folder, command), out, err);
        boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        double seconds = (System.nanoTime() - start) / 1e9;
        end(process);
        String messages = Files.readString(err);
        Files.deleteIfExists(err);
        if (!ended || process.exitValue() != 0) {
            String fault =
                    ended ? "ended with " + process.exitValue() : "was not done after " + limit.toSeconds() + " s";
            throw new IOException(shown(command) + " " + fault + ": " + lastLine(messages));
        }
        return new Result("", messages, seconds);
    }

    /** Asks it to end and waits for that; after 10 s, makes it end. */
    void end(Process process) {
        List<ProcessHandle> family = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .collect(Collectors.toList());
        family.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                family.forEach(ProcessHandle::destroyForcibly);
                process.waitFor();
            }
        } catch (InterruptedException e) {
            family.forEach(ProcessHandle::destroyForcibly);
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            started.remove(process);
        }
    }

    @Override
    public void close() {
        List<Process> left;
        synchronized (this) {
            closed = true;
            left = new ArrayList<>(started);
        }
        left.forEach(this::end);
        delete(temp);
    }

    private synchronized Process start(ProcessBuilder builder, Path out, Path err) throws IOException {
        if (closed) {
            throw new IOException("the benchmark is ending");
        }
        Process process = builder.redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        started.add(process);
        return process;
    }

    static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // somebody else was faster
        }
    }

    private static String shown(List<String> command) {
        String line = String.join(" ", command);
        return line.length() <= 160 ? line : line.substring(0, 60) + " ... " + line.substring(line.length() - 95);
    }

    static String lastLine(String text) {
        return text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("[jbang] Run with"))
                .reduce("(it said nothing)", (first, second) -> second);
    }
}
