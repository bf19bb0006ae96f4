package benchmark;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Kafka's own tools, and kcat, on our broker and on a real Kafka. */
final class KafkaProtocol implements Measure {
    private static final int PAUSE_MS = 2;
    private static final int METADATA = 3;

    @Override
    public String name() {
        return "protocol";
    }

    @Override
    public List<Row> run(Bench bench) throws IOException, InterruptedException {
        if (!bench.has(Tool.KAFKA) || !bench.has(Tool.KCAT)) {
            return List.of(Row.skipped("Kafka's protocol", bench.has(Tool.KAFKA) ? Tool.KCAT : Tool.KAFKA));
        }
        Comparison start = new Comparison(
                "Kafka's protocol: start to the first metadata", "Kafka", Format.SECONDS, Bar.atMost(0.35));
        for (int i = 0; i < bench.scale().starts(); i++) {
            int ours = bench.freePort();
            int theirs = bench.freePort();
            start.add(
                    secondsToMetadata(bench, ours, OurBroker.commandWithKafkaPort(bench.freePort(), ours)),
                    secondsToMetadata(bench, theirs, Kafka.command(bench, theirs)));
        }
        int port = bench.freePort();
        try (OurBroker broker = OurBroker.withKafkaPort(bench, port);
                Kafka ours = Kafka.toolsFor(bench, port);
                Kafka kafka = Kafka.start(bench)) {
            Comparison memory =
                    new Comparison("Kafka's protocol: memory of an idle broker", "Kafka", Format.MEGABYTES, Bar.none());
            awaitMetadata(port);
            memory.add(residentBytes(broker.pid()) / 1e6, residentBytes(kafka.pid()) / 1e6);
            new Run(bench, ours, kafka).round("warm-up", bench.scale().warmUp());
            Run run = new Run(bench, ours, kafka);
            for (int round = 1; round <= bench.repeat(); round++) {
                bench.say("protocol, round " + round + " of " + bench.repeat());
                run.round("round-" + round, bench.scale().chunk());
            }
            return List.of(
                    start.row(),
                    memory.row(),
                    run.produce.row(),
                    run.consume.row(),
                    run.kcatIn.row(),
                    run.kcatOut.row(),
                    run.latency.row());
        }
    }

    private static double secondsToMetadata(Bench bench, int port, List<String> command)
            throws IOException, InterruptedException {
        try (Server server = Server.listening(bench, port, command)) {
            awaitMetadata(port);
            return server.age();
        }
    }

    /** Asks for metadata until it is answered. */
    private static void awaitMetadata(int port) throws InterruptedException {
        while (true) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                out.writeInt(14); // the size of the request
                out.writeShort(METADATA);
                out.writeShort(1); // version
                out.writeInt(0); // correlation id
                out.writeShort(-1); // no client id
                out.writeInt(0); // no topics
                if (new DataInputStream(socket.getInputStream()).readInt() > 0) {
                    return;
                }
            } catch (IOException notReady) {
                Thread.sleep(PAUSE_MS);
            }
        }
    }

    private static double residentBytes(long pid) throws IOException {
        String status = Files.readString(Path.of("/proc/" + pid + "/status"));
        return 1024 * Double.parseDouble(status.replaceFirst("(?s).*VmRSS:\\s*(\\d+) kB.*", "$1"));
    }

    /** Rounds on the same brokers. */
    private static final class Run {
        private final Bench bench;
        private final Kafka ours;
        private final Kafka kafka;
        private final Comparison produce = new Comparison(
                "Kafka's protocol: produce, ProducerPerformance", "Kafka", Format.PER_SECOND, Bar.atLeast(1.0));
        private final Comparison consume = new Comparison(
                "Kafka's protocol: consume, ConsumerPerformance", "Kafka", Format.PER_SECOND, Bar.atLeast(1.0));
        private final Comparison kcatIn =
                new Comparison("Kafka's protocol: produce a file, kcat", "Kafka", Format.SECONDS, Bar.atMost(1.0));
        private final Comparison kcatOut =
                new Comparison("Kafka's protocol: consume, kcat", "Kafka", Format.SECONDS, Bar.atMost(1.0));
        private final Comparison latency =
                new Comparison("Kafka's protocol: end to end, mean", "Kafka", Format.MILLIS, Bar.atMost(1.0));

        Run(Bench bench, Kafka ours, Kafka kafka) {
            this.bench = bench;
            this.ours = ours;
            this.kafka = kafka;
        }

        void round(String topic, long count) throws IOException, InterruptedException {
            ours.create(topic);
            kafka.create(topic);
            produce.add(ours.produce(topic, count), kafka.produce(topic, count));
            consume.add(ours.consume(topic, count), kafka.consume(topic, count));
            kcatOut.add(
                    kcat(ours, count, "-C -e -q -t " + topic + " >/dev/null"),
                    kcat(kafka, count, "-C -e -q -t " + topic + " >/dev/null"));
            String file = lines(count / 4).toString();
            String toFile = "-P -t " + topic + " -l " + file;
            kcatIn.add(kcat(ours, count, toFile), kcat(kafka, count, toFile));
            int roundTrips = bench.scale().roundTrips();
            latency.add(
                    ours.latency(topic + "-latency", roundTrips).mean(),
                    kafka.latency(topic + "-latency", roundTrips).mean());
            ours.delete(topic);
            kafka.delete(topic);
        }

        private Path lines(long count) throws IOException {
            Path file = bench.temporary("lines").resolve("lines");
            Files.createDirectories(file.getParent());
            Files.writeString(file, ("x".repeat(OurBroker.VALUE_SIZE) + "\n").repeat((int) count));
            return file;
        }

        private double kcat(Kafka broker, long count, String options) throws IOException, InterruptedException {
            return bench.processes()
                    .run(Scale.limitFor(count), "sh", "-c", "kcat -b " + broker.address() + " " + options)
                    .seconds();
        }
    }
}
