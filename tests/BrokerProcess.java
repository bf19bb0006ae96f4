package tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A real broker, as a process of its own, on a free port unless told otherwise. */
final class BrokerProcess implements RunningBroker {
    private static final Map<Class<?>, BrokerProcess> shared = new HashMap<>();
    private static Keeping keeping = Keeping.IN_RAM;

    /** How a broker keeps its topics. */
    enum Keeping {
        IN_RAM(""),
        ON_DISK("always"),
        IN_KAFKA("");

        private final String fsync;

        private String script() {
            return this == IN_KAFKA ? "kafka/KafkaGateway.java" : "Broker.java";
        }

        Keeping(String fsync) {
            this.fsync = fsync;
        }

        /** The options for a broker that does so, in a folder of its own. */
        private List<String> options() throws IOException {
            return this == IN_RAM
                    ? List.of()
                    : this == IN_KAFKA
                            ? List.of("--bootstrap-servers", kafka().address())
                            : List.of(
                                    "--data-dir",
                                    Files.createTempDirectory("broker")
                                            .resolve("data")
                                            .toString(),
                                    "--fsync",
                                    fsync);
        }
    }

    private static KafkaNodeProcess kafka;

    static boolean isOverKafka() {
        return keeping == Keeping.IN_KAFKA;
    }

    /** The Kafka that all brokers of {@link Keeping#IN_KAFKA} use. It ends with the tests. */
    static synchronized KafkaNodeProcess kafka() throws IOException {
        if (kafka == null) {
            kafka = KafkaNodeProcess.start();
            Runtime.getRuntime().addShutdownHook(new Thread(kafka::close));
        }
        return kafka;
    }

    private final Process process;
    private final int port;
    private final Path stderr;
    private int stderrSeen;

    private BrokerProcess(Process process, int port, Path stderr) {
        this.process = process;
        this.port = port;
        this.stderr = stderr;
    }

    /** The broker that all tests with topics of their own share. It ends with the tests. */
    static BrokerProcess shared() {
        return sharedBy(BrokerProcess.class);
    }

    /** The broker that the tests of a class share, because they look at more than topics of their own. It ends with the tests. */
    static synchronized BrokerProcess sharedBy(Class<?> tests) {
        return shared.computeIfAbsent(tests, absent -> {
            BrokerProcess started = start(Map.of(Scripts.JVM_OPTIONS, ""), 0);
            Runtime.getRuntime().addShutdownHook(new Thread(started::close));
            return started;
        });
    }

    /** From now on brokers keep their topics so, unless their options say otherwise. */
    static synchronized void keep(Keeping how) {
        keeping = how;
        shared.values().forEach(BrokerProcess::close);
        shared.clear();
    }

    static BrokerProcess start(String... options) {
        return startAt(0, options);
    }

    /** A broker with a heap of this size, such as 64m. */
    static BrokerProcess startWithHeap(String size) {
        return start(Map.of(Scripts.JVM_OPTIONS, "-XX:TieredStopAtLevel=1 -Xmx" + size), 0);
    }

    /** A broker that may have so many files and connections open. */
    static BrokerProcess startWithDescriptors(int limit, String... options) {
        return start(Map.of(), List.of("bash", "-c", "ulimit -n " + limit + " && exec \"$0\" \"$@\""), 0, options);
    }

    static BrokerProcess startAt(int port, String... options) {
        return start(Map.of(), port, options);
    }

    /** A broker that notes what it has synced: see {@link SyncLog}. */
    static BrokerProcess startWithSyncLog(Path log, String... options) {
        return start(
                Map.of(Scripts.JVM_OPTIONS, Scripts.FAST_START + " -javaagent:" + SyncLogAgent.JAR + "=" + log),
                0,
                options);
    }

    /** The agent as a file, which is made when the first broker needs it. */
    private static final class SyncLogAgent {
        private static final Path JAR = export();

        private static Path export() {
            try {
                Path jar = Files.createTempDirectory("agent").resolve("sync-log.jar");
                Scripts.Result result = Scripts.run("export", "local", "-O", jar.toString(), "tests/SyncLog.java");
                if (result.exitCode() != 0) {
                    throw new IllegalStateException(result.stderr());
                }
                return jar;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A broker with these environment variables besides those of the tests. */
    static BrokerProcess start(Map<String, String> environment, int port, String... options) {
        return start(environment, List.of(), port, options);
    }

    private static BrokerProcess start(
            Map<String, String> environment, List<String> launcher, int port, String... options) {
        try {
            Path folder = Files.createTempDirectory("broker");
            Path portFile = folder.resolve("port");
            Path stderr = folder.resolve("stderr");
            List<String> arguments = new ArrayList<>(launcher);
            arguments.addAll(List.of(
                    "./jbang", keeping.script(), "--port", String.valueOf(port), "--port-file", portFile.toString()));
            arguments.addAll(List.of(options));
            if (!arguments.contains("--data-dir")) {
                arguments.addAll(keeping.options());
            }
            ProcessBuilder builder = new ProcessBuilder(arguments).redirectError(stderr.toFile());
            builder.environment().putAll(environment);
            builder.environment()
                    .put(
                            Scripts.JVM_OPTIONS,
                            Scripts.jvmOptions(environment.getOrDefault(Scripts.JVM_OPTIONS, Scripts.FAST_START)));
            Process process = Scripts.startProcess(builder);
            return new BrokerProcess(process, awaitPort(process, portFile, stderr), stderr);
        } catch (IOException e) {
            throw new AssertionError("the broker did not start", e);
        }
    }

    long pid() {
        return process.pid();
    }

    @Override
    public int port() {
        return port;
    }

    /** Sends SIGTERM and returns the exit code. */
    int terminate() {
        process.toHandle().destroy();
        return exitCode();
    }

    /** Ends it as {@code kill -9} does. */
    void kill() {
        process.toHandle().destroyForcibly();
        exitCode();
    }

    /** What it has written to stderr since the last call, without what the JVM says of its own options. */
    synchronized String newStderr() {
        String all = wholeStderr();
        String fresh = all.substring(stderrSeen);
        stderrSeen = all.length();
        return Scripts.withoutRemarks(fresh).stripTrailing();
    }

    /** What it has written to stderr so far, without what the JVM says of its own options. */
    String stderr() {
        return Scripts.withoutRemarks(wholeStderr());
    }

    private String wholeStderr() {
        try {
            return Files.readString(stderr);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        terminate();
    }

    private int exitCode() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the broker did not stop within 30 s");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int awaitPort(Process process, Path portFile, Path stderr) throws IOException {
        Await.until("the broker is ready", () -> Files.exists(portFile) || !process.isAlive());
        if (!process.isAlive()) {
            throw new AssertionError("the broker ended: " + Files.readString(stderr));
        }
        return Integer.parseInt(Files.readString(portFile).trim());
    }
}
