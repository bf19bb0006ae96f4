package client;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads lines in chunks: all lines that are available, up to a size. A line ends at a line feed and nowhere else. The
 * reader waits only while it has no complete line, so that lines that are typed or piped are sent at once. For one
 * thread.
 */
public final class LineChunks {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LINE_FEEDS = 0x0A0A0A0A0A0A0A0AL;
    private static final long ONES = 0x0101010101010101L;
    private static final long LOW_BITS = 0x7F7F7F7F7F7F7F7FL;

    /** Above the largest --max-message-bytes of a broker. */
    private static final int MAX_LINE_BYTES = 256 << 20;

    private final InputStream in;
    private byte[] bytes;
    private int start;
    private int end;
    private boolean atEnd;

    /** @param size of a chunk in bytes; a longer line is a chunk of its own */
    public LineChunks(InputStream in, int size) {
        this.in = in;
        this.bytes = new byte[size];
    }

    /**
     * Reads the next lines. They are in {@link #bytes()} from index 0 on, each with its line feed. Only the last line
     * of the input may have none.
     *
     * @return their length in bytes; 0 at the end of the input
     * @throws InputException if the next line is too long; the message is the end of one that begins with "Line 3 "
     */
    public int next() throws IOException {
        System.arraycopy(bytes, start, bytes, 0, end - start);
        end -= start;
        start = 0;
        for (int searched = 0; ; ) {
            int lines = atEnd ? end : lastLineFeed(searched) + 1;
            if ((lines > 0 && (atEnd || end == bytes.length || in.available() == 0)) || atEnd) {
                return start = lines;
            }
            searched = lines > 0 ? lines - 1 : end;
            if (end == bytes.length) {
                grow();
            }
            int count = in.read(bytes, end, bytes.length - end);
            atEnd = count < 0;
            end += Math.max(0, count);
        }
    }

    /** The buffer of the last chunk. {@link #next} overwrites or replaces it. */
    public byte[] bytes() {
        return bytes;
    }

    /** Counts the lines in the first {@code length} bytes. The last line need not end in a line feed. */
    public static int count(byte[] bytes, int length) {
        int count = length > 0 && bytes[length - 1] != '\n' ? 1 : 0;
        int at = 0;
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            long differing = (long) LONGS.get(bytes, at) ^ LINE_FEEDS;
            // the highest bit of each byte that is 0, and no other bit: Hacker's Delight, 6-1
            long ends = ~((differing & LOW_BITS) + LOW_BITS | differing | LOW_BITS);
            count += (int)
                    (((ends >>> (Byte.SIZE - 1)) * ONES) >>> (Long.SIZE - Byte.SIZE)); // the sum of its bytes, 5-1
        }
        for (; at < length; at++) {
            count += bytes[at] == '\n' ? 1 : 0;
        }
        return count;
    }

    /**
     * The start of the first line after the middle; if there is none, that of the last line before it.
     *
     * @param length of at least two lines, in bytes
     */
    static int middle(byte[] bytes, int length) {
        int at = length / 2;
        while (at < length - 1 && bytes[at] != '\n') {
            at++;
        }
        for (at = at < length - 1 ? at : length / 2 - 1; bytes[at] != '\n'; ) {
            at--;
        }
        return at + 1;
    }

    /** The index of the next line feed, or the length if there is none. */
    public static int endOfLine(byte[] bytes, int from, int length) {
        int at = from;
        while (at < length && bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    private void grow() {
        if (bytes.length > MAX_LINE_BYTES) {
            throw new InputException(
                    "is longer than " + MAX_LINE_BYTES + " bytes, which is more than any broker accepts.");
        }
        bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }

    private int lastLineFeed(int from) {
        for (int i = end - 1; i >= from; i--) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }
}
