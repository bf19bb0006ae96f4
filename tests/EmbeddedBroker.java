package tests;

import static java.nio.charset.StandardCharsets.UTF_8;

import cli.Cli;
import cli.ProcessContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real broker in this process, on a free port. It starts in milliseconds, where a {@link BrokerProcess} takes more than a second
 * of CPU time. A test of what a signal or the end of the process does uses a process.
 */
final class EmbeddedBroker implements RunningBroker {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final ProcessContext context =
            new ProcessContext(new ByteArrayInputStream(new byte[0]), out, err, Map.of());
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private final int port;

    private EmbeddedBroker(String... options) throws IOException {
        Path portFile = Files.createTempDirectory("broker").resolve("port");
        String[] arguments = Stream.concat(
                        Stream.of("--port", "0", "--port-file", portFile.toString()), Stream.of(options))
                .toArray(String[]::new);
        Object command = Commands.newCommand("Broker.java", context);
        new Thread(() -> exitCode.completeAsync(() -> Cli.run(command, context, arguments), Runnable::run), "broker")
                .start();
        Await.until("the broker is ready", () -> Files.exists(portFile) || exitCode.isDone());
        if (exitCode.isDone()) {
            throw new AssertionError("the broker ended: " + stderr());
        }
        port = Integer.parseInt(Files.readString(portFile).trim());
    }

    static EmbeddedBroker start(String... options) {
        try {
            return new EmbeddedBroker(options);
        } catch (IOException e) {
            throw new AssertionError("the broker did not start", e);
        }
    }

    @Override
    public int port() {
        return port;
    }

    /** What it has written to stderr so far. */
    String stderr() {
        return err.toString(UTF_8);
    }

    /** Stops it as SIGTERM stops a process, and returns the exit code. */
    int terminate() {
        context.stop();
        try {
            return exitCode.get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the broker did not stop within 30 s", e);
        }
    }

    @Override
    public void close() {
        terminate();
    }
}
