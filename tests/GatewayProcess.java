package tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A gateway to Kafka, as a process of its own, on a free port. */
final class GatewayProcess implements RunningBroker {
    private final Process process;
    private final Path stderr;
    private final int port;

    private GatewayProcess(Process process, Path stderr, int port) {
        this.process = process;
        this.stderr = stderr;
        this.port = port;
    }

    static GatewayProcess start(String bootstrapServers, String... options) throws IOException {
        return start(bootstrapServers, Map.of(), options);
    }

    static GatewayProcess start(String bootstrapServers, Map<String, String> environment, String... arguments)
            throws IOException {
        Path folder = Files.createTempDirectory("gateway");
        Path portFile = folder.resolve("port");
        Path stderr = folder.resolve("stderr");
        List<String> command = new ArrayList<>(List.of(
                "./jbang",
                "kafka/KafkaGateway.java",
                "--port",
                "0",
                "--port-file",
                portFile.toString(),
                "--bootstrap-servers",
                bootstrapServers));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(stderr.toFile());
        builder.environment().putAll(environment);
        String options = environment.getOrDefault(Scripts.JVM_OPTIONS, "");
        builder.environment().put(Scripts.JVM_OPTIONS, Scripts.jvmOptions(Scripts.FAST_START + " " + options));
        Process process = Scripts.startProcess(builder);
        Await.until("the gateway is ready", () -> Files.exists(portFile) || !process.isAlive());
        if (!process.isAlive()) {
            throw new AssertionError("the gateway did not start: " + Files.readString(stderr));
        }
        return new GatewayProcess(
                process, stderr, Integer.parseInt(Files.readString(portFile).strip()));
    }

    @Override
    public int port() {
        return port;
    }

    String stderr() throws IOException {
        return Scripts.withoutRemarks(Files.readString(stderr));
    }

    /** Ends it as {@code kill -9} does. */
    void kill() {
        process.toHandle().destroyForcibly();
        exitCode();
    }

    /** Stops it as a debugger does: the kernel still accepts connections for it, but it never answers. */
    void freeze() throws IOException {
        new ProcessBuilder("kill", "-STOP", String.valueOf(process.pid())).start();
    }

    /** Lets it continue after {@link #freeze}. */
    void thaw() throws IOException {
        new ProcessBuilder("kill", "-CONT", String.valueOf(process.pid())).start();
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
                throw new AssertionError("the gateway did not stop within 30 s");
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
