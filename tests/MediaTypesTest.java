package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Http.Reply;

/** What a request says of its body and of the answer that it wants, and what comes of it. */
class MediaTypesTest {
    private static final String FORM = "application/x-www-form-urlencoded";

    private final BrokerProcess broker = BrokerProcess.shared();
    private final Http http = broker.http();

    @BeforeEach
    void topic() {
        http.post("/topics/register", "topic", "types");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "APPLICATION/JSON",
                "application/json; charset=UTF-8",
                "application/json;charset=\"utf-8\"",
                "text/json",
                "application/vnd.api+json",
                FORM,
                "Application/X-WWW-Form-Urlencoded; charset=utf-8",
                "text/plain;charset=UTF-8",
                "text/plain; charset=us-ascii; x=y"
            })
    void json_is_read_as_such(String type) {
        Reply reply = http.post("/produce", type, utf8("{\"topic\":\"types\",\"value\":\"x\"}"));
        assertEquals(200, reply.status(), reply.text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-ndjson",
                "application/ndjson",
                "application/jsonl",
                "application/x-jsonlines",
                "application/jsonlines",
                "text/x-ndjson",
                "Application/X-NDJSON",
                "application/ndjson; charset=utf-8"
            })
    void lines_of_json_have_many_names(String type) {
        Reply reply = http.post("/produce/batch?topic=types", type, utf8("{\"value\":\"a\"}\n{\"value\":\"b\"}\n"));
        assertEquals(2, reply.get("count").asInt(), reply.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "TEXT/PLAIN", "text/plain;charset=UTF-8", "text/plain; Charset=\"Utf-8\""})
    void a_line_of_text_is_a_value(String type) {
        long offset = http.post("/produce/batch?topic=types", type, utf8("{\"value\"}\n\u00fc"))
                .get("partitions")
                .path(0)
                .path("base_offset")
                .asLong();
        assertEquals(
                "\u00fc",
                http.get("/topics/types/messages?offset=" + (offset + 1))
                        .get("messages")
                        .path(0)
                        .path("value")
                        .asText());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/xml",
                "multipart/form-data; boundary=x",
                "application/octet-stream",
                "text/csv",
                "json",
                "application/jsonx",
                "text/plain2",
                "application/json-seq",
                "text/plain; charset=\""
            })
    void an_unknown_type_is_415_and_says_what_is_taken(String type) throws IOException {
        for (String path : new String[] {"/produce", "/produce/batch?topic=types", "/topics/register"}) {
            String answer = post(path, "Content-Type: " + type + "\r\n", utf8("{\"topic\":\"types\",\"value\":\"x\"}"));
            assertUnsupported(answer);
            assertTrue(answer.contains(type.replace("\"", "\\\"")) && answer.contains("application/json"), answer);
            assertEquals(
                    path.startsWith("/produce/batch"),
                    answer.contains("text/plain") && answer.contains("application/x-ndjson"),
                    answer);
            assertFalse(answer.contains("Accept-Encoding"), answer);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/produce,application/json",
        "/produce/batch?topic=types,text/plain",
        "/produce/batch?topic=types,application/x-ndjson",
        "/consume,application/json"
    })
    void another_charset_is_415_and_named(String path, String type) throws IOException {
        for (String charset : new String[] {"iso-8859-1", "\"ISO-8859-1\"", "utf-16", "windows-1252", "", "nonsense"}) {
            String answer = post(path, "Content-Type: " + type + "; charset=" + charset + "\r\n", utf8("x"));
            assertUnsupported(answer);
            assertTrue(answer.contains("charset=" + charset.replace("\"", "\\\"")) && answer.contains("UTF-8"), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "deflate", "zstd", "x-gzip", "identity, gzip", "nonsense"})
    void an_encoded_body_is_415_and_changes_nothing(String coding) throws IOException {
        long before = http.get("/topics/types").get("end_offset").asLong();
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(encoded)) {
            gzip.write(utf8("{\"topic\":\"types\",\"value\":\"x\"}"));
        }
        for (String path : new String[] {"/produce", "/produce/batch?topic=types", "/consume", "/topics/register"}) {
            for (String type : new String[] {"application/json", "text/plain", "application/x-ndjson"}) {
                String answer = post(
                        path,
                        "Content-Type: " + type + "\r\nContent-Encoding: " + coding + "\r\n",
                        encoded.toByteArray());
                assertUnsupported(answer);
                assertTrue(
                        answer.contains("Content-Encoding: " + coding) && answer.contains("Accept-Encoding: identity"),
                        answer);
            }
        }
        assertEquals(before, http.get("/topics/types").get("end_offset").asLong());
    }

    @Test
    void identity_is_no_coding() throws IOException {
        assertTrue(post("/produce", "Content-Encoding: identity\r\n", utf8("{\"topic\":\"types\",\"value\":\"x\"}"))
                .startsWith("HTTP/1.1 200"));
    }

    @Test
    void a_transfer_coding_besides_chunks_is_415() throws IOException {
        String answer = send(
                "POST /produce/batch?topic=types HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/plain\r\n"
                        + "Transfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
                new byte[0]);
        assertUnsupported(answer);
        assertTrue(answer.contains("Transfer-Encoding: gzip, chunked"), answer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/x-ndjson|true",
                "application/ndjson|true",
                "APPLICATION/JSONL|true",
                "application/x-jsonlines;q=0.5|true",
                "application/json, application/x-ndjson|true",
                "application/x-ndjson, */*;q=0.1|true",
                "application/json;q=0.5, application/ndjson;q=0.9|true",
                "application/x-ndjson;q=0|false",
                "application/x-ndjson;q=0, */*|false",
                "application/json, application/x-ndjson;q=0.5|false",
                "*/*|false",
                "application/*|false",
                "text/html|false",
                "application/x-ndjson-not|false",
                "application/x-ndjson;q=0.000|false",
                "nonsense|false"
            })
    void who_wants_lines_gets_them_and_all_others_json(String accept, boolean areLines) {
        http.produce("types.accept", 1);
        String consumer = "types." + Integer.toHexString(accept.hashCode());
        http.post("/consumers/register", "topic", "types.accept", "consumer_id", consumer);
        Reply reply = http.postAccepting(accept, "/consume/batch", "{\"consumer_id\":\"" + consumer + "\"}");
        assertEquals(200, reply.status());
        assertEquals(
                areLines ? "application/x-ndjson;charset=utf-8" : "application/json;charset=utf-8",
                reply.contentType());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"application/json", "ap\"plication/json", "application/json;q=\"", "a/b;q=1;x=\"y"})
    void a_malformed_accept_is_400_and_moves_nobody(String accept) throws IOException {
        http.produce("types.malformed", 1);
        http.post("/consumers/register", "topic", "types.malformed", "consumer_id", "types.malformed");
        String body = "{\"consumer_id\":\"types.malformed\"}";
        for (String request : new String[] {"POST /consume/batch", "GET /"}) {
            String answer = send(
                    request + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: " + accept + "\r\nContent-Length: "
                            + body.length() + "\r\n\r\n",
                    body.getBytes(StandardCharsets.UTF_8));
            assertTrue(answer.startsWith("HTTP/1.1 400") && answer.contains("\"BAD_REQUEST\""), answer);
        }
        assertEquals(0, http.get("/consumers/types.malformed").get("offset").asInt());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8|text/html",
                "TEXT/HTML|text/html",
                "text/html;q=0|application/json",
                "application/json, text/html;q=0.5|application/json",
                "*/*|application/json"
            })
    void a_page_is_for_those_who_want_one(String accept, String type) throws IOException {
        String answer =
                send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: " + accept + "\r\n\r\n", new byte[0]);
        assertTrue(answer.contains("Content-Type: " + type), answer);
    }

    @Test
    void the_query_counts_for_json_too() {
        Reply reply = http.post(
                "/produce/batch?topic=types&producer_id=types.p&sequence=0", "{\"messages\":[{\"value\":\"x\"}]}");
        assertEquals(1, reply.get("count").asInt(), reply.text());
        assertTrue(http.post(
                        "/produce/batch?topic=types",
                        "{\"messages\":[{\"value\":\"x\"}],\"producer_id\":\"types.p\",\"sequence\":0}")
                .get("duplicate")
                .asBoolean());
        assertEquals(
                200,
                http.post("/produce/batch?topic=types", "{\"topic\":\"types\",\"messages\":[]}")
                        .status(),
                "both say the same");
    }

    @ParameterizedTest
    @CsvSource({"topic=other,topic", "producer_id=q,producer_id", "sequence=1,sequence"})
    void a_query_that_says_other_than_the_body_is_422_and_named(String query, String field) {
        Reply reply = http.post(
                "/produce/batch?" + query,
                "{\"topic\":\"types\",\"messages\":[{\"value\":\"x\"}],\"producer_id\":\"p\",\"sequence\":0}");
        assertEquals(422, reply.status());
        assertTrue(reply.detail().startsWith(field + " ") && reply.detail().contains("query"), reply.detail());
    }

    @Test
    void json_that_was_declared_as_text_is_told_apart() {
        Reply reply =
                http.post("/produce/batch", "text/plain;charset=UTF-8", utf8("{\"topic\":\"types\",\"messages\":[]}"));
        assertEquals(422, reply.status());
        assertTrue(reply.detail().startsWith("topic ") && reply.detail().contains("application/json"), reply.detail());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "", "5", "topic=types&value=x", "{\"value\":\"a\"}\n{\"value\":\"b\"}"})
    void an_error_about_a_body_mentions_the_default_of_curl(String body) {
        Reply reply = http.post("/produce/batch?topic=types", FORM, utf8(body));
        assertTrue(reply.status() == 400 || reply.status() == 422, reply.text());
        assertTrue(
                reply.detail().contains(FORM) && reply.detail().contains("-H 'Content-Type: text/plain'"),
                reply.detail());
        assertTrue(http.post("/produce", FORM, utf8(body)).detail().contains(FORM));
        assertFalse(
                http.post("/produce", "application/json", utf8(body)).detail().contains(FORM));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{topic:types,value:hello}|double quotes",
                "'{topic:types,value:hello}'|double quotes",
                "'{topic:|double quotes",
                "{ topic : types }|double quotes",
                "{\\\"topic\\\":\\\"types\\\"}|backslashes",
                "{'topic':'types'}|not single"
            })
    void an_error_says_what_the_shell_did_to_the_quotes(String body, String hint) {
        for (String type : new String[] {FORM, "application/json"}) {
            Reply reply = http.post("/produce", type, utf8(body));
            assertEquals(400, reply.status());
            assertTrue(reply.detail().contains(hint), reply.detail());
        }
    }

    @Test
    void an_error_about_other_json_says_nothing_of_shells() {
        for (String body : new String[] {"{", "[1,2", "{\"topic\":}", "{\"a\":{b:1}}"}) {
            String detail =
                    http.post("/produce", "application/json", utf8(body)).detail();
            assertFalse(detail.contains("shell") || detail.contains("Windows"), detail);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertUnsupported(String answer) {
        assertTrue(answer.startsWith("HTTP/1.1 415 ") && answer.contains("\"UNSUPPORTED_MEDIA_TYPE\""), answer);
    }

    private String post(String path, String headers, byte[] body) throws IOException {
        return send(
                "POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + "Content-Length: "
                        + body.length + "\r\n\r\n",
                body);
    }

    private String send(String head, byte[] body) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", broker.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(utf8(head));
            socket.getOutputStream().write(body);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
