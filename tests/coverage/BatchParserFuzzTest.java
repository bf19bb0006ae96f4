package http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import api.Schemas;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import engine.BrowseRequest;
import engine.EncodedBatch;
import engine.EncodedMessages;
import engine.EngineException;
import engine.MemoryBroker;
import engine.MemoryBudget;
import engine.MessageLayout;
import engine.OffsetSpec;
import engine.ReadLimits;
import engine.Storage;
import engine.TopicSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;
import tests.Corpus;

/** Parses any bytes as a batch. The parser refuses them, or produces the same messages as Jackson. */
public class BatchParserFuzzTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_MESSAGE_BYTES = 1000;
    private static final String TOPIC = "t";
    private static final int PARTITIONS = 3;

    private final MemoryBudget budget = new MemoryBudget(1L << 28);
    private final MemoryBroker broker = new MemoryBroker(budget, PARTITIONS, Storage.NONE);

    private interface Parse {
        void run(BatchParser parser, ByteBuffer body);
    }

    @MethodSource("tests.Corpus#batches")
    @FuzzTest(maxDuration = Corpus.MAX_DURATION)
    void a_batch_in_json(byte[] body) throws IOException {
        List<JsonNode> produced = produced(BatchParser::object, body);
        if (produced != null) {
            List<JsonNode> expected = new ArrayList<>();
            JSON.readTree(body).get("messages").forEach(expected::add);
            assertSame(expected, produced);
        }
    }

    @MethodSource("tests.Corpus#batches")
    @FuzzTest(maxDuration = Corpus.MAX_DURATION)
    void a_batch_in_ndjson(byte[] body) throws IOException {
        List<JsonNode> produced = produced(BatchParser::lines, body);
        if (produced != null) {
            try (MappingIterator<JsonNode> lines =
                    JSON.readerFor(JsonNode.class).readValues(body)) {
                assertSame(lines.readAll(), produced);
            }
        }
    }

    @Test
    void valid_batches_are_accepted() throws IOException {
        for (String message : List.of(
                "{\"value\":\"v\",\"key\":\"k\",\"partition\":2}",
                "{\"value\":null,\"key_base64\":\"/w==\"}",
                "{\"value_base64\":\"/w==\",\"headers\":{\"a\":\"\"},\"headers_base64\":{\"b\":[\"/w==\",null]},"
                        + "\"header_order\":[\"b\",\"a\",\"b\"]}")) {
            byte[] batch = ("{\"topic\":\"t\",\"messages\":[" + message + "]}").getBytes(StandardCharsets.UTF_8);
            List<JsonNode> produced = produced(BatchParser::object, batch);
            assertEquals(1, produced.size());
            assertEquals(text(JSON.readTree(message)), text(produced.get(0)));
            assertEquals(
                    1,
                    produced(BatchParser::lines, message.getBytes(StandardCharsets.UTF_8))
                            .size());
        }
    }

    /** The messages that a body becomes; null if it was refused. */
    private List<JsonNode> produced(Parse parse, byte[] body) throws IOException {
        EncodedBatch batch = new EncodedBatch(MAX_MESSAGE_BYTES, 64, budget.reservation());
        broker.registerTopic(TOPIC, new TopicSettings(PARTITIONS, null, null, null, null));
        try {
            ByteBuffer buffer = ByteBuffer.wrap(body);
            JsonBodies.requireUtf8(buffer); // as the server does before
            parse.run(new BatchParser(Schemas.JSON, batch, budget.reservation()), buffer);
            broker.produce(TOPIC, batch, null).join();
            return messages();
        } catch (Problem e) {
            assertTrue(List.of(400, 422).contains(e.status()), () -> e.status() + " " + e.getMessage());
            batch.close();
            return null;
        } catch (EngineException e) {
            batch.close();
            return null;
        } finally {
            broker.deleteTopic(TOPIC).join();
            assertEquals(0, budget.kept(), "all memory was given back");
        }
    }

    private List<JsonNode> messages() throws IOException {
        List<JsonNode> messages = new ArrayList<>();
        for (int p = 0; p < PARTITIONS; p++) {
            ReadLimits all = new ReadLimits(MessageLayout.LIST, Long.MAX_VALUE, Long.MAX_VALUE);
            BrowseRequest request = new BrowseRequest(TOPIC, p, OffsetSpec.parse("offset", 0L), 0, all, 0);
            try (EncodedMessages page = broker.browse(request).join()) {
                ByteBuffer bytes = page.bytes();
                JSON.readTree(bytes.array(), bytes.position(), bytes.remaining())
                        .get("messages")
                        .forEach(messages::add);
            }
        }
        return messages;
    }

    /** Each message is there, in the partition that it asked for. The order is not compared. */
    private static void assertSame(List<JsonNode> expected, List<JsonNode> produced) {
        assertEquals(
                expected.stream().map(BatchParserFuzzTest::text).sorted().toList(),
                produced.stream().map(BatchParserFuzzTest::text).sorted().toList());
        for (JsonNode message : expected) {
            if (message.hasNonNull("partition")) {
                JsonNode there = produced.stream()
                        .filter(other -> text(other).equals(text(message))
                                && other.path("partition").equals(message.get("partition")))
                        .findFirst()
                        .orElse(null);
                assertEquals(message.get("partition"), there == null ? null : there.get("partition"));
            }
        }
    }

    /** The bytes of a message, the same for all forms of a message in JSON. */
    private static String text(JsonNode message) {
        ObjectNode text = JSON.createObjectNode();
        text.set("value", bytes(message.path("value"), message.path("value_base64")));
        text.set("key", bytes(message.path("key"), message.path("key_base64")));
        Map<String, Deque<JsonNode>> headers = new LinkedHashMap<>();
        message.path("headers")
                .properties()
                .forEach(header -> add(headers, header.getKey(), bytes(header.getValue(), MissingNode.getInstance())));
        message.path("headers_base64").properties().forEach(header -> {
            JsonNode values = header.getValue();
            for (JsonNode value :
                    values.isArray() ? values : JSON.createArrayNode().add(values)) {
                add(headers, header.getKey(), bytes(NullNode.getInstance(), value));
            }
        });
        ArrayNode list = text.putArray("headers");
        if (message.hasNonNull("header_order")) {
            message.get("header_order")
                    .forEach(name ->
                            list.add(name).add(headers.get(name.asText()).removeFirst()));
        } else {
            headers.forEach(
                    (name, values) -> values.forEach(value -> list.add(name).add(value)));
        }
        return text.toString();
    }

    private static void add(Map<String, Deque<JsonNode>> headers, String name, JsonNode value) {
        headers.computeIfAbsent(name, absent -> new ArrayDeque<>()).add(value);
    }

    private static JsonNode bytes(JsonNode text, JsonNode base64) {
        if (base64.isTextual()) {
            return BinaryNode.valueOf(Base64.getDecoder().decode(base64.asText()));
        }
        return text.isTextual()
                ? BinaryNode.valueOf(text.asText().getBytes(StandardCharsets.UTF_8))
                : NullNode.getInstance();
    }
}
