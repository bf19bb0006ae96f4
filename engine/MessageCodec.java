package engine;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The encoding of messages in the log and in responses. A message is encoded once, when it is produced, to the JSON members that every
 * response contains:
 *
 * <pre>
 *   "value":"hello"            with all members:   "value":"hello","key":"user-1","headers":{"trace":"7f3a"}
 *   "value":null               a tombstone
 *   "value_base64":"//79"      bytes that are not UTF-8; also "key_base64" and "headers_base64", see {@link HeaderCodec}
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
    static final byte[] VALUE_BASE64 = ascii("\"value_base64\":\"");
    static final byte[] NULL_VALUE = ascii("\"value\":null");
    static final byte[] KEY = ascii(",\"key\":\"");
    static final byte[] KEY_BASE64 = ascii(",\"key_base64\":\"");
    private static final byte[] HEADERS = ascii(",\"headers\":{\"");
    private static final byte[] COLON = ascii("\":\"");
    private static final byte[] COMMA = ascii("\",\"");
    private static final byte[] END = ascii("\"}");

    private MessageCodec() {}

    /**
     * Encodes a message whose members are text.
     *
     * @param key null if absent
     * @param headers null if absent
     * @throws EngineException INVALID if a text has an unpaired surrogate
     */
    static void encode(String value, String key, Map<String, String> headers, MessageBuffer target) {
        target.put(VALUE);
        target.putText("value", value);
        target.put('"');
        if (key != null) {
            target.put(KEY);
            target.putText("key", key);
            target.put('"');
        }
        if (headers != null && !headers.isEmpty()) {
            encode(headers, target);
        }
    }

    private static void encode(Map<String, String> headers, MessageBuffer target) {
        byte[] start = HEADERS;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            target.put(start);
            target.putText("headers", header.getKey());
            target.put(COLON);
            target.putText("headers", header.getValue());
            start = COMMA;
        }
        target.put(END);
    }

    /**
     * Encodes any message.
     *
     * @throws EngineException INVALID if the name of a header has an unpaired surrogate
     */
    public static void encode(DecodedMessage message, MessageBuffer target) {
        if (message.value() == null) {
            target.put(NULL_VALUE);
        } else {
            encode(message.value(), VALUE, VALUE_BASE64, target);
        }
        if (message.key() != null) {
            encode(message.key(), KEY, KEY_BASE64, target);
        }
        if (!message.headers().isEmpty()) {
            HeaderCodec.encode(message.headers(), target);
        }
    }

    private static void encode(byte[] bytes, byte[] asText, byte[] asBase64, MessageBuffer target) {
        int before = target.length();
        target.put(asText);
        if (!target.putText(bytes)) {
            target.truncate(before);
            target.put(asBase64);
            target.putBase64(bytes);
        }
        target.put('"');
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

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
