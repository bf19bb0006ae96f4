package tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;

/** A real node of Kafka, as a process of its own, on a free port. */
final class KafkaNodeProcess implements AutoCloseable {
    private static final int STOP_SECONDS = 60;

    /** A node under load needs long on a small machine. */
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

    private final Process process;
    private final Path stdout;
    private final Path stderr;
    private final Path portFile;
    private final List<String> options;

    private KafkaNodeProcess(Path folder, int port, List<String> options) throws IOException {
        this.options = options;
        portFile = folder.resolve("port");
        stdout = folder.resolve("stdout");
        stderr = folder.resolve("stderr");
        List<String> command = new ArrayList<>(List.of(
                "./jbang", "kafka/KafkaNode.java", "--port", String.valueOf(port), "--port-file", portFile.toString()));
        command.addAll(options);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(stdout.toFile()).redirectError(stderr.toFile());
        builder.environment().put(Scripts.JVM_OPTIONS, Scripts.jvmOptions(Scripts.FAST_START));
        process = Scripts.startProcess(builder);
    }

    /** Starts a node that is a cluster by itself. */
    static KafkaNodeProcess start(String... options) throws IOException {
        return startAt(0, options);
    }

    /** @param port 0 for a free port */
    static KafkaNodeProcess startAt(int port, String... options) throws IOException {
        KafkaNodeProcess node = new KafkaNodeProcess(Files.createTempDirectory("kafka"), port, List.of(options));
        node.awaitReady();
        return node;
    }

    /** Starts the nodes 1, 2, ... of a cluster, with data in temporary folders. */
    static List<KafkaNodeProcess> startCluster(int nodes) throws IOException {
        return startCluster(nodes, Files.createTempDirectory("kafka"));
    }

    /** @param data the folder of the data of all nodes */
    static List<KafkaNodeProcess> startCluster(int nodes, Path data) throws IOException {
        StringJoiner controllers = new StringJoiner(",");
        for (int id = 1; id <= nodes; id++) {
            controllers.add(id + "@127.0.0.1:" + Scripts.freePort());
        }
        List<KafkaNodeProcess> cluster = new ArrayList<>();
        for (int id = 1; id <= nodes; id++) {
            List<String> options = List.of(
                    "--node-id",
                    String.valueOf(id),
                    "--controllers",
                    controllers.toString(),
                    "--data-dir",
                    data.resolve("node-" + id).toString());
            cluster.add(new KafkaNodeProcess(Files.createTempDirectory("kafka"), Scripts.freePort(), options));
        }
        for (KafkaNodeProcess node : cluster) {
            node.awaitReady(); // after the start of all, because a node waits for a majority
        }
        return cluster;
    }

    /** Starts the node again, after it was killed: with the same options and the same port. */
    KafkaNodeProcess restarted() throws IOException {
        KafkaNodeProcess again = new KafkaNodeProcess(Files.createTempDirectory("kafka"), port(), options);
        again.awaitReady();
        return again;
    }

    private void awaitReady() throws IOException {
        Await.until("Kafka is ready", START_TIMEOUT, () -> Files.exists(portFile) || !process.isAlive());
        if (!process.isAlive()) {
            throw new AssertionError("Kafka did not start: " + Files.readString(stderr));
        }
    }

    int port() throws IOException {
        return Integer.parseInt(Files.readString(portFile).strip());
    }

    String address() throws IOException {
        return "127.0.0.1:" + port();
    }

    String stdout() throws IOException {
        return Files.readString(stdout);
    }

    String stderr() throws IOException {
        return Scripts.withoutRemarks(Files.readString(stderr));
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

    private int exitCode() {
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("Kafka did not stop within " + STOP_SECONDS + " s");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        terminate();
    }
}
