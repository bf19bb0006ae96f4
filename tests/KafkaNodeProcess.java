package tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;

/** A real node of Kafka, as a process of its own, on a free port. */
final class KafkaNodeProcess implements AutoCloseable {
    private static final int STOP_SECONDS = 60;

    private final Process process;
    private final Path stdout;
    private final Path stderr;
    private final Path portFile;

    private KafkaNodeProcess(Path folder, int port, List<String> options) throws IOException {
        portFile = folder.resolve("port");
        stdout = folder.resolve("stdout");
        stderr = folder.resolve("stderr");
        List<String> command = new ArrayList<>(List.of(
                "./jbang", "kafka/KafkaNode.java", "--port", String.valueOf(port), "--port-file", portFile.toString()));
        command.addAll(options);
        process = Scripts.startProcess(
                new ProcessBuilder(command).redirectOutput(stdout.toFile()).redirectError(stderr.toFile()));
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

    /** Starts the nodes 1, 2, ... of a cluster. */
    static List<KafkaNodeProcess> startCluster(int nodes) throws IOException {
        StringJoiner controllers = new StringJoiner(",");
        for (int id = 1; id <= nodes; id++) {
            controllers.add(id + "@127.0.0.1:" + Scripts.freePort());
        }
        List<KafkaNodeProcess> cluster = new ArrayList<>();
        for (int id = 1; id <= nodes; id++) {
            cluster.add(new KafkaNodeProcess(
                    Files.createTempDirectory("kafka"),
                    0,
                    List.of("--node-id", String.valueOf(id), "--controllers", controllers.toString())));
        }
        for (KafkaNodeProcess node : cluster) {
            node.awaitReady(); // after the start of all, because a node waits for a majority
        }
        return cluster;
    }

    private void awaitReady() throws IOException {
        Await.until("Kafka is ready", () -> Files.exists(portFile) || !process.isAlive());
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
