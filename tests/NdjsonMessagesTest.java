package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import client.NdjsonMessages;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the consumer reads from an answer, whatever a later broker's answers look like. */
class NdjsonMessagesTest {
    private static final String USUAL =
            "{\"topic\":\"t\",\"partition\":4,\"offset\":11,\"value\":\"plain\",\"timestamp\":5}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"topic\":\"t\",\"offset\":7,\"value\":\"v\",\"timestamp\":5}",
                "{\"topic\":\"t\",\"partition\":3,\"offset\":7,\"value\":\"v\",\"timestamp\":5}",
                "{\"topic\":\"t\",\"partition\":3,\"offset\":7,\"value\":\"\"}",
                "{\"topic\":\"t\",\"partition\":3,\"offset\":7,\"value\":\"say \\\"hi\\\"\"}",
                "{\"topic\":\"t\",\"offset\":7,\"partition\":3,\"value\":\"v\"}",
                "{\"offset\":7,\"partition\":3,\"topic\":\"t\",\"value\":\"v\"}",
                "{\"value\":\"v\",\"offset\":7,\"topic\":\"t\",\"partition\":3}",
                "{\"topic\":\"t\",\"partition\":3,\"offset\":7,\"key\":\"k\",\"value\":\"v\"}",
                "{\"topic\":\"t\",\"producer\":\"p\",\"offset\":7,\"value\":\"v\"}",
                "{\"topic\":\"t\",\"epoch\":9,\"offset\":7,\"value\":\"v\"}",
                "{\"topic\":\"t\",\"part\":9,\"offset\":7,\"value\":\"v\"}",
                "{\"topic\":\"t\",\"partition_id\":9,\"offset\":7,\"value\":\"v\"}",
                "{\"topic\":\"t\",\"offset_delta\":9,\"offset\":7,\"value\":\"v\"}",
                "{\"topic\":\"t\",\"offset\":7,\"value_size\":9,\"value\":\"v\"}",
                "{\"id\":{\"topic\":\"x\",\"partition\":9,\"offset\":8,\"value\":\"w\"},\"topic\":\"t\",\"partition\":3,\"offset\":7,\"value\":\"v\"}",
                "{\"topic\":\"t\",\"headers\":{\"offset\":\"9\",\"value\":\"w\"},\"partition\":3,\"offset\":7,\"value\":\"v\"}",
                "{\"note\":\"\\\",\\\"offset\\\":9,\\\"value\\\":\\\"w\\\"\",\"topic\":\"t\",\"offset\":7,\"value\":\"v\"}",
                "{\"topic\":\"t\",\"note\":\",\\\"offset\\\":9\",\"offset\":7,\"value\":\"v\"}",
                "{\"topic\":\"t\\\",\\\"partition\\\":9,\\\"offset\\\":8,\\\"value\\\":\\\"\",\"partition\":3,\"offset\":7,\"value\":\"v\"}",
                "{\"topic\":\"t\",\"partition\":3,\"offset\":7,\"value\":\",\\\"offset\\\":9,\\\"value\\\":\\\"w\"}",
                "{ \"topic\": \"t\", \"partition\": 3, \"offset\": 7, \"value\": \"v\" }",
                "{\"topic\":\"t\",\"partition\":null,\"offset\":7,\"value\":\"v\"}",
                "{\"topic\":\"t\",\"partition\":3,\"offset\":1234567890123456789,\"value\":\"v\"}",
                "{\"topic\":\"t\",\"offset\":7,\"value\":null,\"key\":\"k\",\"timestamp\":5}",
                "{\"topic\":\"t\",\"partition\":3,\"offset\":7,\"value_base64\":\"/w==\",\"timestamp\":5}",
                "{\"topic\":\"t\",\"offset\":7,\"value_base64\":\"\",\"value\":null}",
                "{\"topic\":\"t\",\"offset\":7,\"headers_base64\":{\"value\":[\"w\",null]},\"value\":null}",
                "{\"topic\":\"t\",\"partition\":3,\"offset\":7,\"value\":\"v\"}\r"
            })
    void a_line_is_read_as_a_json_parser_reads_it(String line) throws IOException {
        JsonNode expected = Http.JSON.readTree(line);
        for (String text :
                new String[] {line, line + "\n", USUAL + "\n" + line + "\n" + USUAL + "\n", line + "\n\n" + USUAL}) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            NdjsonMessages messages = new NdjsonMessages(bytes, Http.JSON);
            int found = 0;
            while (messages.next()) {
                String got = new String(bytes, messages.lineStart(), messages.lineLength(), StandardCharsets.UTF_8);
                JsonNode message = got.equals(line) ? expected : Http.JSON.readTree(USUAL);
                assertEquals(message.get("offset").asLong(), messages.offset());
                assertEquals(message.path("partition").asInt(0), messages.partition());
                if (messages.isPlain()) {
                    assertEquals(
                            message.get("value").asText(),
                            new String(bytes, messages.valueStart(), messages.valueLength(), StandardCharsets.UTF_8));
                }
                found += got.equals(line) ? 1 : 0;
            }
            assertEquals(1, found);
        }
    }

    @Test
    void the_usual_line_is_read_in_place() throws IOException {
        NdjsonMessages messages = new NdjsonMessages(USUAL.getBytes(StandardCharsets.UTF_8), Http.JSON);
        assertTrue(messages.next());
        assertTrue(messages.isPlain());
        assertFalse(messages.next());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>",
                "null",
                "[]",
                "{}",
                "{\"topic\":\"t\",\"value\":\"v\"}",
                "{\"topic\":\"t\",\"offset\":7}",
                "{\"topic\":\"t\",\"offset\":7,\"value\":5}",
                "{\"topic\":\"t\",\"offset\":7,\"value\":[\"v\"]}",
                "{\"topic\":\"t\",\"offset\":7,\"value\":{\"value\":\"v\"}}",
                "{\"topic\":\"t\",\"offset\":7,\"value_base64\":null}",
                "{\"topic\":\"t\",\"offset\":7,\"value_base64\":[\"/w==\"]}",
                "{\"topic\":\"t\",\"offset\":7,\"key_base64\":\"/w==\"}",
                "{\"topic\":\"t\",\"offset\":-1,\"value\":\"v\"}",
                "{\"topic\":\"t\",\"offset\":\"7\",\"value\":\"v\"}",
                "{\"topic\":\"t\",\"offset\":7,\"val",
                "{\"topic\":\"t\",\"offset\":",
                "{\"topic\":\"t"
            })
    void what_is_no_message_is_refused(String line) {
        NdjsonMessages messages = new NdjsonMessages(line.getBytes(StandardCharsets.UTF_8), Http.JSON);
        assertThrows(IOException.class, messages::next);
    }
}
