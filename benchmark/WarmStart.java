package benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * From the start of the process to the first 200 from /health: the JVM's command that JBang comes to, beside a bare Javalin's
 * and beside that of an earlier version; and {@code ./jbang Broker.java} in all.
 */
final class WarmStart implements Measure {
    private static final double NOISE = 1.05;
    private static final double LONGEST_SECONDS = 1.3;

    @Override
    public String name() {
        return "start";
    }

    @Override
    public List<Row> run(Bench bench) throws IOException, InterruptedException {
        Start ours = Start.of(bench, null);
        Start javalin = Start.ofJavalin(bench);
        Start before = bench.before() == null ? null : Start.of(bench, bench.before());
        Comparison toJavalin =
                new Comparison("warm start, the JVM alone", "bare Javalin", Format.SECONDS, Bar.atMost(0.65));
        Comparison toBefore =
                new Comparison("warm start, the JVM alone", "version before", Format.SECONDS, Bar.atMost(NOISE));
        Comparison inAll = new Comparison(
                "warm start, ./jbang Broker.java", "", Format.SECONDS, Bar.noMoreThan(LONGEST_SECONDS, Format.SECONDS));
        for (int start = 0; start < bench.scale().starts(); start++) {
            double our = ours.seconds();
            toJavalin.add(our, javalin.seconds());
            if (before != null) {
                toBefore.add(our, before.seconds());
            }
            inAll.add(new Start(bench, null, ours.port, OurBroker.command(ours.port)).seconds());
        }
        List<Row> rows = new ArrayList<>(List.of(toJavalin.row(), inAll.row()));
        rows.add(
                before == null
                        ? Row.without("warm start, the JVM alone", "version before: --before FOLDER names one")
                        : toBefore.row());
        return rows;
    }

    /** A command that can be timed. */
    private static final class Start {
        private final Bench bench;
        private final Path folder;
        private final int port;
        private final List<String> command;

        Start(Bench bench, Path folder, int port, List<String> command) {
            this.bench = bench;
            this.folder = folder;
            this.port = port;
            this.command = command;
        }

        /** The JVM's command of a broker: of its second start, when all that the first one leaves behind is there. */
        static Start of(Bench bench, Path folder) throws IOException, InterruptedException {
            int port = bench.freePort();
            new Start(bench, folder, port, OurBroker.command(port)).seconds();
            try (Server server = Server.healthy(bench, folder, port, OurBroker.command(port))) {
                return new Start(bench, folder, port, server.commandLine());
            }
        }

        static Start ofJavalin(Bench bench) throws IOException, InterruptedException {
            try (Server server = SingleProduce.bareJavalin(bench)) {
                return new Start(bench, null, server.port(), server.commandLine());
            }
        }

        double seconds() throws IOException, InterruptedException {
            try (Server server = Server.healthy(bench, folder, port, command)) {
                return server.age();
            }
        }
    }
}
