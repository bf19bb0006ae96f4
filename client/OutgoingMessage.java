package client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A message to send.
 *
 * @param members as the broker reads them, by name. They are not changed any more.
 */
public record OutgoingMessage(Map<String, Object> members) {
    /**
     * A message without headers, for the partition that the broker chooses.
     *
     * @param value null for a tombstone, which must have a key
     * @param key null for none
     */
    public static OutgoingMessage of(String value, String key) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("value", value);
        members.put("key", key);
        return new OutgoingMessage(members);
    }

    /**
     * Parses a JSON object in the form that consumers get. Members that are neither the value, the key, headers nor the
     * partition are ignored.
     *
     * @param keepsPartition whether to send the message to the partition that the object names, or to 0 if it names
     *     none
     * @throws InputException if it is not such an object; the message names the member, and is the end of one that
     *     begins with "Line 3 "
     */
    public static OutgoingMessage parse(String text, ObjectMapper json, boolean keepsPartition) {
        try (JsonParser parser = json.createParser(text)) {
            parser.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
            JsonToken first = parser.nextToken();
            if (first != JsonToken.START_OBJECT) {
                throw new InputException(
                        first == null ? "is empty, but must be a JSON object." : "is not a JSON object.");
            }
            OutgoingMessage message = new OutgoingMessage(members(parser, keepsPartition));
            if (parser.nextToken() != null) {
                throw new InputException("has text after its JSON object.");
            }
            return message;
        } catch (JsonProcessingException e) {
            throw new InputException(
                    "is not a JSON object: " + e.getOriginalMessage().replaceFirst("(?s)\n.*", "")
                            + (e.getLocation() == null
                                    ? ""
                                    : " (column " + e.getLocation().getColumnNr() + ")"));
        } catch (IOException e) {
            throw new InputException("is not a JSON object: " + e.getMessage());
        }
    }

    /** The message as a line of NDJSON. */
    byte[] toLine(ObjectMapper json) throws IOException {
        byte[] object = json.writeValueAsBytes(members);
        byte[] line = Arrays.copyOf(object, object.length + 1);
        line[object.length] = '\n';
        return line;
    }

    /** The size of value, key and headers in bytes, as the broker counts it. */
    long size() {
        return size("value", "key", "headers") + size("value_base64", "key_base64", "headers_base64");
    }

    private long size(String... names) {
        boolean isBase64 = names[0].endsWith("_base64");
        return Arrays.stream(names)
                .mapToLong(name -> size(members.get(name), isBase64))
                .sum();
    }

    private static long size(Object value, boolean isBase64) {
        long size = 0;
        if (value instanceof String text) {
            return isBase64 ? decodedLength(text) : utf8Length(text);
        } else if (value instanceof List<?> list) {
            for (Object each : list) {
                size += size(each, isBase64);
            }
        } else if (value instanceof Map<?, ?> headers) {
            for (Map.Entry<?, ?> header : headers.entrySet()) {
                int count = header.getValue() instanceof List<?> list ? list.size() : 1;
                size += count * utf8Length((String) header.getKey()) + size(header.getValue(), isBase64);
            }
        }
        return size;
    }

    private static Map<String, Object> members(JsonParser parser, boolean keepsPartition) throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        if (keepsPartition) {
            members.put("partition", 0);
        }
        boolean isPage = false;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String member = parser.currentName();
            boolean isNull = parser.nextToken() == JsonToken.VALUE_NULL;
            if (List.of("value", "value_base64", "key", "key_base64").contains(member)) {
                members.put(member, text(parser, member));
            } else if (member.equals("headers") && !isNull) {
                members.put(member, headers(parser, member, OutgoingMessage::headerText));
            } else if (member.equals("headers_base64") && !isNull) {
                members.put(member, headers(parser, member, OutgoingMessage::headerBase64));
            } else if (member.equals("header_order") && !isNull) {
                members.put(member, list(parser, member));
            } else if (member.equals("partition") && keepsPartition && !isNull) {
                members.put(member, partition(parser));
            } else {
                isPage |= member.equals("messages");
                parser.skipChildren();
            }
        }
        requireValue(members, isPage);
        return members;
    }

    private static void requireValue(Map<String, Object> members, boolean isPage) {
        boolean isTombstone = members.containsKey("value");
        boolean hasKey = members.get("key") != null || members.get("key_base64") != null;
        if (members.get("value") == null && members.get("value_base64") == null && !(isTombstone && hasKey)) {
            throw new InputException("has no value"
                    + (isTombstone
                            ? ". It may be null only if the message has a key."
                            : isPage ? ", but is a page of messages. Use each of them: jq -c '.messages[]'" : "."));
        }
    }

    private interface HeaderValue {
        Object read(JsonParser parser, String member) throws IOException;
    }

    private static Map<String, Object> headers(JsonParser parser, String member, HeaderValue value) throws IOException {
        if (!parser.hasToken(JsonToken.START_OBJECT)) {
            throw new InputException("has " + member + " that are not an object.");
        }
        Map<String, Object> headers = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            headers.put(name, value.read(parser, member + "." + name));
        }
        return headers;
    }

    private static String headerText(JsonParser parser, String member) throws IOException {
        String value = text(parser, member);
        if (value == null) {
            throw new InputException("has null as " + member + ", but it must be a string.");
        }
        return value;
    }

    private static Object headerBase64(JsonParser parser, String member) throws IOException {
        return parser.hasToken(JsonToken.START_ARRAY) ? list(parser, member) : text(parser, member);
    }

    /** A list of strings, of which some may be null. */
    private static List<String> list(JsonParser parser, String member) throws IOException {
        if (!parser.hasToken(JsonToken.START_ARRAY)) {
            throw new InputException("has a " + member + " that is not a list.");
        }
        List<String> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(text(parser, member));
        }
        return list;
    }

    /** The string; null if the member is null. */
    private static String text(JsonParser parser, String member) throws IOException {
        if (parser.hasToken(JsonToken.VALUE_STRING) || parser.hasToken(JsonToken.VALUE_NULL)) {
            return parser.hasToken(JsonToken.VALUE_NULL) ? null : parser.getText();
        }
        throw new InputException("has a " + member + " that is not a string.");
    }

    private static int partition(JsonParser parser) throws IOException {
        if (!parser.hasToken(JsonToken.VALUE_NUMBER_INT)
                || parser.getNumberType() != JsonParser.NumberType.INT
                || parser.getIntValue() < 0) {
            throw new InputException("has a partition that is not an integer of at least 0.");
        }
        return parser.getIntValue();
    }

    private static long utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** How many bytes the base64 stands for. */
    private static long decodedLength(String base64) {
        int padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
        return 3L * (base64.length() - padding) / 4;
    }
}
