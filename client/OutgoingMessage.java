package client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A message to send. Immutable.
 *
 * @param key null for none
 * @param headers null for none
 * @param partition null if the broker chooses it
 */
public record OutgoingMessage(String value, String key, Map<String, String> headers, Integer partition) {
    /**
     * Parses a JSON object in the form that consumers get. Members other than value, key, headers and partition are
     * ignored.
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
            OutgoingMessage message = members(parser, keepsPartition);
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
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("value", value);
        message.put("key", key);
        if (headers != null) {
            message.put("headers", headers);
        }
        if (partition != null) {
            message.put("partition", partition);
        }
        byte[] object = json.writeValueAsBytes(message);
        byte[] line = Arrays.copyOf(object, object.length + 1);
        line[object.length] = '\n';
        return line;
    }

    /** The size of value, key and headers in bytes of UTF-8, as the broker counts it. */
    long size() {
        long size = utf8Length(value) + (key == null ? 0 : utf8Length(key));
        return size
                + (headers == null
                        ? 0
                        : headers.entrySet().stream()
                                .mapToLong(header -> utf8Length(header.getKey()) + utf8Length(header.getValue()))
                                .sum());
    }

    private static OutgoingMessage members(JsonParser parser, boolean keepsPartition) throws IOException {
        String value = null;
        String key = null;
        Map<String, String> headers = null;
        Integer partition = keepsPartition ? 0 : null;
        boolean isPage = false;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String member = parser.currentName();
            parser.nextToken();
            if (member.equals("value")) {
                value = text(parser, member);
            } else if (member.equals("key")) {
                key = text(parser, member);
            } else if (member.equals("headers") && !parser.hasToken(JsonToken.VALUE_NULL)) {
                headers = headers(parser);
            } else if (member.equals("partition") && keepsPartition && !parser.hasToken(JsonToken.VALUE_NULL)) {
                partition = partition(parser);
            } else {
                isPage |= member.equals("messages");
                parser.skipChildren();
            }
        }
        if (value == null) {
            throw new InputException("has no value"
                    + (isPage ? ", but is a page of messages. Use each of them: jq -c '.messages[]'" : "."));
        }
        return new OutgoingMessage(value, key, headers, partition);
    }

    private static Map<String, String> headers(JsonParser parser) throws IOException {
        if (!parser.hasToken(JsonToken.START_OBJECT)) {
            throw new InputException("has headers that are not an object.");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            String value = text(parser, "headers." + name);
            if (value == null) {
                throw new InputException("has null as headers." + name + ", but it must be a string.");
            }
            headers.put(name, value);
        }
        return headers;
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
}
