package engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Decodes one message that {@link MessageCodec#encode} has encoded. Text without escapes is copied as it is. For one thread. */
final class MessageDecoder {
    private static final JsonFactory JSON = new JsonFactory();

    private final byte[] source;
    private final int end;
    private int at;

    MessageDecoder(byte[] source, int position, int length) {
        this.source = source;
        this.at = position;
        this.end = position + length;
    }

    DecodedMessage message() {
        byte[] value = textAfter(MessageCodec.VALUE);
        byte[] key = isNext(MessageCodec.KEY) ? textAfter(MessageCodec.KEY) : null;
        Map<String, byte[]> headers = Map.of();
        if (isNext(MessageCodec.HEADERS)) {
            headers = new LinkedHashMap<>();
            byte[] before = MessageCodec.HEADERS;
            do {
                String name = new String(textAfter(before), StandardCharsets.UTF_8);
                at--; // the quote belongs to the colon
                headers.put(name, textAfter(MessageCodec.COLON));
                at--; // the quote belongs to the comma
                before = MessageCodec.COMMA;
            } while (isNext(before));
        }
        return new DecodedMessage(value, key, headers);
    }

    private boolean isNext(byte[] text) {
        return at + text.length <= end && Arrays.equals(source, at, at + text.length, text, 0, text.length);
    }

    /** Skips {@code before}, which ends with a quote, and reads the text up to the next quote, which it skips, too. */
    private byte[] textAfter(byte[] before) {
        int start = at + before.length;
        int close = start;
        boolean isEscaped = false;
        while (source[close] != '"') {
            if (source[close] == '\\') {
                isEscaped = true;
                close++;
            }
            close++;
        }
        at = close + 1;
        return isEscaped ? unescaped(start - 1, at) : Arrays.copyOfRange(source, start, close);
    }

    /** @param from where the opening quote is */
    private byte[] unescaped(int from, int to) {
        try (JsonParser parser = JSON.createParser(source, from, to - from)) {
            parser.nextToken();
            return parser.getText().getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // an encoded message is valid JSON
        }
    }
}
