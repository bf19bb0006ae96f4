package engine;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * How a message looks in the log and on its way out. A message is encoded once, when it is produced, to the JSON members
 * that every answer about it will carry:
 *
 * <pre>
 *   "value":"hello"            or with all   "value":"hello","key":"user-1","headers":{"trace":"7f3a"}
 * </pre>
 *
 * Reading puts what belongs to the place and not to the message around it, and copies the rest:
 *
 * <pre>
 *   {"topic":"demo","offset":42,               + the members as they lie in the log +   ,"timestamp":1700000000000}
 *   {"topic":"demo","partition":3,"offset":42,   in a topic of several partitions
 * </pre>
 *
 * Strings are escaped as RFC 8259 demands, so that text in any script stays readable in the log. Line separators other than
 * the line feed (U+0085, U+2028, U+2029) are escaped too: common readers of NDJSON and of server-sent events end a line at them.
 */
final class MessageCodec {
    static final byte[] VALUE = ascii("\"value\":\"");
    private static final byte[] KEY = ascii(",\"key\":\"");
    private static final byte[] HEADERS = ascii(",\"headers\":{\"");
    private static final byte[] COLON = ascii("\":\"");
    private static final byte[] COMMA = ascii("\",\"");
    private static final byte[] END = ascii("\"}");
    private static final byte[] NOTHING = {};
    private static final JsonStringEncoder ESCAPER = JsonStringEncoder.getInstance();

    private MessageCodec() {}

    /**
     * @param key null for none
     * @param headers null for none
     * @throws EngineException INVALID if one of the texts has an unpaired surrogate, which is no Unicode text
     */
    static byte[] encode(String value, String key, Map<String, String> headers) {
        byte[] escapedValue = escape("value", value);
        byte[] escapedKey = key == null ? null : escape("key", key);
        byte[] escapedHeaders = headers == null || headers.isEmpty() ? NOTHING : encode(headers);
        int size = VALUE.length + escapedValue.length + 1 + (key == null ? 0 : KEY.length + escapedKey.length + 1);
        byte[] members = new byte[size + escapedHeaders.length];
        int at = putString(members, 0, VALUE, escapedValue);
        if (key != null) {
            putString(members, at, KEY, escapedKey);
        }
        put(members, size, escapedHeaders, 0, escapedHeaders.length);
        return members;
    }

    private static byte[] encode(Map<String, String> headers) {
        ByteArrayOutputStream object = new ByteArrayOutputStream();
        byte[] start = HEADERS;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            object.writeBytes(start);
            object.writeBytes(escape("headers", header.getKey()));
            object.writeBytes(COLON);
            object.writeBytes(escape("headers", header.getValue()));
            start = COMMA;
        }
        object.writeBytes(END);
        return object.toByteArray();
    }

    /** What stands before the offset in each message of a partition. */
    static byte[] prefix(String topic, int partition, boolean isOneOfSeveral) {
        return ascii("{\"topic\":\"" + topic + (isOneOfSeveral ? "\",\"partition\":" + partition : "\"") + ",\"offset\":");
    }

    /** What stands after the members. */
    static byte[] suffix(long timestamp) {
        return ascii(",\"timestamp\":" + timestamp + "}");
    }

    private static byte[] escape(String field, String text) {
        try {
            byte[] escaped = ESCAPER.quoteAsUTF8(text);
            return JsonText.hasLineSeparator(text) ? JsonText.escapeLineSeparators(escaped, 0, escaped.length) : escaped;
        } catch (IllegalArgumentException unpairedSurrogate) {
            throw EngineException.invalid(field, "has an unpaired surrogate (half of a \\ud83d\\ude00 pair), so it is not Unicode text");
        }
    }

    private static int putString(byte[] target, int at, byte[] name, byte[] escaped) {
        int next = put(target, at, name, 0, name.length);
        next = put(target, next, escaped, 0, escaped.length);
        target[next] = '"';
        return next + 1;
    }

    private static int put(byte[] target, int at, byte[] source, int from, int length) {
        System.arraycopy(source, from, target, at, length);
        return at + length;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
