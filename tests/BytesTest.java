package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tests.Http.Reply;

/** Messages that are not text, and messages without a value. */
class BytesTest {
    private static final List<String> MEMBERS =
            List.of("value", "value_base64", "key", "key_base64", "headers", "headers_base64", "header_order");

    private final Http http = BrokerProcess.shared().http();
    private final Random random = new Random(20);

    @Test
    void any_bytes_come_out_as_they_went_in() throws JsonProcessingException {
        topic("bytes.any");
        http.post("/consumers/register", "topic", "bytes.any", "consumer_id", "bytes.any.one");
        http.post("/consumers/register", "topic", "bytes.any", "consumer_id", "bytes.any.json");
        http.post("/consumers/register", "topic", "bytes.any", "consumer_id", "bytes.any.lines");
        List<JsonNode> sent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            produce("bytes.any", sent, 1 + random.nextInt(3), i % 3);
        }
        assertEquals(
                sent,
                members(http.get("/topics/bytes.any/messages?max_messages=1000").get("messages")));
        assertEquals(sent, members(http.consumeAll("bytes.any.json")));
        List<JsonNode> one = new ArrayList<>();
        for (Reply reply; (reply = http.post("/consume", "consumer_id", "bytes.any.one")).status() == 200; ) {
            one.add(reply.json());
        }
        assertEquals(sent, members(one));
        String lines = http.postAccepting(
                        "application/x-ndjson",
                        "/consume/batch",
                        "{\"consumer_id\":\"bytes.any.lines\",\"max_messages\":10000}")
                .text();
        List<JsonNode> parsed = new ArrayList<>();
        for (String line : lines.split("\n")) {
            parsed.add(Http.JSON.readTree(line));
        }
        assertEquals(sent, members(parsed));
    }

    /** Produces random messages in one of three ways, and adds what a consumer must get. */
    private void produce(String topic, List<JsonNode> sent, int count, int way) {
        ArrayNode batch = Http.JSON.createArrayNode();
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < (way == 0 ? 1 : count); i++) {
            ObjectNode message = randomMessage();
            sent.add(message.deepCopy());
            batch.add(message);
            lines.append(message).append('\n');
        }
        Reply reply = way == 0
                ? http.post(
                        "/produce",
                        ((ObjectNode) batch.get(0)).put("topic", topic).toString())
                : way == 1
                        ? http.post("/produce/batch", "{\"topic\":\"" + topic + "\",\"messages\":" + batch + "}")
                        : http.post(
                                "/produce/batch?topic=" + topic,
                                "application/x-ndjson",
                                lines.toString().getBytes(UTF_8));
        assertEquals(200, reply.status(), reply.text());
    }

    /** In the form in which consumers get it. */
    private ObjectNode randomMessage() {
        ObjectNode message = Http.JSON.createObjectNode();
        if (random.nextInt(4) > 0) {
            put(message, "key");
        }
        if (message.isEmpty() || random.nextInt(3) > 0) {
            put(message, "value");
        } else {
            message.putNull("value");
        }
        if (random.nextInt(3) == 0) {
            message.putObject("headers").put("a", "text").put("é", "");
        }
        if (random.nextInt(3) == 0) {
            ObjectNode headers = message.putObject("headers_base64");
            headers.put("b", "/w==")
                    .putNull("c")
                    .putArray("d")
                    .add("eA==")
                    .addNull()
                    .add("");
            if (random.nextBoolean()) {
                ArrayNode order = message.putArray("header_order").add("d");
                if (message.has("headers")) {
                    order.add("é").add("a");
                    message.set(
                            "headers", Http.JSON.createObjectNode().put("é", "").put("a", "text"));
                }
                order.add("b").add("d").add("c").add("d");
                message.set("headers_base64", reordered(headers));
            }
        }
        return message;
    }

    /** Names come in the order of their first header. */
    private static ObjectNode reordered(ObjectNode headers) {
        ObjectNode reordered = Http.JSON.createObjectNode();
        for (String name : List.of("d", "b", "c")) {
            reordered.set(name, headers.get(name));
        }
        return reordered;
    }

    private void put(ObjectNode message, String member) {
        if (random.nextBoolean()) {
            message.put(member, "text " + random.nextInt());
        } else {
            byte[] bytes = new byte[1 + random.nextInt(30)];
            random.nextBytes(bytes);
            bytes[0] = (byte) 0xFF;
            message.put(member + "_base64", Base64.getEncoder().encodeToString(bytes));
        }
    }

    private static List<JsonNode> members(Iterable<JsonNode> messages) {
        List<JsonNode> members = new ArrayList<>();
        messages.forEach(message -> members.add(((ObjectNode) message).retain(MEMBERS)));
        return members;
    }

    @Test
    void text_in_base64_comes_out_as_text() {
        topic("bytes.text");
        http.post(
                "/produce",
                "{\"topic\":\"bytes.text\",\"value_base64\":\"aMOp\",\"key_base64\":\"\",\"headers_base64\":{\"a\":\"eA\"},\"value\":null}");
        JsonNode message =
                http.get("/topics/bytes.text/messages").get("messages").path(0);
        assertEquals(
                "{\"topic\":\"bytes.text\",\"offset\":0,\"value\":\"hé\",\"key\":\"\",\"headers\":{\"a\":\"x\"}}",
                Http.withoutTimestamps(message.toString()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"value\":null                                         | value is required. It may be null only if the message has a key",
                "\"value\":null,\"key\":null                            | value is required. It may be null only if the message has a key",
                "\"key\":\"k\"                                          | value is required",
                "\"value_base64\":null,\"key\":\"k\"                    | value is required",
                "\"value\":\"\",\"value_base64\":\"\"                   | value must be absent if there is value_base64",
                "\"value\":\"\",\"key\":\"\",\"key_base64\":\"\"        | key must be absent if there is key_base64",
                "\"value_base64\":\"a\"                                 | value_base64 must be base64",
                "\"value_base64\":\"_-==\"                              | value_base64 must be base64",
                "\"value_base64\":\"YQ==\\n\"                           | value_base64 must be base64",
                "\"value\":\"\",\"key_base64\":\"*\"                    | key_base64 must be base64",
                "\"value_base64\":1                                     | value_base64 must be a string",
                "\"value\":[]                                           | value must be a string",
                "\"value\":\"\",\"headers_base64\":{\"a\":1}            | headers_base64.a must be a string",
                "\"value\":\"\",\"headers_base64\":{\"a\":[[]]}         | headers_base64.a must be a string",
                "\"value\":\"\",\"headers_base64\":{\"a\":\"-\"}        | headers_base64.a must be base64",
                "\"value\":\"\",\"headers_base64\":[]                   | headers_base64 must be an object",
                "\"value\":\"\",\"header_order\":{}                     | header_order must be a list",
                "\"value\":\"\",\"header_order\":[\"a\"]                | header_order must have the name of each header",
                "\"value\":\"\",\"headers\":{\"a\":\"\"},\"header_order\":[] | header_order must have the name of each header",
                "\"value\":\"\",\"headers\":{\"a\":\"\"},\"headers_base64\":{\"a\":\"\"} | headers_base64.a must be absent",
                "\"value\":\"\",\"key_base64\":\"/w==\",\"headers\":{\"a\":null} | headers.a must be a string",
                "\"value\":\"\\ud800\",\"key_base64\":\"/w==\"          | value has an unpaired surrogate",
            })
    void a_message_that_is_no_bytes_is_refused(String members, String detail) {
        topic("bytes.refused");
        for (Reply reply : List.of(
                http.post("/produce", "{\"topic\":\"bytes.refused\"," + members + "}"),
                http.post(
                        "/produce/batch",
                        "{\"topic\":\"bytes.refused\",\"messages\":[{\"value\":\"ok\"},{" + members + "}]}"),
                http.post(
                        "/produce/batch?topic=bytes.refused",
                        "application/x-ndjson",
                        ("{" + members + "}").getBytes(UTF_8)))) {
            assertEquals(422, reply.status(), reply.text());
            assertTrue(reply.detail().replaceAll("messages\\[.]\\.", "").startsWith(detail), reply.detail());
        }
        assertEquals(0, http.get("/topics/bytes.refused").get("end_offset").asInt());
    }

    private void topic(String name) {
        http.post("/topics/register", "topic", name);
    }
}
