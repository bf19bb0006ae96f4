package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tests.Http.Reply;
import tests.history.History;

/**
 * A broker that is killed at random moments, while 32 producers send and consumers commit, again and again over the same
 * folder. The seed decides who does what and when it ends; CRASH_ROUNDS says how often (4 without it).
 *
 * <p>After each death, all messages are read, and the history of all clients has no anomaly.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class CrashTest {
    private static final int SEED = 23;
    private static final int ROUNDS = Integer.parseInt(System.getenv().getOrDefault("CRASH_ROUNDS", "4"));
    private static final int PRODUCERS = 32;

    /** The minimum number of answers to producers in a round. A slow disk takes longer for them. */
    private static final int ANSWERS_PER_ROUND = 50;

    private static final Map<String, Integer> PARTITIONS = Map.of("one", 1, "three", 3, "short", 2);
    private static final List<String> TOPICS = List.of("one", "three", "short");

    @TempDir
    private Path folder;

    private final History history = new History();
    private final List<Producer> producers = new ArrayList<>();
    private final List<Committer> committers = new ArrayList<>();
    private final AtomicInteger answers = new AtomicInteger();
    private volatile boolean isDying;

    @Test
    void a_kill_loses_nothing_that_was_answered() throws Exception {
        Path data = folder.resolve("data");
        run(() -> BrokerProcess.start("--data-dir", data.toString()), () -> {});
    }

    @Test
    void with_fsync_always_neither_does_a_machine_that_forgets_what_was_not_synced() throws Exception {
        Path data = folder.resolve("data");
        Disk disk = new Disk(data, folder.resolve("sync.log"), new Random(SEED));
        run(
                () -> {
                    disk.noteAllAsSynced();
                    return BrokerProcess.startWithSyncLog(
                            disk.log(), "--data-dir", data.toString(), "--fsync", "always");
                },
                disk::forgetWhatWasNotSynced);
        assertTrue(disk.forgotten() > 0, "there was something to forget");
    }

    @Test
    void what_was_refused_because_a_sync_failed_is_not_there() throws Exception {
        Path data = folder.resolve("data");
        Path log = Files.createFile(folder.resolve("sync.log"));
        Path fails = folder.resolve("sync.log.fails");
        Random random = new Random(SEED);
        ScheduledExecutorService disturber = Executors.newSingleThreadScheduledExecutor();
        AtomicBoolean isStarting = new AtomicBoolean();
        disturber.scheduleWithFixedDelay(
                () -> setFailing(fails, !isStarting.get() && random.nextBoolean()), 20, 20, TimeUnit.MILLISECONDS);
        run(
                () -> {
                    isStarting.set(true);
                    Await.until("syncs work", () -> Files.notExists(fails));
                    BrokerProcess broker =
                            BrokerProcess.startWithSyncLog(log, "--data-dir", data.toString(), "--fsync", "always");
                    isStarting.set(false);
                    return broker;
                },
                () -> {});
        disturber.shutdown();
        assertTrue(history.hasRefused(), "some were refused");
    }

    private static void setFailing(Path fails, boolean isFailing) {
        try {
            if (isFailing) {
                Files.write(fails, new byte[0]);
            } else {
                Files.deleteIfExists(fails);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Start {
        BrokerProcess broker() throws IOException;
    }

    private interface AfterDeath {
        void run() throws IOException;
    }

    private void run(Start start, AfterDeath afterDeath) throws Exception {
        Random random = new Random(SEED);
        ExecutorService threads = Executors.newCachedThreadPool();
        for (int i = 0; i < PRODUCERS; i++) {
            producers.add(new Producer(i));
        }
        TOPICS.forEach(topic -> committers.add(new Committer(topic)));
        for (int round = 0; round < ROUNDS; round++) {
            try (BrokerProcess broker = start.broker()) {
                check(broker.http(), "reader", "round " + round);
                isDying = false;
                List<Future<?>> running = new ArrayList<>();
                producers.forEach(producer -> running.add(threads.submit(() -> producer.run(broker.http()))));
                committers.forEach(committer -> running.add(threads.submit(() -> committer.run(broker.http()))));
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50 + random.nextInt(450)));
                int enough = ANSWERS_PER_ROUND * (round + 1);
                Await.until(
                        "the broker answers producers",
                        () -> answers.get() >= enough || running.stream().anyMatch(Future::isDone));
                isDying = true;
                broker.kill();
                for (Future<?> one : running) {
                    one.get(60, TimeUnit.SECONDS);
                }
            }
            afterDeath.run();
        }
        try (BrokerProcess broker = start.broker()) {
            check(broker.http(), "reader", "the end");
            check(
                    broker.http(),
                    "second reader",
                    "all messages once more"); // messages that were read before are unchanged
            assertTrue(
                    history.polledMessages() >= ANSWERS_PER_ROUND * ROUNDS,
                    "only " + history.polledMessages() + " messages");
        }
        threads.shutdown();
    }

    private void check(Http http, String reader, String when) {
        RecordedClient client = new RecordedClient(http, history);
        for (String topic : TOPICS) {
            Await.until(
                    "the topic is there",
                    () -> http.post("/topics/register", settings(topic)).status() == 200); // a sync may fail
            client.readToEnd(reader, topic, topic.equals("short"));
        }
        committers.forEach(committer -> client.checkCommits(committer.id, committer.topic));
        assertEquals(List.of(), history.findings(), when);
    }

    private static String settings(String topic) {
        return "{\"topic\":\"" + topic + "\",\"partitions\":" + PARTITIONS.get(topic)
                + (topic.equals("short") ? ",\"max_bytes\":200000,\"when_full\":\"drop_oldest\"}" : "}");
    }

    /** Sends one request after the other until the broker dies; every other one counts, and sends again what got no answer. */
    private final class Producer {
        private final String id;
        private final String topic;
        private final boolean counts;
        private final Random random;
        private int number;
        private long sequence;
        private List<String> unanswered = List.of();

        Producer(int index) {
            this.id = "p" + index;
            this.topic = TOPICS.get(index % TOPICS.size());
            this.counts = index % 2 == 0;
            this.random = new Random(SEED + index);
        }

        void run(Http http) {
            while (!isDying) {
                List<String> batch = counts && !unanswered.isEmpty() ? unanswered : newBatch();
                try {
                    unanswered = batch;
                    Reply reply = http.post(
                            "/produce/batch?topic=" + topic
                                    + (counts ? "&producer_id=" + id + "&sequence=" + sequence : ""),
                            "application/x-ndjson",
                            ndjson(batch).getBytes(StandardCharsets.UTF_8));
                    if (reply.status() == 503) {
                        return;
                    }
                    if (reply.status() == 507) {
                        history.refused(counts ? List.of() : batch); // those that count are sent again
                        continue;
                    }
                    assertEquals(200, reply.status(), reply.text());
                    new RecordedClient(http, history).produced(id, topic, reply.json(), batch, this::partition);
                    answers.incrementAndGet();
                    unanswered = List.of();
                    sequence += batch.size();
                } catch (UncheckedIOException e) {
                    assertTrue(isDying, "the broker answers as long as it lives: " + e);
                    return;
                }
            }
        }

        private List<String> newBatch() {
            List<String> batch = new ArrayList<>();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                batch.add(id + "." + number++ + "." + "x".repeat(random.nextInt(200)));
            }
            return batch;
        }

        /** A value goes to the partition that its length names. */
        private int partition(String value) {
            return value.length() % PARTITIONS.get(topic);
        }

        private String ndjson(List<String> batch) {
            StringBuilder lines = new StringBuilder();
            batch.forEach(value -> lines.append("{\"value\":\"")
                    .append(value)
                    .append("\",\"partition\":")
                    .append(partition(value))
                    .append("}\n"));
            return lines.toString();
        }
    }

    /** Consumes a topic and commits. */
    private final class Committer {
        private final String topic;
        private final String id;
        private final Random random;

        Committer(String topic) {
            this.topic = topic;
            this.id = "c." + topic;
            this.random = new Random(SEED + topic.hashCode());
        }

        void run(Http http) {
            RecordedClient client = new RecordedClient(http, history);
            try {
                while (!isDying
                        && http.post("/consumers/register", "topic", topic, "consumer_id", id, "auto_commit", false)
                                        .status()
                                != 200) {
                    Thread.onSpinWait(); // a sync has failed
                }
                while (!isDying) {
                    Reply reply = http.post(
                            "/consume/batch", "consumer_id", id, "max_messages", 1 + random.nextInt(50), "wait_ms", 20);
                    if (reply.status() == 200) {
                        client.polled(id, topic, reply.get("messages"))
                                .forEach((partition, offset) -> client.commit(id, topic, partition, offset));
                    }
                }
            } catch (UncheckedIOException e) {
                assertTrue(isDying, "the broker answers as long as it lives: " + e);
            }
        }
    }
}
