package engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The encoding of headers, of which some may be bytes, or have the same name. Stateless.
 *
 * <p>A header whose value is text is in {@code headers}, if its name is unique. All others are in {@code headers_base64}: a string; null
 * for no value; or a list, if the name repeats. Readers take the headers in this order, first those that are text. If this is not the
 * order of the message, {@code header_order} lists the names, each as often as it occurs.
 */
final class HeaderCodec {
    static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final byte[] TEXT = ascii(",\"headers\":{");
    private static final byte[] BASE64 = ascii(",\"headers_base64\":{");
    private static final byte[] ORDER = ascii(",\"header_order\":[");
    private static final byte[] COMMA = ascii(",");
    private static final byte[] NULL = ascii("null");

    private HeaderCodec() {}

    static void encode(List<Header> headers, MessageBuffer target) {
        Map<String, List<byte[]>> values = new LinkedHashMap<>();
        headers.forEach(header -> values.computeIfAbsent(header.name(), absent -> new ArrayList<>(1))
                .add(header.value()));
        Set<String> texts = new HashSet<>();
        values.forEach((name, ofName) -> {
            byte[] first = ofName.get(0);
            if (ofName.size() == 1 && first != null && JsonText.firstNotUtf8(first, 0, first.length) < 0) {
                texts.add(name);
            }
        });
        encodeTexts(values, texts, target);
        Map<String, List<byte[]>> others = new LinkedHashMap<>(values);
        others.keySet().removeAll(texts);
        encodeOthers(others, target);
        List<String> order = new ArrayList<>();
        headers.forEach(header -> order.add(header.name()));
        if (!order.equals(defaultOrder(values, texts))) {
            encodeOrder(order, target);
        }
    }

    /**
     * Decodes the members that {@link #encode} has encoded.
     *
     * @param from the position of the comma before the first member
     */
    static List<Header> decode(byte[] source, int from, int to) {
        byte[] object = Arrays.copyOfRange(source, from, to + 1);
        object[0] = '{';
        object[to - from] = '}';
        Map<String, Deque<Header>> values = new LinkedHashMap<>();
        List<String> order = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(object)) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String member = parser.currentName();
                parser.nextToken();
                if (member.equals("header_order")) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        order.add(parser.getText());
                    }
                } else {
                    decodeValues(parser, member.equals("headers_base64"), values);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // an encoded message is valid JSON
        }
        if (order.isEmpty()) {
            return values.values().stream().flatMap(Deque::stream).collect(Collectors.toList());
        }
        return order.stream().map(name -> values.get(name).removeFirst()).collect(Collectors.toList());
    }

    private static void decodeValues(JsonParser parser, boolean isBase64, Map<String, Deque<Header>> values)
            throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            Deque<Header> ofName = values.computeIfAbsent(name, absent -> new ArrayDeque<>(1));
            boolean isList = parser.nextToken() == JsonToken.START_ARRAY;
            if (isList) {
                parser.nextToken();
            }
            for (; parser.currentToken() != JsonToken.END_ARRAY; parser.nextToken()) {
                ofName.add(new Header(name, value(parser, isBase64)));
                if (!isList) {
                    break;
                }
            }
        }
    }

    private static byte[] value(JsonParser parser, boolean isBase64) throws IOException {
        if (parser.hasToken(JsonToken.VALUE_NULL)) {
            return null;
        }
        return isBase64
                ? Base64.getDecoder().decode(parser.getText())
                : parser.getText().getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> defaultOrder(Map<String, List<byte[]>> values, Set<String> texts) {
        List<String> order = new ArrayList<>();
        values.keySet().stream().filter(texts::contains).forEach(order::add);
        values.forEach((name, ofName) -> {
            for (int i = 0; i < ofName.size() && !texts.contains(name); i++) {
                order.add(name);
            }
        });
        return order;
    }

    private static void encodeTexts(Map<String, List<byte[]>> values, Set<String> texts, MessageBuffer target) {
        byte[] separator = TEXT;
        for (Map.Entry<String, List<byte[]>> header : values.entrySet()) {
            if (texts.contains(header.getKey())) {
                separator = putName(header.getKey(), separator, target);
                target.put('"');
                target.putText(header.getValue().get(0));
                target.put('"');
            }
        }
        end(separator, TEXT, '}', target);
    }

    private static void encodeOthers(Map<String, List<byte[]>> others, MessageBuffer target) {
        byte[] separator = BASE64;
        for (Map.Entry<String, List<byte[]>> header : others.entrySet()) {
            separator = putName(header.getKey(), separator, target);
            List<byte[]> values = header.getValue();
            if (values.size() == 1) {
                putBase64(values.get(0), target);
            } else {
                for (int i = 0; i < values.size(); i++) {
                    target.put(i == 0 ? '[' : ',');
                    putBase64(values.get(i), target);
                }
                target.put(']');
            }
        }
        end(separator, BASE64, '}', target);
    }

    private static void encodeOrder(List<String> order, MessageBuffer target) {
        byte[] separator = ORDER;
        for (String name : order) {
            target.put(separator);
            target.put('"');
            target.putText("headers", name);
            target.put('"');
            separator = COMMA;
        }
        end(separator, ORDER, ']', target);
    }

    /** Returns the separator before the next member. */
    private static byte[] putName(String name, byte[] separator, MessageBuffer target) {
        target.put(separator);
        target.put('"');
        target.putText("headers", name);
        target.put('"');
        target.put(':');
        return COMMA;
    }

    private static void putBase64(byte[] value, MessageBuffer target) {
        if (value == null) {
            target.put(NULL);
        } else {
            target.put('"');
            target.putBase64(value);
            target.put('"');
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void end(byte[] separator, byte[] start, char bracket, MessageBuffer target) {
        if (separator != start) {
            target.put(bracket);
        }
    }
}
