package client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Iterates over the messages of an NDJSON response without creating an object for each. It gives the position of the
 * line, the partition and the offset. If the value has no escape sequences, it gives the position of the value, too. A
 * line that begins as the broker of this version writes it,
 *
 * <pre>{"topic":"...","partition":P,"offset":N,"value":"...</pre>
 *
 * with or without a partition, is read in place, and every byte up to the value is compared. Any other line is parsed
 * as JSON. For one thread.
 */
public final class NdjsonMessages {
    private static final byte[] TOPIC = ascii("{\"topic\":\"");
    private static final byte[] PARTITION = ascii("\",\"partition\":");
    private static final byte[] OFFSET_AFTER_TOPIC = ascii("\",\"offset\":");
    private static final byte[] OFFSET = ascii(",\"offset\":");
    private static final byte[] TIMESTAMP = ascii(",\"timestamp\":");
    private static final byte[] VALUE = ascii(",\"value\":\"");

    /** More digits might not fit into a long. */
    private static final int MAX_DIGITS = 18;

    private final byte[] bytes;
    private final ObjectMapper json;
    private int lineStart;
    private int lineEnd = -1;
    private int partition;
    private long offset;
    private long number;
    private int valueStart;
    private int valueEnd;

    /** The first line that was read in place begins here. Its head extends to the first number. */
    private int headStart;

    private int headLength;
    private boolean headHasPartition;

    /** @param json parses the lines that have another form */
    public NdjsonMessages(byte[] bytes, ObjectMapper json) {
        this.bytes = bytes;
        this.json = json;
    }

    /**
     * Goes to the next message. Empty lines are skipped.
     *
     * @return false if there are no more messages
     * @throws IOException if a line is not a JSON object with an offset and a value, which may be null or in base64
     */
    public boolean next() throws IOException {
        while (lineEnd + 1 < bytes.length) {
            lineStart = lineEnd + 1;
            int at = readInPlace();
            valueEnd = at < 0 ? -1 : endOfPlain(at);
            lineEnd = endOfLine(Math.max(lineStart, Math.max(at, valueEnd)));
            if (at < 0 && isBlank()) {
                continue;
            } else if (at < 0) {
                parse();
            }
            return true;
        }
        return false;
    }

    /** The partition; 0 if the line names none. */
    public int partition() {
        return partition;
    }

    public long offset() {
        return offset;
    }

    /**
     * Whether the value has no escape sequences. Only then {@link #valueStart()} and {@link #valueLength()} are valid.
     */
    public boolean isPlain() {
        return valueEnd >= 0;
    }

    public int valueStart() {
        return valueStart;
    }

    public int valueLength() {
        return valueEnd - valueStart;
    }

    public int lineStart() {
        return lineStart;
    }

    /** The length in bytes, without the line feed. */
    public int lineLength() {
        return lineEnd - lineStart;
    }

    /**
     * The timestamp at the end of a line, {@code ,"timestamp":N}}, in ms since 1970; -1 if the line has another end.
     *
     * @param start of the line in the response
     */
    public long timestampOf(int start, int length) {
        int at = start + length - 1;
        int last = at > start && bytes[at] == '}' ? at - 1 : start;
        int first = last;
        while (first > start && bytes[first] >= '0' && bytes[first] <= '9') {
            first--;
        }
        boolean isTimestamp =
                after(TIMESTAMP, first + 1 - TIMESTAMP.length) == first + 1 && readNumber(first + 1) == last + 1;
        return isTimestamp ? number : -1;
    }

    /** Reads the line up to its value, and returns the index of the value; -1 if the line has another form. */
    private int readInPlace() {
        int at = afterHead();
        if (at < 0) {
            return -1;
        }
        long first = 0;
        if (headHasPartition) {
            at = after(OFFSET, readNumber(at));
            first = number;
        }
        at = at < 0 ? -1 : after(VALUE, readNumber(at));
        if (at < 0 || first > Integer.MAX_VALUE) {
            return -1;
        }
        partition = (int) first;
        offset = number;
        valueStart = at;
        return at;
    }

    /**
     * The index of the first number; -1 if the line has another form. All lines of a response are of the same topic.
     */
    private int afterHead() {
        int end = lineStart + headLength;
        if (headLength > 0
                && end <= bytes.length
                && Arrays.equals(bytes, headStart, headStart + headLength, bytes, lineStart, end)) {
            return end;
        }
        int at = after(TOPIC, lineStart);
        while (at >= 0 && at < bytes.length && bytes[at] != '"') {
            if (bytes[at] == '\\' || bytes[at] == '\n') {
                return -1;
            }
            at++;
        }
        int partitionAt = after(PARTITION, at);
        int found = partitionAt >= 0 ? partitionAt : after(OFFSET_AFTER_TOPIC, at);
        if (found >= 0) {
            headStart = lineStart;
            headLength = found - lineStart;
            headHasPartition = partitionAt >= 0;
        }
        return found;
    }

    /** The index after these bytes; -1 if they are not there, or if {@code at} is -1. */
    private int after(byte[] expected, int at) {
        int end = at + expected.length;
        return at >= 0 && end <= bytes.length && Arrays.equals(bytes, at, end, expected, 0, expected.length) ? end : -1;
    }

    /** The index after the digits; -1 if there are none or too many. */
    private int readNumber(int from) {
        int at = from;
        number = 0;
        for (; at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9'; at++) {
            number = 10 * number + bytes[at] - '0';
        }
        return at > from && at - from <= MAX_DIGITS ? at : -1;
    }

    /** The index of the quote that ends the string; -1 if the string has escape sequences or no end. */
    private int endOfPlain(int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != '"' && bytes[at] != '\\' && bytes[at] != '\n') {
            at++;
        }
        return at < bytes.length && bytes[at] == '"' ? at : -1;
    }

    private int endOfLine(int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    private boolean isBlank() {
        for (int at = lineStart; at < lineEnd; at++) {
            if (bytes[at] != ' ' && bytes[at] != '\t' && bytes[at] != '\r') {
                return false;
            }
        }
        return true;
    }

    private void parse() throws IOException {
        partition = 0;
        offset = -1;
        boolean hasValue = false;
        try (JsonParser parser = json.createParser(bytes, lineStart, lineLength())) {
            boolean isObject = parser.nextToken() == JsonToken.START_OBJECT;
            while (isObject && parser.nextToken() != JsonToken.END_OBJECT) {
                String member = parser.currentName();
                JsonToken token = parser.nextToken();
                if (member.equals("partition") && token != JsonToken.VALUE_NULL) {
                    partition = parser.getIntValue();
                } else if (member.equals("offset")) {
                    offset = parser.getLongValue();
                } else if (member.equals("value")) {
                    hasValue |= token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NULL;
                } else if (member.equals("value_base64")) {
                    hasValue |= token == JsonToken.VALUE_STRING;
                }
                parser.skipChildren();
            }
        }
        if (offset < 0 || partition < 0 || !hasValue) {
            throw new IOException("it has no offset or no value");
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
