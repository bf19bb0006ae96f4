package benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Produces and consumes in bulk: our clients beside Kafka's own tools, and redis-benchmark. */
final class Throughput implements Measure {
    private static final String PRODUCE = "produce in bulk, acknowledged";
    private static final String CONSUME = "consume in bulk, every offset checked";

    @Override
    public String name() {
        return "throughput";
    }

    @Override
    public List<Row> run(Bench bench) throws IOException, InterruptedException {
        try (OurBroker ours = OurBroker.start(bench);
                Kafka kafka = bench.has(Tool.KAFKA) ? Kafka.start(bench) : null;
                Redis redis = bench.has(Tool.REDIS) ? Redis.start(bench) : null) {
            new Run(ours, kafka, redis).round("warm-up", bench.scale().warmUp());
            Run run = new Run(ours, kafka, redis);
            for (int round = 1; round <= bench.repeat(); round++) {
                bench.say("throughput, round " + round + " of " + bench.repeat());
                run.round("round-" + round, bench.scale().messages());
            }
            return run.rows();
        }
    }

    /** Rounds on the same servers; a peer that is not here is null. */
    private static final class Run {
        private final OurBroker ours;
        private final Kafka kafka;
        private final Redis redis;
        private final Comparison produceKafka = new Comparison(PRODUCE, "Kafka", Format.PER_SECOND, Bar.atLeast(2.0));
        private final Comparison produceRedis =
                new Comparison(PRODUCE, "Redis XADD", Format.PER_SECOND, Bar.atLeast(1.0));
        private final Comparison consumeKafka = new Comparison(CONSUME, "Kafka", Format.PER_SECOND, Bar.atLeast(1.0));

        Run(OurBroker ours, Kafka kafka, Redis redis) {
            this.ours = ours;
            this.kafka = kafka;
            this.redis = redis;
        }

        void round(String topic, long count) throws IOException, InterruptedException {
            produce(topic, count);
            consume(topic, count);
            ours.delete(topic);
        }

        private void produce(String topic, long count) throws IOException, InterruptedException {
            double our = ours.produce(topic, count);
            if (kafka != null) {
                kafka.create(topic);
                produceKafka.add(our, kafka.produce(topic, count));
            }
            if (redis != null) {
                produceRedis.add(our, redis.add(topic, count));
                redis.delete(topic);
            }
        }

        private void consume(String topic, long count) throws IOException, InterruptedException {
            double our = ours.consume(topic, 0, count);
            if (kafka != null) {
                consumeKafka.add(our, kafka.consume(topic, count));
                kafka.delete(topic);
            }
        }

        List<Row> rows() {
            List<Row> rows = new ArrayList<>();
            rows.add(kafka == null ? Row.skipped(PRODUCE, Tool.KAFKA) : produceKafka.row());
            rows.add(redis == null ? Row.skipped(PRODUCE, Tool.REDIS) : produceRedis.row());
            rows.add(kafka == null ? Row.skipped(CONSUME, Tool.KAFKA) : consumeKafka.row());
            return rows;
        }
    }
}
