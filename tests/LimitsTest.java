package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tests.Http.Reply;
import tests.Scripts.Result;

/** Limits of counts and of time. {@link MemoryTest} has those of the memory. */
class LimitsTest {
    private static final byte[] HEALTH = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path folder;

    // Counts.

    @Test
    void topics_and_consumers_have_a_limit_and_what_is_removed_makes_room() {
        String[] options = {
            "--max-topics",
            "2",
            "--max-consumers",
            "1",
            "--data-dir",
            folder.resolve("data").toString(),
            "--fsync",
            "always"
        };
        try (EmbeddedBroker broker = EmbeddedBroker.start(options)) {
            Http http = broker.http();
            http.produce("a", 1);
            http.produce("b", 1);
            assertFull(http.post("/topics/register", "topic", "c"), "2 topics");
            assertEquals(200, http.post("/topics/register", "topic", "a").status());
            assertEquals(
                    200,
                    http.post("/consumers/register", "topic", "a", "consumer_id", "x")
                            .status());
            assertFull(http.post("/consumers/register", "topic", "a", "consumer_id", "y"), "1 consumer");
            assertEquals(
                    200,
                    http.post("/consumers/register", "topic", "a", "consumer_id", "x")
                            .status());
            assertEquals(404, http.get("/consumers/y").status());
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(
                "--max-topics",
                "1",
                "--max-consumers",
                "1",
                "--data-dir",
                folder.resolve("data").toString())) {
            Http http = broker.http();
            assertEquals(2, http.get("/topics").get("topics").size()); // what was accepted is not lost
            assertFull(http.post("/topics/register", "topic", "c"), "2 topics");
            http.send("DELETE", "/topics/a", java.net.http.HttpRequest.BodyPublishers.noBody());
            http.send("DELETE", "/topics/b", java.net.http.HttpRequest.BodyPublishers.noBody());
            assertEquals(200, http.post("/topics/register", "topic", "c").status());
            assertEquals(
                    200,
                    http.post("/consumers/register", "topic", "c", "consumer_id", "y")
                            .status());
        }
    }

    private static void assertFull(Reply reply, String what) {
        assertEquals("507 STORAGE_FULL", reply.status() + " " + reply.code());
        assertTrue(reply.detail().startsWith("The broker keeps " + what + ", which is its limit."), reply.detail());
    }

    @Test
    void only_the_producers_that_sent_last_are_remembered() {
        try (EmbeddedBroker broker = EmbeddedBroker.start("--max-producers", "1")) {
            Http http = broker.http();
            http.post("/topics/register", "topic", "t");
            send(http, "a");
            assertTrue(send(http, "a").get("duplicate").asBoolean());
            send(http, "b");
            assertEquals(2, send(http, "a").get("offset").asInt());
        }
    }

    private static Reply send(Http http, String producer) {
        return http.post("/produce", "topic", "t", "value", "v", "producer_id", producer, "sequence", 0);
    }

    @Test
    void a_new_connection_closes_the_one_that_was_idle_for_longest() throws IOException {
        try (EmbeddedBroker broker = EmbeddedBroker.start("--max-connections", "10")) {
            List<Socket> open = new ArrayList<>();
            try {
                for (int i = 0; i < 12; i++) {
                    Socket socket = new Socket();
                    socket.connect(new InetSocketAddress("127.0.0.1", broker.port()));
                    socket.setSoTimeout(10_000);
                    open.add(socket);
                    socket.getOutputStream().write(HEALTH);
                    assertEquals('H', socket.getInputStream().read());
                }
                open.get(0).getInputStream().readAllBytes(); // it ends
                open.get(11).getOutputStream().write(HEALTH);
                assertTrue(open.get(11).getInputStream().read() >= 0);
            } finally {
                for (Socket socket : open) {
                    socket.close();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--max-topics, 0",
        "--max-consumers, 0",
        "--max-producers, -1",
        "--max-connections, 7",
        "--max-connections, 99999999"
    })
    void a_limit_out_of_its_range_is_refused(String option, String value) {
        Result refused = Commands.run("Broker.java", "--port", "0", option, value);
        assertEquals(2, refused.exitCode());
        assertTrue(refused.stderr().contains("'" + option + "': " + value + " is not from "), refused.stderr());
        LifecycleTest.assertOneLine(refused.stderr());
    }

    // Depth and length.

    @Test
    void deep_nesting_and_long_numbers_are_refused() {
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            Http http = broker.http();
            http.post("/topics/register", "topic", "t");
            String deep = "[".repeat(100_000) + "]".repeat(100_000);
            for (String body : List.of(
                    "{\"topic\":\"t\",\"value\":\"v\",\"x\":" + deep + "}",
                    "{\"topic\":\"t\",\"messages\":[{\"value\":\"v\",\"x\":" + deep + "}]}")) {
                String path = body.contains("messages") ? "/produce/batch" : "/produce";
                assertEquals(400, http.post(path, body).status());
            }
            String digits = "9".repeat(100_000);
            Reply reply = http.post("/produce", "{\"topic\":\"t\",\"value\":\"v\",\"partition\":" + digits + "}");
            assertTrue(reply.status() == 400 || reply.status() == 422, reply.text());
            assertEquals(0, http.get("/topics/t").get("messages").asInt());
        }
    }

    // Clients that send or read a byte now and then. They are cut after about half a minute.

    @Test
    void a_client_that_sends_or_reads_too_slowly_is_cut() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            broker.http().post("/topics/register", "topic", "t");
            broker.http()
                    .post(
                            "/produce/batch?topic=t",
                            "text/plain",
                            ("x".repeat(1000) + "\n").repeat(8000).getBytes(StandardCharsets.US_ASCII));
            ScheduledExecutorService timer = Executors.newScheduledThreadPool(4);
            try {
                CompletableFuture<String> head = trickle(broker, timer, "GET /health HTTP/1.1\r\nHost: x\r\nX: ");
                CompletableFuture<String> body = trickle(
                        broker,
                        timer,
                        "POST /produce HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{\"topic\":\"t\",\"value\":\"");
                CompletableFuture<String> refused =
                        trickle(broker, timer, "POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
                Socket reader = connect(broker);
                reader.getOutputStream()
                        .write("GET /topics/t/messages?max_messages=8000 HTTP/1.1\r\nHost: x\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                ScheduledFuture<?> reading = timer.scheduleWithFixedDelay(
                        () -> {
                            try {
                                reader.getInputStream().read(new byte[10]);
                            } catch (IOException closed) {
                                throw new IllegalStateException(closed); // ends the schedule
                            }
                        },
                        1,
                        1,
                        TimeUnit.SECONDS);
                Await.until("it is full", () -> SlowReaderTest.connectionsWrittenTo(broker.port()) == 1);
                assertTrue(head.get(100, TimeUnit.SECONDS).contains("408"), head.get());
                assertTrue(body.get(100, TimeUnit.SECONDS).contains("408"), body.get());
                assertTrue(refused.get(100, TimeUnit.SECONDS).contains("404"), refused.get());
                awaitCut(broker.port());
                reading.cancel(false);
                reader.close();
            } finally {
                timer.shutdownNow();
            }
            assertEquals(8000, broker.http().get("/topics/t").get("messages").asInt());
        }
    }

    /** Longer than {@link Await} waits, because the broker checks a reader every 30 s. */
    private static void awaitCut(int port) {
        for (int i = 0; ; i++) {
            try {
                Await.until("the slow reader is cut", () -> SlowReaderTest.connectionsWrittenTo(port) == 0);
                return;
            } catch (AssertionError notYet) {
                if (i == 2) {
                    throw notYet;
                }
            }
        }
    }

    /** Sends the start of a request and then a byte every second, until the broker closes the connection. Returns the answer. */
    private static CompletableFuture<String> trickle(
            EmbeddedBroker broker, ScheduledExecutorService timer, String start) throws IOException {
        Socket socket = connect(broker);
        socket.getOutputStream().write(start.getBytes(StandardCharsets.US_ASCII));
        ScheduledFuture<?> sending = timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        socket.getOutputStream().write('x');
                    } catch (IOException closed) {
                        throw new IllegalStateException(closed); // ends the schedule
                    }
                },
                1,
                1,
                TimeUnit.SECONDS);
        return CompletableFuture.supplyAsync(() -> {
            StringBuilder answer = new StringBuilder();
            try (socket) {
                for (int c; (c = socket.getInputStream().read()) >= 0; ) {
                    answer.append((char) c);
                }
            } catch (IOException reset) {
                answer.append(" (reset)");
            }
            sending.cancel(false);
            return answer.toString();
        });
    }

    private static Socket connect(EmbeddedBroker broker) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress("127.0.0.1", broker.port()));
        socket.setSoTimeout(100_000);
        return socket;
    }
}
