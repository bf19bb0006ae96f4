package engine;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A message as its producer sent it.
 *
 * @param value null for a tombstone, a message without a value
 * @param key null if absent
 * @param headers in the order of the message; empty if absent
 */
public record DecodedMessage(byte[] value, byte[] key, List<Header> headers) {
    /** The size of value, key and headers together, in bytes. */
    long size() {
        long size = lengthOf(value) + lengthOf(key);
        for (Header header : headers) {
            size += header.name().getBytes(StandardCharsets.UTF_8).length + lengthOf(header.value());
        }
        return size;
    }

    private static long lengthOf(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
