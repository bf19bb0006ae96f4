package client;

import api.Schemas;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A message of a response, in the bytes that its producer sent.
 *
 * @param timestamp ms since 1970
 * @param key null if absent
 * @param value null for a tombstone
 * @param headers in the order of the message; empty if absent
 */
record ReceivedMessage(
        String topic,
        int partition,
        long offset,
        long timestamp,
        byte[] key,
        byte[] value,
        List<ReceivedMessage.Header> headers) {
    /** @param value null if absent */
    record Header(String name, byte[] value) {}

    /** @throws IllegalArgumentException if the message is not as the broker of this version writes it */
    static ReceivedMessage of(Schemas.Message message) {
        return new ReceivedMessage(
                message.topic(),
                message.partition() == null ? 0 : message.partition(),
                message.offset(),
                message.timestamp(),
                bytes(message.key(), message.keyBase64()),
                bytes(message.value() instanceof String text ? text : null, message.valueBase64()),
                headers(message));
    }

    private static byte[] bytes(String text, String base64) {
        if (base64 != null) {
            return Base64.getDecoder().decode(base64);
        }
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<Header> headers(Schemas.Message message) {
        Map<String, Deque<Header>> byName = new LinkedHashMap<>();
        if (message.headers() != null) {
            message.headers().forEach((name, text) -> add(byName, name, bytes(text, null)));
        }
        if (message.headersBase64() != null) {
            message.headersBase64().forEach((name, one) -> {
                for (Object each : one instanceof List<?> list ? list : Collections.singletonList(one)) {
                    add(byName, name, bytes(null, each == null ? null : String.valueOf(each)));
                }
            });
        }
        List<Header> headers = new ArrayList<>();
        if (message.headerOrder() == null) {
            byName.values().forEach(headers::addAll);
        } else {
            message.headerOrder().forEach(name -> headers.add(next(byName, name)));
        }
        return headers;
    }

    private static void add(Map<String, Deque<Header>> byName, String name, byte[] value) {
        byName.computeIfAbsent(name, absent -> new ArrayDeque<>(1)).add(new Header(name, value));
    }

    private static Header next(Map<String, Deque<Header>> byName, String name) {
        Header header = byName.getOrDefault(name, new ArrayDeque<>()).poll();
        if (header == null) {
            throw new IllegalArgumentException("header_order has a name too often");
        }
        return header;
    }
}
