package benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * This version beside the one of another checkout, each with its own clients. Each round starts a new broker of both versions, because a
 * broker process is fast or slow for its whole life: a version compared with itself differed by 22 % when both brokers ran for all rounds.
 * In four rounds, each version starts first twice, and is measured first twice. Both warm up with as many messages as are measured: the
 * kernel clears the pages of the heap when they are used for the first time, and versions do that in different calls.
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
            inRam.measure(folder -> OurBroker.start(bench, folder, List.of()), round);
            onDisk.measure(folder -> durable(bench, folder), round);
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

    private interface Start {
        /** @param folder the checkout; null for this one */
        OurBroker broker(Path folder) throws IOException, InterruptedException;
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

        void measure(Start start, int round) throws IOException, InterruptedException {
            boolean isNowStartedFirst = round % 2 == 1;
            boolean isSecondMeasuredFirst = round % 4 > 1;
            try (OurBroker first = start.broker(isNowStartedFirst ? null : bench.before());
                    OurBroker second = start.broker(isNowStartedFirst ? bench.before() : null)) {
                rates(first);
                rates(second);
                Rates earlier = rates(isSecondMeasuredFirst ? second : first);
                Rates later = rates(isSecondMeasuredFirst ? first : second);
                boolean isNowEarlier = isNowStartedFirst != isSecondMeasuredFirst;
                add(isNowEarlier ? earlier : later, isNowEarlier ? later : earlier);
            }
        }

        private void add(Rates now, Rates before) {
            single.add(now.single, before.single);
            produce.add(now.produce, before.produce);
            consume.add(now.consume, before.consume);
        }

        private Rates rates(OurBroker broker) throws IOException, InterruptedException {
            long count = bench.scale().messages();
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
