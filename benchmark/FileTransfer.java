package benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A file of real lines in and out again, whole processes with their start-up: our clients beside kcat on Kafka. */
final class FileTransfer implements Measure {
    @Override
    public String name() {
        return "files";
    }

    @Override
    public List<Row> run(Bench bench) throws IOException, InterruptedException {
        if (!bench.has(Tool.KCAT) || !bench.has(Tool.KAFKA)) {
            return List.of(Row.skipped("a file in and out", bench.has(Tool.KCAT) ? Tool.KAFKA : Tool.KCAT));
        }
        try (OurBroker ours = OurBroker.start(bench);
                Kafka kafka = Kafka.start(bench)) {
            new Run(bench, ours, kafka, bench.scale().warmUp()).round("warm-up");
            Run run = new Run(bench, ours, kafka, bench.scale().messages());
            for (int round = 1; round <= bench.repeat(); round++) {
                bench.say("files, round " + round + " of " + bench.repeat());
                run.round("round-" + round);
            }
            return List.of(run.in.row(), run.out.row());
        }
    }

    /** Rounds with the same file. */
    private static final class Run {
        private final Bench bench;
        private final OurBroker ours;
        private final Kafka kafka;
        private final long lines;
        private final Path file;
        private final Comparison in =
                new Comparison("Producer --file, start-up included", "kcat -P -l", Format.PER_SECOND, Bar.atLeast(1.0));
        private final Comparison out = new Comparison(
                "Consumer --exit-at-end > file, identical", "kcat -C -e", Format.PER_SECOND, Bar.atLeast(1.0));

        Run(Bench bench, OurBroker ours, Kafka kafka, long lines) throws IOException {
            this.bench = bench;
            this.ours = ours;
            this.kafka = kafka;
            this.lines = lines;
            this.file = RealLines.write(bench.root(), bench.temporary("lines"), lines);
        }

        void round(String topic) throws IOException, InterruptedException {
            kafka.create(topic);
            in.add(lines / ours.produceFile(topic, file, lines), lines / kcatIn(topic));
            Path ourCopy = bench.temporary("copy");
            Path kcatCopy = bench.temporary("copy");
            out.add(lines / ours.consumeToFile(topic, ourCopy, lines), lines / kcatOut(topic, kcatCopy));
            requireIdentical(ourCopy, "our consumer");
            requireIdentical(kcatCopy, "kcat");
            ours.delete(topic);
            kafka.delete(topic);
        }

        private double kcatIn(String topic) throws IOException, InterruptedException {
            return bench.processes()
                    .run(limit(), "kcat", "-P", "-b", kafka.address(), "-t", topic, "-l", file.toString())
                    .seconds();
        }

        private double kcatOut(String topic, Path copy) throws IOException, InterruptedException {
            return bench.processes()
                    .runTo(
                            null,
                            copy,
                            limit(),
                            List.of("kcat", "-C", "-e", "-q", "-o", "beginning", "-b", kafka.address(), "-t", topic))
                    .seconds();
        }

        private void requireIdentical(Path copy, String whose) throws IOException {
            long difference = Files.mismatch(file, copy);
            if (difference >= 0) {
                throw new IOException(
                        "what " + whose + " wrote differs from the input from byte " + difference + " on");
            }
            Files.delete(copy);
        }

        private Duration limit() {
            return Scale.limitFor(lines);
        }
    }
}
