package engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.params.provider.MethodSource;
import tests.Corpus;

/** Escapes any bytes. The JDK decides whether they are UTF-8, and Jackson reads the result. */
public class JsonTextFuzzTest {
    private static final JsonMapper JSON = new JsonMapper();

    @MethodSource("tests.Corpus#jsonText")
    @FuzzTest(maxDuration = Corpus.MAX_DURATION)
    void a_text_is_escaped_so_that_jackson_reads_the_same_text(byte[] text) throws IOException {
        String expected = decoded(text);
        byte[] escaped = new byte[JsonText.MAX_GROWTH * text.length];
        int length = JsonText.escape(text, 0, text.length, escaped, 0);

        assertEquals(expected == null, length < 0, "is it UTF-8?");
        assertEquals(expected == null, JsonText.firstNotUtf8(text, 0, text.length) >= 0, "is it UTF-8?");
        if (expected == null) {
            return;
        }
        String json = '"' + new String(escaped, 0, length, StandardCharsets.UTF_8) + '"';
        assertEquals(expected, JSON.readValue(json, String.class));
        assertFalse(JsonText.hasLineSeparator(json));
        assertFalse(JsonText.hasLineSeparator(escaped, 0, length));
        assertTrue(json.chars().noneMatch(c -> c < ' '), json);
    }

    @MethodSource("tests.Corpus#jsonText")
    @FuzzTest(maxDuration = Corpus.MAX_DURATION)
    void the_first_byte_that_is_not_utf8_is_found(byte[] text) {
        int wrong = JsonText.firstNotUtf8(text, 0, text.length);
        if (wrong >= 0) {
            assertTrue(decoded(Arrays.copyOf(text, wrong)) != null, "all before it is UTF-8");
            assertEquals(wrong, firstNotDecoded(text));
        }
    }

    @MethodSource("tests.Corpus#jsonText")
    @FuzzTest(maxDuration = Corpus.MAX_DURATION)
    void line_separators_in_json_are_escaped(byte[] text) throws IOException {
        String value = decoded(text);
        if (value == null) {
            return;
        }
        byte[] json = JSON.writeValueAsBytes(value);
        byte[] escaped = JsonText.escapeLineSeparators(json, 0, json.length);
        assertEquals(value, JSON.readValue(escaped, String.class));
        assertFalse(JsonText.hasLineSeparator(escaped, 0, escaped.length));
        assertEquals(JsonText.hasLineSeparator(value), JsonText.hasLineSeparator(json, 0, json.length));
        assertEquals(JsonText.hasLineSeparator(value), escaped.length != json.length);
    }

    /** Null if it is not UTF-8. */
    private static String decoded(byte[] text) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static int firstNotDecoded(byte[] text) {
        ByteBuffer bytes = ByteBuffer.wrap(text);
        StandardCharsets.UTF_8.newDecoder().decode(bytes, CharBuffer.allocate(text.length), true);
        return bytes.position();
    }
}
