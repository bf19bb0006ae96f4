package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Clients that make a broker with a small heap hold more than it can: they are refused, and another client goes on as before. */
class MemoryTest {
    private static final String HEAP = "256m";

    /** Tells an answer that comes at once, perhaps after a collection of garbage, from one that hangs. */
    private static final long AT_ONCE_MS = 5000;

    /** By status; -1 stands for a connection that ended without an answer. */
    private final Map<Integer, AtomicInteger> answers = new ConcurrentSkipListMap<>();

    private interface Attack {
        void on(BrokerProcess broker) throws Exception;
    }

    private interface Client {
        void run(RawConnection connection, int number) throws Exception;
    }

    @Test
    void topics_of_many_partitions_are_refused_when_the_memory_is_full() throws Exception {
        survive(broker -> {
            AtomicInteger next = new AtomicInteger();
            together(broker, 4, (connection, client) -> {
                for (int topic; (topic = next.getAndIncrement()) < 6000; ) {
                    note(connection.post("/topics/register", "{\"topic\":\"topic-" + topic + "\",\"partitions\":256}"));
                }
            });
            assertStatuses(200, 507);
            assertTrue(count(507) > 0, answers.toString());
            assertAnswered(broker, "/topics", "/stats", "/metrics", "/openapi.json", "/topics/topic-1");
        });
    }

    @Test
    void bodies_that_shrink_when_they_are_read_are_refused_when_too_many_come_at_once() throws Exception {
        String value = "\\u0041".repeat(1 << 20);
        byte[] body = ("{\"topic\":\"escaped\",\"value\":\"" + value + "\"}").getBytes(StandardCharsets.US_ASCII);
        survive(broker -> {
            register(broker, "escaped", "max_messages", 3, "when_full", "drop_oldest");
            repeatedly(
                    broker, 16, 5, (connection, client) -> note(connection.post("/produce", "application/json", body)));
            assertStatuses(200, 503, 507);
            assertTrue(count(200) > 0, answers.toString());
        });
    }

    @Test
    void what_a_client_says_that_it_will_send_takes_no_memory() throws Exception {
        survive(broker -> {
            List<RawConnection> heads = new ArrayList<>();
            for (int i = 0; i < 1500; i++) {
                RawConnection head = new RawConnection(broker.port());
                head.send(RawConnection.head("POST", "/produce", "Content-Length: 3000000") + "{");
                heads.add(head);
            }
            assertAnswered(broker, "/topics", "/stats");
            byte[] batch = "line\n".repeat(400_000).getBytes(StandardCharsets.US_ASCII);
            register(broker, "beside");
            assertEquals(
                    200,
                    broker.http()
                            .post("/produce/batch?topic=beside", "text/plain", batch)
                            .status());
            for (RawConnection head : heads) {
                head.close();
            }
        });
    }

    @Test
    void producers_that_are_remembered_are_refused_when_the_memory_is_full() throws Exception {
        survive(broker -> {
            for (int topic = 0; topic < 100; topic++) {
                register(broker, "sequences-" + topic);
            }
            AtomicInteger next = new AtomicInteger();
            together(broker, 4, (connection, client) -> {
                for (int producer; (producer = next.getAndIncrement()) < 400_000 && count(507) < 100; ) {
                    note(connection.post(
                            "/produce",
                            "{\"topic\":\"sequences-" + producer % 100 + "\",\"value\":\"\",\"producer_id\":\"producer-"
                                    + producer + "-" + "p".repeat(200) + "\",\"sequence\":0}"));
                }
            });
            assertStatuses(200, 507);
            assertTrue(count(200) >= 40_000 && count(507) > 0, answers.toString());
        });
    }

    @Test
    void consumers_are_refused_when_the_memory_is_full() throws Exception {
        survive(broker -> {
            register(broker, "consumed", "partitions", 16);
            AtomicInteger next = new AtomicInteger();
            together(broker, 4, (connection, client) -> {
                for (int consumer; (consumer = next.getAndIncrement()) < 200_000 && count(507) < 100; ) {
                    note(connection.post(
                            "/consumers/register",
                            "{\"topic\":\"consumed\",\"consumer_id\":\"consumer-" + consumer + "\"}"));
                }
            });
            assertStatuses(200, 507);
            assertTrue(count(507) > 0, answers.toString());
            assertAnswered(
                    broker, "/stats", "/consumers", "/topics", "/metrics", "/topics/consumed", "/consumers/consumer-0");
        });
    }

    @Test
    void groups_are_refused_when_the_memory_is_full() throws Exception {
        survive(broker -> {
            register(broker, "grouped", "partitions", 256);
            AtomicInteger next = new AtomicInteger();
            together(broker, 4, (connection, client) -> {
                for (int group; (group = next.getAndIncrement()) < 100_000 && count(507) < 100; ) {
                    note(connection.post(
                            "/consumers/register",
                            "{\"topic\":\"grouped\",\"consumer_id\":\"member-" + group + "\",\"group\":\"group-" + group
                                    + "\",\"session_timeout_ms\":600000}"));
                }
            });
            assertStatuses(200, 507);
            assertTrue(count(507) > 0, answers.toString());
            assertAnswered(broker, "/groups", "/groups/group-0", "/consumers", "/stats", "/metrics");
        });
    }

    @Test
    void batches_that_are_read_are_cut_short_or_refused_when_too_many_go_at_once() throws Exception {
        survive(broker -> {
            fill(broker, "read", 60);
            for (int client = 0; client < 50; client++) {
                broker.http().post("/consumers/register", "topic", "read", "consumer_id", "reader-" + client);
            }
            repeatedly(
                    broker,
                    50,
                    5,
                    (connection, client) -> note(connection.post(
                            "/consume/batch",
                            "{\"consumer_id\":\"reader-" + client
                                    + "\",\"max_messages\":1000000,\"max_bytes\":33554432}")));
            assertStatuses(200, 204, 503);
            repeatedly(
                    broker,
                    50,
                    5,
                    (connection, client) -> note(connection.get("/topics/read/messages?max_messages=1000000")));
            assertStatuses(200, 204, 503);
        });
    }

    @Test
    void answers_that_nobody_takes_are_counted() throws Exception {
        survive(broker -> {
            fill(broker, "left", 60);
            List<RawConnection> slow = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                broker.http().post("/consumers/register", "topic", "left", "consumer_id", "slow-" + i);
                RawConnection connection = new RawConnection(broker.port(), 4096);
                String body = "{\"consumer_id\":\"slow-" + i + "\",\"max_messages\":1000000,\"max_bytes\":33554432}";
                connection.send(
                        RawConnection.head("POST", "/consume/batch", "Content-Length: " + body.length()) + body);
                slow.add(connection);
            }
            assertAnswered(broker, "/topics", "/stats");
            for (RawConnection connection : slow) {
                connection.close();
            }
        });
    }

    @Test
    void streams_that_nobody_takes_are_counted() throws Exception {
        survive(broker -> {
            fill(broker, "streamed", 60);
            List<RawConnection> streams = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                RawConnection connection = new RawConnection(broker.port(), 4096);
                connection.send(RawConnection.head("GET", "/topics/streamed/stream"));
                streams.add(connection);
            }
            assertAnswered(broker, "/topics", "/stats");
            for (RawConnection connection : streams) {
                connection.close();
            }
        });
    }

    @Test
    void bodies_of_unknown_length_are_refused_when_too_many_come_at_once() throws Exception {
        byte[] chunk = ("10000\r\n" + "x".repeat(65535) + "\n\r\n").getBytes(StandardCharsets.US_ASCII);
        survive(broker -> {
            register(broker, "chunked", "max_messages", 10, "when_full", "drop_oldest");
            together(broker, 50, (connection, client) -> {
                connection.send(RawConnection.head(
                        "POST",
                        "/produce/batch?topic=chunked",
                        "Content-Type: text/plain",
                        "Transfer-Encoding: chunked"));
                for (int i = 0; i < 300; i++) {
                    connection.send(chunk);
                }
                connection.send("0\r\n\r\n");
                note(connection.readAnswer());
            });
            assertStatuses(200, 413, 429, 503);
        });
    }

    @Test
    void batches_of_tiny_messages_are_refused_when_they_are_too_large() throws Exception {
        byte[] small = "\n".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
        byte[] large = "\n".repeat(32 << 20).getBytes(StandardCharsets.US_ASCII);
        survive(broker -> {
            register(broker, "tiny", "max_messages", 100_000, "when_full", "drop_oldest");
            together(broker, 8, (connection, client) -> {
                note(connection.post("/produce/batch?topic=tiny", "text/plain", small));
                note(connection.post("/produce/batch?topic=tiny", "text/plain", large));
            });
            assertStatuses(200, 413, 429, 503);
            assertTrue(count(200) > 0 && count(413) > 0, answers.toString());
        });
    }

    @Test
    void headers_of_messages_are_refused_when_they_take_too_much() throws Exception {
        StringBuilder headers = new StringBuilder();
        for (int i = 0; i < 60_000; i++) {
            headers.append(i == 0 ? "" : ",").append("\"h").append(i).append("\":\"\"");
        }
        byte[] single = ("{\"topic\":\"headers\",\"value\":\"v\",\"headers\":{" + headers + "}}")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] batch = ("{\"topic\":\"headers\",\"messages\":[{\"value\":\"v\",\"headers\":{" + headers + "}}]}")
                .getBytes(StandardCharsets.US_ASCII);
        survive(broker -> {
            register(broker, "headers", "max_messages", 3, "when_full", "drop_oldest");
            repeatedly(broker, 8, 4, (connection, client) -> {
                note(connection.post("/produce", "application/json", single));
                note(connection.post("/produce/batch", "application/json", batch));
            });
            assertStatuses(200, 413, 503);
            assertTrue(count(200) > 0, answers.toString());
        });
    }

    @Test
    void json_that_is_wide_or_deep_is_refused_when_it_takes_too_much() throws Exception {
        byte[] wide = ("{\"consumer_id\":\"c\",\"offsets\":[" + "{},".repeat(1_900_000) + "{}]}")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] wideIgnored = ("{\"topic\":\"json\",\"more\":[" + "{},".repeat(1_900_000) + "{}]}")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] deep = ("{\"topic\":\"json\",\"more\":" + "[".repeat(3_000_000) + "]".repeat(3_000_000) + "}")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] longString = ("{\"topic\":\"json\",\"value\":\"" + "\u00e9".repeat(3_000_000) + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] longName =
                ("{\"topic\":\"json\",\"" + "n".repeat(6_000_000) + "\":\"\"}").getBytes(StandardCharsets.UTF_8);
        survive(broker -> {
            register(broker, "json");
            broker.http().post("/consumers/register", "topic", "json", "consumer_id", "c");
            repeatedly(broker, 16, 4, (connection, client) -> {
                note(connection.post("/consumers/commit", "application/json", wide));
                note(connection.post("/topics/register", "application/json", wideIgnored));
                note(connection.post("/produce", "application/json", deep));
                note(connection.post("/produce", "application/json", longString));
                note(connection.post("/produce/batch", "application/json", longString));
                note(connection.post("/produce", "application/json", longName));
            });
            assertStatuses(200, 400, 413, 422, 503);
        });
    }

    @Test
    void names_that_mean_nothing_are_refused_when_they_take_too_much() throws Exception {
        String members = IntStream.range(0, 150_000)
                .mapToObj(i -> ",\"-" + Integer.toString(i, 36) + "\":0")
                .collect(Collectors.joining());
        String messages = IntStream.range(0, 150_000)
                .mapToObj(i -> "{\"value\":\"\",\"-" + Integer.toString(i, 36) + "\":0}")
                .collect(Collectors.joining(","));
        byte[] ofBatch = ("{\"topic\":\"names\",\"messages\":[{\"value\":\"\"}]" + members + "}")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] ofMessage = ("{\"topic\":\"names\",\"messages\":[{\"value\":\"\"" + members + "}]}")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] nested = ("{\"topic\":\"names\",\"messages\":[{\"value\":\"\",\"more\":[{\"a\":0" + members + "}]}]}")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] ofEachMessage =
                ("{\"topic\":\"names\",\"messages\":[" + messages + "]}").getBytes(StandardCharsets.US_ASCII);
        byte[] ofRecord = ("{\"topic\":\"names\"" + members + "}").getBytes(StandardCharsets.US_ASCII);
        survive(broker -> {
            register(broker, "names", "max_messages", 3, "when_full", "drop_oldest");
            repeatedly(broker, 32, 5, (connection, client) -> {
                note(connection.post("/produce/batch", "application/json", ofBatch));
                note(connection.post("/produce/batch", "application/json", ofMessage));
                note(connection.post("/produce/batch", "application/json", nested));
                note(connection.post("/produce/batch", "application/json", ofEachMessage));
                note(connection.post("/topics/register", "application/json", ofRecord));
            });
            assertStatuses(200, 413, 429, 503);
        });
    }

    /** Attacks a broker beside a steady client, and checks that nothing has happened to either. */
    private void survive(Attack attack) throws Exception {
        try (BrokerProcess broker = BrokerProcess.startWithHeap(HEAP)) {
            SteadyClient steady = new SteadyClient(broker);
            try (steady) {
                attack.on(broker);
            }
            assertNull(steady.failure());
            assertEquals(Set.of(200), steady.counts().keySet(), steady.counts().toString());
            assertTrue(steady.slowestMs() < AT_ONCE_MS, steady.slowestMs() + " ms");
            assertEquals(
                    steady.counts().get(200),
                    broker.http()
                            .get("/topics/" + SteadyClient.TOPIC)
                            .get("messages")
                            .asInt());
            Await.until(
                    "requests have given all memory back",
                    () -> metric(broker, "mini_kafka_memory_in_flight_used_bytes") < 20 << 20);
            assertEquals(
                    200,
                    broker.http()
                            .post("/produce", "topic", SteadyClient.TOPIC, "value", "fresh")
                            .status());
            assertEquals(0, broker.terminate());
            String stderr = broker.stderr();
            assertFalse(stderr.contains("OutOfMemoryError") || stderr.contains("\tat "), stderr);
        }
    }

    /** Lets clients run side by side, each on a connection of its own, until all have ended. */
    private void together(BrokerProcess broker, int clients, Client client) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(clients);
        try {
            List<Future<?>> results = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int number = i;
                results.add(pool.submit(() -> {
                    try (RawConnection connection = new RawConnection(broker.port())) {
                        client.run(connection, number);
                    }
                    return null;
                }));
            }
            for (Future<?> result : results) {
                result.get(120, TimeUnit.SECONDS);
            }
        } catch (ExecutionException e) {
            throw new AssertionError("a request was not answered after " + answers, e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    private void repeatedly(BrokerProcess broker, int clients, int seconds, Client client) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        together(broker, clients, (connection, number) -> {
            while (System.nanoTime() < end) {
                client.run(connection, number);
            }
        });
    }

    private static void register(BrokerProcess broker, String topic, Object... settings) {
        Object[] fields = new Object[settings.length + 2];
        fields[0] = "topic";
        fields[1] = topic;
        System.arraycopy(settings, 0, fields, 2, settings.length);
        assertEquals(200, broker.http().post("/topics/register", fields).status());
    }

    /** Makes a topic with so many MB of messages. */
    private static void fill(BrokerProcess broker, String topic, int megabytes) {
        byte[] batch = ("x".repeat(999) + "\n").repeat(1000).getBytes(StandardCharsets.US_ASCII);
        register(broker, topic);
        for (int i = 0; i < megabytes; i++) {
            assertEquals(
                    200,
                    broker.http()
                            .post("/produce/batch?topic=" + topic, "text/plain", batch)
                            .status());
        }
    }

    private void assertAnswered(BrokerProcess broker, String... paths) throws IOException {
        for (String path : paths) {
            try (RawConnection connection = new RawConnection(broker.port())) {
                int status = connection.get(path);
                assertEquals(200, status, path);
            }
        }
    }

    private void note(int status) {
        answers.computeIfAbsent(status, absent -> new AtomicInteger()).incrementAndGet();
    }

    private int count(int status) {
        return answers.containsKey(status) ? answers.get(status).get() : 0;
    }

    private void assertStatuses(Integer... allowed) {
        assertTrue(Set.of(allowed).containsAll(answers.keySet()), answers.toString());
    }

    private static double metric(BrokerProcess broker, String name) {
        return broker.http()
                .get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.split(" ")[1]))
                .findFirst()
                .orElse(Double.NaN);
    }
}
