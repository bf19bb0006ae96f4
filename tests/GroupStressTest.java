package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import tests.Http.Reply;
import tests.history.History;

/**
 * A group under fire: members that join, leave, are silent for longer than their session, and die. The seed decides who does
 * what when; STRESS_SECONDS says how long it goes on (12 without it).
 */
class GroupStressTest {
    private static final int SEED = 11;
    private static final int SECONDS = Integer.parseInt(System.getenv().getOrDefault("STRESS_SECONDS", "12"));
    private static final int MEMBERS = 8;
    private static final int PARTITIONS = 12;
    private static final int KEYS = 1000;
    private static final int MESSAGES = 1_000_000;
    private static final int BATCH = 5_000;
    private static final int SESSION_MS = 400;

    private final Http http = BrokerProcess.shared().http();

    @Test
    void whoever_dies_every_message_is_processed_and_order_is_kept() throws Exception {
        Seen seen = run("stress.deaths", true);
        assertTrue(seen.deaths.get() >= SECONDS / 2, "only " + seen.deaths + " deaths and stalls");
        assertEquals(MESSAGES, seen.processed.cardinality(), "each at least once");
    }

    @Test
    void without_deaths_every_message_is_processed_exactly_once() throws Exception {
        Seen seen = run("stress.peace", false);
        assertEquals(MESSAGES, seen.processed.cardinality());
        assertEquals(0, seen.twice);
    }

    /** What was processed. A value is the number of a message in its topic; messages of one key have rising numbers. */
    private static final class Seen {
        private final History history = new History();
        private final BitSet processed = new BitSet(MESSAGES);
        private final AtomicInteger deaths = new AtomicInteger();
        private int twice;

        synchronized void add(int number) {
            twice += processed.get(number) ? 1 : 0;
            processed.set(number);
        }

        synchronized boolean isComplete() {
            return processed.cardinality() == MESSAGES;
        }
    }

    private Seen run(String topic, boolean mayDie) throws Exception {
        http.post("/topics/register", "topic", topic, "partitions", PARTITIONS);
        Seen seen = new Seen();
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Future<?>> running = new ArrayList<>();
        running.add(threads.submit(() -> produceAll(topic, seen.history)));
        for (int i = 0; i < MEMBERS; i++) {
            int member = i;
            running.add(threads.submit(() -> new Member(topic, member, mayDie, seen).live()));
        }
        for (Future<?> one : running) {
            one.get(SECONDS + 100, TimeUnit.SECONDS);
        }
        threads.shutdown();
        assertEquals(List.of(), seen.history.findings());
        http.send("DELETE", "/topics/" + topic, BodyPublishers.noBody());
        return seen;
    }

    /** Spread over the first three quarters of the time. */
    private void produceAll(String topic, History history) {
        long start = System.nanoTime();
        for (int from = 0; from < MESSAGES; from += BATCH) {
            StringBuilder lines = new StringBuilder();
            List<String> values = new ArrayList<>();
            for (int number = from; number < from + BATCH; number++) {
                lines.append("{\"value\":\"")
                        .append(number)
                        .append("\",\"key\":\"k")
                        .append(number % KEYS)
                        .append("\"}\n");
                values.add(String.valueOf(number));
            }
            String path = "/produce/batch?topic=" + topic + "&producer_id=p&sequence=" + from;
            assertEquals(
                    200,
                    http.post(path, "application/x-ndjson", lines.toString().getBytes(UTF_8))
                            .status());
            history.sent("p", values);
            long due = start + (long) (SECONDS * 0.75e9 * (from + BATCH) / MESSAGES);
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    /** A member with its own ups and downs. */
    private final class Member {
        private final String topic;
        private final String id;
        private final boolean mayDie;
        private final Seen seen;
        private final RecordedClient client;
        private final Random random;
        private final Map<Integer, Long> nextOffsets = new HashMap<>();
        private final Map<String, Integer> lastNumbers = new HashMap<>();
        private boolean isMember;
        private long nextDeath;

        Member(String topic, int number, boolean mayDie, Seen seen) {
            this.topic = topic;
            this.id = topic + "." + number;
            this.mayDie = mayDie;
            this.seen = seen;
            this.client = new RecordedClient(http, seen.history);
            this.random = new Random(SEED + number);
            this.nextDeath = timeOfDeath();
        }

        /** The number of deaths does not depend on the speed of the machine. */
        private long timeOfDeath() {
            return System.nanoTime() + (long) (random.nextDouble() * SECONDS * 0.5e9);
        }

        void live() {
            while (!seen.isComplete()) {
                if (!isMember) {
                    join();
                }
                if (random.nextInt(400) == 0) {
                    leave();
                } else if (mayDie && System.nanoTime() - nextDeath > 0) {
                    consume(false); // dies with a batch in its hands
                    seen.deaths.incrementAndGet();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SESSION_MS + random.nextInt(SESSION_MS)));
                    isMember = random.nextBoolean(); // it only stalled, and believes that it is a member still
                    nextDeath = timeOfDeath();
                } else {
                    consume(true);
                }
            }
            leave();
        }

        private void join() {
            Reply reply = http.post(
                    "/consumers/register",
                    "topic",
                    topic,
                    "group",
                    "g",
                    "consumer_id",
                    id,
                    "auto_commit",
                    false,
                    "session_timeout_ms",
                    mayDie ? SESSION_MS : 60_000);
            assertEquals(200, reply.status(), reply.text());
            forget();
            isMember = true;
        }

        private void leave() {
            http.post("/consumers/unregister", "consumer_id", id);
            forget();
            isMember = false;
        }

        private void consume(boolean commits) {
            Reply reply = http.post("/consume/batch", "consumer_id", id, "max_messages", 2000, "wait_ms", 50);
            if (reply.status() == 404) {
                isMember = false;
                return;
            }
            seen.history.repositioned(id); // there may have been a rebalance, which the answer does not tell
            Map<Integer, Long> offsets = client.polled(id, topic, reply.get("messages"));
            List<Integer> numbers = new ArrayList<>();
            for (JsonNode message : reply.get("messages")) {
                int partition = message.path("partition").asInt();
                long offset = message.path("offset").asLong();
                checkOrder(message, partition, offset);
                numbers.add(message.path("value").asInt());
            }
            if (mayDie) {
                numbers.forEach(seen::add); // processed, and then perhaps not committed
            }
            if (commits && !offsets.isEmpty()) {
                commitEach(offsets, reply);
            }
        }

        /** Partition by partition, as each may have gone to another member meanwhile. */
        private void commitEach(Map<Integer, Long> offsets, Reply reply) {
            offsets.forEach((partition, offset) -> {
                Reply commit = http.post(
                        "/consumers/commit",
                        "{\"consumer_id\":\"" + id + "\",\"offsets\":[{\"partition\":" + partition + ",\"offset\":"
                                + offset + "}]}");
                if (commit.status() == 200 && !mayDie) {
                    reply.get("messages").forEach(message -> {
                        if (message.path("partition").asInt() == partition) {
                            seen.add(message.path("value").asInt()); // processed together with the commit
                        }
                    });
                } else if (commit.status() == 404) {
                    isMember = false;
                } else if (commit.status() == 409) {
                    assertEquals("REBALANCED", commit.code());
                    forget();
                } else {
                    assertEquals(200, commit.status(), commit.text());
                }
            });
        }

        /** Within a tenure, in which offsets have no gap, the numbers of a key rise. */
        private void checkOrder(JsonNode message, int partition, long offset) {
            Long due = nextOffsets.put(partition, offset + 1);
            if (due != null && offset != due) {
                lastNumbers.clear(); // it had lost the partition and has got it again: a new tenure
            }
            Integer last = lastNumbers.put(
                    message.path("key").asText(), message.path("value").asInt());
            assertTrue(
                    last == null || last < message.path("value").asInt(),
                    "order of a key: " + last + " before " + message);
        }

        private void forget() {
            nextOffsets.clear();
            lastNumbers.clear();
        }
    }
}
