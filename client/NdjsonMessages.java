package client;

import java.nio.charset.StandardCharsets;

/**
 * Walks through the messages of an NDJSON response without making an object of each: where its line lies, its offset and,
 * if nothing in it is escaped, its value. It knows the shape that the broker writes, {@code {"topic":"...","partition":P,
 * "offset":N,"value":"...",...}}, with a partition or without, and leaves what looks different to a JSON parser. For one thread.
 */
public final class NdjsonMessages {
    private static final byte[] PARTITION = "\",\"partition\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OFFSET = "\",\"offset\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUE = ",\"value\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final int TOPIC_START = "{\"topic\":\"".length();

    private final byte[] bytes;
    private int lineStart;
    private int lineEnd = -1;
    private int partition;
    private long offset;
    private long number;
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
        partition = 0;
        if (bytes[at + 3] == 'p') {
            at = readNumber(at + PARTITION.length) - 1; // the quote of the name before is no part of this one
            partition = (int) number;
        }
        at = readNumber(at + OFFSET.length);
        offset = number;
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

    /** 0 if the topic has no other. */
    public int partition() {
        return partition;
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

    private int readNumber(int from) {
        int at = from;
        number = 0;
        for (; bytes[at] >= '0' && bytes[at] <= '9'; at++) {
            number = 10 * number + bytes[at] - '0';
        }
        return at;
    }
}
