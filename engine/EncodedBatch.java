package engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Messages on their way into a log, encoded (see {@link MessageCodec}) and one after the other in one array, each as an object on
 * a line of its own, as a {@link Journal} may write them down:
 *
 * <pre>
 *   {"value":"hello"}
 *   {"value":"world","key":"user-1"}
 * </pre>
 *
 * Each has a placement, which says what partition it is for: {@value #ANY} any, 0 or more the hash of its key (see
 * {@link Murmur2}), -2 or less the partition -2, -3, ... for 0, 1, ...
 *
 * For one thread, which closes it when the messages are in the log.
 */
public final class EncodedBatch implements AutoCloseable {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** How many bytes a line has before the members of its message, and after them. */
    private static final int BEFORE = 1;

    private static final int AFTER = 2;

    private static final int MAX_ARRAY_LENGTH = Integer.MAX_VALUE - 8;
    private static final int ANY = -1;
    private static final int PARTITION_0 = -2;

    private static final byte[] CLOSED = {};

    private final int maxMessageBytes;
    private final Reservation memory;
    private byte[] bytes;
    private int end;
    private int[] lineEnds = new int[1];
    private int[] placements = {};
    private int count;
    private int highestPartition;

    /**
     * @param maxMessageBytes the largest message, value, key and headers together, in bytes of UTF-8
     * @param sizeHint how many bytes to expect
     * @param memory of the batch; whatever it holds is given back when the batch is closed
     * @throws EngineException TOO_LARGE, OVERLOADED: see {@link Reservation#take}; so do all that add messages
     */
    public EncodedBatch(int maxMessageBytes, int sizeHint, Reservation memory) {
        this.maxMessageBytes = maxMessageBytes;
        this.memory = memory;
        this.bytes = memory.array(Math.max(64, sizeHint));
    }

    @Override
    public void close() {
        memory.release(bytes);
        bytes = CLOSED; // an answer that waits for the disk still refers to the batch
        memory.release(lineEnds);
        lineEnds = new int[0];
        memory.release(placements);
        placements = lineEnds;
        memory.close();
    }

    /** How many messages there are. */
    public int count() {
        return count;
    }

    /**
     * Adds a message. If it is refused, the batch is of no use any more.
     *
     * @param key null for none
     * @param headers null for none
     * @param partition null for that of the key, or else any
     * @throws EngineException TOO_LARGE; INVALID if a text is not Unicode, or the partition below 0
     */
    public void add(String value, String key, Map<String, String> headers, Integer partition) {
        requireSize(value, key, headers);
        int placement = placement(key, partition);
        begin();
        MessageCodec.encode(value, key, headers, piece -> put(piece, 0, piece.length));
        finish(placement);
    }

    /** The partition of a placement, which is one of so many; -1 for any. */
    static int partition(int placement, int partitions) {
        return placement >= 0 ? placement % partitions : placement == ANY ? -1 : PARTITION_0 - placement;
    }

    /** The highest partition that a message asks for; 0 if none does. */
    int highestPartition() {
        return highestPartition;
    }

    /**
     * Adds the lines of a text as values; the last one need not end in a line feed.
     *
     * @param length how much of the array is the text
     * @throws EngineException TOO_LARGE; INVALID if a line is not UTF-8; the message names the line, from 0
     */
    public void addLines(byte[] text, int length) {
        for (int from = 0; from < length; ) {
            from = addLine(text, from, length) + 1;
        }
    }

    /** Hands each message to a log. */
    void forEach(MessageConsumer consumer) {
        int from = BEFORE;
        for (int i = 0; i < count; i++) {
            consumer.accept(i < placements.length ? placements[i] : ANY, bytes, from, lineEnds[i] - AFTER - from);
            from = lineEnds[i] + BEFORE;
        }
    }

    /** How many bytes the messages have together. */
    int size() {
        return end - count * (BEFORE + AFTER);
    }

    /** All of them, in lines; valid until it is closed. */
    ByteBuffer lines() {
        return ByteBuffer.wrap(bytes, 0, end);
    }

    /** Takes messages, encoded, one after the other; the bytes are valid until it returns. */
    public interface MessageConsumer {
        /** @param placement of the message, or, once it is known, its partition */
        void accept(int placement, byte[] bytes, int position, int length);
    }

    private int placement(String key, Integer partition) {
        if (partition == null) {
            return key == null ? ANY : Murmur2.toPositive(Murmur2.hash(key.getBytes(StandardCharsets.UTF_8)));
        }
        if (partition < 0) {
            throw EngineException.invalid("partition", "must be 0 or more, but is " + partition);
        }
        highestPartition = Math.max(highestPartition, partition);
        return PARTITION_0 - partition;
    }

    /** Adds the line that begins at {@code from} and returns where it ends. Stretches in which nothing needs escaping are copied. */
    private int addLine(byte[] text, int from, int length) {
        begin();
        put(MessageCodec.VALUE, 0, MessageCodec.VALUE.length);
        int at = endOfPlain(text, from, length);
        put(text, from, at);
        while (at < length && text[at] != '\n') {
            int plain = endOfSpecial(text, at, length);
            escape(text, at, plain);
            at = endOfPlain(text, plain, length);
            put(text, plain, at);
        }
        if (at - from > maxMessageBytes) {
            throw tooLarge(at - from);
        }
        ensureRoom(1);
        bytes[end++] = '"';
        finish(ANY);
        return at;
    }

    private void put(byte[] source, int from, int to) {
        ensureRoom(to - from);
        System.arraycopy(source, from, bytes, end, to - from);
        end += to - from;
    }

    private void escape(byte[] text, int from, int to) {
        ensureRoom((long) (to - from) * JsonText.MAX_GROWTH);
        int after = JsonText.escape(text, from, to, bytes, end);
        if (after < 0) {
            throw EngineException.invalid("messages[" + count + "].value", "is not UTF-8");
        }
        end = after;
    }

    private void ensureRoom(long more) {
        long needed = end + more;
        if (needed > MAX_ARRAY_LENGTH) {
            throw new EngineException(
                    ErrorCode.TOO_LARGE,
                    "The batch takes more than " + MAX_ARRAY_LENGTH
                            + " bytes with all that has to be escaped. Send less at a time.");
        }
        if (needed > bytes.length) {
            bytes = memory.larger(
                    bytes, end, (int) Math.min(MAX_ARRAY_LENGTH, Math.max(needed, bytes.length * 3L / 2)));
        }
    }

    private void begin() {
        ensureRoom(BEFORE);
        bytes[end++] = '{';
    }

    /** The members of a message are there since {@link #begin}. */
    private void finish(int placement) {
        ensureRoom(AFTER);
        bytes[end++] = '}';
        bytes[end++] = '\n';
        if (count == lineEnds.length) {
            lineEnds = memory.larger(lineEnds, 2 * count);
        }
        lineEnds[count] = end;
        if (placement != ANY) {
            notePlacement(placement);
        }
        count++;
    }

    private void notePlacement(int placement) {
        int known = placements.length;
        if (count >= known) {
            placements = memory.larger(placements, lineEnds.length);
            Arrays.fill(placements, known, placements.length, ANY);
        }
        placements[count] = placement;
    }

    private void requireSize(String value, String key, Map<String, String> headers) {
        long chars = (long) value.length() + (key == null ? 0 : key.length());
        if (headers == null && 3 * chars <= maxMessageBytes) {
            return; // UTF-8 takes at most 3 bytes a char
        }
        long size = utf8Length(value) + utf8Length(key);
        if (headers != null) {
            for (Map.Entry<String, String> header : headers.entrySet()) {
                if (header.getValue() == null) {
                    throw EngineException.invalid("headers." + header.getKey(), "must be a string");
                }
                size += utf8Length(header.getKey()) + utf8Length(header.getValue());
            }
        }
        if (size > maxMessageBytes) {
            throw tooLarge(size);
        }
    }

    private EngineException tooLarge(long size) {
        return new EngineException(
                ErrorCode.TOO_LARGE,
                "The message" + (count > 0 ? " at index " + count : "") + " has " + size
                        + " bytes, and the limit is " + maxMessageBytes
                        + ". Send less, or start the broker with a larger max-message-bytes.");
    }

    /** In bytes, without making them: the text may be large. */
    private static long utf8Length(String text) {
        long size = text == null ? 0 : text.length();
        for (int i = 0; text != null && i < text.length(); i++) {
            char c = text.charAt(i);
            size += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2; // a pair of surrogates takes 4
        }
        return size;
    }

    /** The end of the line, or the first place from {@code from} on where nothing needs escaping. */
    private static int endOfSpecial(byte[] text, int from, int length) {
        int at = from;
        while (at < length && text[at] != '\n' && (text[at] < 0x20 || text[at] == '"' || text[at] == '\\')) {
            at++;
        }
        return at;
    }

    /** The first place from {@code from} on with a control character (a line feed is one), a quote, a backslash or no ASCII. */
    private static int endOfPlain(byte[] text, int from, int length) {
        int at = from;
        while (at + Long.BYTES <= length) {
            long special = special((long) LONGS.get(text, at));
            if (special != 0) {
                return at + Long.numberOfTrailingZeros(special) / Byte.SIZE;
            }
            at += Long.BYTES;
        }
        while (at < length && text[at] >= 0x20 && text[at] != '"' && text[at] != '\\') {
            at++;
        }
        return at;
    }

    /**
     * The highest bit of each special byte of eight; above the lowest such byte there may be others by mistake. See Bit
     * Twiddling Hacks, "Determine if a word has a byte less than n".
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
