package benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a hundred open pages cost a broker whose topic gets 2,000 messages a second, and how smooth a page stays meanwhile. */
final class Pages implements Measure {
    private static final int PAGES = 100;
    private static final int MESSAGES_PER_SECOND = 2_000;
    private static final int LONG_SECONDS_FACTOR = 6;
    private static final String TOPIC = "watched";
    private static final String WHAT = "one message a request, while " + PAGES + " pages are open";

    @Override
    public String name() {
        return "pages";
    }

    @Override
    public List<Row> run(Bench bench) throws IOException, InterruptedException {
        if (!bench.has(Tool.WRK)) {
            return List.of(Row.skipped(WHAT, Tool.WRK));
        }
        List<Row> rows = new ArrayList<>();
        try (OurBroker ours = OurBroker.start(bench)) {
            ours.register("bench");
            ours.post("/topics/register", "{\"topic\":\"" + TOPIC + "\",\"partitions\":3,\"max_messages\":100000,\"when_full\":\"drop_oldest\"}");
            for (int i = 0; i < 3; i++) {
                ours.post("/consumers/register", "{\"topic\":\"" + TOPIC + "\",\"consumer_id\":\"c" + i + "\",\"start\":\"latest\"}");
            }
            try (Trickle trickle = new Trickle(ours.port(), TOPIC, MESSAGES_PER_SECOND)) {
                rows.add(rate(bench, ours));
                rows.addAll(watching(bench, ours));
            }
        }
        return rows;
    }

    private static Row rate(Bench bench, OurBroker ours) throws IOException, InterruptedException {
        Comparison rate = new Comparison(WHAT, "without", Format.PER_SECOND, Bar.atLeast(0.8));
        Wrk wrk = new Wrk(bench);
        int seconds = bench.scale().loadSeconds();
        wrk.load(ours.url(), seconds);
        for (int round = 1; round <= bench.repeat(); round++) {
            double without = wrk.load(ours.url(), seconds);
            try (PageVisitors visitors = new PageVisitors(ours.port(), TOPIC, PAGES)) {
                rate.add(wrk.load(ours.url(), seconds), without);
            }
        }
        ours.delete("bench");
        return rate.row();
    }

    /** A minute, at full size. */
    private static List<Row> watching(Bench bench, OurBroker ours) throws IOException, InterruptedException {
        int seconds = bench.scale().loadSeconds() * LONG_SECONDS_FACTOR;
        Comparison heap = new Comparison("live heap after a minute of it", "before", Format.MEGABYTES, Bar.atMost(1.5));
        Comparison frames = new Comparison("a page's time from frame to frame, 95 %", "", Format.MILLIS, Bar.noMoreThan(50, Format.MILLIS));
        boolean hasBrowser = bench.has(Tool.CHROMIUM);
        try (PageVisitors visitors = new PageVisitors(ours.port(), TOPIC, PAGES)) {
            Thread.sleep(seconds * 1000L / 2); // until the topic has come to its limit, at full size
            double before = ours.jvm().retainedHeap() / 1e6;
            if (hasBrowser) {
                frames.add(Double.parseDouble(bench.processes().run(Scale.limitFor(0), "./jbang", "benchmark/peers/FrameTime.java",
                        ours.url(), String.valueOf(seconds)).out().strip()));
            } else {
                Thread.sleep(seconds * 1000L);
            }
            heap.add(ours.jvm().retainedHeap() / 1e6, before);
        }
        return List.of(heap.row(), hasBrowser ? frames.row() : Row.skipped("a page's time from frame to frame", Tool.CHROMIUM));
    }
}
