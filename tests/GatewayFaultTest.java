package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tests.Http.Reply;
import tests.history.History;

/**
 * Two gateways to three nodes of Kafka, with three replicas of which two have to acknowledge. Under load, a node is killed and comes back,
 * and then a gateway is killed. The history of all clients has no anomaly. Each call goes to any of the gateways. GATEWAY_FAULT_SECONDS says
 * how long each phase lasts at least (3 without it).
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class GatewayFaultTest {
    private static final int SECONDS = Integer.parseInt(System.getenv().getOrDefault("GATEWAY_FAULT_SECONDS", "3"));

    private static final String TOPIC = "faults";
    private static final int PARTITIONS = 3;
    private static final int MESSAGES_PER_PHASE = 100;
    private static final int PRODUCERS = 2;
    private static final int MEMBERS = 3;

    /** Between the calls of a client, because a node that starts needs a part of the processors. */
    private static final int PAUSE_MS = 50;

    private static final String GROUP = "group";

    @TempDir
    private Path folder;

    private final History history = new History();
    private final List<GatewayProcess> gateways = new ArrayList<>();
    private final Set<String> delivered = ConcurrentHashMap.newKeySet();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicLong longestPauseMs = new AtomicLong();
    private volatile boolean isEnding;

    @Test
    void nothing_is_lost_when_nodes_and_gateways_are_killed() throws Exception {
        List<KafkaNodeProcess> nodes = new ArrayList<>(KafkaNodeProcess.startCluster(3, folder));
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            String all = nodes.get(0).address() + "," + nodes.get(1).address() + ","
                    + nodes.get(2).address();
            gateways.add(GatewayProcess.start(all));
            gateways.add(GatewayProcess.start(all));
            assertEquals(
                    200,
                    http(0).post("/topics/register", "topic", TOPIC, "partitions", PARTITIONS)
                            .status());
            List<Future<?>> producers = new ArrayList<>();
            List<Future<?>> consumers = new ArrayList<>();
            for (int i = 0; i < PRODUCERS; i++) {
                int number = i;
                producers.add(threads.submit(() -> produce(number)));
            }
            for (int i = 0; i < MEMBERS; i++) {
                int number = i;
                consumers.add(threads.submit(() -> consume("member-" + number, GROUP)));
            }
            consumers.add(threads.submit(() -> consume("alone", null)));
            phase("the load alone");
            nodes.get(1).kill();
            phase("without a node");
            nodes.set(1, nodes.get(1).restarted());
            phase("after its return");
            gateways.get(1).kill();
            phase("without a gateway");
            isEnding = true;
            for (Future<?> producer : producers) {
                producer.get();
            }
            Await.until(
                    "the group has all messages",
                    Duration.ofMinutes(2),
                    () -> delivered.containsAll(acknowledged)
                            || consumers.stream().anyMatch(Future::isDone));
            for (Future<?> consumer : consumers) {
                if (consumer.isDone()) {
                    consumer.get(); // says what was wrong
                }
                consumer.cancel(true);
            }
            RecordedClient reader = new RecordedClient(http(0), history);
            reader.readToEnd("reader", TOPIC, false);
            assertEquals(List.of(), history.findings());
            assertTrue(acknowledged.size() > PRODUCERS, "only " + acknowledged.size() + " messages");
        } finally {
            threads.shutdownNow();
            gateways.get(0).close();
            nodes.forEach(KafkaNodeProcess::kill);
        }
    }

    private Http http(int number) {
        return gateways.get(number).http();
    }

    /** Lets the clients work for some time and for some messages. Says how long a producer got no answer. */
    private void phase(String name) {
        longestPauseMs.set(0);
        int before = acknowledged.size();
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(SECONDS));
        Await.until(
                name + ": messages are acknowledged",
                Duration.ofMinutes(2),
                () -> acknowledged.size() > before + MESSAGES_PER_PHASE);
        System.out.println("        " + name + ": " + (acknowledged.size() - before)
                + " messages, no acknowledgement for at most " + longestPauseMs + " ms");
    }

    /** Sends batches to one partition each. What got no answer is not sent again. */
    private void produce(int number) {
        long lastNanos = System.nanoTime();
        for (int call = number; !isEnding; call++) {
            int partition = call % PARTITIONS;
            List<String> batch = List.of(number + "." + call + ".a", number + "." + call + ".b");
            Reply reply = attempt(
                    "/produce/batch?topic=" + TOPIC,
                    "{\"value\":\"" + batch.get(0) + "\",\"partition\":" + partition + "}\n{\"value\":\"" + batch.get(1)
                            + "\",\"partition\":" + partition + "}\n");
            if (reply != null && reply.status() == 200) {
                new RecordedClient(http(0), history)
                        .produced("producer-" + number, TOPIC, reply.json(), batch, value -> partition);
                acknowledged.addAll(batch);
                long pauseMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastNanos);
                longestPauseMs.accumulateAndGet(pauseMs, Math::max);
                lastNanos = System.nanoTime();
            } else {
                requireUnavailable(reply);
            }
        }
    }

    private void consume(String id, String group) {
        int call = 0;
        int registrations = 0;
        String member = group == null ? "" : ",\"group\":\"" + group + "\",\"session_timeout_ms\":60000";
        String registration =
                "{\"topic\":\"" + TOPIC + "\",\"consumer_id\":\"" + id + "\",\"auto_commit\":false" + member + "}";
        boolean isRegistered = false;
        while (!Thread.currentThread().isInterrupted()) {
            call++;
            if (!isRegistered) {
                Reply reply = attempt("/consumers/register", registration);
                isRegistered = reply != null && reply.status() == 200;
                registrations++;
                if (!isRegistered) {
                    requireUnavailable(reply);
                }
                continue;
            }
            Reply reply = attempt("/consume/batch", "{\"consumer_id\":\"" + id + "\",\"wait_ms\":500}");
            if (reply != null && reply.status() == 204) {
                continue;
            }
            isRegistered = reply != null && reply.status() == 200;
            if (!isRegistered) {
                requireUnavailable(reply);
                continue;
            }
            // A rebalance may reposition a member at any time.
            String name = group == null ? id + "#" + registrations : id + "#" + call;
            Map<Integer, Long> next = new RecordedClient(http(0), history).polled(name, TOPIC, reply.get("messages"));
            for (Map.Entry<Integer, Long> entry : next.entrySet()) {
                Reply commit = attempt(
                        "/consumers/commit",
                        "{\"consumer_id\":\"" + id + "\",\"partition\":" + entry.getKey() + ",\"offset\":"
                                + entry.getValue() + "}");
                // What got no answer, or 503, may be in Kafka. Then these messages do not come again.
                boolean mayBeCommitted = commit == null || commit.status() == 200 || commit.status() == 503;
                if (group != null && mayBeCommitted) {
                    for (JsonNode message : reply.get("messages")) {
                        if (message.path("partition").asInt() == entry.getKey()) {
                            delivered.add(message.path("value").asText());
                        }
                    }
                }
                if (commit == null || commit.status() != 200) {
                    isRegistered = commit != null && commit.status() == 409; // another member has the partition now
                }
            }
        }
    }

    /** Null if the gateway has not answered. */
    private Reply attempt(String path, String body) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MS));
        try {
            return http(ThreadLocalRandom.current().nextInt(gateways.size()))
                    .post(path, path.contains("?") ? "application/x-ndjson" : "application/json", body.getBytes(UTF_8));
        } catch (UncheckedIOException | IllegalStateException e) {
            return null;
        }
    }

    private static void requireUnavailable(Reply reply) {
        assertTrue(reply == null || reply.status() == 503 || reply.status() == 409, () -> reply.text());
    }
}
