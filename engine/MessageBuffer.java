package engine;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Base64;

/**
 * Encoded messages in one array, which grows. Text that needs no escaping is copied in blocks. For one thread.
 *
 * <p>All methods that add bytes throw an {@link EngineException} with TOO_LARGE or OVERLOADED: see {@link Reservation#take}.
 */
public final class MessageBuffer {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int MAX_ARRAY_LENGTH = Integer.MAX_VALUE - 8;
    private static final byte[] CLOSED = {};
    private static final JsonStringEncoder ESCAPER = JsonStringEncoder.getInstance();

    /** In chars. */
    private static final int MAX_PIECE = 16 << 10;

    private final Reservation memory;
    private byte[] bytes;
    private int length;

    /**
     * @param size the expected size, in bytes
     * @param memory of the array
     */
    public MessageBuffer(int size, Reservation memory) {
        this.memory = memory;
        this.bytes = memory.array(size);
    }

    /** The array. Its content is valid up to {@link #length}, until more bytes are added. */
    public byte[] bytes() {
        return bytes;
    }

    /** The number of bytes. */
    public int length() {
        return length;
    }

    /** Removes the bytes from {@code newLength} on. */
    public void truncate(int newLength) {
        length = newLength;
    }

    /** Releases the array. The buffer must not be used any more. */
    void release() {
        memory.release(bytes);
        bytes = CLOSED; // an answer that waits for the disk still references the buffer
    }

    void put(byte[] source) {
        put(source, 0, source.length);
    }

    void put(byte[] source, int from, int to) {
        ensureRoom(to - from);
        System.arraycopy(source, from, bytes, length, to - from);
        length += to - from;
    }

    void put(char ascii) {
        ensureRoom(1);
        bytes[length++] = (byte) ascii;
    }

    /** Adds UTF-8 text, escaped for a JSON string. Returns false, and adds nothing, if the text is not UTF-8. */
    boolean putText(byte[] text) {
        int before = length;
        if (putText(text, 0, text.length, false) < 0) {
            length = before;
            return false;
        }
        return true;
    }

    /**
     * Adds text, escaped for a JSON string. A long text is escaped in pieces, because that temporarily needs several times its size.
     *
     * @param field for the error
     * @throws EngineException INVALID if the text has an unpaired surrogate
     */
    void putText(String field, String text) {
        for (int from = 0, to; from < text.length(); from = to) {
            to = Math.min(text.length(), from + MAX_PIECE);
            if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
                to--; // keeps a surrogate pair together
            }
            put(escape(field, text.substring(from, to)));
        }
    }

    private static byte[] escape(String field, String text) {
        try {
            byte[] escaped = ESCAPER.quoteAsUTF8(text);
            return JsonText.hasLineSeparator(text)
                    ? JsonText.escapeLineSeparators(escaped, 0, escaped.length)
                    : escaped;
        } catch (IllegalArgumentException unpairedSurrogate) {
            throw EngineException.invalid(
                    field,
                    "has an unpaired surrogate (half of a pair such as \\ud83d\\ude00), so it is not Unicode text");
        }
    }

    /**
     * Adds a line of UTF-8 text, escaped for a JSON string.
     *
     * @param to the end of the text, if it has no line feed
     * @return the end of the line; -1 if it is not UTF-8
     */
    int putLine(byte[] text, int from, int to) {
        return putText(text, from, to, true);
    }

    void putBase64(byte[] source) {
        put(Base64.getEncoder().encode(source));
    }

    private int putText(byte[] text, int from, int to, boolean isLine) {
        int at = endOfPlain(text, from, to);
        put(text, from, at);
        while (at < to && !(isLine && text[at] == '\n')) {
            int plain = endOfSpecial(text, at, to, isLine);
            ensureRoom((long) (plain - at) * JsonText.MAX_GROWTH);
            int end = JsonText.escape(text, at, plain, bytes, length);
            if (end < 0) {
                return -1;
            }
            length = end;
            at = endOfPlain(text, plain, to);
            put(text, plain, at);
        }
        return at;
    }

    private void ensureRoom(long more) {
        long needed = length + more;
        if (needed > MAX_ARRAY_LENGTH) {
            throw new EngineException(
                    ErrorCode.TOO_LARGE,
                    "The batch has more than " + MAX_ARRAY_LENGTH
                            + " bytes after JSON escaping. Send smaller batches.");
        }
        if (needed > bytes.length) {
            bytes = memory.larger(
                    bytes, length, (int) Math.min(MAX_ARRAY_LENGTH, Math.max(needed, bytes.length * 3L / 2)));
        }
    }

    /** The end of the line, or the first position from {@code from} on whose byte is copied as it is. */
    private static int endOfSpecial(byte[] text, int from, int to, boolean isLine) {
        int at = from;
        while (at < to && (text[at] < 0x20 || text[at] == '"' || text[at] == '\\') && !(isLine && text[at] == '\n')) {
            at++;
        }
        return at;
    }

    /** The first position from {@code from} on with a control character (also a line feed), a quote, a backslash, or non-ASCII. */
    private static int endOfPlain(byte[] text, int from, int to) {
        int at = from;
        while (at + Long.BYTES <= to) {
            long special = special((long) LONGS.get(text, at));
            if (special != 0) {
                return at + Long.numberOfTrailingZeros(special) / Byte.SIZE;
            }
            at += Long.BYTES;
        }
        while (at < to && text[at] >= 0x20 && text[at] != '"' && text[at] != '\\') {
            at++;
        }
        return at;
    }

    /**
     * Sets the highest bit of each special byte of eight. Above the lowest special byte, bits of other bytes may be set by mistake. See
     * Bit Twiddling Hacks, "Determine if a word has a byte less than n".
     */
    private static long special(long eight) {
        return (below(eight, 0x20) | zeros(eight ^ repeated('"')) | zeros(eight ^ repeated('\\')) | eight)
                & repeated(0x80);
    }

    private static long below(long eight, int n) {
        return (eight - repeated(n)) & ~eight;
    }

    private static long zeros(long eight) {
        return (eight - repeated(1)) & ~eight;
    }

    private static long repeated(int b) {
        return 0x0101010101010101L * b;
    }
}
