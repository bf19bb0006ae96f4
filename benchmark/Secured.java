package benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One message a request from 32 connections that stay open: a broker with access control and a broker with TLS, each beside one without. Each
 * round starts new brokers, because a broker process is fast or slow for its whole life, and loads them in turn.
 */
final class Secured implements Measure {
    private static final String WHAT = "one message a request, 32 connections, ";
    private static final String PEER = "without";

    /** Of each broker in a round. */
    private static final int LOADS = 3;

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
        List<String> auth = List.of("--auth", access.toString());
        List<String> tls = List.of("--tls-cert", certificate.toString(), "--tls-key", key.toString());
        for (int round = 1; round <= bench.repeat(); round++) {
            bench.say("secured, round " + round + " of " + bench.repeat());
            try (Target plain = new Target(bench, "http", null, List.of(), List.of());
                    Target authenticating = new Target(bench, "http", token, auth, List.of("--token", token));
                    Target encrypting =
                            new Target(bench, "https", null, tls, List.of("--cacert", certificate.toString()))) {
                List.of(plain, authenticating, encrypting).forEach(Target::warmUp);
                for (int i = 0; i < LOADS; i++) {
                    double rate = plain.rate();
                    withAuth.add(authenticating.rate(), rate);
                    withTls.add(encrypting.rate(), rate);
                }
            }
        }
        return List.of(withAuth.row(), withTls.row());
    }

    /** A broker and what produces to it. */
    private static final class Target implements AutoCloseable {
        private final Wrk wrk;
        private final int seconds;
        private final String url;
        private final Server server;

        Target(Bench bench, String scheme, String token, List<String> brokerOptions, List<String> clientOptions)
                throws IOException, InterruptedException {
            wrk = new Wrk(bench, token);
            seconds = bench.scale().loadSeconds();
            int port = bench.freePort();
            List<String> command = OurBroker.command(port);
            command.addAll(brokerOptions);
            server = Server.listening(bench, port, command);
            url = scheme + "://127.0.0.1:" + port;
            List<String> producer =
                    new ArrayList<>(List.of("Producer.java", "--broker", url, "--topic", "bench", "first"));
            producer.addAll(clientOptions);
            command(bench, producer.toArray(String[]::new));
        }

        /** The JVM compiles encryption late. */
        void warmUp() {
            try {
                wrk.load(url, 2 * seconds);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        double rate() throws IOException, InterruptedException {
            return wrk.load(url, seconds);
        }

        @Override
        public void close() {
            server.close();
        }
    }

    /** Runs a script to its end, and returns what it has printed. */
    private static String command(Bench bench, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("./jbang"));
        command.addAll(List.of(arguments));
        return bench.processes().run(null, Scale.limitFor(0), command).out();
    }
}
