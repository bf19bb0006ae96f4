package benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a JVM holds, asked from outside. Linux only. */
final class Jvm {
    private static final int LOOK_INTERVAL_MS = 100;
    private static final int STEADY_LOOKS = 60;

    private static final Pattern FORCE = Pattern.compile("jdk\\.FileForce\\s+(\\d+)");
    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    private final Bench bench;
    private final long pid;

    Jvm(Bench bench, long pid) {
        this.bench = bench;
        this.pid = pid;
    }

    /** Bytes of heap in use after a full collection. */
    long retainedHeap() throws IOException, InterruptedException {
        jcmd("GC.run");
        return jcmd("GC.heap_info")
                .lines()
                .filter(line -> !line.contains("Metaspace") && !line.contains("class space"))
                .mapToLong(Jvm::used)
                .sum();
    }

    long threads() throws IOException {
        return status("Threads");
    }

    /** Bytes of memory that the process occupies. The JVM gives memory back in the background: that is waited for. */
    long residentBytes() throws IOException, InterruptedException {
        long lowest = status("VmRSS");
        for (int unchanged = 0; unchanged < STEADY_LOOKS; unchanged++) {
            TimeUnit.MILLISECONDS.sleep(LOOK_INTERVAL_MS);
            long now = status("VmRSS");
            if (now < lowest) {
                lowest = now;
                unchanged = 0;
            }
        }
        return lowest * 1024;
    }

    /** From now on fsyncs are counted, by Java Flight Recorder. */
    void countSyncs() throws IOException, InterruptedException {
        jcmd("JFR.start name=syncs settings=none +jdk.FileForce#enabled=true +jdk.FileForce#threshold=0ns");
    }

    /**
     * How many there were.
     *
     * @param recording a file that is not there yet
     */
    long syncs(Path recording) throws IOException, InterruptedException {
        jcmd("JFR.stop name=syncs filename=" + recording);
        String summary = run("jfr", "summary", recording.toString());
        return summary.lines()
                .map(FORCE::matcher)
                .filter(Matcher::find)
                .mapToLong(line -> Long.parseLong(line.group(1)))
                .findFirst()
                .orElseThrow(() -> new IOException("the recording has no fsyncs"));
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        return run("jcmd", String.valueOf(pid), command);
    }

    /** Runs one of the JDK's tools. */
    private String run(String tool, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", tool).toString()));
        command.addAll(List.of(arguments));
        return bench.processes()
                .run(Scale.limitFor(0), command.toArray(String[]::new))
                .out();
    }

    private long status(String field) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/status"))
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow(() -> new IOException("no " + field + " in /proc/" + pid + "/status"));
    }

    private static long used(String line) {
        Matcher used = USED.matcher(line);
        return used.find() ? Long.parseLong(used.group(1)) * 1024 : 0;
    }
}
