package benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a hundred open pages cost a broker whose topic gets 2,000 messages a second, and how smooth a page stays meanwhile. */
final class Pages implements Measure {
    private static final int PAGES = 100;
    private static final int MESSAGES_PER_SECOND = 2_000;
    private static final int LONG_SECONDS_FACTOR = 6;
    private static final int SAMPLES = 12;
    private static final int MESSAGES_BEFORE = 300_000;
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
            ours.post(
                    "/topics/register",
                    "{\"topic\":\"" + TOPIC
                            + "\",\"partitions\":3,\"max_messages\":10000,\"when_full\":\"drop_oldest\"}");
            for (int i = 0; i < 3; i++) {
                ours.post(
                        "/consumers/register",
                        "{\"topic\":\"" + TOPIC + "\",\"consumer_id\":\"c" + i + "\",\"start\":\"latest\"}");
            }
            ours.produce(TOPIC, MESSAGES_BEFORE); // more than the topic keeps
            Trickle trickle = new Trickle(ours.port(), TOPIC, MESSAGES_PER_SECOND);
            try (trickle) {
                rows.add(rate(bench, ours));
                rows.addAll(watching(bench, ours));
            }
        }
        return rows;
    }

    private static Row rate(Bench bench, OurBroker ours) throws IOException, InterruptedException {
        Comparison rate = new Comparison(WHAT, "without", Format.PER_SECOND, Bar.atLeast(0.85));
        Wrk wrk = new Wrk(bench);
        int seconds = bench.scale().loadSeconds();
        wrk.load(ours.url(), seconds);
        for (int round = 1; round <= bench.repeat(); round++) {
            double without = wrk.load(ours.url(), seconds);
            PageVisitors visitors = new PageVisitors(ours.port(), TOPIC, PAGES);
            try (visitors) {
                rate.add(wrk.load(ours.url(), seconds), without);
            }
        }
        ours.delete("bench");
        return rate.row();
    }

    /** In MB; logs grow and shrink in steps of 4 MB a partition. */
    private static double largestHeap(OurBroker ours, int seconds) throws IOException, InterruptedException {
        double largest = 0;
        for (int i = 0; i < SAMPLES; i++) {
            Thread.sleep(seconds * 1000L / SAMPLES);
            largest = Math.max(largest, ours.jvm().retainedHeap() / 1e6);
        }
        return largest;
    }

    /** Two minutes, and one before a browser, at full size. */
    private static List<Row> watching(Bench bench, OurBroker ours) throws IOException, InterruptedException {
        int seconds = bench.scale().loadSeconds() * LONG_SECONDS_FACTOR;
        Comparison heap = new Comparison(
                "largest live heap in the second minute of it", "in the first", Format.MEGABYTES, Bar.atMost(1.1));
        Comparison frames = new Comparison(
                "a page's time from frame to frame, 95 %", "", Format.MILLIS, Bar.noMoreThan(20, Format.MILLIS));
        Comparison paint = new Comparison(
                "a page's time to the first paint", "", Format.MILLIS, Bar.noMoreThan(500, Format.MILLIS));
        Comparison pageHeap = new Comparison(
                "a page's heap after a minute and a half", "after a minute", Format.MEGABYTES, Bar.atMost(1.1));
        boolean hasBrowser = bench.has(Tool.CHROMIUM);
        PageVisitors visitors = new PageVisitors(ours.port(), TOPIC, PAGES);
        try (visitors) {
            double before = largestHeap(ours, seconds);
            if (hasBrowser) {
                double[] page = openPage(bench, ours, seconds);
                frames.add(page[0]);
                paint.add(page[1]);
                pageHeap.add(page[3] / 1e6, page[2] / 1e6);
            }
            heap.add(largestHeap(ours, seconds), before);
        }
        if (!hasBrowser) {
            return List.of(heap.row(), Row.skipped("a page in a browser", Tool.CHROMIUM));
        }
        return List.of(heap.row(), frames.row(), paint.row(), pageHeap.row());
    }

    /** What OpenPage.java prints. */
    private static double[] openPage(Bench bench, OurBroker ours, int seconds)
            throws IOException, InterruptedException {
        String numbers = bench.processes()
                .run(
                        Scale.limitFor(0),
                        "./jbang",
                        "benchmark/peers/OpenPage.java",
                        ours.url(),
                        String.valueOf(seconds / 2))
                .out();
        return Arrays.stream(numbers.strip().split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }
}
