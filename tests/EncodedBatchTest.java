package engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a message is encoded to, and what is refused. Jackson and the JDK say what is right. */
public class EncodedBatchTest {
    private static final JsonMapper JSON = new JsonMapper();

    private final MemoryBudget budget = new MemoryBudget(1L << 30);

    @Test
    void lines_are_json_objects_with_the_members_that_were_added() throws IOException {
        EncodedBatch batch = batch(1000);
        batch.add("hello", null, null, null);
        batch.add("\"\\\n\u0000\u0085\u2028é漢😀", "a key", Map.of("name", "va\tlue"), 3);
        batch.add("", "", Map.of(), null);
        List<JsonNode> lines = lines(batch);
        assertEquals("{\"value\":\"hello\"}", lines.get(0).toString());
        assertEquals("\"\\\n\u0000\u0085\u2028é漢😀", lines.get(1).get("value").asText());
        assertEquals("a key", lines.get(1).get("key").asText());
        assertEquals("va\tlue", lines.get(1).get("headers").get("name").asText());
        assertEquals("{\"value\":\"\",\"key\":\"\"}", lines.get(2).toString());
        assertEquals(3, batch.count());
        assertEquals(3, batch.highestPartition());
    }

    @Test
    void a_message_is_decoded_to_what_was_added() {
        Random random = new Random(2);
        for (int round = 0; round < 500; round++) {
            String value = randomText(random);
            String key = random.nextBoolean() ? null : randomText(random);
            Map<String, String> headers = new LinkedHashMap<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                headers.put(i + randomText(random), randomText(random));
            }
            EncodedBatch batch = batch(1 << 20);
            batch.add("before", "other", null, null);
            batch.add(value, key, headers, null);
            List<DecodedMessage> decoded = new ArrayList<>();
            batch.forEach(
                    (placement, bytes, position, length) -> decoded.add(MessageCodec.decode(bytes, position, length)));
            DecodedMessage message = decoded.get(1);
            assertEquals(value, new String(message.value(), UTF_8));
            assertEquals(key, message.key() == null ? null : new String(message.key(), UTF_8));
            Map<String, String> found = new LinkedHashMap<>();
            message.headers().forEach(header -> found.put(header.name(), new String(header.value(), UTF_8)));
            assertEquals(List.copyOf(headers.entrySet()), List.copyOf(found.entrySet()));
        }
    }

    @Test
    void no_line_separator_is_left_unescaped() {
        EncodedBatch batch = batch(1000);
        batch.add("\u0085\u2028\u2029\r\n", null, null, null);
        batch.addLines("\u0085\u2028\u2029\r".getBytes(StandardCharsets.UTF_8), 9);
        String text = text(batch);
        assertEquals(2, text.chars().filter(c -> c == '\n').count());
        assertTrue(text.chars().noneMatch(c -> c == 0x85 || c == 0x2028 || c == 0x2029 || c == '\r'), text);
    }

    @Test
    void lines_of_text_are_values_whatever_is_in_them() throws IOException {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            String text = randomText(random) + "\n".repeat(random.nextInt(3)) + randomText(random);
            List<String> values = new ArrayList<>(List.of(text.split("\n", -1)));
            if (values.get(values.size() - 1).isEmpty()) {
                values.remove(values.size() - 1); // the end of the last line begins no other
            }
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            EncodedBatch batch = batch(1_000_000);
            batch.addLines(bytes, bytes.length);
            List<String> read = new ArrayList<>();
            lines(batch).forEach(line -> read.add(line.get("value").asText()));
            assertEquals(values, read);
        }
    }

    @Test
    void any_bytes_are_decoded_as_they_were_encoded() throws IOException {
        Random random = new Random(3);
        for (int round = 0; round < 2000; round++) {
            List<DecodedMessage> messages = new ArrayList<>();
            EncodedBatch batch = batch(1_000_000);
            for (int i = random.nextInt(4); i >= 0; i--) {
                DecodedMessage message =
                        new DecodedMessage(randomBytes(random), randomBytes(random), randomHeaders(random));
                messages.add(message);
                batch.add(message, null);
            }
            assertEquals(messages.size(), lines(batch).size());
            Iterator<DecodedMessage> expected = messages.iterator();
            batch.forEach((placement, bytes, position, length) -> {
                String line = new String(bytes, position, length, UTF_8);
                assertSame(expected.next(), MessageCodec.decode(bytes, position, length), line);
            });
        }
    }

    private static void assertSame(DecodedMessage expected, DecodedMessage decoded, String line) {
        assertArrayEquals(expected.value(), decoded.value(), line);
        assertArrayEquals(expected.key(), decoded.key(), line);
        assertEquals(expected.headers().size(), decoded.headers().size(), line);
        for (int i = 0; i < expected.headers().size(); i++) {
            assertEquals(
                    expected.headers().get(i).name(), decoded.headers().get(i).name(), line);
            assertArrayEquals(
                    expected.headers().get(i).value(), decoded.headers().get(i).value(), line);
        }
    }

    /** Null, text, or bytes that are usually not text. */
    private static byte[] randomBytes(Random random) {
        int kind = random.nextInt(4);
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        return kind == 0 ? null : kind == 1 ? bytes : randomText(random).getBytes(UTF_8);
    }

    private static List<Header> randomHeaders(Random random) {
        List<Header> headers = new ArrayList<>();
        for (int i = random.nextInt(3) * random.nextInt(4); i > 0; i--) {
            headers.add(new Header(
                    random.nextBoolean() ? List.of("a", "b", "crc32c", "").get(random.nextInt(4)) : randomText(random),
                    randomBytes(random)));
        }
        return headers;
    }

    @Test
    void a_key_of_bytes_has_the_partition_of_the_same_text() {
        EncodedBatch batch = batch(1000);
        batch.add("", "user-1", null, null);
        batch.add(new DecodedMessage(null, "user-1".getBytes(UTF_8), List.of()), null);
        batch.add(new DecodedMessage(null, new byte[] {(byte) 0xFF}, List.of()), 7);
        List<Integer> partitions = new ArrayList<>();
        batch.forEach((placement, bytes, position, length) -> partitions.add(EncodedBatch.partition(placement, 10)));
        assertEquals(partitions.get(0), partitions.get(1));
        assertEquals(7, partitions.get(2));
    }

    @Test
    void a_message_of_bytes_may_have_just_the_limit() {
        List<Header> headers = List.of(new Header("é", new byte[] {(byte) 0xFF}), new Header("a", null));
        DecodedMessage message = new DecodedMessage(new byte[3], new byte[3], headers);
        batch(10).add(message, null);
        assertEquals(
                ErrorCode.TOO_LARGE,
                assertThrows(EngineException.class, () -> batch(9).add(message, null))
                        .code());
    }

    @Test
    void a_message_may_have_just_the_limit() {
        batch(10).add("12345", "67890", null, null);
        batch(10).add("1234", "é", Map.of("a", "漢"), null);
        assertEquals(
                ErrorCode.TOO_LARGE,
                assertThrows(EngineException.class, () -> batch(10).add("123456", "67890", null, null))
                        .code());
        assertEquals(
                ErrorCode.TOO_LARGE,
                assertThrows(EngineException.class, () -> batch(10).addLines("12345678901".getBytes(UTF_8), 11))
                        .code());
    }

    @Test
    void half_of_a_surrogate_pair_is_refused() {
        for (String text : List.of("\ud83d", "a\ude00b", "\ude00\ud83d")) {
            assertEquals(
                    ErrorCode.INVALID,
                    assertThrows(EngineException.class, () -> batch(100).add(text, null, null, null))
                            .code());
        }
    }

    @Test
    void utf8_is_checked_as_the_jdk_checks_it() {
        Random random = new Random(2);
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = new byte[random.nextInt(12)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt(128) : random.nextInt(256));
            }
            boolean isValid;
            try {
                StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes));
                isValid = true;
            } catch (CharacterCodingException e) {
                isValid = false;
            }
            assertEquals(isValid, JsonText.firstNotUtf8(bytes, 0, bytes.length) < 0);
            byte[] target = new byte[bytes.length * JsonText.MAX_GROWTH];
            assertEquals(isValid, JsonText.escape(bytes, 0, bytes.length, target, 0) >= 0);
        }
    }

    @Test
    void a_key_has_the_partition_that_kafka_would_give_it() {
        // from org.apache.kafka.common.utils.UtilsTest
        assertEquals(-973932308, Murmur2.hash("21".getBytes(StandardCharsets.UTF_8)));
        assertEquals(-790332482, Murmur2.hash("foobar".getBytes(StandardCharsets.UTF_8)));
        assertEquals(-985981536, Murmur2.hash("a-little-bit-long-string".getBytes(StandardCharsets.UTF_8)));
        assertEquals(-1486304829, Murmur2.hash("a-little-bit-longer-string".getBytes(StandardCharsets.UTF_8)));
        assertEquals(
                -58897971,
                Murmur2.hash("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8".getBytes(StandardCharsets.UTF_8)));
    }

    private EncodedBatch batch(int maxMessageBytes) {
        return new EncodedBatch(maxMessageBytes, 0, budget.reservation());
    }

    private static String text(EncodedBatch batch) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        java.nio.ByteBuffer lines = batch.lines();
        bytes.write(lines.array(), 0, lines.remaining());
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static List<JsonNode> lines(EncodedBatch batch) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : text(batch).split("\n")) {
            if (!line.isEmpty()) {
                lines.add(JSON.readTree(line));
            }
        }
        return lines;
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
            int codePoint = random.nextInt(4) == 0 ? random.nextInt(0x110000) : random.nextInt(0x100);
            text.appendCodePoint(codePoint >= 0xD800 && codePoint < 0xE000 ? '"' : codePoint);
        }
        return text.toString();
    }
}
