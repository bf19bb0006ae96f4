package benchmark;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Ten thousand consumers that wait on one topic: what they cost the broker beyond being registered, and whether one append
 * wakes them all. Both processes need a file descriptor for each: JVMs raise their limit to the hard one ({@code ulimit -Hn})
 * by themselves.
 */
final class Waiting implements Measure {
    private static final int CONSUMERS = 10_000;
    private static final int SETTLE_MS = 200;
    private static final double MEGABYTE = 1e6;

    @Override
    public String name() {
        return "waiting";
    }

    @Override
    public List<Row> run(Bench bench) throws IOException, InterruptedException {
        requireDescriptors(bench);
        try (OurBroker ours = OurBroker.start(bench)) {
            List<String> ids = register(ours);
            Held before = Held.by(ours.jvm());
            try (WaitingCrowd crowd = WaitingCrowd.connect(ours.port(), ids)) {
                Comparison wake = wakeAll(bench, ours, crowd);
                crowd.ask();
                TimeUnit.MILLISECONDS.sleep(SETTLE_MS);
                return rows(before, Held.by(ours.jvm()), wake);
            }
        }
    }

    /** What a broker holds after a full collection. */
    private record Held(long threads, long heap, long resident) {
        static Held by(Jvm jvm) throws IOException, InterruptedException {
            long heap = jvm.retainedHeap();
            return new Held(jvm.threads(), heap, jvm.residentBytes());
        }
    }

    private static List<Row> rows(Held none, Held all, Comparison wake) {
        Comparison threads = new Comparison(
                "10,000 waiting: threads more than none", "", Format.COUNT, Bar.noMoreThan(8, Format.COUNT));
        threads.add((double) (all.threads - none.threads));
        Comparison heap = new Comparison("10,000 waiting: heap more than none", "", Format.MEGABYTES, Bar.none());
        heap.add((all.heap - none.heap) / MEGABYTE);
        Comparison resident = new Comparison(
                "10,000 waiting: memory of the process more than none",
                "",
                Format.MEGABYTES,
                Bar.noMoreThan(100, Format.MEGABYTES));
        resident.add((all.resident - none.resident) / MEGABYTE);
        return List.of(threads.row(), heap.row(), resident.row(), wake.row());
    }

    /** Each round: all ask, one message is appended, all get it. A consumer that does not fails the measure. */
    private static Comparison wakeAll(Bench bench, OurBroker ours, WaitingCrowd crowd)
            throws IOException, InterruptedException {
        int rounds = bench.scale().wakeRounds();
        Comparison wake = new Comparison(
                "10,000 waiting: one append wakes all, none lost in " + rounds + " rounds",
                "",
                Format.MILLIS,
                Bar.none());
        try (HttpConnection producer = new HttpConnection(ours.port())) {
            for (int round = 0; round < rounds; round++) {
                crowd.ask();
                TimeUnit.MILLISECONDS.sleep(SETTLE_MS);
                long start = System.nanoTime();
                producer.exchange("POST", "/produce", "{\"topic\":\"waiting\",\"value\":\"wake up\"}")
                        .expectOk();
                crowd.expect(round);
                wake.add((System.nanoTime() - start) / 1e6);
            }
        }
        return wake;
    }

    private static List<String> register(OurBroker ours) throws IOException {
        List<String> ids =
                IntStream.range(0, CONSUMERS).mapToObj(i -> "waiting-" + i).collect(Collectors.toList());
        ours.register("waiting");
        try (HttpConnection connection = new HttpConnection(ours.port())) {
            for (String id : ids) {
                connection
                        .exchange(
                                "POST", "/consumers/register", "{\"topic\":\"waiting\",\"consumer_id\":\"" + id + "\"}")
                        .expectOk();
            }
        }
        return ids;
    }

    private static void requireDescriptors(Bench bench) throws IOException, InterruptedException {
        String limit = bench.processes()
                .run(Scale.limitFor(0), "sh", "-c", "ulimit -Hn")
                .out()
                .strip();
        if (!limit.equals("unlimited") && Long.parseLong(limit) < CONSUMERS + 500) {
            throw new IOException("the hard limit of open files is " + limit + "; raise it above " + (CONSUMERS + 500)
                    + " (ulimit -Hn)");
        }
    }
}
