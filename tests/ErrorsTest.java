package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Http.Reply;

/** Everything that can be wrong with a request, and that a refused one has changed nothing. */
class ErrorsTest {
    private static final int LIMIT = 1 << 20;

    private final BrokerProcess broker = BrokerProcess.sharedBy(ErrorsTest.class);
    private final Http http = broker.http();

    @BeforeEach
    void topic() {
        http.post("/topics/register", "topic", "errors");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"topic\":}",
                "hello",
                "{\"topic\":\"errors\",\"value\":\"x\"} trailing",
                "{'topic':'errors'}"
            })
    void what_is_not_json_is_400(String body) {
        assertProblem(400, "NOT_JSON", http.post("/produce", body));
    }

    @Test
    void what_is_not_utf8_is_400() {
        byte[] latin1 = "{\"topic\":\"errors\",\"value\":\"ü\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertProblem(400, "NOT_JSON", http.send("POST", "/produce", BodyPublishers.ofByteArray(latin1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"c0af", "e080af", "eda080", "f8888080", "f4908080", "c3", "80"})
    void overlong_forms_surrogates_and_halves_are_400_in_every_body(String hex) {
        byte[] wrong = HexFormat.of().parseHex(hex);
        assertProblem(
                400,
                "NOT_JSON",
                http.post("/produce", "application/json", around("{\"topic\":\"errors\",\"value\":\"", wrong, "\"}")));
        assertProblem(
                400,
                "NOT_JSON",
                http.post(
                        "/produce",
                        "application/json",
                        around("{\"topic\":\"errors\",\"value\":\"\",\"unknown\":\"", wrong, "\"}")));
        assertProblem(
                400,
                "NOT_JSON",
                http.post(
                        "/produce/batch",
                        "application/json",
                        around("{\"topic\":\"errors\",\"messages\":[{\"value\":\"", wrong, "\"}]}")));
        assertProblem(
                400,
                "NOT_JSON",
                http.post(
                        "/produce/batch?topic=errors", "application/x-ndjson", around("{\"value\":\"", wrong, "\"}")));
        assertProblem(
                422, "INVALID", http.post("/produce/batch?topic=errors", "text/plain", around("line\n", wrong, "\n")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void json_in_another_encoding_is_400(String charset) {
        byte[] body = "{\"topic\":\"errors\",\"value\":\"x\"}".getBytes(Charset.forName(charset));
        assertProblem(400, "NOT_JSON", http.post("/produce", "application/json", body));
    }

    private static byte[] around(String before, byte[] bytes, String after) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(before.getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(bytes);
        all.writeBytes(after.getBytes(StandardCharsets.US_ASCII));
        return all.toByteArray();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "/produce {\"topic\":\"errors\",\"value\":\"a\",\"value\":\"b\"} value",
                "/produce {\"topic\":\"errors\",\"topic\":\"errors\",\"value\":\"b\"} topic",
                "/produce {\"topic\":\"errors\",\"value\":\"a\",\"headers\":{\"h\":\"1\",\"i\":\"2\",\"h\":\"1\"}} h",
                "/produce {\"topic\":\"errors\",\"value\":\"a\",\"unknown\":[{\"u\":1,\"\\u0075\":2}]} u",
                "/produce/batch {\"topic\":\"errors\",\"messages\":[],\"messages\":[]} messages",
                "/produce/batch {\"topic\":\"errors\",\"messages\":[{\"value\":\"a\",\"key\":\"k\",\"value\":\"a\"}]} value",
                "/produce/batch {\"topic\":\"errors\",\"messages\":[{\"value\":\"a\",\"headers\":{\"h\":\"1\",\"h\":\"2\"}}]} h",
                "/topics/register {\"topic\":\"errors.twice\",\"partitions\":1,\"partitions\":2} partitions",
                "/consume {\"consumer_id\":\"c\",\"consumer_id\":\"c\"} consumer_id"
            })
    void a_key_that_stands_twice_in_an_object_is_400_and_named(String path, String body, String key) {
        long before = count();
        Reply reply = http.post(path, body);
        assertProblem(400, "NOT_JSON", reply);
        assertTrue(reply.detail().contains('"' + key + '"'), reply.detail());
        assertEquals(before, count());
    }

    @Test
    void a_key_that_stands_twice_in_a_line_is_400_and_nothing_is_appended() {
        long before = count();
        Reply reply = http.post(
                "/produce/batch?topic=errors",
                "application/x-ndjson",
                "{\"value\":\"a\"}\n{\"value\":\"b\",\"value\":\"c\"}\n".getBytes(UTF_8));
        assertProblem(400, "NOT_JSON", reply);
        assertTrue(reply.detail().contains("\"value\"") && reply.detail().contains("line 2"), reply.detail());
        assertEquals(before, count());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "\" \"",
                "\"0\"",
                "1.0",
                "1e0",
                "true",
                "[]",
                "[0]",
                "{}",
                "99999999999",
                "-99999999999999999999"
            })
    void what_is_no_whole_number_is_422_and_named_in_every_form(String value) {
        String member = "\"partition\":" + value;
        assertInvalid("partition", http.post("/produce", "{\"topic\":\"errors\",\"value\":\"x\"," + member + "}"));
        assertInvalid(
                "messages[0].partition",
                http.post("/produce/batch", "{\"topic\":\"errors\",\"messages\":[{\"value\":\"x\"," + member + "}]}"));
        assertInvalid(
                "messages[0].partition",
                http.post(
                        "/produce/batch?topic=errors",
                        "application/x-ndjson",
                        ("{\"value\":\"x\"," + member + "}").getBytes(StandardCharsets.UTF_8)));
        assertInvalid(
                "partitions",
                http.post("/topics/register", "{\"topic\":\"errors.number\",\"partitions\":" + value + "}"));
        if (!value.contains("9999999")) {
            assertInvalid("wait_ms", http.post("/consume", "{\"consumer_id\":\"c\",\"wait_ms\":" + value + "}"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\" \"", "\"true\"", "1", "0", "[]"})
    void what_is_neither_true_nor_false_is_422_and_named(String value) {
        assertInvalid(
                "auto_commit",
                http.post("/consumers/register", "{\"topic\":\"errors\",\"auto_commit\":" + value + "}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"partition", "timestamp", "max_messages", "min_messages", "wait_ms"})
    void an_empty_number_in_the_query_is_422_and_named(String name) {
        assertInvalid(name, http.get("/topics/errors/messages?" + name + "="));
        assertInvalid(name, http.get("/topics/errors/messages?" + name + "=%20"));
        assertInvalid(name, http.get("/topics/errors/messages?" + name));
    }

    @Test
    void a_producer_id_is_checked_without_a_sequence_too() {
        assertInvalid(
                "producer_id", http.post("/produce", "topic", "errors", "value", "x", "producer_id", "two words"));
        assertInvalid(
                "producer_id",
                http.post(
                        "/produce/batch",
                        "{\"topic\":\"errors\",\"messages\":[{\"value\":\"x\"}],\"producer_id\":\"\"}"));
        assertInvalid(
                "producer_id",
                http.post("/produce/batch?topic=errors&producer_id=a%2Fb", "text/plain", "x".getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/produce", "/produce/batch", "/consume"})
    void two_objects_in_a_body_are_400_with_a_word_on_ndjson(String path) {
        String object = "{\"topic\":\"errors\",\"value\":\"x\",\"messages\":[],\"consumer_id\":\"c\"}";
        for (String between : new String[] {"", "\n", " "}) {
            Reply reply = http.post(path, object + between + object);
            assertProblem(400, "NOT_JSON", reply);
            assertTrue(
                    reply.detail().contains("more than one object")
                            && reply.detail().contains("application/x-ndjson"),
                    reply.detail());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "offset=%ff",
                "%",
                "offset=%",
                "offset=%2",
                "offset=%zz",
                "x=%C0%AF&offset=0",
                "%u0041",
                "a=%e2%82"
            })
    void a_malformed_escape_in_the_query_is_400_and_named(String query) throws IOException {
        for (String request : new String[] {
            "GET /topics/errors/messages?",
            "GET /topics/errors/stream?",
            "POST /produce/batch?",
            "GET /health?",
            "GET /docs?"
        }) {
            String answer =
                    raw(request + query + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 400") && answer.contains("BAD_REQUEST"), request + answer);
            String escape = query.replaceFirst("^[^%]*((%(C0%AF|e2%82|u0)|%..?|%)).*", "$1");
            assertTrue(answer.contains("escape " + escape), escape + " in " + answer);
        }
    }

    @Test
    void very_many_parameters_are_400_and_hold_nobody_up() throws Exception {
        String many = "?" + "a=1&".repeat(7900) + "limit=1";
        for (String path : new String[] {"/topics/errors/messages", "/health", "/docs", "/nothing"}) {
            String answer = raw("GET " + path + many + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 400") && answer.contains("more than 100 parameters"), answer);
        }
        assertEquals(
                200,
                http.get("/topics/errors/messages?" + "a=1&".repeat(99) + "limit=1")
                        .status());
    }

    /** A parser that takes a number of a million digits for a number is busy for many seconds. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/consumers/register|{'topic':'errors','consumer_id':'digits','start':%}",
                "/consumers/seek|{'consumer_id':'errors.c','offset':%}",
                "/consumers/seek|{'consumer_id':'errors.c','timestamp':%}",
                "/consumers/commit|{'consumer_id':'errors.c','offset':%}",
                "/consumers/commit|{'consumer_id':'errors.c','offsets':[{'partition':%,'offset':0}]}",
                "/consume|{'consumer_id':'errors.c','wait_ms':%}",
                "/topics/register|{'topic':'errors','max_bytes':%}",
                "/topics/register|{'topic':'errors','partitions':%}",
                "/produce|{'topic':'errors','value':'v','producer_id':'p','sequence':%}",
                "/produce/batch|{'topic':'errors','messages':[{'value':'v','partition':%}]}",
                "/produce/batch|{'topic':'errors','messages':[],'sequence':%}"
            })
    void a_number_of_a_million_digits_is_422_at_once(String path, String body) {
        http.post("/consumers/register", "topic", "errors", "consumer_id", "errors.c");
        for (String number : new String[] {
            "9".repeat(1_000_000),
            "-" + "9".repeat(1_000_000),
            "9".repeat(500_000) + ".5",
            "0." + "9".repeat(500_000) + "e1"
        }) {
            long start = System.nanoTime();
            Reply reply = http.post(path, body.replace('\'', '"').replace("%", number));
            long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertProblem(422, "INVALID", reply);
            assertTrue(reply.detail().length() < 500, reply.detail());
            assertTrue(ms < 5000, path + " took " + ms + " ms");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/topics/errors;x",
                "/topics;x/errors",
                "/topics/errors;x/messages",
                "/topics/./errors",
                "/topics/x/../errors",
                "/topics/%2e/errors",
                "/topics/.%2E/topics/errors",
                "/topics/errors%2Fx",
                "/topics/errors%5cx",
                "/topics/errors%00",
                "/topics/%",
                "/topics/%ff",
                "/topics/%c0%ae",
                "/topics/%zz",
                "/topics/%u0065rrors",
                "/topics/errors#x",
                "//topics/errors",
                "/topics//errors",
                "/topics/errors/",
                "/health;x",
                "/docs;x",
                "/docs/..%2fopenapi.json"
            })
    void a_path_that_may_be_read_in_two_ways_reaches_nothing(String path) throws IOException {
        for (String method : new String[] {"GET", "DELETE", "POST"}) {
            String answer = raw(
                    method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}");
            assertTrue(answer.matches("(?s)HTTP/1.1 40[04] .*"), method + answer);
            assertTrue(answer.contains("application/problem+json"), answer);
        }
        assertEquals(200, http.get("/topics/errors").status(), "it is still there");
    }

    @Test
    void a_name_may_be_escaped_without_need() {
        assertEquals("errors", http.get("/topics/%65rro%72s").get("topic").asText());
    }

    @Test
    void json_nested_without_end_is_400() {
        assertProblem(400, "NOT_JSON", http.post("/produce", "{\"x\":" + "[".repeat(100_000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"text\"", "5", "null", "true", "[{\"topic\":\"errors\",\"value\":\"x\"}]"})
    void json_that_is_no_object_is_422(String body) {
        assertProblem(422, "INVALID", http.post("/produce", body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"value\":\"x\"}",
                "{\"topic\":null,\"value\":\"x\"}",
                "{\"topic\":5,\"value\":\"x\"}",
                "{\"topic\":true,\"value\":\"x\"}",
                "{\"topic\":[\"errors\"],\"value\":\"x\"}",
                "{\"topic\":\"\",\"value\":\"x\"}",
                "{\"topic\":\"two words\",\"value\":\"x\"}",
                "{\"topic\":\"tópic\",\"value\":\"x\"}"
            })
    void a_topic_that_is_none_is_422_and_named(String body) {
        assertInvalid("topic", http.post("/produce", body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"topic\":\"errors\"}",
                "{\"topic\":\"errors\",\"value\":null}",
                "{\"topic\":\"errors\",\"value\":1}",
                "{\"topic\":\"errors\",\"value\":1.5}",
                "{\"topic\":\"errors\",\"value\":false}",
                "{\"topic\":\"errors\",\"value\":{\"a\":1}}",
                "{\"topic\":\"errors\",\"value\":\"\\ud83d\"}"
            })
    void a_value_that_is_no_text_is_422_and_named(String body) {
        long before = count();
        assertInvalid("value", http.post("/produce", body));
        assertEquals(before, count());
    }

    @Test
    void a_key_that_is_no_text_is_422_and_named() {
        assertInvalid("key", http.post("/produce", "topic", "errors", "value", "x", "key", 5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a b", "a/b", "ä", "a\n", "<b>"})
    void bad_names_are_422_everywhere_and_create_nothing(String name) {
        JsonNode before = http.get("/stats").json();
        assertInvalid("topic", http.post("/topics/register", "topic", name));
        assertInvalid("topic", http.post("/producers/register", "topic", name));
        assertInvalid("topic", http.post("/consumers/register", "topic", name));
        assertInvalid("producer_id", http.post("/producers/register", "topic", "errors", "producer_id", name));
        assertInvalid("consumer_id", http.post("/consumers/register", "topic", "errors", "consumer_id", name));
        assertInvalid("consumer_id", http.post("/consume", "consumer_id", name));
        JsonNode after = http.get("/stats").json();
        assertEquals(before.path("topics"), after.path("topics"));
        after.path("consumers")
                .fieldNames()
                .forEachRemaining(
                        consumer -> // fewer there may be: members of groups that are silent for long
                        assertTrue(before.path("consumers").has(consumer), consumer + " was created"));
    }

    @Test
    void an_unknown_topic_is_404_and_the_nearest_is_named() {
        http.post("/topics/register", "topic", "errors.orders");
        for (String path : new String[] {"/produce", "/producers/register", "/consumers/register"}) {
            Reply reply = http.post(path, "topic", "errors.ordres", "value", "x");
            assertProblem(404, "TOPIC_NOT_FOUND", reply);
            assertTrue(reply.detail().contains("errors.orders"), reply.detail());
        }
        assertTrue(http.get("/stats").get("topics").path("errors.ordres").isMissingNode(), "no topic was made");
    }

    @Test
    void an_unknown_consumer_is_404() {
        assertProblem(404, "CONSUMER_NOT_FOUND", http.post("/consume", "consumer_id", "nobody"));
    }

    @Test
    void a_consumer_of_another_topic_is_409() {
        http.post("/topics/register", "topic", "errors.other");
        http.post("/consumers/register", "topic", "errors", "consumer_id", "errors.c");
        assertProblem(
                409, "CONFLICT", http.post("/consumers/register", "topic", "errors.other", "consumer_id", "errors.c"));
    }

    @Test
    void an_unknown_path_is_404_and_a_near_one_is_named() {
        Reply reply = http.post("/prodcue", "topic", "errors");
        assertProblem(404, "NOT_FOUND", reply);
        assertTrue(reply.detail().contains("/produce"), reply.detail());
        assertProblem(404, "NOT_FOUND", http.get("/no/such/path"));
    }

    @Test
    void a_wrong_method_is_405_and_the_right_one_is_in_allow() {
        Reply get = http.get("/produce");
        assertProblem(405, "METHOD_NOT_ALLOWED", get);
        assertEquals("POST", get.response().headers().firstValue("Allow").orElse(""));
        Reply delete = http.send("DELETE", "/health", BodyPublishers.noBody());
        assertProblem(405, "METHOD_NOT_ALLOWED", delete);
        assertTrue(delete.response().headers().firstValue("Allow").orElse("").contains("GET"));
    }

    @Test
    void a_message_of_one_mebibyte_is_taken_and_a_byte_more_is_413() {
        http.post("/topics/register", "topic", "errors.large");
        assertEquals(
                200,
                http.post("/produce", "topic", "errors.large", "value", "x".repeat(LIMIT))
                        .status());
        assertEquals(
                200,
                http.post("/produce", "topic", "errors.large", "value", "\u0001".repeat(LIMIT))
                        .status());
        Reply reply = http.post("/produce", "topic", "errors.large", "value", "x".repeat(LIMIT), "key", "k");
        assertProblem(413, "TOO_LARGE", reply);
        assertTrue(reply.detail().contains("" + LIMIT), reply.detail());
        assertProblem(
                413, "TOO_LARGE", http.post("/produce", "topic", "errors.large", "value", "é".repeat(LIMIT / 2 + 1)));
        assertEquals(2, http.get("/stats").get("topics").path("errors.large").asInt());
    }

    @Test
    void a_body_over_the_limit_is_413_with_its_length_declared_or_not() {
        byte[] body =
                ("{\"topic\":\"errors\",\"value\":\"" + "x".repeat(20 << 20) + "\"}").getBytes(StandardCharsets.UTF_8);
        long before = count();
        assertProblem(413, "TOO_LARGE", http.send("POST", "/produce", BodyPublishers.ofByteArray(body)));
        assertProblem(
                413,
                "TOO_LARGE",
                http.send("POST", "/produce", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))));
        assertEquals(before, count());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NONSENSE\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
                "GET /\r\n\r\n",
                "GET / HTT\r\n\r\n",
                "POST /produce HTTP/1.1\r\nHost: x\r\nContent-Length: minus\r\n\r\n"
            })
    void broken_http_is_answered_in_the_same_form(String request) throws IOException {
        String response = raw(request);
        assertTrue(response.startsWith("HTTP/1.1 400 "), response);
        assertTrue(response.contains("Connection: close\r\n"), response);
        assertTrue(response.contains("application/problem+json"), response);
        assertTrue(response.contains("\"code\":"), response);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1_000, 100_000, 2_000_000})
    void broken_http_is_also_answered_after_another_request_and_if_the_client_sends_more(int more) throws IOException {
        String broken = "POST /produce HTTP/1.1\r\nHost x\r\nContent-Length: " + more + "\r\n\r\n" + "x".repeat(more);
        for (int i = 0; i < 20; i++) {
            try (RawConnection connection = new RawConnection(broker.port())) {
                connection.send(RawConnection.head("GET", i % 2 == 0 ? "/topics" : "/health") + broken);
                assertEquals(200, connection.readAnswer());
                assertEquals(400, connection.readAnswer());
            }
        }
    }

    @Test
    void thirty_kilobytes_of_cookies_are_taken() throws IOException {
        String cookie = "Cookie: a=" + "x".repeat(30_000) + "\r\n";
        assertTrue(raw("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + cookie + "\r\n")
                .startsWith("HTTP/1.1 200"));
        try (Socket socket = new Socket("127.0.0.1", broker.port())) {
            socket.setSoTimeout(10_000);
            for (int i = 0; i < 3; i++) { // each of them may have as much
                socket.getOutputStream()
                        .write(("HEAD /health HTTP/1.1\r\nHost: x\r\n" + cookie + "\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                String head = "";
                while (!head.endsWith("\r\n\r\n")) {
                    head += (char) socket.getInputStream().read();
                }
                assertTrue(head.startsWith("HTTP/1.1 200"), head);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {35_000, 60_000, 1_000_000})
    void headers_that_are_too_large_are_431_and_the_largest_is_named(int size) throws IOException {
        String start = "GET /health HTTP/1.1\r\nHost: x\r\nX-Small: y\r\n";
        String cookie = raw(start + "Cookie: " + "x".repeat(size) + "\r\n\r\n");
        assertTrue(cookie.startsWith("HTTP/1.1 431") && cookie.contains("REQUEST_HEADER_FIELDS_TOO_LARGE"), cookie);
        assertTrue(
                cookie.matches(
                        "(?s).* is Cookie with 3[23]\\d{3} bytes.*32768.*|.*32768.* is Cookie with 3[23]\\d{3} bytes.*"),
                cookie);
        String first = raw(start + "X-First: " + "x".repeat(20_000) + "\r\nX-Second: " + "y".repeat(size) + "\r\n\r\n");
        assertTrue(first.startsWith("HTTP/1.1 431") && first.contains("X-First with 20007 bytes"), first);
        String many = raw(start + "X-Many: yyyy\r\n".repeat(size / 10) + "\r\n");
        assertTrue(many.startsWith("HTTP/1.1 431") && many.contains("X-Many with 10 bytes"), many);
        String name = raw(start + "X".repeat(size) + ": y\r\n\r\n");
        assertTrue(name.startsWith("HTTP/1.1 431") && name.contains("XXXX..."), name);
    }

    @ParameterizedTest
    @ValueSource(ints = {35_000, 1_000_000})
    void a_uri_that_is_too_long_is_414(int size) throws IOException {
        String answer = raw("GET /topics?x=" + "y".repeat(size) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        assertTrue(
                answer.startsWith("HTTP/1.1 414") && answer.contains("URI_TOO_LONG") && answer.contains("32768"),
                answer);
        assertTrue(answer.contains("Connection: close\r\n"), answer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST /produce | image/png | 415",
                "POST /topics | application/json | 405",
                "POST /topics?% | application/json | 400",
                "GET /health | text/plain | 200",
                "GET /docs | text/plain | 200"
            })
    void a_body_that_comes_after_the_answer_leaves_the_connection_usable(String call, String type, int status)
            throws IOException {
        String start = call + " HTTP/1.1\r\nHost: x\r\nContent-Type: " + type + "\r\n";
        try (RawConnection connection = new RawConnection(broker.port())) {
            connection.send(start + "Transfer-Encoding: chunked\r\n\r\n");
            assertEquals(status, connection.readAnswer());
            connection.send("5\r\nhello\r\n0\r\n\r\n" + start + "Content-Length: 5\r\n\r\n");
            assertEquals(status, connection.readAnswer());
            connection.send("hello");
            assertEquals(200, connection.get("/health"));
        }
    }

    @Test
    void a_body_that_is_too_large_to_be_dropped_is_refused_with_the_end_of_the_connection() throws IOException {
        String answer = raw("POST /topics HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000000\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 405") && answer.contains("Connection: close\r\n"), answer);
    }

    @Test
    void what_clients_send_wrong_is_not_on_stderr() throws IOException {
        BrokerProcess other = BrokerProcess.start();
        for (String head : new String[] {
            "GET /topics/%ff HTTP/1.1",
            "GET /topics/% HTTP/1.1",
            "GET /topics/t/messages?offset=%ff HTTP/1.1",
            "GET /stats?% HTTP/1.1",
            "GET / HTTP/1.1\r\nHost: one\r\nHost: two",
            "GET / HTTP/1.1\r\nHost: [::bad",
            "GET / HTTP/1.1\r\nHost: x:port",
            "GET / HTTP/1.1\r\nHost: a b",
            "CLIENT TEXT",
            "GET http://[bad]:x/ HTTP/1.1",
            "GET /\u0001 HTTP/1.1",
            "POST /produce HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz",
            "GET / HTTP/1.1\r\nExpect: secret",
            "POST /produce HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6",
            "GET / HTTP/1.1\r\nAccept: a/b;q=secret",
            "GET /docs HTTP/1.1\r\nCookie: \u0002=;;=\"",
            "GET / HTTP/1.1\r\nUpgrade: h2c\r\nConnection: upgrade",
            "PRI * HTTP/2.0",
            "OPTIONS * HTTP/1.1",
            "CONNECT x:1 HTTP/1.1",
            "TRACE / HTTP/1.1",
            "POST /produce HTTP/1.1\r\nContent-Type: text/plain;charset=\"\r\nContent-Length: 1\r\n\r\nx",
            "GET / HTTP/1.1\r\nX: " + "y".repeat(50_000)
        }) {
            String request = head + (head.contains("Host") ? "" : "\r\nHost: x") + "\r\nConnection: close\r\n\r\n";
            try (Socket socket = new Socket("127.0.0.1", other.port())) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                socket.shutdownOutput();
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertFalse(answer.startsWith("HTTP/1.1 5") && !answer.startsWith("HTTP/1.1 505"), head + answer);
            }
        }
        assertEquals(0, other.terminate());
        assertEquals("", other.stderr());
    }

    @Test
    void an_error_never_shows_the_inside() {
        for (String body : new String[] {"{", "[]", "{\"topic\":[]}", "{\"topic\":\"errors\",\"value\":{}}"}) {
            String text = http.post("/produce", body).text();
            assertTrue(!text.contains("Exception") && !text.contains("jackson") && !text.contains("java."), text);
        }
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", broker.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private long count() {
        return http.get("/stats").get("topics").path("errors").asLong();
    }

    private static void assertInvalid(String field, Reply reply) {
        assertProblem(422, "INVALID", reply);
        assertTrue(reply.detail().startsWith(field + " "), reply.detail());
    }

    private static void assertProblem(int status, String code, Reply reply) {
        assertEquals(status, reply.status(), reply.text());
        assertEquals("application/problem+json;charset=utf-8", reply.contentType());
        JsonNode problem = reply.json();
        assertEquals(code, problem.path("code").asText());
        assertEquals(status, problem.path("status").asInt());
        for (String member : new String[] {"type", "title", "detail"}) {
            assertTrue(
                    problem.path(member).isTextual()
                            && !problem.path(member).asText().isEmpty(),
                    member + " in " + problem);
        }
    }
}
