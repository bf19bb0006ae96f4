package client;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The lines {@code message-0}, {@code message-1}, ..., padded with spaces to a size. For one thread. */
public final class GeneratedLines extends InputStream {
    private static final String PREFIX = "message-";

    private final long count;
    private final int size;
    private long next;
    private byte[] line = {};

    /** The end of the number in the line. */
    private int numberEnd;

    private int position;

    /** @param size of a line in bytes, without its line feed; a longer line is not shortened */
    public GeneratedLines(long count, int size) {
        this.count = count;
        this.size = size;
    }

    @Override
    public int read() {
        return hasBytes() ? line[position++] : -1;
    }

    @Override
    public int read(byte[] target, int from, int length) {
        int at = from;
        while (at < from + length && hasBytes()) {
            int part = Math.min(line.length - position, from + length - at);
            System.arraycopy(line, position, target, at, part);
            position += part;
            at += part;
        }
        return at == from && length > 0 ? -1 : at - from;
    }

    /** Above 0 if there are bytes, because reading them never waits. No caller needs the exact number. */
    @Override
    public int available() {
        return hasBytes() ? line.length - position : 0;
    }

    private boolean hasBytes() {
        if (position < line.length) {
            return true;
        }
        if (next == count) {
            return false;
        }
        if (!increment()) {
            newLine();
        }
        next++;
        position = 0;
        return true;
    }

    /** Adds 1 to the number in the line, if it has one and the sum has as many digits. */
    private boolean increment() {
        int digit = numberEnd - 1;
        while (digit >= 0 && line[digit] == '9') {
            line[digit--] = '0';
        }
        if (digit < PREFIX.length()) {
            return false;
        }
        line[digit]++;
        return true;
    }

    private void newLine() {
        byte[] text = (PREFIX + next).getBytes(StandardCharsets.US_ASCII);
        numberEnd = text.length;
        line = Arrays.copyOf(text, Math.max(text.length, size) + 1);
        Arrays.fill(line, text.length, line.length - 1, (byte) ' ');
        line[line.length - 1] = '\n';
    }
}
