package tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A broker that also speaks Kafka's protocol, as a process of its own, on free ports. */
final class KafkaBrokerProcess implements RunningBroker {
    private static KafkaBrokerProcess shared;

    private final Process process;
    private final Path stderr;
    private final int port;
    private final int kafkaPort;
    private final String[] options;

    private KafkaBrokerProcess(Process process, Path stderr, int port, int kafkaPort, String... options) {
        this.options = options;
        this.process = process;
        this.stderr = stderr;
        this.port = port;
        this.kafkaPort = kafkaPort;
    }

    /** A broker for all tests that neither stop nor restart it. */
    static synchronized KafkaBrokerProcess shared() throws IOException {
        if (shared == null || !shared.process.isAlive()) {
            shared = start();
            Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
        }
        return shared;
    }

    static KafkaBrokerProcess start(String... options) throws IOException {
        return start(0, 0, options);
    }

    /** Starts a broker on the ports and with the options of this one, which has ended. */
    KafkaBrokerProcess restarted() throws IOException {
        return start(port, kafkaPort, options);
    }

    private static KafkaBrokerProcess start(int port, int kafkaPort, String... options) throws IOException {
        Path folder = Files.createTempDirectory("kafka-broker");
        Path portFile = folder.resolve("port");
        Path kafkaPortFile = folder.resolve("kafka-port");
        Path stderr = folder.resolve("stderr");
        List<String> command = new ArrayList<>(List.of(
                "./jbang",
                "kafka/KafkaBroker.java",
                "--port",
                String.valueOf(port),
                "--port-file",
                portFile.toString(),
                "--kafka-port",
                String.valueOf(kafkaPort),
                "--kafka-port-file",
                kafkaPortFile.toString()));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(stderr.toFile());
        builder.environment().put(Scripts.JVM_OPTIONS, Scripts.jvmOptions(Scripts.FAST_START));
        Process process = Scripts.startProcess(builder);
        Await.until("the broker is ready", () -> Files.exists(portFile) || !process.isAlive());
        if (!process.isAlive()) {
            throw new AssertionError("the broker did not start: " + Files.readString(stderr));
        }
        return new KafkaBrokerProcess(process, stderr, read(portFile), read(kafkaPortFile), options);
    }

    private static int read(Path portFile) throws IOException {
        return Integer.parseInt(Files.readString(portFile).strip());
    }

    @Override
    public int port() {
        return port;
    }

    String bootstrapServers() {
        return "127.0.0.1:" + kafkaPort;
    }

    int kafkaPort() {
        return kafkaPort;
    }

    String stderr() throws IOException {
        return Scripts.withoutRemarks(Files.readString(stderr));
    }

    /** Ends it as {@code kill -9} does. */
    void kill() {
        process.toHandle().destroyForcibly();
        exitCode();
    }

    /** Sends SIGTERM and returns the exit code. */
    int terminate() {
        process.toHandle().destroy();
        return exitCode();
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

    @Override
    public void close() {
        terminate();
    }
}
