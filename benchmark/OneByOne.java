package benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Latency: a message to a waiting consumer and back, one after the other, beside Kafka's EndToEndLatency. */
final class OneByOne implements Measure {
    private static final String TOPIC = "one-by-one";

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public List<Row> run(Bench bench) throws IOException, InterruptedException {
        if (!bench.has(Tool.KAFKA)) {
            return List.of(Row.skipped("one by one to a waiting consumer", Tool.KAFKA));
        }
        Comparison mean =
                new Comparison("one by one to a waiting consumer, mean", "Kafka", Format.MILLIS, Bar.atMost(1.0));
        Comparison p99 =
                new Comparison("one by one to a waiting consumer, 99 %", "Kafka", Format.MILLIS, Bar.atMost(1.0));
        try (OurBroker ours = OurBroker.start(bench);
                Kafka kafka = Kafka.start(bench)) {
            ours.register(TOPIC);
            kafka.create(TOPIC);
            for (int round = 0; round <= bench.repeat(); round++) { // round 0 warms the brokers up
                Latency our = latency(bench, ours, "consumer-" + round);
                Latency peer = kafka.latency(TOPIC, bench.scale().roundTrips());
                if (round > 0) {
                    mean.add(our.mean(), peer.mean());
                    p99.add(our.p99(), peer.p99());
                }
            }
        }
        return List.of(mean.row(), p99.row());
    }

    private static Latency latency(Bench bench, OurBroker ours, String consumer)
            throws IOException, InterruptedException {
        ours.post(
                "/consumers/register",
                "{\"topic\":\"" + TOPIC + "\",\"consumer_id\":\"" + consumer + "\",\"start\":\"latest\"}");
        String out = bench.processes()
                .run(
                        Scale.limitFor(0),
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndToEnd.class.getName(),
                        String.valueOf(ours.port()),
                        TOPIC,
                        consumer,
                        String.valueOf(bench.scale().roundTrips()))
                .out();
        String[] figures = out.strip().split(" ");
        return new Latency(Double.parseDouble(figures[0]), Double.parseDouble(figures[1]));
    }
}
