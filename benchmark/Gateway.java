package benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A gateway to Kafka: our clients through it, beside Kafka's own tools on the same Kafka. */
final class Gateway implements Measure {
    @Override
    public String name() {
        return "gateway";
    }

    @Override
    public List<Row> run(Bench bench) throws IOException, InterruptedException {
        if (!bench.has(Tool.KAFKA)) {
            return List.of(Row.skipped("a gateway to Kafka", Tool.KAFKA));
        }
        try (Kafka kafka = Kafka.start(bench);
                OurBroker gateway = OurBroker.gateway(bench, kafka.address())) {
            new Run(bench, kafka, gateway).round("warm-up");
            Run run = new Run(bench, kafka, gateway);
            for (int round = 1; round <= bench.repeat(); round++) {
                bench.say("gateway, round " + round + " of " + bench.repeat());
                run.round("round-" + round);
            }
            return run.rows();
        }
    }

    private static final class Run {
        private final Bench bench;
        private final Kafka kafka;
        private final OurBroker gateway;
        private final Comparison produce =
                new Comparison("a gateway: produce in bulk", "Kafka", Format.PER_SECOND, Bar.atLeast(0.6));
        private final Comparison consume =
                new Comparison("a gateway: consume in bulk", "Kafka", Format.PER_SECOND, Bar.atLeast(0.6));
        private final Comparison consumeOne = new Comparison(
                "a gateway: consume one message, 50 %", "", Format.MILLIS, Bar.noMoreThan(3, Format.MILLIS));
        private final Comparison produceOne =
                new Comparison("a gateway: produce one message, 50 %", "", Format.MILLIS, Bar.none());

        Run(Bench bench, Kafka kafka, OurBroker gateway) {
            this.bench = bench;
            this.kafka = kafka;
            this.gateway = gateway;
        }

        void round(String topic) throws IOException, InterruptedException {
            long count = bench.scale().chunk();
            kafka.create(topic);
            kafka.create(topic + "-peer");
            produce.add(gateway.produce(topic, count), kafka.produce(topic + "-peer", count));
            consume.add(gateway.consume(topic, 0, count, "--allow-gaps"), kafka.consume(topic, count));
            oneByOne(topic);
            kafka.delete(topic);
            kafka.delete(topic + "-peer");
        }

        private void oneByOne(String topic) throws IOException {
            gateway.post("/consumers/register", "{\"topic\":\"" + topic + "\",\"consumer_id\":\"" + topic + "\"}");
            try (HttpConnection connection = new HttpConnection(gateway.port())) {
                consumeOne.add(median(connection, "/consume", "{\"consumer_id\":\"" + topic + "\"}"));
                produceOne.add(median(connection, "/produce", OurBroker.message(topic)));
            }
            gateway.post("/consumers/unregister", "{\"consumer_id\":\"" + topic + "\"}");
        }

        /** The median time of a request, in ms. */
        private double median(HttpConnection connection, String path, String body) throws IOException {
            List<Double> times = new ArrayList<>();
            for (int i = 0; i < bench.scale().roundTrips() / 5; i++) {
                long start = System.nanoTime();
                connection.exchange("POST", path, body).expectOk();
                times.add((System.nanoTime() - start) / 1e6);
            }
            return Comparison.median(times);
        }

        List<Row> rows() {
            return List.of(produce.row(), consume.row(), consumeOne.row(), produceOne.row());
        }
    }
}
