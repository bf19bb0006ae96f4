package engine;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The encoding of messages in the log and in responses. A message is encoded once, when it is produced, to the JSON members that every
 * response contains:
 *
 * <pre>
 *   "value":"hello"            with all members:   "value":"hello","key":"user-1","headers":{"trace":"7f3a"}
 * </pre>
 *
 * A read copies these members, and adds the topic, partition, offset and timestamp:
 *
 * <pre>
 *   {"topic":"demo","offset":42,               + the members from the log +   ,"timestamp":1700000000000}
 *   {"topic":"demo","partition":3,"offset":42,   in a topic with several partitions
 * </pre>
 *
 * Strings are escaped only as RFC 8259 requires, so that text in any script is readable in the log. The line separators U+0085, U+2028
 * and U+2029 are escaped, too, because common readers of NDJSON and server-sent events end a line at them.
 */
public final class MessageCodec {
    static final byte[] VALUE = ascii("\"value\":\"");
    static final byte[] KEY = ascii(",\"key\":\"");
    static final byte[] HEADERS = ascii(",\"headers\":{\"");
    static final byte[] COLON = ascii("\":\"");
    static final byte[] COMMA = ascii("\",\"");
    static final byte[] END = ascii("\"}");
    static final byte[] QUOTE = ascii("\"");

    /** In chars. */
    private static final int MAX_PIECE = 16 << 10;

    private static final JsonStringEncoder ESCAPER = JsonStringEncoder.getInstance();

    private MessageCodec() {}

    /** Receives an encoded message, piece by piece. */
    public interface Target {
        void put(byte[] piece);
    }

    /**
     * @param key null if absent
     * @param headers null if absent
     * @throws EngineException INVALID if a text has an unpaired surrogate
     */
    public static void encode(String value, String key, Map<String, String> headers, Target target) {
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

    /**
     * Decodes a message: the reverse of {@link #encode}.
     *
     * @param position where the message starts in the array
     */
    public static DecodedMessage decode(byte[] source, int position, int length) {
        return new MessageDecoder(source, position, length).message();
    }

    /** The text before the offset in each message of a partition. */
    public static byte[] prefix(String topic, int partition, boolean isOneOfSeveral) {
        return ascii(
                "{\"topic\":\"" + topic + (isOneOfSeveral ? "\",\"partition\":" + partition : "\"") + ",\"offset\":");
    }

    /**
     * The text after the members.
     *
     * @param timestamp ms since 1970
     * @param separator is added after the message
     */
    static byte[] suffix(long timestamp, String separator) {
        return ascii(",\"timestamp\":" + timestamp + "}" + separator);
    }

    /** Escapes a long text in pieces, because escaping temporarily needs several times the size of its input. */
    private static void escape(String field, String text, Target target) {
        for (int from = 0, to; from < text.length(); from = to) {
            to = Math.min(text.length(), from + MAX_PIECE);
            if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
                to--; // keeps a surrogate pair together
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
                    field,
                    "has an unpaired surrogate (half of a pair such as \\ud83d\\ude00), so it is not Unicode text");
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
