package benchmark;

import java.io.IOException;
import java.util.List;

/** A Redis that writes nothing to disk, and redis-benchmark at work on one of its streams. */
final class Redis implements AutoCloseable {
    private static final int PIPELINE = 200;

    private final Bench bench;
    private final Server server;

    private Redis(Bench bench, Server server) {
        this.bench = bench;
        this.server = server;
    }

    static Redis start(Bench bench) throws IOException, InterruptedException {
        int port = bench.freePort();
        return new Redis(
                bench,
                Server.listening(
                        bench,
                        port,
                        List.of(
                                "redis-server",
                                "--bind",
                                "127.0.0.1",
                                "--port",
                                String.valueOf(port),
                                "--save",
                                "",
                                "--appendonly",
                                "no")));
    }

    /** Messages a second of 100 bytes, appended by XADD in pipelines of 200, by the tool's own clock and on its 50 connections. */
    double add(String stream, long count) throws IOException, InterruptedException {
        String out = bench.processes()
                .run(
                        Scale.limitFor(count),
                        "redis-benchmark",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        port(),
                        "-n",
                        String.valueOf(count),
                        "-P",
                        String.valueOf(PIPELINE),
                        "--csv",
                        "XADD",
                        stream,
                        "*",
                        "v",
                        "x".repeat(OurBroker.VALUE_SIZE))
                .out();
        String[] lines = out.strip().split("\n");
        return Double.parseDouble(lines[lines.length - 1].split("\",\"")[1]);
    }

    void delete(String stream) throws IOException, InterruptedException {
        bench.processes().run(Scale.limitFor(0), "redis-cli", "-h", "127.0.0.1", "-p", port(), "DEL", stream);
    }

    @Override
    public void close() {
        server.close();
    }

    private String port() {
        return String.valueOf(server.port());
    }
}
