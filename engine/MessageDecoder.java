package engine;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Decodes one message that {@link MessageCodec#encode} has encoded. Text without escapes is copied as it is. For one thread. */
final class MessageDecoder {
    private final byte[] source;
    private final int end;
    private int at;

    MessageDecoder(byte[] source, int position, int length) {
        this.source = source;
        this.at = position;
        this.end = position + length;
    }

    DecodedMessage message() {
        byte[] value = bytesAfter(MessageCodec.VALUE, MessageCodec.VALUE_BASE64);
        if (value == null) {
            at += MessageCodec.NULL_VALUE.length;
        }
        byte[] key = bytesAfter(MessageCodec.KEY, MessageCodec.KEY_BASE64);
        List<Header> headers = at == end ? List.of() : HeaderCodec.decode(source, at, end);
        return new DecodedMessage(value, key, headers);
    }

    /** Reads the text that follows the first, or the base64 that follows the second; null if neither is next. */
    private byte[] bytesAfter(byte[] beforeText, byte[] beforeBase64) {
        if (isNext(beforeText)) {
            return textAfter(beforeText);
        }
        return isNext(beforeBase64) ? Base64.getDecoder().decode(textAfter(beforeBase64)) : null;
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
        try (JsonParser parser = HeaderCodec.JSON.createParser(source, from, to - from)) {
            parser.nextToken();
            return parser.getText().getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // an encoded message is valid JSON
        }
    }
}
