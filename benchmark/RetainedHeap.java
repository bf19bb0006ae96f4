package benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** What the heap retains for many messages, beside their payload. Measured once: it does not vary. */
final class RetainedHeap implements Measure {
    private static final double MEGABYTE = 1e6;

    @Override
    public String name() {
        return "heap";
    }

    @Override
    public List<Row> run(Bench bench) throws IOException, InterruptedException {
        long count = bench.scale().manyKept();
        Comparison heap = new Comparison(
                String.format(Locale.ROOT, "heap retained by %,d messages", count),
                "their payload",
                Format.MEGABYTES,
                Bar.atMost(1.25));
        try (OurBroker ours = OurBroker.withRoomFor(bench, count)) {
            long empty = ours.jvm().retainedHeap();
            ours.produce("heap", count);
            heap.add((ours.jvm().retainedHeap() - empty) / MEGABYTE, count * OurBroker.VALUE_SIZE / MEGABYTE);
        }
        return List.of(heap.row());
    }
}
