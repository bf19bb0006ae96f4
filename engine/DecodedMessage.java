package engine;

import java.util.Map;

/**
 * A message as its producer sent it.
 *
 * @param value in UTF-8
 * @param key in UTF-8; null if absent
 * @param headers by name, in UTF-8, in the order of the message; empty if absent
 */
public record DecodedMessage(byte[] value, byte[] key, Map<String, byte[]> headers) {}
