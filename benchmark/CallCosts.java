package benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The CPU time of a call to a gateway, in the gateway and in Kafka. On one machine, gateways, Kafka and clients share the processors, so a
 * rate says little about several machines. The CPU time of a call does: growth/Growth.java computes with it.
 */
final class CallCosts implements Measure {
    private static final int CLIENTS = 8;
    private static final int LISTED = 1_000;
    private static final int WARM_UPS = 4;

    @Override
    public String name() {
        return "costs";
    }

    @Override
    public List<Row> run(Bench bench) throws IOException, InterruptedException {
        if (!bench.has(Tool.KAFKA)) {
            return List.of(Row.skipped("the CPU time of a call to a gateway", Tool.KAFKA));
        }
        try (Kafka kafka = Kafka.start(bench);
                OurBroker first = OurBroker.gateway(bench, kafka.address());
                OurBroker second = OurBroker.gateway(bench, kafka.address())) {
            for (int i = 1; i <= WARM_UPS; i++) { // until the JVM has compiled what a call needs
                bench.say("costs, warm-up " + i + " of " + WARM_UPS);
                new Run(bench, kafka, first, second).round("warm-up-" + i);
            }
            Run run = new Run(bench, kafka, first, second);
            for (int round = 1; round <= bench.repeat(); round++) {
                bench.say("costs, round " + round + " of " + bench.repeat());
                run.round("round-" + round);
            }
            return run.rows();
        }
    }

    private static final class Run {
        private final Bench bench;
        private final Kafka kafka;
        private final OurBroker first;
        private final OurBroker second;
        private final Comparison produceMany = cost("produce in bulk, a message");
        private final Comparison consumeMany = cost("consume in bulk, a message");
        private final Comparison produce = cost("produce one message");
        private final Comparison consumeAlone = cost("consume one message, without a group");
        private final Comparison consumeAsMember = cost("consume one message, in a group");
        private final Comparison consumeForwarded = cost("consume one message, in a group, forwarded");
        private final Comparison list =
                new Comparison("a gateway: list " + LISTED + " consumers", "", Format.MILLIS, Bar.none());

        Run(Bench bench, Kafka kafka, OurBroker first, OurBroker second) {
            this.bench = bench;
            this.kafka = kafka;
            this.first = first;
            this.second = second;
        }

        private static Comparison cost(String call) {
            return new Comparison("CPU time of gateways: " + call, "Kafka", Format.MICROS, Bar.none());
        }

        void round(String topic) throws IOException, InterruptedException {
            kafka.create(topic);
            long count = bench.scale().chunk();
            measure(produceMany, () -> {
                first.produce(topic, count);
                return count;
            });
            measure(consumeMany, () -> {
                first.consume(topic, 0, count, "--allow-gaps");
                return count;
            });
            String message = OurBroker.message(topic);
            measure(produce, () -> load(first, "/produce", Stream.generate(() -> message)));
            consume(consumeAlone, first, topic, topic + ".alone.", false);
            consume(consumeAsMember, first, topic, topic + ".member.", true);
            consume(consumeForwarded, second, topic, topic + ".forwarded.", true);
            list(topic);
            kafka.delete(topic);
        }

        private void consume(Comparison row, OurBroker gateway, String topic, String prefix, boolean inGroups)
                throws IOException, InterruptedException {
            List<String> ids =
                    IntStream.range(0, CLIENTS).mapToObj(i -> prefix + i).collect(Collectors.toList());
            for (String id : ids) {
                register(topic, id, inGroups);
            }
            measure(row, () -> load(gateway, "/consume", ids.stream().map(id -> "{\"consumer_id\":\"" + id + "\"}")));
            for (String id : ids) {
                first.post("/consumers/unregister", "{\"consumer_id\":\"" + id + "\"}");
            }
        }

        /** Each member has a group of its own, so that each reads the whole topic. */
        private void register(String topic, String id, boolean inGroup) throws IOException {
            String group = inGroup ? ",\"group\":\"" + id + "\",\"start\":\"earliest\"" : "";
            first.post(
                    "/consumers/register", "{\"topic\":\"" + topic + "\",\"consumer_id\":\"" + id + "\"" + group + "}");
        }

        private void list(String topic) throws IOException {
            for (int i = 0; i < LISTED; i++) {
                register(topic, topic + ".listed." + i, false);
            }
            long start = System.nanoTime();
            try (InputStream answer =
                    URI.create(second.url() + "/consumers").toURL().openStream()) {
                answer.readAllBytes();
            }
            list.add((System.nanoTime() - start) / 1e6);
        }

        private void measure(Comparison row, Callable<Long> work) throws IOException, InterruptedException {
            Duration gateways = first.cpuTime().plus(second.cpuTime());
            Duration brokers = kafka.cpuTime();
            long calls;
            try {
                calls = work.call();
            } catch (IOException | InterruptedException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
            Duration ours = first.cpuTime().plus(second.cpuTime()).minus(gateways);
            row.add(ours.toNanos() / 1e3 / calls, kafka.cpuTime().minus(brokers).toNanos() / 1e3 / calls);
        }

        /** Sends requests from several clients for some seconds, and returns how many. Each client repeats its own body. */
        private long load(OurBroker gateway, String path, Stream<String> bodies)
                throws IOException, InterruptedException {
            long end = System.nanoTime()
                    + Duration.ofSeconds(bench.scale().loadSeconds()).toNanos();
            ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
            try {
                List<Callable<Long>> clients = bodies.limit(CLIENTS)
                        .map(body -> (Callable<Long>) () -> repeat(gateway.port(), path, body, end))
                        .collect(Collectors.toList());
                long calls = 0;
                for (Future<Long> client : threads.invokeAll(clients)) {
                    calls += client.get();
                }
                return calls;
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            } finally {
                threads.shutdownNow();
            }
        }

        private static long repeat(int port, String path, String body, long end) throws IOException {
            long calls = 0;
            try (HttpConnection connection = new HttpConnection(port)) {
                for (; System.nanoTime() < end; calls++) {
                    connection.exchange("POST", path, body).expectOk();
                }
            }
            return calls;
        }

        List<Row> rows() {
            return Stream.of(produceMany, consumeMany, produce, consumeAlone, consumeAsMember, consumeForwarded, list)
                    .map(Comparison::row)
                    .collect(Collectors.toList());
        }
    }
}
