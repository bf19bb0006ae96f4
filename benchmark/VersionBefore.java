package benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * This version beside the one of another checkout, each with its own clients. Each round starts a new broker of both versions, because a
 * broker process is fast or slow for its whole life: a version compared with itself differed by 22 % when both brokers ran for all rounds.
 * Each round lets the other version go first. Both warm up with as many messages as are measured: the kernel clears the pages of the heap
 * when they are used for the first time, and versions do that in different calls.
 */
final class VersionBefore implements Measure {
    private static final String PEER = "version before";
    private static final String TOPIC = "bench";

    /** What a version may be slower than the one before. */
    private static final Bar BAR = Bar.atLeast(0.97);

    @Override
    public String name() {
        return "before";
    }

    @Override
    public List<Row> run(Bench bench) throws IOException, InterruptedException {
        if (bench.before() == null) {
            return List.of(Row.without("this version", PEER + ": --before FOLDER names its checkout"));
        }
        Pair inRam = new Pair(bench, "in RAM");
        Pair onDisk = new Pair(bench, "--fsync interval");
        for (int round = 1; round <= bench.repeat(); round++) {
            bench.say("before, round " + round + " of " + bench.repeat());
            boolean isNowFirst = round % 2 == 1;
            try (OurBroker now = OurBroker.start(bench, List.of());
                    OurBroker before = OurBroker.start(bench, bench.before(), List.of())) {
                inRam.measure(now, before, isNowFirst);
            }
            try (OurBroker now = durable(bench, null);
                    OurBroker before = durable(bench, bench.before())) {
                onDisk.measure(now, before, isNowFirst);
            }
        }
        return List.of(
                inRam.single.row(),
                inRam.produce.row(),
                inRam.consume.row(),
                onDisk.single.row(),
                onDisk.produce.row(),
                onDisk.consume.row());
    }

    private static OurBroker durable(Bench bench, Path folder) throws IOException, InterruptedException {
        return OurBroker.start(
                bench, folder, List.of("--data-dir", bench.temporary("data").toString()));
    }

    /** Both versions with the same options. */
    private static final class Pair {
        private final Bench bench;
        private final Wrk wrk;
        private final Comparison single;
        private final Comparison produce;
        private final Comparison consume;

        Pair(Bench bench, String where) throws IOException {
            this.bench = bench;
            this.wrk = new Wrk(bench);
            this.single = new Comparison("one message a request, " + where, PEER, Format.PER_SECOND, BAR);
            this.produce = new Comparison("produce in bulk, " + where, PEER, Format.PER_SECOND, BAR);
            this.consume = new Comparison("consume in bulk, " + where, PEER, Format.PER_SECOND, BAR);
        }

        void measure(OurBroker now, OurBroker before, boolean isNowFirst) throws IOException, InterruptedException {
            rates(now, bench.scale().messages());
            rates(before, bench.scale().messages());
            Rates first = rates(isNowFirst ? now : before, bench.scale().messages());
            Rates second = rates(isNowFirst ? before : now, bench.scale().messages());
            add(isNowFirst ? first : second, isNowFirst ? second : first);
        }

        private void add(Rates now, Rates before) {
            single.add(now.single, before.single);
            produce.add(now.produce, before.produce);
            consume.add(now.consume, before.consume);
        }

        private Rates rates(OurBroker broker, long count) throws IOException, InterruptedException {
            broker.register(TOPIC);
            double single =
                    bench.has(Tool.WRK) ? wrk.load(broker.url(), bench.scale().loadSeconds()) : Double.NaN;
            broker.delete(TOPIC);
            double produce = broker.produce(TOPIC, count);
            double consume = broker.consume(TOPIC, 0, count);
            broker.delete(TOPIC);
            return new Rates(single, produce, consume);
        }
    }

    /** Messages a second. */
    private record Rates(double single, double produce, double consume) {}
}
