package http;

import engine.DecodedMessage;
import engine.EncodedBatch;
import engine.Header;
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
 * The members of a message in a request. A member that is null is absent.
 *
 * @param isTombstone whether the value is an explicit null
 * @param headersBase64 by name: a text in base64; null for a header without a value; or a list of both
 * @param headerOrder the names of all headers, each as often as it occurs
 */
public record MessageFields(
        String value,
        boolean isTombstone,
        String valueBase64,
        String key,
        String keyBase64,
        Map<String, String> headers,
        Map<String, ?> headersBase64,
        List<String> headerOrder) {
    /**
     * Adds the message to a batch.
     *
     * @param partition null if absent
     * @param where is put before the name of a field in an error, such as {@code messages[3].}
     * @throws Problem 422
     * @throws engine.EngineException TOO_LARGE, OVERLOADED, INVALID
     */
    public void addTo(EncodedBatch batch, Integer partition, String where) {
        requireOne(value, valueBase64, where + "value");
        requireOne(key, keyBase64, where + "key");
        boolean hasValue = value != null || valueBase64 != null;
        boolean hasKey = key != null || keyBase64 != null;
        if (!hasValue && !(isTombstone && hasKey)) {
            throw Problems.invalid(
                    where + "value",
                    isTombstone ? "is required. It may be null only if the message has a key" : "is required");
        }
        if (value != null && keyBase64 == null && headersBase64 == null && headerOrder == null) {
            batch.add(value, key, headers, partition);
        } else {
            batch.add(
                    new DecodedMessage(
                            bytes(value, valueBase64, where + "value"),
                            bytes(key, keyBase64, where + "key"),
                            allHeaders(where)),
                    partition);
        }
    }

    private static void requireOne(String text, String base64, String field) {
        if (text != null && base64 != null) {
            throw Problems.invalid(field, "must be absent if there is " + field + "_base64");
        }
    }

    private static byte[] bytes(String text, String base64, String field) {
        if (base64 != null) {
            return decoded(base64, field + "_base64");
        }
        return text == null ? null : utf8(text, field);
    }

    private static byte[] decoded(String base64, String field) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw Problems.invalid(field, "must be base64 (RFC 4648, section 4): " + e.getMessage());
        }
    }

    private static byte[] utf8(String text, String field) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (text.chars().anyMatch(c -> Character.isSurrogate((char) c))
                && !new String(bytes, StandardCharsets.UTF_8).equals(text)) {
            throw Problems.invalid(field, "has an unpaired surrogate, so it is not Unicode text");
        }
        return bytes;
    }

    private List<Header> allHeaders(String where) {
        Map<String, Deque<Header>> byName = new LinkedHashMap<>();
        orEmpty(headers).forEach((name, text) -> {
            if (text == null) {
                throw Problems.invalid(where + "headers." + name, "must be a string");
            }
            add(byName, name, utf8(text, where + "headers." + name));
        });
        orEmpty(headersBase64).forEach((name, one) -> {
            String field = where + "headers_base64." + name;
            if (byName.containsKey(name)) {
                throw Problems.invalid(field, "must be absent if the name is in headers");
            }
            List<?> values = one instanceof List<?> list ? list : Collections.singletonList(one);
            for (Object each : values) {
                if (each != null && !(each instanceof String)) {
                    throw Problems.invalid(field, "must be a string in base64, null, or a list of both");
                }
                add(byName, name, each == null ? null : decoded((String) each, field));
            }
        });
        return headerOrder == null ? ordered(byName) : ordered(byName, where + "header_order");
    }

    private static <V> Map<String, V> orEmpty(Map<String, V> map) {
        return map == null ? Map.of() : map;
    }

    private static void add(Map<String, Deque<Header>> byName, String name, byte[] value) {
        byName.computeIfAbsent(name, absent -> new ArrayDeque<>(1)).add(new Header(name, value));
    }

    private static List<Header> ordered(Map<String, Deque<Header>> byName) {
        List<Header> all = new ArrayList<>();
        byName.values().forEach(all::addAll);
        return all;
    }

    private List<Header> ordered(Map<String, Deque<Header>> byName, String field) {
        List<Header> all = new ArrayList<>();
        for (String name : headerOrder) {
            Header header = name == null
                    ? null
                    : byName.getOrDefault(name, new ArrayDeque<>()).poll();
            if (header == null) {
                throw Problems.invalid(field, "must have the name of each header once for each of its values");
            }
            all.add(header);
        }
        if (byName.values().stream().anyMatch(left -> !left.isEmpty())) {
            throw Problems.invalid(field, "must have the name of each header once for each of its values");
        }
        return all;
    }
}
