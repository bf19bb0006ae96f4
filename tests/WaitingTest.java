package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Http.Reply;

/** Readers at the end of a topic. */
class WaitingTest {
    private static ExecutorService pool;

    private final BrokerProcess broker = BrokerProcess.shared();
    private final Http http = broker.http();

    @BeforeAll
    static void openPool() {
        pool = Executors.newCachedThreadPool();
    }

    @AfterAll
    static void stop() {
        pool.shutdownNow();
    }

    @Test
    void a_waiting_consumer_gets_the_message_as_soon_as_it_is_there() throws Exception {
        register("wait.one", "wait.c1");
        CompletableFuture<Reply> waiting =
                later(() -> http.post("/consume", "consumer_id", "wait.c1", "wait_ms", 60_000));
        http.post("/produce", "topic", "wait.one", "value", "at last");
        assertEquals("at last", waiting.get().get("value").asText());
    }

    @Test
    void what_is_there_already_is_not_waited_for() {
        register("wait.there", "wait.c2");
        http.post("/produce", "topic", "wait.there", "value", "v");
        assertEquals(
                200,
                http.post("/consume", "consumer_id", "wait.c2", "wait_ms", 60_000)
                        .status());
    }

    @Test
    void at_the_deadline_the_answer_is_204() {
        register("wait.deadline", "wait.c3");
        long start = System.nanoTime();
        assertEquals(
                204,
                http.post("/consume", "consumer_id", "wait.c3", "wait_ms", 300).status());
        assertTrue(System.nanoTime() - start >= 290_000_000, "not before");
        assertEquals(
                204,
                http.post("/consume/batch", "consumer_id", "wait.c3", "wait_ms", 10)
                        .status());
    }

    @Test
    void one_append_wakes_all_who_wait_for_a_topic_in_every_round() throws Exception {
        int consumers = 50;
        for (int i = 0; i < consumers; i++) {
            register("wait.all", "wait.all" + i);
        }
        for (int round = 0; round < 20; round++) {
            List<CompletableFuture<Reply>> waiting = new ArrayList<>();
            for (int i = 0; i < consumers; i++) {
                String id = "wait.all" + i;
                waiting.add(later(() -> http.post("/consume", "consumer_id", id, "wait_ms", 60_000)));
            }
            http.post("/produce", "topic", "wait.all", "value", "round " + round);
            for (CompletableFuture<Reply> reply : waiting) {
                assertEquals("round " + round, reply.get().get("value").asText());
            }
        }
    }

    @Test
    void two_waiting_calls_of_one_consumer_get_one_message_each() throws Exception {
        register("wait.two", "wait.c4");
        CompletableFuture<Reply> first =
                later(() -> http.post("/consume", "consumer_id", "wait.c4", "wait_ms", 60_000));
        CompletableFuture<Reply> second =
                later(() -> http.post("/consume", "consumer_id", "wait.c4", "wait_ms", 60_000));
        http.post("/produce", "topic", "wait.two", "value", "a");
        http.post("/produce", "topic", "wait.two", "value", "b");
        assertEquals(
                1,
                first.get().get("offset").asInt() + second.get().get("offset").asInt());
    }

    @Test
    void browsing_waits_for_so_many_messages() throws Exception {
        http.post("/topics/register", "topic", "wait.browse");
        CompletableFuture<Reply> waiting =
                later(() -> http.get("/topics/wait.browse/messages?min_messages=3&wait_ms=60000"));
        for (int i = 0; i < 3; i++) {
            http.post("/produce", "topic", "wait.browse", "value", "v" + i);
        }
        assertEquals(3, waiting.get().get("messages").size());
        Reply few = http.get("/topics/wait.browse/messages?min_messages=4&wait_ms=50");
        assertEquals(3, few.get("messages").size(), "at the deadline it gives what there is");
    }

    @Test
    void who_waits_for_a_consumer_that_is_removed_is_told() throws Exception {
        http.post("/topics/register", "topic", "wait.removed");
        for (String consumer : new String[] {"wait.r1", "wait.r2"}) {
            http.post("/consumers/register", "topic", "wait.removed", "consumer_id", consumer);
            CompletableFuture<Reply> waiting =
                    later(() -> http.post("/consume", "consumer_id", consumer, "wait_ms", 60000));
            Await.until(
                    "it waits",
                    () -> http.get("/consumers/" + consumer).get("waiting").asInt() == 1);
            http.post("/consumers/unregister", "consumer_id", consumer);
            assertEquals(404, waiting.get().status());
        }
    }

    @Test
    void who_waits_for_a_topic_that_is_deleted_is_told() throws Exception {
        register("wait.deleted", "wait.c5");
        CompletableFuture<Reply> waiting =
                later(() -> http.post("/consume", "consumer_id", "wait.c5", "wait_ms", 60_000));
        Await.until(
                "it waits", () -> http.get("/consumers/wait.c5").get("waiting").asInt() == 1);
        http.send("DELETE", "/topics/wait.deleted", BodyPublishers.noBody());
        assertEquals(404, waiting.get().status());
    }

    @Test
    void a_client_that_hangs_up_takes_no_message() throws Exception {
        register("wait.gone", "wait.c6");
        for (int round = 0; round < 20; round++) {
            try (Socket socket = new Socket("127.0.0.1", broker.port())) {
                socket.getOutputStream().write(consumeRequest("wait.c6"));
                Await.until(
                        "it waits",
                        () -> http.get("/consumers/wait.c6").get("waiting").asInt() == 1);
            }
            Await.until(
                    "it has hung up",
                    () -> http.get("/consumers/wait.c6").get("waiting").asInt() == 0);
        }
        http.post("/produce", "topic", "wait.gone", "value", "v");
        assertEquals(1, http.get("/consumers/wait.c6").get("lag").asInt());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3000})
    void a_request_that_comes_early_on_a_waiting_connection_is_answered_after_it(int padding) throws Exception {
        String consumer = "wait.c7." + padding;
        register("wait.early" + padding, consumer);
        try (Socket socket = new Socket("127.0.0.1", broker.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(consumeRequest(consumer));
            Await.until(
                    "it waits",
                    () -> http.get("/consumers/" + consumer).get("waiting").asInt() == 1);
            socket.getOutputStream()
                    .write(("GET /health HTTP/1.1\r\nHost: x\r\nX-Padding: " + "x".repeat(padding)
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(UTF_8));
            http.get("/health");
            http.post("/produce", "topic", "wait.early" + padding, "value", "first");
            String answers = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertTrue(
                    answers.contains("\"first\"")
                            && answers.indexOf("\"first\"") < answers.indexOf("\"status\":\"ok\""),
                    answers);
        }
    }

    @Test
    void of_two_requests_that_come_at_once_the_large_one_behind_a_waiting_one_is_answered_too() throws Exception {
        register("wait.both", "wait.c8");
        try (Socket socket = new Socket("127.0.0.1", broker.port())) {
            socket.setSoTimeout(10_000);
            String second = "GET /health HTTP/1.1\r\nHost: x\r\nX-Padding: " + "x".repeat(5000)
                    + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write((new String(consumeRequest("wait.c8"), UTF_8) + second).getBytes(UTF_8));
            Await.until(
                    "it waits",
                    () -> http.get("/consumers/wait.c8").get("waiting").asInt() == 1);
            http.post("/produce", "topic", "wait.both", "value", "first");
            String answers = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertTrue(answers.contains("\"first\"") && answers.contains("\"status\":\"ok\""), answers);
        }
    }

    @Test
    void a_waiting_client_that_half_closes_gets_the_end_of_its_connection() throws Exception {
        register("wait.half", "wait.c9");
        try (Socket socket = new Socket("127.0.0.1", broker.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(consumeRequest("wait.c9"));
            socket.shutdownOutput();
            assertEquals("", new String(socket.getInputStream().readAllBytes(), UTF_8));
        }
        Await.until(
                "nobody waits",
                () -> http.get("/consumers/wait.c9").get("waiting").asInt() == 0);
        assertFalse(broker.stderr().contains("EofException"), broker.stderr());
    }

    private static byte[] consumeRequest(String consumer) {
        String body = "{\"consumer_id\":\"" + consumer + "\",\"wait_ms\":60000}";
        return ("POST /consume HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(UTF_8);
    }

    @Test
    void a_message_that_comes_at_the_deadline_is_delivered_all_the_same() {
        int count = BrokerProcess.isOverKafka() ? 60 : 600; // there, a call takes ten times as long
        List<CompletableFuture<Void>> pairs = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String topic = "wait.deadline" + i;
            register(topic, topic);
            pairs.add(CompletableFuture.runAsync(() -> produceAboutOneAMillisecond(topic, count), pool));
            pairs.add(CompletableFuture.runAsync(() -> consumeAll(topic, count), pool));
        }
        pairs.forEach(CompletableFuture::join);
    }

    private void produceAboutOneAMillisecond(String topic, int count) {
        Random random = new Random(1);
        for (int i = 0; i < count; i++) {
            LockSupport.parkNanos(random.nextInt(2_000_000));
            http.post("/produce", "topic", topic, "value", "v");
        }
    }

    private void consumeAll(String consumer, int count) {
        for (int next = 0; next < count; ) {
            Reply reply = http.post("/consume", "consumer_id", consumer, "wait_ms", 1);
            if (reply.status() == 200) {
                assertEquals(next++, reply.get("offset").asInt(), "the one before was delivered to nobody");
            } else if (next < count) {
                assertTrue(http.get("/consumers/" + consumer).get("offset").asInt() == next, next + " were delivered");
            }
        }
    }

    @Test
    void a_stop_answers_those_who_wait_at_once() throws IOException {
        BrokerProcess own = BrokerProcess.start();
        try (own) {
            own.http().post("/topics/register", "topic", "t");
            own.http().post("/consumers/register", "topic", "t", "consumer_id", "c");
            CompletableFuture<Reply> waiting =
                    later(() -> own.http().post("/consume", "consumer_id", "c", "wait_ms", 60_000));
            own.http().get("/health");
            assertEquals(0, own.terminate());
            Reply reply = waiting.join();
            assertEquals("SHUTTING_DOWN", reply.code(), reply.text());
        }
    }

    private void register(String topic, String consumer) {
        http.post("/topics/register", "topic", topic);
        http.post("/consumers/register", "topic", topic, "consumer_id", consumer);
    }

    private static CompletableFuture<Reply> later(Supplier<Reply> call) {
        return CompletableFuture.supplyAsync(call, pool);
    }
}
