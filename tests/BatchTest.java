package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Http.Reply;

/** Many messages a request, in and out. */
class BatchTest {
    private final Http http = BrokerProcess.shared().http();

    @Test
    void a_json_batch_is_appended_in_its_order() {
        topic("batch.json");
        http.post("/produce", "topic", "batch.json", "value", "before");
        Reply reply = http.post(
                "/produce/batch",
                "{\"messages\":[{\"value\":\"a\",\"x\":[1]},{\"key\":\"k\",\"value\":\"b\"}],\"topic\":\"batch.json\"}");
        assertEquals(
                "{\"topic\":\"batch.json\",\"count\":2,\"partitions\":[{\"partition\":0,\"base_offset\":1,\"count\":2}]}",
                reply.text());
        assertEquals(
                "[{\"topic\":\"batch.json\",\"offset\":0,\"value\":\"before\"},{\"topic\":\"batch.json\",\"offset\":1,\"value\":\"a\"},"
                        + "{\"topic\":\"batch.json\",\"offset\":2,\"value\":\"b\",\"key\":\"k\"}]",
                Http.withoutTimestamps(all("batch.json").toString()));
    }

    @Test
    void ndjson_is_a_message_a_line() {
        topic("batch.ndjson");
        Reply reply = produce(
                "batch.ndjson",
                "application/x-ndjson",
                "{\"value\":\"a\"}\n\n{\"value\":\"b\",\"key\":\"k\"}\r\n{\"value\":\"c\"}");
        assertEquals(3, reply.get("count").asInt(), reply.text());
        assertEquals(List.of("a", "b", "c"), values("batch.ndjson"));
    }

    @Test
    void an_empty_batch_is_answered_and_leaves_no_trace() {
        topic("batch.none");
        http.post("/produce", "topic", "batch.none", "value", "v", "producer_id", "p", "sequence", 0);
        for (String counting : new String[] {"", "0", "1", "7"}) {
            String members = counting.isEmpty() ? "" : ",\"producer_id\":\"p\",\"sequence\":" + counting;
            String query = counting.isEmpty() ? "" : "&producer_id=p&sequence=" + counting;
            assertNothing(http.post("/produce/batch", "{\"topic\":\"batch.none\",\"messages\":[]" + members + "}"));
            assertNothing(http.post("/produce/batch", "{\"messages\":[ ]" + members + ",\"topic\":\"batch.none\"}"));
            assertNothing(produce("batch.none" + query, "text/plain", ""));
            assertNothing(produce("batch.none" + query, "application/x-ndjson", ""));
            assertNothing(produce("batch.none" + query, "application/x-ndjson", "\n \r\n"));
        }
        assertEquals(
                1,
                http.post("/producers/register", "topic", "batch.none", "producer_id", "p")
                        .get("next_sequence")
                        .asInt());
        assertEquals(1, http.get("/topics/batch.none").get("end_offset").asInt());
        assertEquals(
                1,
                http.post("/produce", "topic", "batch.none", "value", "w", "producer_id", "p", "sequence", 1)
                        .get("offset")
                        .asInt());
    }

    private static void assertNothing(Reply reply) {
        assertEquals(200, reply.status(), reply.text());
        assertEquals(
                "{\"topic\":\"batch.none\",\"count\":0,\"partitions\":[]}",
                reply.text().strip());
    }

    @Test
    void an_empty_batch_with_a_fault_is_refused() {
        topic("batch.faults");
        assertEquals(
                404,
                http.post("/produce/batch", "{\"topic\":\"batch.nowhere\",\"messages\":[]}")
                        .status());
        assertEquals(404, produce("batch.nowhere", "text/plain", "").status());
        assertEquals(404, produce("batch.nowhere", "application/x-ndjson", "").status());
        assertEquals(422, http.post("/produce/batch", "{\"messages\":[]}").status());
        assertEquals(
                422, http.post("/produce/batch", "{\"topic\":\"batch.faults\"}").status());
        assertEquals(
                422,
                http.post("/produce/batch", "{\"topic\":\"batch.faults\",\"messages\":[],\"sequence\":0}")
                        .status());
        assertEquals(
                422,
                produce("batch.faults&producer_id=p&sequence=-1", "text/plain", "")
                        .status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\nb\n",
                "a\nb",
                "\n",
                "\n\n",
                "x",
                "plain text of more than eight bytes\nshort\n",
                "\"quoted\"\nback\\slash\n\ttab\nü 😀 \u2028\ncarriage return\r\n\u0000\u001f\u007f\n12345678\"\n1234567\\\n"
            })
    void plain_text_is_a_value_a_line(String text) {
        String topic = "batch.text" + Integer.toHexString(text.hashCode());
        topic(topic);
        List<String> lines =
                List.of((text.endsWith("\n") ? text.substring(0, text.length() - 1) : text).split("\n", -1));
        assertEquals(
                lines.size(), produce(topic, "text/plain", text).get("count").asInt());
        assertEquals(lines, values(topic));
    }

    @Test
    void every_character_survives_at_every_place_of_a_line() {
        topic("batch.places");
        List<String> lines = new ArrayList<>();
        for (String special : new String[] {"\"", "\\", "\t", "\u0001", "é", "😀"}) {
            for (int before = 0; before < 20; before++) {
                lines.add("x".repeat(before) + special + "y".repeat(20 - before));
            }
        }
        produce("batch.places", "text/plain;charset=utf-8", String.join("\n", lines));
        assertEquals(lines, values("batch.places"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"topic\":\"batch.bad\",\"messages\":[{\"value\":\"a\"},{\"key\":\"b\"}]} | messages[1].value",
                "{\"topic\":\"batch.bad\",\"messages\":[{\"value\":\"a\"},{\"value\":5}]} | messages[1].value",
                "{\"topic\":\"batch.bad\",\"messages\":[{\"value\":\"a\",\"key\":{}}]} | messages[0].key",
                "{\"topic\":\"batch.bad\",\"messages\":[{\"value\":\"a\"},7]} | messages[1]",
                "{\"topic\":\"batch.bad\",\"messages\":\"a\"} | messages",
                "{\"topic\":\"batch.bad\"} | messages",
                "{\"topic\":5,\"messages\":[]} | topic",
                "{\"messages\":[{\"value\":\"a\"}]} | topic"
            })
    void a_bad_message_is_named_and_nothing_is_appended(String body, String field) {
        topic("batch.bad");
        Reply reply = http.post("/produce/batch", body);
        assertEquals(422, reply.status(), reply.text());
        assertTrue(reply.detail().startsWith(field + " "), reply.detail());
        assertEquals(0, http.get("/topics/batch.bad").get("messages").asInt());
    }

    @Test
    void a_message_over_the_limit_refuses_the_batch_and_is_named() {
        topic("batch.large");
        Reply reply = produce("batch.large", "text/plain", "small\n" + "x".repeat((1 << 20) + 1) + "\n");
        assertEquals(413, reply.status());
        assertTrue(reply.detail().contains("index 1"), reply.detail());
        assertEquals(0, http.get("/topics/batch.large").get("messages").asInt());
    }

    @Test
    void what_is_broken_refuses_the_batch() {
        topic("batch.broken");
        assertEquals(
                400,
                http.post("/produce/batch", "{\"topic\":\"batch.broken\",\"messages\":[{\"value\":\"a\"},")
                        .status());
        assertEquals(400, http.post("/produce/batch", "").status());
        assertEquals(422, http.post("/produce/batch", "[]").status());
        assertEquals(
                422,
                produce("batch.broken", "text/plain", new byte[] {'a', '\n', (byte) 0xff})
                        .status());
        assertEquals(
                400,
                produce("batch.broken", "application/x-ndjson", "{\"value\":\"a\"}\nnonsense")
                        .status());
        assertEquals(
                422,
                http.post("/produce/batch", "text/plain", "a\n".getBytes(UTF_8)).status(),
                "no topic");
        assertEquals(404, produce("batch.nowhere", "text/plain", "a\n").status());
        assertEquals(
                413, produce("batch.broken", "text/plain", new byte[33 << 20]).status());
        assertEquals(0, http.get("/topics/batch.broken").get("messages").asInt());
    }

    @Test
    void consume_takes_as_many_as_allowed_and_moves_on_behind_them() {
        topic("batch.consume");
        produce("batch.consume", "text/plain", "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n");
        http.post("/consumers/register", "topic", "batch.consume", "consumer_id", "batch.c");
        assertEquals(3, consume("max_messages", 3).get("messages").size());
        assertEquals(1, consume("max_bytes", 1).get("messages").size(), "one message comes even if it is larger");
        assertEquals(4, http.get("/consumers/batch.c").get("offset").asInt());
        JsonNode rest = consume("max_bytes", 1 << 20).get("messages");
        assertEquals("[4, 5, 6, 7, 8, 9]", rest.findValuesAsText("value").toString());
        assertEquals(204, consume("max_messages", 1).status());
    }

    @Test
    void no_answer_is_larger_than_allowed() {
        topic("batch.bytes");
        produce("batch.bytes", "text/plain", ("x".repeat(100) + "\n").repeat(1200));
        http.post("/consumers/register", "topic", "batch.bytes", "consumer_id", "batch.b");
        int messages = 0;
        for (Reply reply;
                (reply = http.post("/consume/batch", "consumer_id", "batch.b", "max_bytes", 5000)).status() == 200; ) {
            assertTrue(reply.text().length() <= 5000 + 20, "" + reply.text().length());
            for (JsonNode message : reply.get("messages")) {
                assertEquals(messages++, message.path("offset").asInt());
            }
        }
        assertEquals(1200, messages);
    }

    @Test
    void those_who_accept_ndjson_get_a_message_a_line() {
        topic("batch.lines");
        produce("batch.lines", "text/plain", "a\nb\n");
        http.post("/consumers/register", "topic", "batch.lines", "consumer_id", "batch.l");
        Reply reply = http.postAccepting("application/x-ndjson", "/consume/batch", "{\"consumer_id\":\"batch.l\"}");
        assertEquals("application/x-ndjson;charset=utf-8", reply.contentType());
        assertEquals(
                "{\"topic\":\"batch.lines\",\"offset\":0,\"value\":\"a\"}\n{\"topic\":\"batch.lines\",\"offset\":1,\"value\":\"b\"}\n",
                Http.withoutTimestamps(reply.text()));
    }

    @Test
    void a_line_separator_of_unicode_is_escaped_in_every_answer() {
        String text = "a\u0085b\u2028c\u2029d\u00e9\u2027\u202a\u0084\ud83d\ude00\u4e2d";
        topic("batch.separators");
        produce("batch.separators", "text/plain", text);
        produce("batch.separators", "application/x-ndjson", "{\"value\":\"" + text + "\",\"key\":\"" + text + "\"}");
        http.post("/produce", "topic", "batch.separators", "value", text, "headers", Map.of(text, text));
        http.post("/consumers/register", "topic", "batch.separators", "consumer_id", "batch.separators");
        String lines = http.postAccepting(
                        "application/x-ndjson", "/consume/batch", "{\"consumer_id\":\"batch.separators\"}")
                .text();
        assertEquals(3, lines.split("[\n\u0085\u2028\u2029]").length, lines);
        String escaped = "a\\u0085b\\u2028c\\u2029d\u00e9\u2027\u202a\u0084\ud83d\ude00\u4e2d";
        assertTrue(lines.split("\n")[1].contains("\"value\":\"" + escaped + "\",\"key\":\"" + escaped + "\""), lines);
        JsonNode messages = http.get("/topics/batch.separators/messages").get("messages");
        for (JsonNode message : messages) {
            assertEquals(text, message.path("value").asText());
        }
        assertEquals(text, messages.path(1).path("key").asText());
        assertEquals(text, messages.path(2).path("headers").path(text).asText());
    }

    @ParameterizedTest
    @CsvSource({"max_messages,0", "max_messages,-1", "max_messages,1.5", "max_bytes,0", "wait_ms,-1", "wait_ms,60001"})
    void limits_out_of_range_are_422_and_named(String field, String value) {
        Reply reply = http.post("/consume/batch", "{\"consumer_id\":\"batch.c\",\"" + field + "\":" + value + "}");
        assertEquals(422, reply.status());
        assertTrue(reply.detail().startsWith(field), reply.detail());
    }

    @Test
    void a_batch_that_fills_many_segments_keeps_every_message() {
        topic("batch.many");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            text.append(i).append(" ").append("x".repeat(100)).append('\n');
        }
        assertEquals(
                100_000,
                produce("batch.many", "text/plain", text.toString())
                        .get("count")
                        .asInt());
        JsonNode lastOnes = http.get("/topics/batch.many/messages?max_messages=1200&offset=99000")
                .get("messages");
        for (int i = 0; i < lastOnes.size(); i++) {
            assertEquals(99_000 + i, lastOnes.path(i).path("offset").asInt());
        }
        for (int offset : new int[] {0, 31, 32, 33, 39_999, 65_536, 99_999}) {
            Reply page = http.get("/topics/batch.many/messages?max_messages=1&offset=" + offset);
            assertTrue(page.get("messages").path(0).path("value").asText().startsWith(offset + " "), page.text());
        }
    }

    private void topic(String topic) {
        http.post("/topics/register", "topic", topic);
    }

    private Reply produce(String topic, String mediaType, String body) {
        return produce(topic, mediaType, body.getBytes(StandardCharsets.UTF_8));
    }

    private Reply produce(String topic, String mediaType, byte[] body) {
        return http.post("/produce/batch?topic=" + topic, mediaType, body);
    }

    private Reply consume(String field, int value) {
        return http.post("/consume/batch", "consumer_id", "batch.c", field, value);
    }

    private JsonNode all(String topic) {
        return http.get("/topics/" + topic + "/messages?max_messages=100000").get("messages");
    }

    private List<String> values(String topic) {
        return all(topic).findValuesAsText("value");
    }

    @Test
    void a_line_is_taken_just_if_it_is_utf8() {
        http.post("/topics/register", "topic", "batch.utf8");
        Random random = new Random(3);
        for (int i = 0; i < 500; i++) {
            byte[] line = new byte[1 + random.nextInt(4)];
            for (int at = 0; at < line.length; at++) {
                line[at] = (byte) EDGES[random.nextInt(EDGES.length)];
            }
            int expected = isUtf8(line) ? 200 : 422;
            Reply reply = http.post("/produce/batch?topic=batch.utf8", "text/plain", line);
            assertEquals(expected, reply.status(), () -> Arrays.toString(line) + reply.text());
            if (expected == 200) {
                String offset =
                        reply.get("partitions").path(0).path("base_offset").asText();
                Reply page = http.get("/topics/batch.utf8/messages?offset=" + offset);
                assertEquals(
                        new String(line, StandardCharsets.UTF_8),
                        page.get("messages").path(0).path("value").asText());
            }
        }
    }

    /** Bytes at which something in UTF-8 or JSON begins or ends. */
    private static final int[] EDGES = {
        0x00, 0x1F, 0x20, 0x22, 0x5C, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xED,
        0xEE, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF
    };

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
