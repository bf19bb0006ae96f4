package http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import engine.EncodedBatch;
import engine.Reservation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parses a batch, one message at a time, into an {@link EncodedBatch}. An error names the index of its message:
 * {@code messages[3].value}. The parser reads field by field and does not use the records of the API. A batch may have millions of
 * messages, and an object for each would take too much memory. The memory of long strings and many headers is taken while they are
 * read. Not thread-safe; an instance parses one batch.
 */
public final class BatchParser {
    /** Memory is taken for a longer string of a message, in chars. */
    private static final int LONG_STRING = 16 << 10;

    /** Memory is taken for so many headers at a time. */
    private static final int MANY_HEADERS = 64;

    private final ObjectMapper json;
    private final EncodedBatch batch;
    private final Reservation memory;
    private final NameMemory names;
    private String topic;
    private String producerId;
    private Long sequence;

    /** The memory that was taken for the current message, in bytes. */
    private long taken;

    /**
     * @param batch receives the messages
     * @param memory the reservation that parsing takes its memory from
     */
    public BatchParser(ObjectMapper json, EncodedBatch batch, Reservation memory) {
        this.json = json;
        this.batch = batch;
        this.memory = memory;
        this.names = new NameMemory(memory);
    }

    /**
     * Parses {@code {"topic": ..., "messages": [{"value": ..., "key": ...}, ...]}}, optionally with {@code producer_id} and
     * {@code sequence}.
     *
     * @throws Problem 400 if the body is not JSON, 422 if it is not a batch
     * @throws engine.EngineException TOO_LARGE, OVERLOADED
     */
    public void object(ByteBuffer body) {
        parse(body, parser -> {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw parser.currentToken() == null ? Problems.notJson("it is empty.") : Problems.notAnObject();
            }
            boolean hasMessages = false;
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                parser.nextToken();
                if (field.equals("topic")) {
                    topic = text(parser, "topic");
                } else if (field.equals("producer_id")) {
                    producerId = text(parser, "producer_id");
                } else if (field.equals("sequence")) {
                    sequence = wholeNumber(parser, "sequence");
                } else if (field.equals("messages") && !isNull(parser)) {
                    messages(parser);
                    hasMessages = true;
                } else {
                    skip(parser, field);
                }
            }
            JsonBodies.requireEnd(parser);
            require(hasMessages, "messages");
        });
    }

    /** The topic that {@link #object} has read; null if absent. */
    public String topic() {
        return topic;
    }

    /** The producer that {@link #object} has read; null if absent. */
    public String producerId() {
        return producerId;
    }

    /** The sequence that {@link #object} has read; null if absent. */
    public Long sequence() {
        return sequence;
    }

    /**
     * Parses NDJSON: {@code {"value": ..., "key": ...}} on each line.
     *
     * @throws Problem 400 if the body is not NDJSON, 422 if a line is not a message
     * @throws engine.EngineException TOO_LARGE, OVERLOADED
     */
    public void lines(ByteBuffer body) {
        parse(body, parser -> {
            while (parser.nextToken() != null) {
                message(parser);
            }
        });
    }

    private interface Steps {
        void run(JsonParser parser) throws IOException;
    }

    private void parse(ByteBuffer body, Steps steps) {
        if (body.remaining() > JsonBodies.SMALL) {
            memory.take(JsonMemory.ofLongestString(body));
        }
        try (JsonParser parser = json.createParser(body.array(), 0, body.remaining())) {
            steps.run(parser);
        } catch (JsonProcessingException e) {
            throw Problems.unreadable(e);
        } catch (IOException e) { // not UTF-8
            throw Problems.notJson(e.getMessage());
        }
    }

    private void messages(JsonParser parser) throws IOException {
        if (!parser.isExpectedStartArrayToken()) {
            throw Problems.invalid("messages", "must be a list");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            message(parser);
        }
    }

    private void message(JsonParser parser) throws IOException {
        String where = "messages[" + batch.count() + "]";
        if (!parser.isExpectedStartObjectToken()) {
            throw Problems.invalid(where, "must be an object");
        }
        String value = null;
        boolean isTombstone = false;
        String valueBase64 = null;
        String key = null;
        String keyBase64 = null;
        Map<String, String> headers = null;
        Map<String, Object> headersBase64 = null;
        List<String> headerOrder = null;
        Long partition = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            parser.nextToken();
            if (field.equals("value")) {
                isTombstone = isNull(parser);
                value = text(parser, where + ".value");
            } else if (field.equals("key")) {
                key = text(parser, where + ".key");
            } else if (field.equals("headers") && !isNull(parser)) {
                headers = headers(parser, where + ".headers", this::headerText);
            } else if (field.equals("partition")) {
                partition = wholeNumber(parser, where + ".partition");
            } else if (field.equals("value_base64")) {
                valueBase64 = base64(parser, where + ".value_base64");
            } else if (field.equals("key_base64")) {
                keyBase64 = base64(parser, where + ".key_base64");
            } else if (field.equals("headers_base64") && !isNull(parser)) {
                headersBase64 = headers(parser, where + ".headers_base64", this::headerBase64);
            } else if (field.equals("header_order") && !isNull(parser)) {
                headerOrder = names(parser, where + ".header_order");
            } else {
                skip(parser, field);
            }
        }
        if (partition != null && (partition < 0 || partition > Integer.MAX_VALUE)) {
            throw Problems.invalid(where + ".partition", "must be a partition of the topic, from 0");
        }
        new MessageFields(value, isTombstone, valueBase64, key, keyBase64, headers, headersBase64, headerOrder)
                .addTo(batch, partition == null ? null : partition.intValue(), where + ".");
        memory.giveBack(taken);
        taken = 0;
    }

    /** Skips the value of an unknown field, with everything that is nested in it. */
    private void skip(JsonParser parser, String field) throws IOException {
        names.note(field);
        int depth = 0;
        for (JsonToken token = parser.currentToken(); ; token = parser.nextToken()) {
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (token == JsonToken.FIELD_NAME) {
                names.note(parser.currentName());
            }
            if (depth == 0) {
                return;
            }
        }
    }

    private interface HeaderValue<V> {
        V read(JsonParser parser, String field) throws IOException;
    }

    private <V> Map<String, V> headers(JsonParser parser, String where, HeaderValue<V> value) throws IOException {
        if (!parser.isExpectedStartObjectToken()) {
            throw Problems.invalid(where, "must be an object");
        }
        Map<String, V> headers = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            names.note(name);
            parser.nextToken();
            headers.put(name, value.read(parser, where + "." + name));
            takeForMany(headers.size()); // names are counted by NameMemory
        }
        return headers;
    }

    private void takeForMany(int count) {
        if (count % MANY_HEADERS == 0) {
            take(MANY_HEADERS * JsonMemory.STRING);
        }
    }

    private String headerText(JsonParser parser, String field) throws IOException {
        String value = text(parser, field);
        if (value == null) {
            throw Problems.invalid(field, "must be a string");
        }
        return value;
    }

    private Object headerBase64(JsonParser parser, String field) throws IOException {
        return parser.isExpectedStartArrayToken() ? list(parser, field, this::base64) : base64(parser, field);
    }

    private List<String> names(JsonParser parser, String field) throws IOException {
        if (!parser.isExpectedStartArrayToken()) {
            throw Problems.invalid(field, "must be a list");
        }
        return list(parser, field, this::headerText);
    }

    private List<String> list(JsonParser parser, String field, HeaderValue<String> value) throws IOException {
        List<String> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            values.add(value.read(parser, field));
            takeForMany(values.size());
        }
        return values;
    }

    /** As {@link #text}. Takes the memory to decode a long text, too. */
    private String base64(JsonParser parser, String field) throws IOException {
        String text = text(parser, field);
        if (text != null && text.length() > LONG_STRING) {
            take(text.length());
        }
        return text;
    }

    /** The current value of the parser, a string; null for a JSON null. */
    private String text(JsonParser parser, String field) throws IOException {
        if (isNull(parser)) {
            return null;
        }
        if (!parser.hasToken(JsonToken.VALUE_STRING)) {
            throw Problems.invalid(field, "must be a string");
        }
        String text = parser.getText();
        if (text.length() > LONG_STRING) {
            take((long) Character.BYTES * text.length());
        }
        return text;
    }

    private void take(long bytes) {
        memory.take(bytes);
        taken += bytes;
    }

    /** The current value of the parser, a whole number; null for a JSON null. */
    private static Long wholeNumber(JsonParser parser, String field) throws IOException {
        if (isNull(parser)) {
            return null;
        }
        if (!parser.hasToken(JsonToken.VALUE_NUMBER_INT)
                || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw Problems.invalid(field, "must be a whole number");
        }
        return parser.getLongValue();
    }

    private static boolean isNull(JsonParser parser) {
        return parser.hasToken(JsonToken.VALUE_NULL);
    }

    private static void require(boolean condition, String field) {
        if (!condition) {
            throw Problems.invalid(field, "is required");
        }
    }
}
