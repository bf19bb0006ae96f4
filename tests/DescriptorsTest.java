package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tests.Http.Reply;

/** A broker that may have few files and connections open. */
class DescriptorsTest {
    private static final int LIMIT = 256;
    private static final int MORE_THAN_LIMIT = 320;

    @TempDir
    private Path folder;

    @Test
    void idle_connections_make_room_for_new_ones() throws IOException {
        BrokerProcess broker = BrokerProcess.startWithDescriptors(LIMIT);
        List<Socket> idle = idleConnections(broker);
        try {
            for (String path : new String[] {"/metrics", "/health", "/docs", "/openapi.json", "/nowhere"}) {
                assertTrue(get(broker, path).matches("(?s)HTTP/1.1 (200|404) .*"), path + " while others are open");
            }
        } finally {
            close(idle);
        }
        for (String path : new String[] {"/metrics", "/health", "/stats", "/docs", "/docs/swagger-ui.css"}) {
            assertTrue(get(broker, path).startsWith("HTTP/1.1 200 "), path + " after that");
        }
        assertTrue(get(broker, "/metrics").contains("jvm_memory_used_bytes"));
        assertEquals(0, broker.terminate());
        assertTrue(
                broker.stderr()
                        .matches("broker: \\d+ connections are open, which is the limit with 256 file descriptors.*\n"),
                broker.stderr());
    }

    @Test
    void waiting_calls_and_streams_go_on_at_the_limit() throws Exception {
        try (BrokerProcess broker = BrokerProcess.startWithDescriptors(LIMIT);
                Socket stream = new Socket("127.0.0.1", broker.port())) {
            Http http = broker.http();
            http.produce("t", 0);
            http.post("/consumers/register", "topic", "t", "consumer_id", "c");
            CompletableFuture<Reply> waiting =
                    CompletableFuture.supplyAsync(() -> http.post("/consume", "consumer_id", "c", "wait_ms", 30_000));
            stream.setSoTimeout(20_000);
            stream.getOutputStream()
                    .write("GET /topics/t/stream HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(stream.getInputStream(), StandardCharsets.UTF_8));
            assertEquals("HTTP/1.1 200 OK", lines.readLine());
            Await.until(
                    "it waits", () -> http.get("/consumers/c").get("waiting").asInt() == 1);
            List<Socket> idle = idleConnections(broker);
            try (RawConnection fresh =
                    new RawConnection(broker.port())) { // one that is kept may just be closed to make room
                assertEquals(200, fresh.post("/produce", "{\"topic\":\"t\",\"value\":\"v\"}"));
            }
            assertEquals("v", waiting.get().get("value").asText());
            String line = "";
            while (!line.contains("\"v\"")) {
                line = lines.readLine();
            }
            close(idle);
        }
    }

    @Test
    void connections_that_all_have_a_request_make_others_wait() throws IOException {
        try (BrokerProcess broker = BrokerProcess.startWithDescriptors(LIMIT)) {
            broker.http().produce("t", 0);
            List<Socket> streams = new ArrayList<>();
            for (Socket socket : idleConnections(broker)) {
                try {
                    socket.getOutputStream()
                            .write("GET /topics/t/stream HTTP/1.1\r\nHost: x\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                } catch (IOException closedBefore) {
                    continue; // it made room
                }
                streams.add(socket);
            }
            CompletableFuture<String> other = CompletableFuture.supplyAsync(() -> get(broker, "/health"));
            close(streams);
            assertTrue(other.join().startsWith("HTTP/1.1 200 "));
            assertEquals(0, broker.terminate());
        }
    }

    @Test
    void topics_leave_descriptors_for_connections() throws IOException {
        String data = folder.resolve("data").toString();
        int created = 0;
        try (BrokerProcess broker = BrokerProcess.startWithDescriptors(LIMIT, "--data-dir", data, "--fsync", "never")) {
            Http http = broker.http();
            Reply reply = http.post("/topics/register", "topic", "t0");
            while (reply.status() == 200) {
                created++;
                reply = http.post("/topics/register", "topic", "t" + created);
            }
            assertEquals(507, reply.status());
            assertEquals("STORAGE_FULL", reply.code());
            assertTrue(reply.detail().contains("256") && reply.detail().contains("ulimit -n"), reply.detail());
            assertEquals(200, http.post("/topics/register", "topic", "t0").status(), "it is there already");
            assertEquals(200, http.post("/produce", "topic", "t0", "value", "v").status());
            List<Socket> idle = idleConnections(broker);
            assertTrue(get(broker, "/metrics").startsWith("HTTP/1.1 200 "));
            close(idle);
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        200,
                        http.send("DELETE", "/topics/t" + (created - 1 - i), BodyPublishers.noBody())
                                .status());
            }
            Await.until(
                    "there is room again",
                    () -> http.post("/topics/register", "topic", "again").status() == 200);
            assertEquals(0, broker.terminate());
        }
        try (BrokerProcess broker = BrokerProcess.startWithDescriptors(LIMIT, "--data-dir", data)) {
            assertEquals(created - 2, broker.http().get("/topics").get("topics").size());
        }
    }

    private static List<Socket> idleConnections(BrokerProcess broker) throws IOException {
        List<Socket> idle = new ArrayList<>();
        for (int i = 0; i < MORE_THAN_LIMIT; i++) {
            Socket socket = new Socket();
            socket.connect(new InetSocketAddress("127.0.0.1", broker.port()), 10_000);
            idle.add(socket);
        }
        return idle;
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private static String get(BrokerProcess broker, String path) {
        try (Socket socket = new Socket("127.0.0.1", broker.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(path, e);
        }
    }
}
