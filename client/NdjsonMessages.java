package client;

import java.nio.charset.StandardCharsets;

/**
 * Walks through the messages of an NDJSON response without making an object of each: where its line lies, its offset and,
 * if nothing in it is escaped, its value. It knows the shape that the broker writes, {@code {"topic":"...","offset":N,
 * "value":"...",...}}, and leaves what looks different to a JSON parser. For one thread.
 */
public final class NdjsonMessages {
    private static final byte[] OFFSET = "\",\"offset\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUE = ",\"value\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final int TOPIC_START = "{\"topic\":\"".length();

    private final byte[] bytes;
    private int lineStart;
    private int lineEnd = -1;
    private long offset;
    private int valueStart;
    private int valueEnd;

    public NdjsonMessages(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Goes to the next message; tells whether there is one. */
    public boolean next() {
        lineStart = lineEnd + 1;
        if (lineStart >= bytes.length) {
            return false;
        }
        int at = lineStart + TOPIC_START;
        while (bytes[at] != '"') {
            at++; // a topic's name has nothing to escape
        }
        at = readOffset(at + OFFSET.length);
        valueStart = at + VALUE.length;
        at = valueStart;
        while (bytes[at] != '"' && bytes[at] != '\\' && bytes[at] != '\n') {
            at++;
        }
        valueEnd = bytes[at] == '"' ? at : -1;
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
        lineEnd = at;
        return true;
    }

    public long offset() {
        return offset;
    }

    /** Tells whether the value lies there as it is: see {@link #valueStart()}. */
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

    /** Without the line feed. */
    public int lineLength() {
        return lineEnd - lineStart;
    }

    private int readOffset(int from) {
        int at = from;
        offset = 0;
        for (; bytes[at] >= '0' && bytes[at] <= '9'; at++) {
            offset = 10 * offset + bytes[at] - '0';
        }
        return at;
    }
}
