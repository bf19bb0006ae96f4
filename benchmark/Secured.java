package benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One message a request from 32 connections that stay open: a broker with access control and a broker with TLS, each beside one without. Each
 * round starts new brokers, because a broker process is fast or slow for its whole life.
 */
final class Secured implements Measure {
    private static final String WHAT = "one message a request, 32 connections, ";
    private static final String PEER = "without";

    @Override
    public String name() {
        return "secured";
    }

    @Override
    public List<Row> run(Bench bench) throws IOException, InterruptedException {
        if (!bench.has(Tool.WRK)) {
            return List.of(Row.skipped(WHAT + "with --auth", Tool.WRK));
        }
        Comparison withAuth = new Comparison(WHAT + "with --auth", PEER, Format.PER_SECOND, Bar.atLeast(0.95));
        Comparison withTls = new Comparison(WHAT + "with TLS", PEER, Format.PER_SECOND, Bar.atLeast(0.7));
        Path access = bench.temporary("access.yaml");
        Path certificate = bench.temporary("certificate.pem");
        Path key = bench.temporary("key.pem");
        String token = command(
                        bench,
                        "Broker.java",
                        "token",
                        "bench",
                        "--auth",
                        access.toString(),
                        "--topics",
                        "*",
                        "--groups",
                        "*")
                .strip();
        command(bench, "Broker.java", "cert", "--tls-cert", certificate.toString(), "--tls-key", key.toString());
        for (int round = 1; round <= bench.repeat(); round++) {
            bench.say("secured, round " + round + " of " + bench.repeat());
            double plain = rate(bench, "http", null, List.of(), List.of());
            withAuth.add(
                    rate(bench, "http", token, List.of("--auth", access.toString()), List.of("--token", token)), plain);
            List<String> tls = List.of("--tls-cert", certificate.toString(), "--tls-key", key.toString());
            withTls.add(rate(bench, "https", null, tls, List.of("--cacert", certificate.toString())), plain);
        }
        return List.of(withAuth.row(), withTls.row());
    }

    private static double rate(
            Bench bench, String scheme, String token, List<String> brokerOptions, List<String> clientOptions)
            throws IOException, InterruptedException {
        int port = bench.freePort();
        List<String> command = OurBroker.command(port);
        command.addAll(brokerOptions);
        Wrk wrk = new Wrk(bench, token);
        try (Server server = Server.listening(bench, port, command)) {
            String url = scheme + "://127.0.0.1:" + server.port();
            List<String> producer =
                    new ArrayList<>(List.of("Producer.java", "--broker", url, "--topic", "bench", "first"));
            producer.addAll(clientOptions);
            command(bench, producer.toArray(String[]::new));
            int seconds = bench.scale().loadSeconds();
            wrk.load(url, seconds);
            return wrk.load(url, seconds);
        }
    }

    /** Runs a script to its end, and returns what it has printed. */
    private static String command(Bench bench, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("./jbang"));
        command.addAll(List.of(arguments));
        return bench.processes().run(null, Scale.limitFor(0), command).out();
    }
}
