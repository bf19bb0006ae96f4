package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URL;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Server-sent events of a topic. */
class StreamTest {
    private final BrokerProcess broker = BrokerProcess.shared();
    private final Http http = broker.http();

    /** An event: its id and its data. */
    private record Event(String id, String data) {}

    /** A client of a stream. */
    private static final class Client implements AutoCloseable {
        private final HttpURLConnection connection;
        private final BufferedReader lines;

        Client(String url, String lastEventId) throws IOException {
            connection = (HttpURLConnection) new URL(url).openConnection();
            connection.setReadTimeout(20_000);
            if (lastEventId != null) {
                connection.setRequestProperty("Last-Event-ID", lastEventId);
            }
            lines = new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
        }

        /** Null at the end of the stream. */
        Event next() throws IOException {
            String id = null;
            String data = null;
            for (String line; (line = lines.readLine()) != null; ) {
                if (line.isEmpty() && data != null) {
                    return new Event(id, data);
                }
                id = line.startsWith("id: ") ? line.substring(4) : id;
                data = line.startsWith("data: ") ? line.substring(6) : data;
            }
            return null;
        }

        @Override
        public void close() {
            connection.disconnect();
        }
    }

    @Test
    void it_brings_what_is_there_and_then_what_comes() throws IOException {
        http.produce("stream.live", 2);
        try (Client client = client("stream.live", null)) {
            assertEquals("text/event-stream;charset=utf-8", client.connection.getContentType());
            String page = http.get("/topics/stream.live/messages")
                    .get("messages")
                    .path(0)
                    .toString();
            assertEquals(new Event("0", page), client.next());
            assertEquals("1", client.next().id);
            http.post("/produce", "topic", "stream.live", "value", "line\nfeed \u00fc");
            Event event = client.next();
            assertEquals("2", event.id);
            assertEquals(
                    "line\nfeed \u00fc",
                    Http.JSON.readTree(event.data).path("value").asText());
        }
    }

    @Test
    void an_event_may_have_any_bytes() throws IOException {
        http.post("/topics/register", "topic", "stream.bytes");
        try (Client client = client("stream.bytes", null)) {
            http.post("/produce", "{\"topic\":\"stream.bytes\",\"value\":null,\"key_base64\":\"/w==\"}");
            assertEquals(
                    "{\"topic\":\"stream.bytes\",\"offset\":0,\"value\":null,\"key_base64\":\"/w==\"}",
                    Http.withoutTimestamps(client.next().data));
        }
    }

    @Test
    void an_event_is_complete_at_once_for_who_reads_whole_chunks() throws IOException {
        http.produce("stream.chunks", 1);
        try (Socket socket = follow("stream.chunks", "HTTP/1.1");
                InputStream in = socket.getInputStream()) {
            assertTrue(head(in).contains("Transfer-Encoding: chunked"));
            String seen = chunk(in);
            seen += seen.contains("\"v0\"") ? "" : chunk(in);
            assertTrue(seen.endsWith("\n\n") && seen.contains("\"v0\""), seen);
            for (int i = 1; i < 4; i++) {
                http.post("/produce", "topic", "stream.chunks", "value", "next " + i);
                String event = chunk(in);
                assertTrue(event.contains("\"next " + i + "\"") && event.endsWith("\n\n"), event);
            }
            http.send("DELETE", "/topics/stream.chunks", BodyPublishers.noBody());
            assertEquals("", chunk(in), "the last chunk");
            assertEquals(-1, in.read());
        }
    }

    @Test
    void a_client_of_http_1_0_gets_no_chunks() throws IOException {
        http.produce("stream.old", 1);
        try (Socket socket = follow("stream.old", "HTTP/1.0");
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line; !(line = lines.readLine()).isEmpty(); ) {
                assertFalse(line.startsWith("Transfer-Encoding"), line);
            }
            assertEquals("retry: 1000", lines.readLine());
            assertEquals("", lines.readLine());
            assertEquals("id: 0", lines.readLine());
        }
    }

    @Test
    void head_gives_the_head_of_a_stream() {
        http.produce("stream.head", 1);
        Http.Reply head = http.send("HEAD", "/topics/stream.head/stream", BodyPublishers.noBody());
        assertEquals(200, head.status());
        assertEquals("text/event-stream;charset=utf-8", head.contentType());
        assertEquals("", head.text());
    }

    @Test
    void requests_of_python_gets_each_event_when_it_comes() throws IOException {
        Scripts.Result version = Scripts.finish(
                Scripts.startProcess(new ProcessBuilder("python3", "-c", "import requests")), new byte[0]);
        assumeTrue(version.exitCode() == 0, "Python's requests is not installed");
        http.produce("stream.python", 1);
        String program = "import requests\n"
                + "for line in requests.get('" + broker.url()
                + "/topics/stream.python/stream', stream=True).iter_lines(decode_unicode=True):\n"
                + "    if line: print(ascii(line), flush=True)\n";
        Process python = Scripts.startProcess(new ProcessBuilder("python3", "-c", program));
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(python.getInputStream(), StandardCharsets.UTF_8))) {
            assertEquals("'retry: 1000'", lines.readLine());
            assertEquals("'id: 0'", lines.readLine());
            assertTrue(lines.readLine().contains("\"v0\""));
            http.post("/produce", "topic", "stream.python", "value", "\u00fc\u2028\u0085\u20ac");
            assertEquals("'id: 1'", lines.readLine());
            String event = lines.readLine();
            assertTrue(event.contains("\\xfc\\\\u2028\\\\u0085\\u20ac"), event);
        } finally {
            python.destroyForcibly();
        }
    }

    private Socket follow(String topic, String version) throws IOException {
        Socket socket = new Socket("127.0.0.1", broker.port());
        socket.setSoTimeout(10_000);
        socket.getOutputStream()
                .write(("GET /topics/" + topic + "/stream " + version + "\r\nHost: x\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        return head.toString();
    }

    /** The data of a chunk, once the chunk is there to its last byte. */
    private static String chunk(InputStream in) throws IOException {
        StringBuilder size = new StringBuilder();
        while (size.indexOf("\r\n") < 0) {
            size.append((char) in.read());
        }
        byte[] data = in.readNBytes(Integer.parseInt(size.toString().strip(), 16));
        assertEquals("\r\n", new String(in.readNBytes(2), StandardCharsets.US_ASCII));
        return new String(data, StandardCharsets.UTF_8);
    }

    @Test
    void it_goes_on_after_the_last_event() throws IOException {
        http.produce("stream.resume", 4);
        try (Client client = client("stream.resume", "1")) {
            assertEquals("2", client.next().id);
        }
        try (Client client = client("stream.resume", "99")) {
            assertEquals("0", client.next().id, "an id of a topic that has begun anew since");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "1.2", "1.", ".", "99999999999999999999", "1.1.1.1..."})
    void an_id_that_is_none_is_refused(String id) throws IOException {
        http.produce("stream.ids", 1);
        IOException refused =
                assertThrows(IOException.class, () -> client("stream.ids", id.replace("...", ".1".repeat(3000))));
        assertTrue(refused.getMessage().contains("422"), refused.getMessage());
    }

    @Test
    void it_goes_on_in_each_partition() throws IOException {
        http.post("/topics/register", "topic", "stream.three", "partitions", 3);
        for (int i = 0; i < 9; i++) {
            http.post("/produce", "topic", "stream.three", "value", "v" + i);
        }
        List<String> values = new ArrayList<>();
        String last = null;
        while (values.size() < 9) {
            try (Client client = client("stream.three", last)) {
                for (int i = 0; i < 2 && values.size() < 9; i++) {
                    Event event = client.next();
                    last = event.id;
                    values.add(Http.JSON.readTree(event.data).path("value").asText());
                }
            }
        }
        values.sort(null);
        assertEquals(List.of("v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8"), values);
    }

    @Test
    void it_begins_where_it_is_asked_to() throws IOException {
        http.produce("stream.from", 5);
        try (Client client = client("stream.from?offset=3", null)) {
            assertEquals("3", client.next().id);
        }
        try (Client client = client("stream.from?offset=latest&partition=0", null)) {
            http.produce("stream.from", 1);
            assertEquals("5", client.next().id);
        }
        try (Client client = client("stream.from?timestamp=0", null)) {
            assertEquals("0", client.next().id);
        }
        try (Client client = client("stream.from?timestamp=99999999999999&partition=0", null)) {
            http.produce("stream.from", 1);
            assertEquals("6", client.next().id);
        }
        assertEquals(416, http.get("/topics/stream.from/stream?offset=99").status());
        assertEquals(422, http.get("/topics/stream.from/stream?partition=1").status());
        assertEquals(404, http.get("/topics/stream.none/stream").status());
    }

    @Test
    void a_long_topic_comes_whole() throws IOException {
        http.produce("stream.long", 0);
        http.post(
                "/produce/batch?topic=stream.long",
                "text/plain",
                "x\n".repeat(200_000).getBytes(StandardCharsets.UTF_8));
        try (Client client = client("stream.long", null)) {
            for (int i = 0; i < 200_000; i++) {
                assertEquals(String.valueOf(i), client.next().id);
            }
        }
    }

    @Test
    void it_ends_with_its_topic_and_with_the_broker() throws IOException {
        http.produce("stream.deleted", 1);
        try (Client client = client("stream.deleted", null)) {
            client.next();
            http.send("DELETE", "/topics/stream.deleted", BodyPublishers.noBody());
            assertEquals(null, client.next());
        }
        try (BrokerProcess other = BrokerProcess.start()) {
            other.http().produce("t", 1);
            try (Client client = new Client(other.url() + "/topics/t/stream", null)) {
                client.next();
                assertEquals(0, other.terminate());
                assertEquals(null, client.next());
            }
        }
    }

    @Test
    void many_streams_hold_no_thread() throws IOException {
        http.produce("stream.many", 1);
        long before = threads();
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            clients.add(client("stream.many", null));
        }
        long more = threads() - before;
        assertTrue(more < 50, more + " threads more");
        http.produce("stream.many", 1);
        for (Client client : clients) {
            assertEquals("0", client.next().id);
            assertEquals("1", client.next().id);
            client.close();
        }
    }

    private long threads() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + broker.pid() + "/status")).stream()
                .filter(line -> line.startsWith("Threads:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    private Client client(String topicAndQuery, String lastEventId) throws IOException {
        String[] parts = topicAndQuery.split("\\?");
        return new Client(
                broker.url() + "/topics/" + parts[0] + "/stream" + (parts.length > 1 ? "?" + parts[1] : ""),
                lastEventId);
    }
}
