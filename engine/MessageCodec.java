package engine;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;

/**
 * How a message looks in the log and on its way out. A message is encoded once, when it is produced, to the JSON members
 * that every answer about it will carry:
 *
 * <pre>
 *   "value":"hello"            or with a key   "value":"hello","key":"user-1"
 * </pre>
 *
 * Reading puts the topic and the offset, which belong to the place and not to the message, in front and copies the rest:
 *
 * <pre>
 *   {"topic":"demo","offset":42,   + the members as they lie in the log +   }
 * </pre>
 *
 * Strings are escaped as RFC 8259 demands and no further, so that text in any script stays readable in the log.
 */
final class MessageCodec {
    static final byte[] VALUE = ascii("\"value\":\"");
    private static final byte[] KEY = ascii(",\"key\":\"");
    private static final JsonStringEncoder ESCAPER = JsonStringEncoder.getInstance();

    private MessageCodec() {}

    /** @throws EngineException INVALID if the value or the key has an unpaired surrogate, which is no Unicode text */
    static byte[] encode(String value, String key) {
        byte[] escapedValue = escape("value", value);
        byte[] escapedKey = key == null ? null : escape("key", key);
        int size = VALUE.length + escapedValue.length + 1 + (key == null ? 0 : KEY.length + escapedKey.length + 1);
        byte[] members = new byte[size];
        int at = putString(members, 0, VALUE, escapedValue);
        if (key != null) {
            putString(members, at, KEY, escapedKey);
        }
        return members;
    }

    /** What stands before the offset in each message of a topic. */
    static byte[] prefix(String topic) {
        return ascii("{\"topic\":\"" + topic + "\",\"offset\":");
    }

    private static byte[] escape(String field, String text) {
        try {
            return ESCAPER.quoteAsUTF8(text);
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
