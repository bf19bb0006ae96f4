package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tests.Http.Reply;
import tests.history.History;

/** Many clients at once: what one lock per topic and one per consumer promise. */
class StressTest {
    private static final int CLIENTS = 32;
    private static final int TOPICS = 4;
    private static final int MESSAGES_PER_PRODUCER = 250;
    private static final int MESSAGES_PER_TOPIC = CLIENTS / TOPICS * MESSAGES_PER_PRODUCER;

    private final Http http = BrokerProcess.shared().http();

    @Test
    void offsets_are_dense_and_unique_and_every_consumer_sees_all_messages_in_order() throws Exception {
        History history = new History();
        List<Callable<List<String>>> clients = new ArrayList<>();
        for (int topic = 0; topic < TOPICS; topic++) {
            http.post("/topics/register", "topic", topic(topic));
        }
        for (int client = 0; client < CLIENTS; client++) {
            String name = "c" + client;
            String topic = topic(client % TOPICS);
            clients.add(() -> produce(topic, name, history));
            clients.add(() -> consume(topic, "stress." + name, history));
        }
        runAtOnce(clients);

        assertEquals(List.of(), history.findings());
        assertEquals(TOPICS * MESSAGES_PER_TOPIC, history.polledMessages(), "offsets are dense");
    }

    @Test
    void a_topic_with_very_many_consumers_is_deleted_at_once_and_holds_up_nobody() throws Exception {
        int consumers = 100_000; // a deletion that compares each with each takes more than a minute
        try (BrokerProcess broker = BrokerProcess.start();
                RawConnection connection = new RawConnection(broker.port())) {
            Http own = broker.http();
            own.post("/topics/register", "topic", "crowded");
            own.post("/topics/register", "topic", "other");
            connection.postAll(
                    "/consumers/register", consumers, i -> "{\"topic\":\"crowded\",\"consumer_id\":\"c" + i + "\"}");
            assertEquals(consumers, own.get("/topics/crowded").get("consumers").size());
            long start = System.nanoTime();
            Future<Reply> deletion = Executors.newSingleThreadExecutor()
                    .submit(() -> own.send("DELETE", "/topics/crowded", BodyPublishers.noBody()));
            long worst = 0;
            do {
                long before = System.nanoTime();
                assertEquals(200, connection.post("/produce", "{\"topic\":\"other\",\"value\":\"v\"}"));
                worst = Math.max(worst, System.nanoTime() - before);
            } while (!deletion.isDone());
            assertEquals(200, deletion.get().status());
            assertTrue(secondsSince(start) < 10, "the deletion took " + secondsSince(start) + " s");
            assertTrue(worst < TimeUnit.SECONDS.toNanos(5), "another connection's produce took " + worst / 1e9 + " s");
            assertEquals("{}", own.get("/stats").get("consumers").toString());
            assertEquals(404, own.post("/consume", "consumer_id", "c1").status());
        }
    }

    @Test
    void very_many_members_join_a_group_and_leave_it() throws Exception {
        int members = 10_000; // if each join looks at all members, they take minutes
        http.post("/topics/register", "topic", "stress.members", "partitions", 256);
        long start = System.nanoTime();
        try (RawConnection connection = new RawConnection(BrokerProcess.shared().port())) {
            connection.postAll(
                    "/consumers/register",
                    members,
                    i -> "{\"topic\":\"stress.members\",\"group\":\"stress.members\",\"consumer_id\":\"stress.m" + i
                            + "\",\"session_timeout_ms\":3600000}");
            assertEquals(
                    members,
                    http.get("/groups/stress.members")
                            .get("groups")
                            .path(0)
                            .path("members")
                            .size());
            String idle = http.get("/consumers/stress.m9999")
                    .get("why")
                    .path("detail")
                    .asText();
            assertTrue(idle.length() < 2000, "it does not name all members: " + idle.length() + " characters");
            connection.postAll("/consumers/unregister", members - 1, i -> "{\"consumer_id\":\"stress.m" + i + "\"}");
        }
        assertTrue(secondsSince(start) < 40, "it took " + secondsSince(start) + " s");
        assertEquals(256, http.get("/consumers/stress.m9999").get("assigned").size());
    }

    private static double secondsSince(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    @Test
    void calls_that_find_nothing_leave_their_connections_usable() throws Exception {
        http.post("/topics/register", "topic", "stress.nothing");
        List<Callable<List<String>>> clients = new ArrayList<>();
        for (int client = 0; client < 8; client++) {
            String consumer = "stress.nothing" + client;
            http.post("/consumers/register", "topic", "stress.nothing", "consumer_id", consumer);
            clients.add(() -> consumeNothing(consumer, 4000));
        }
        runAtOnce(clients);
    }

    /** Its body comes after its head, so that another thread reads it, while the one that read the head is not done. */
    private static List<String> consumeNothing(String consumer, int times) throws IOException {
        byte[] body = ("{\"consumer_id\":\"" + consumer + "\"}").getBytes(UTF_8);
        try (RawConnection connection = new RawConnection(BrokerProcess.shared().port())) {
            for (int i = 0; i < times; i++) {
                assertEquals(204, connection.post("/consume", "application/json", body));
            }
        }
        return List.of();
    }

    @Test
    void every_request_that_is_no_http_gets_its_answer() throws Exception {
        runAtOnce(Collections.nCopies(8, () -> sendNonsense(2500)));
    }

    private static List<String> sendNonsense(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            try (RawConnection connection =
                    new RawConnection(BrokerProcess.shared().port())) {
                connection.send("GET /groups HTTP/1.1\r\nHost x\r\n\r\n");
                assertEquals(400, connection.readAnswer());
            }
        }
        return List.of();
    }

    /** A thread may still be in the write of an answer when another thread reads the next request. */
    @Test
    void requests_that_are_no_http_after_other_requests_leave_no_trace() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start();
                RawConnection connection = new RawConnection(broker.port())) {
            connection.postAll("/topics/register", 300, i -> "{\"topic\":\"many" + i + "\"}");
            runAtOnce(Collections.nCopies(8, () -> sendNonsenseAfter(broker, "HEAD", "/metrics", 100)));
            runAtOnce(Collections.nCopies(8, () -> sendNonsenseAfter(broker, "GET", "/topics", 100)));
            assertEquals("", broker.stderr());
        }
    }

    private static List<String> sendNonsenseAfter(BrokerProcess broker, String method, String path, int times)
            throws IOException {
        for (int i = 0; i < times; i++) {
            try (RawConnection connection = new RawConnection(broker.port())) {
                connection.send(RawConnection.head(method, path) + "GET /groups HTTP/1.1\r\nHost x\r\n\r\n");
                assertEquals(200, method.equals("HEAD") ? connection.readHead() : connection.readAnswer());
                assertEquals(400, connection.readAnswer());
            }
        }
        return List.of();
    }

    @Test
    void calls_at_once_for_one_consumer_never_get_the_same_message() throws Exception {
        int messages = 2000;
        http.post("/topics/register", "topic", "stress.shared");
        for (int i = 0; i < messages; i++) {
            http.post("/produce", "topic", "stress.shared", "value", "v");
        }
        http.post("/consumers/register", "topic", "stress.shared", "consumer_id", "stress.shared");
        List<Callable<List<String>>> clients = new ArrayList<>();
        for (int client = 0; client < 16; client++) {
            clients.add(this::drainShared);
        }
        BitSet seen = new BitSet();
        int deliveries = 0;
        for (List<String> offsets : runAtOnce(clients)) {
            deliveries += offsets.size();
            offsets.forEach(offset -> seen.set(Integer.parseInt(offset)));
        }
        assertEquals(messages, deliveries);
        assertEquals(messages, seen.cardinality());
    }

    @Test
    void nobody_reads_a_topic_that_was_deleted_while_he_came() throws Exception {
        List<Callable<List<String>>> clients = new ArrayList<>();
        clients.add(this::deleteAgainAndAgain);
        for (int client = 0; client < 4; client++) {
            int first = client * 250;
            clients.add(() -> registerAll(first, first + 250));
        }
        runAtOnce(clients);
        http.post("/topics/register", "topic", "stress.deleted");
        http.post("/produce", "topic", "stress.deleted", "value", "v");
        http.get("/stats").get("consumers").properties().forEach(consumer -> {
            if (consumer.getKey().startsWith("stress.d")) {
                assertTrue(
                        consumer.getValue().path("lag").asInt() > 0,
                        consumer.getKey() + " waits for a topic that is gone");
            }
        });
    }

    @Test
    void a_topic_that_is_full_and_ages_answers_its_producers_and_its_consumer() throws Exception {
        http.post("/topics/register", "topic", "stress.aging", "max_messages", 1, "max_age_ms", 600_000);
        http.post("/consumers/register", "topic", "stress.aging", "consumer_id", "stress.aging", "auto_commit", false);
        List<Callable<List<String>>> clients = new ArrayList<>();
        for (int client = 0; client < 4; client++) {
            clients.add(() -> repeat(
                    1500,
                    () -> http.post("/produce", "topic", "stress.aging", "value", "v")
                            .status()));
            clients.add(
                    () -> repeat(1500, () -> http.get("/consumers/stress.aging").status()));
        }
        runAtOnce(clients).forEach(statuses -> assertTrue(List.of("200", "429").containsAll(statuses)));
    }

    private static List<String> repeat(int times, Callable<Integer> call) throws Exception {
        List<String> results = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            results.add(String.valueOf(call.call()));
        }
        return results;
    }

    private List<String> deleteAgainAndAgain() {
        for (int i = 0; i < 500; i++) {
            http.post("/topics/register", "topic", "stress.deleted");
            http.send("DELETE", "/topics/stress.deleted", BodyPublishers.noBody());
        }
        return List.of();
    }

    private List<String> registerAll(int from, int to) {
        for (int i = from; i < to; i++) {
            int status = http.post("/consumers/register", "topic", "stress.deleted", "consumer_id", "stress.d" + i)
                    .status();
            assertTrue(status == 200 || status == 404, "status " + status);
        }
        return List.of();
    }

    private List<String> produce(String topic, String name, History history) {
        for (int i = 0; i < MESSAGES_PER_PRODUCER; i++) {
            String value = name + "-" + i;
            Reply reply = http.post("/produce", "topic", topic, "value", value);
            history.sent(
                    name,
                    RecordedClient.partition(topic, 0),
                    reply.get("offset").asInt(),
                    List.of(value));
        }
        return List.of();
    }

    private List<String> consume(String topic, String consumerId, History history) {
        http.post("/consumers/register", "topic", topic, "consumer_id", consumerId);
        String partition = RecordedClient.partition(topic, 0);
        history.positioned(consumerId, partition, 0);
        while (history.nextOffset(consumerId, partition) < MESSAGES_PER_TOPIC) {
            Reply reply = http.post("/consume", "consumer_id", consumerId);
            if (reply.status() == 200) {
                history.polled(
                        consumerId,
                        partition,
                        reply.get("offset").asInt(),
                        List.of(reply.get("value").asText()));
            }
        }
        return List.of();
    }

    private List<String> drainShared() {
        List<String> offsets = new ArrayList<>();
        for (Reply reply; (reply = http.post("/consume", "consumer_id", "stress.shared")).status() == 200; ) {
            offsets.add(reply.get("offset").asText());
        }
        return offsets;
    }

    private static List<List<String>> runAtOnce(List<Callable<List<String>>> clients) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(clients.size());
        try {
            List<List<String>> results = new ArrayList<>();
            for (Future<List<String>> result : pool.invokeAll(clients, 120, TimeUnit.SECONDS)) {
                results.add(result.get());
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }

    private static String topic(int number) {
        return "stress." + number;
    }
}
