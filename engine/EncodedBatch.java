package engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Messages on their way into a log, encoded (see {@link MessageCodec}) and one after the other in one array:
 *
 * <pre>
 *   | length | message ... | length | message ... |
 *     4 bytes, big-endian
 * </pre>
 *
 * For one thread.
 */
public final class EncodedBatch {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int LENGTH_SIZE = 4;

    private final int maxMessageBytes;
    private byte[] bytes;
    private int end;
    private int count;

    /**
     * @param maxMessageBytes the largest message, value and key together, in bytes of UTF-8
     * @param sizeHint how many bytes to expect
     */
    public EncodedBatch(int maxMessageBytes, int sizeHint) {
        this.maxMessageBytes = maxMessageBytes;
        this.bytes = new byte[Math.max(64, sizeHint)];
    }

    /** How many messages there are. */
    public int count() {
        return count;
    }

    /**
     * Adds a message; the key may be null.
     *
     * @throws EngineException TOO_LARGE; INVALID if a text is not Unicode
     */
    public void add(String value, String key) {
        requireSize(value, key);
        append(MessageCodec.encode(value, key));
    }

    /**
     * Adds the lines of a text as values; the last one need not end in a line feed.
     *
     * @throws EngineException TOO_LARGE; INVALID if a line is not UTF-8; the message names the line, from 0
     */
    public void addLines(byte[] text) {
        for (int from = 0; from < text.length; ) {
            int plain = endOfPlain(text, from);
            boolean isWhole = plain == text.length || text[plain] == '\n';
            int to = isWhole ? plain : endOfLine(text, plain);
            if (to - from > maxMessageBytes) {
                throw tooLarge(to - from);
            }
            if (isWhole) {
                appendPlain(text, from, to);
            } else {
                add(decode(text, from, to), null);
            }
            from = to + 1;
        }
    }

    /** Hands each message to a log. */
    void forEach(MessageConsumer consumer) {
        for (int at = 0; at < end; ) {
            int length = (int) INTS.get(bytes, at);
            consumer.accept(bytes, at + LENGTH_SIZE, length);
            at += LENGTH_SIZE + length;
        }
    }

    /** How many bytes the messages have together, with a little for each. */
    int size() {
        return end;
    }

    interface MessageConsumer {
        void accept(byte[] bytes, int position, int length);
    }

    private void append(byte[] message) {
        int at = next(message.length);
        System.arraycopy(message, 0, bytes, at, message.length);
    }

    /** Text in which nothing needs escaping is copied as it is. */
    private void appendPlain(byte[] text, int from, int to) {
        int at = next(MessageCodec.VALUE.length + (to - from) + 1);
        System.arraycopy(MessageCodec.VALUE, 0, bytes, at, MessageCodec.VALUE.length);
        System.arraycopy(text, from, bytes, at + MessageCodec.VALUE.length, to - from);
        bytes[end - 1] = '"';
    }

    /** Makes room for a message of this length and returns where it goes. */
    private int next(int length) {
        int at = end + LENGTH_SIZE;
        if (at + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(at + length, bytes.length + (bytes.length >> 1)));
        }
        INTS.set(bytes, end, length);
        end = at + length;
        count++;
        return at;
    }

    private String decode(byte[] text, int from, int to) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text, from, to - from)).toString();
        } catch (CharacterCodingException e) {
            throw EngineException.invalid("messages[" + count + "].value", "is not UTF-8");
        }
    }

    private void requireSize(String value, String key) {
        long chars = (long) value.length() + (key == null ? 0 : key.length());
        if (3 * chars <= maxMessageBytes) {
            return; // UTF-8 takes at most 3 bytes a char
        }
        long size = (long) utf8Length(value) + (key == null ? 0 : utf8Length(key));
        if (size > maxMessageBytes) {
            throw tooLarge(size);
        }
    }

    private EngineException tooLarge(long size) {
        return new EngineException(ErrorCode.TOO_LARGE, "The message" + (count > 0 ? " at index " + count : "") + " has " + size
                + " bytes, and the limit is " + maxMessageBytes
                + ". Send less, or start the broker with a larger --max-message-bytes.");
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static int endOfLine(byte[] text, int from) {
        int at = from;
        while (at < text.length && text[at] != '\n') {
            at++;
        }
        return at;
    }

    /** The first place from {@code from} on with a control character (a line feed is one), a quote, a backslash or no ASCII. */
    private static int endOfPlain(byte[] text, int from) {
        int at = from;
        while (at + Long.BYTES <= text.length) {
            long special = special((long) LONGS.get(text, at));
            if (special != 0) {
                return at + Long.numberOfTrailingZeros(special) / Byte.SIZE;
            }
            at += Long.BYTES;
        }
        while (at < text.length && text[at] >= 0x20 && text[at] != '"' && text[at] != '\\') {
            at++;
        }
        return at;
    }

    /**
     * The highest bit of each special byte of eight; above the lowest such byte there may be others by mistake. See Bit
     * Twiddling Hacks, "Determine if a word has a byte less than n".
     */
    private static long special(long eight) {
        return (below(eight, 0x20) | zeros(eight ^ repeated('"')) | zeros(eight ^ repeated('\\')) | eight) & repeated(0x80);
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
