package http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import api.Schemas;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
import java.util.ArrayList;
import java.util.List;
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
        String message = "{\"value\":\"v\",\"key\":\"k\",\"partition\":2}";
        byte[] batch = ("{\"topic\":\"t\",\"messages\":[" + message + "]}").getBytes(StandardCharsets.UTF_8);
        assertEquals(1, produced(BatchParser::object, batch).size());
        assertEquals(
                1,
                produced(BatchParser::lines, message.getBytes(StandardCharsets.UTF_8))
                        .size());
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

    private static String text(JsonNode message) {
        ObjectNode text = JSON.createObjectNode();
        for (String member : List.of("value", "key", "headers")) {
            if (message.hasNonNull(member)
                    && (!member.equals("headers") || !message.get(member).isEmpty())) {
                text.set(member, message.get(member));
            }
        }
        return text.toString();
    }
}
