package benchmark;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A normal client beside {@link SlowClients}, and what the broker holds for them. */
final class Hostile implements Measure {
    private static final String WHAT = "one message a request, beside 1,400 slow clients";
    private static final String TOPIC = "large";
    private static final int MESSAGES = 100_000;
    private static final int SECONDS_BEFORE = 40; // until the first of them are disconnected

    @Override
    public String name() {
        return "hostile";
    }

    @Override
    public List<Row> run(Bench bench) throws IOException, InterruptedException {
        if (!bench.has(Tool.WRK)) {
            return List.of(Row.skipped(WHAT, Tool.WRK));
        }
        Comparison rate = new Comparison(WHAT, "without them", Format.PER_SECOND, Bar.atLeast(0.7));
        Comparison heap = new Comparison("live heap beside 1,400 slow clients", "", Format.MEGABYTES, Bar.none());
        Comparison resident =
                new Comparison("resident memory beside 1,400 slow clients", "", Format.MEGABYTES, Bar.none());
        Wrk wrk = new Wrk(bench);
        int seconds = bench.scale().loadSeconds();
        try (OurBroker ours = OurBroker.start(bench)) {
            ours.register("bench");
            ours.produce(TOPIC, MESSAGES);
            wrk.load(ours.url(), seconds);
            for (int round = 1; round <= bench.repeat(); round++) {
                double alone = wrk.load(ours.url(), seconds);
                try (SlowClients slow = new SlowClients(ours.port(), TOPIC)) {
                    TimeUnit.SECONDS.sleep(round == 1 ? SECONDS_BEFORE : 1);
                    rate.add(wrk.load(ours.url(), seconds), alone);
                    heap.add(ours.jvm().retainedHeap() / 1e6);
                    resident.add(ours.jvm().residentBytes() / 1e6);
                    bench.say("hostile, round " + round + ": " + slow.disconnects() + " disconnects");
                }
            }
            return List.of(rate.row(), heap.row(), resident.row());
        }
    }
}
