package benchmark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server in a process of its own, on a port of loopback. */
final class Server implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PAUSE_MS = 2;

    private final Bench bench;
    private final Path log;
    private final Process process;
    private final int port;
    private final long startNanos = System.nanoTime();

    private Server(Bench bench, Path folder, int port, List<String> command) throws IOException {
        this.bench = bench;
        this.port = port;
        this.log = bench.temporary("log");
        this.process = bench.processes().start(folder, log, command);
    }

    /** Starts a server that is ready when its port is open. */
    static Server listening(Bench bench, int port, List<String> command) throws IOException, InterruptedException {
        Server server = new Server(bench, null, port, command);
        server.await(server::isOpen);
        return server;
    }

    /** Starts a server that is ready when GET /health is answered with 200; in the project's folder if none is given. */
    static Server healthy(Bench bench, Path folder, int port, List<String> command)
            throws IOException, InterruptedException {
        Server server = new Server(bench, folder, port, command);
        server.await(server::isHealthy);
        return server;
    }

    /** Seconds from the start of the process until now. */
    double age() {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    /** What it has printed so far. */
    String said() throws IOException {
        return Files.readString(log);
    }

    int port() {
        return port;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    long pid() {
        return process.pid();
    }

    /** The CPU time of the process so far. */
    Duration cpuTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** The command line that the process has come to run: scripts end in the JVM's. */
    List<String> commandLine() throws IOException {
        return List.of(Files.readString(Path.of("/proc/" + pid() + "/cmdline")).split("\0"));
    }

    @Override
    public void close() {
        bench.processes().end(process);
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private void await(Condition ready) throws IOException, InterruptedException {
        while (!holds(ready)) {
            if (!process.isAlive() || age() > PATIENCE.toSeconds()) {
                String fault =
                        process.isAlive() ? "was not ready after " + PATIENCE.toSeconds() + " s" : "ended at once";
                close();
                throw new IOException("a server " + fault + ": " + Processes.lastLine(Files.readString(log)));
            }
            Thread.sleep(PAUSE_MS);
        }
    }

    private static boolean holds(Condition condition) {
        try {
            return condition.holds();
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isOpen() throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
            return true;
        }
    }

    private boolean isHealthy() throws IOException {
        try (HttpConnection connection = new HttpConnection(port)) {
            return connection.exchange("GET", "/health", "").status() == 200;
        }
    }
}
