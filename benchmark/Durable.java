package benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a data directory costs: in bulk beside RAM, one by one with an fsync beside Kafka with one, and at the start. */
final class Durable implements Measure {
    private static final int PRODUCERS = 32;
    private static final String TOPIC = "durable";
    private static final String SINGLE = "--fsync always, one message a request from " + PRODUCERS + " producers";
    private static final Pattern READ_BACK = Pattern.compile("Read (\\d+) messages .* back .* in ([\\d.]+) s");

    @Override
    public String name() {
        return "durable";
    }

    @Override
    public List<Row> run(Bench bench) throws IOException, InterruptedException {
        List<Row> rows = new ArrayList<>();
        rows.add(bulk(bench));
        rows.addAll(single(bench));
        rows.add(readBack(bench));
        return rows;
    }

    private static Row bulk(Bench bench) throws IOException, InterruptedException {
        Comparison toRam =
                new Comparison("--fsync interval, produce in bulk", "RAM", Format.PER_SECOND, Bar.atLeast(0.7));
        try (OurBroker disk = OurBroker.start(
                        bench, List.of("--data-dir", bench.temporary("data").toString()));
                OurBroker ram = OurBroker.start(bench)) {
            int rounds = 2 * bench.repeat() + 1; // disks are noisy, and memory for their pages is slow while it is new
            for (int round = 0; round <= rounds; round++) { // round 0 warms up
                long count = round == 0 ? bench.scale().warmUp() : bench.scale().messages();
                double our = disk.produce(TOPIC, count);
                disk.delete(TOPIC);
                double inRam = ram.produce(TOPIC, count);
                ram.delete(TOPIC);
                if (round > 0) {
                    toRam.add(our, inRam);
                }
            }
        }
        return toRam.row();
    }

    private static List<Row> single(Bench bench) throws IOException, InterruptedException {
        if (!bench.has(Tool.KAFKA)) {
            return List.of(Row.skipped(SINGLE, Tool.KAFKA));
        }
        Comparison toKafka = new Comparison(SINGLE, "Kafka, flush.messages=1", Format.PER_SECOND, Bar.atLeast(1.0));
        Comparison perSync = new Comparison(
                "messages that share an fsync", "", Format.ONE_DECIMAL, Bar.noLessThan(8, Format.ONE_DECIMAL));
        int seconds = bench.scale().loadSeconds();
        try (OurBroker ours = OurBroker.start(
                        bench, List.of("--data-dir", bench.temporary("data").toString(), "--fsync", "always"));
                Kafka kafka = Kafka.start(bench)) {
            ours.register(TOPIC);
            kafka.createWithSyncs(TOPIC);
            for (int round = 1; round <= bench.repeat(); round++) {
                ours.jvm().countSyncs();
                double before = ours.endOffset(TOPIC);
                double our = ours.produceSingly(bench, TOPIC, PRODUCERS, seconds);
                double messages = ours.endOffset(TOPIC) - before;
                perSync.add(messages / ours.jvm().syncs(bench.temporary("syncs.jfr")));
                toKafka.add(our, kafka.produceSingly(TOPIC, PRODUCERS, seconds));
            }
        }
        return List.of(toKafka.row(), perSync.row());
    }

    private static Row readBack(Bench bench) throws IOException, InterruptedException {
        Comparison readBack = new Comparison(
                "messages read back at the start", "", Format.PER_SECOND, Bar.noLessThan(2_000_000, Format.PER_SECOND));
        Path data = bench.temporary("data");
        List<String> options = List.of("--data-dir", data.toString());
        try (OurBroker ours = OurBroker.start(bench, options)) {
            ours.produce(TOPIC, bench.scale().messages());
        }
        for (int round = 1; round <= bench.repeat(); round++) {
            try (OurBroker again = OurBroker.start(bench, options)) {
                Matcher said = READ_BACK.matcher(again.said());
                if (!said.find()) {
                    throw new IOException("the broker has not said what it read back, but: "
                            + again.said().strip());
                }
                readBack.add(Double.parseDouble(said.group(1)) / Double.parseDouble(said.group(2)));
            }
        }
        return readBack.row();
    }
}
