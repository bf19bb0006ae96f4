package engine;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
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
    private static final byte[] QUOTE = ascii("\"");

    /** In chars. */
    private static final int MAX_PIECE = 16 << 10;

    private static final JsonStringEncoder ESCAPER = JsonStringEncoder.getInstance();

    private MessageCodec() {}

    /** Takes a message, encoded, piece by piece. */
    interface Target {
        void put(byte[] piece);
    }

    /**
     * @param key null for none
     * @param headers null for none
     * @throws EngineException INVALID if one of the texts has an unpaired surrogate, which is no Unicode text
     */
    static void encode(String value, String key, Map<String, String> headers, Target target) {
        target.put(VALUE);
        escape("value", value, target);
        target.put(QUOTE);
        if (key != null) {
            target.put(KEY);
            escape("key", key, target);
            target.put(QUOTE);
        }
        if (headers != null && !headers.isEmpty()) {
            encode(headers, target);
        }
    }

    private static void encode(Map<String, String> headers, Target target) {
        byte[] start = HEADERS;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            target.put(start);
            escape("headers", header.getKey(), target);
            target.put(COLON);
            escape("headers", header.getValue(), target);
            start = COMMA;
        }
        target.put(END);
    }

    /** What stands before the offset in each message of a partition. */
    static byte[] prefix(String topic, int partition, boolean isOneOfSeveral) {
        return ascii(
                "{\"topic\":\"" + topic + (isOneOfSeveral ? "\",\"partition\":" + partition : "\"") + ",\"offset\":");
    }

    /**
     * What stands after the members.
     *
     * @param separator follows the message
     */
    static byte[] suffix(long timestamp, String separator) {
        return ascii(",\"timestamp\":" + timestamp + "}" + separator);
    }

    /** A long text is escaped in pieces, for each takes several times its size meanwhile. */
    private static void escape(String field, String text, Target target) {
        for (int from = 0, to; from < text.length(); from = to) {
            to = Math.min(text.length(), from + MAX_PIECE);
            if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
                to--; // its pair stays together
            }
            target.put(escape(field, text.substring(from, to)));
        }
    }

    private static byte[] escape(String field, String text) {
        try {
            byte[] escaped = ESCAPER.quoteAsUTF8(text);
            return JsonText.hasLineSeparator(text)
                    ? JsonText.escapeLineSeparators(escaped, 0, escaped.length)
                    : escaped;
        } catch (IllegalArgumentException unpairedSurrogate) {
            throw EngineException.invalid(
                    field, "has an unpaired surrogate (half of a \\ud83d\\ude00 pair), so it is not Unicode text");
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
