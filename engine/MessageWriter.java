package engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongFunction;

/**
 * Writes messages of logs as JSON, until a limit is reached or the memory for requests is used up. See {@link MessageCodec} for the
 * format of a message, and {@link MessageLayout} for the format of the list.
 *
 * <p>For one thread, which calls {@link #finish} or, if no message is sent, {@link #close}.
 */
public final class MessageWriter implements MessageReader, AutoCloseable {
    private static final byte[] LIST_START = "{\"messages\":[".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_DIGITS = 19;

    /** The factor by which the array grows: large, because every step copies. */
    private static final int GROWTH = 4;

    /** From this size on, in bytes, a pooled array for the maximum size is tried first. */
    private static final int LARGE = 64 << 10;

    /** The room for what {@link #finish} adds, in bytes, so that it needs no more memory. */
    private static final int TAIL = 128;

    private static final byte[] CLOSED = {};

    private final Reservation memory;
    private final MessageLayout layout;
    private final long maxMessages;
    private final long maxBytes;
    private byte[] bytes = new byte[256];
    private MessageBuffer encoded;
    private int length;
    private byte[] prefix;
    private byte[] suffix;
    private long suffixTimestamp;
    private int count;
    private boolean isFull;
    private LongFunction<String> ids;
    private long firstOffset;
    private long lastOffset;
    private final byte[] digits = new byte[MAX_DIGITS];
    private int digitsStart = MAX_DIGITS;

    /**
     * @param limits the writer stops before the output exceeds them
     * @param memory of the writer; it is closed with the writer
     */
    public MessageWriter(ReadLimits limits, Reservation memory) {
        this.memory = memory;
        this.layout = limits.layout();
        this.maxMessages = limits.maxMessages();
        this.maxBytes = limits.maxBytes();
    }

    @Override
    public void close() {
        memory.release(bytes);
        bytes = CLOSED;
        memory.close();
    }

    /** The number of messages that were written. */
    public int count() {
        return count;
    }

    /** The number of bytes that were written. */
    public int length() {
        return length;
    }

    /** Whether a message was rejected because of the limits. */
    public boolean isFull() {
        return isFull;
    }

    /** Ends the writer. The result owns the memory, and is closed instead of the writer. */
    public EncodedMessages finish() {
        return finish("");
    }

    /** As {@link #finish()}, with further members after the list, such as {@code ,"next_offset":7}. */
    public EncodedMessages finish(String members) {
        if (layout == MessageLayout.LIST) {
            byte[] tail = ("]" + members + "}\n").getBytes(StandardCharsets.UTF_8);
            if (count == 0) {
                putAll(LIST_START);
            } else {
                length--; // the comma after the last message
            }
            putAll(tail);
        }
        return new EncodedMessages(layout, ByteBuffer.wrap(bytes, 0, length), memory);
    }

    /** Sets the prefix of the next messages: see {@link MessageCodec#prefix}. Resets {@link #firstOffset}. */
    public MessageWriter from(byte[] partitionPrefix) {
        this.prefix = partitionPrefix;
        this.firstOffset = -1;
        this.lastOffset = -2; // no offset follows it
        return this;
    }

    /** Sets the event ids of the next messages, by offset. */
    public void withIds(LongFunction<String> idsByOffset) {
        ids = idsByOffset;
    }

    /** The offset of the first message since the last call of {@link #from}; -1 if there is none. */
    long firstOffset() {
        return firstOffset;
    }

    /** @throws EngineException OVERLOADED if there is no memory for a first message */
    @Override
    public boolean message(long offset, long timestamp, byte[] source, int position, int size) {
        if (timestamp != suffixTimestamp || suffix == null) {
            suffix = suffix(timestamp);
            suffixTimestamp = timestamp;
        }
        byte[] head = ids == null ? prefix : eventHead(offset);
        int needed = head.length + MAX_DIGITS + 1 + size + suffix.length;
        if (count == 0
                ? !start(needed)
                : count == maxMessages || length + needed > maxBytes || !ensureRoom(needed + TAIL)) {
            isFull = true;
            return false;
        }
        firstOffset = firstOffset < 0 ? offset : firstOffset;
        setDigits(offset);
        byte[] target = bytes;
        int at = put(head, 0, head.length, target, length);
        at = put(digits, digitsStart, digits.length - digitsStart, target, at);
        target[at++] = ',';
        at = put(source, position, size, target, at);
        length = put(suffix, 0, suffix.length, target, at);
        count++;
        return true;
    }

    /**
     * As {@link #message(long, long, byte[], int, int)}, for a message that is not encoded yet.
     *
     * @throws EngineException OVERLOADED if there is no memory for a first message
     */
    public boolean message(long offset, long timestamp, DecodedMessage message) {
        try {
            if (encoded == null) {
                encoded = new MessageBuffer(256, memory); // released with the memory
            }
            encoded.truncate(0);
            MessageCodec.encode(message, encoded);
        } catch (EngineException e) { // no memory
            if (count == 0) {
                throw e;
            }
            isFull = true;
            return false;
        }
        return message(offset, timestamp, encoded.bytes(), 0, encoded.length());
    }

    private static int put(byte[] source, int position, int size, byte[] target, int at) {
        System.arraycopy(source, position, target, at, size);
        return at + size;
    }

    /** Makes room for the first message. */
    private boolean start(int needed) {
        if (!ensureRoom(LIST_START.length + needed + TAIL)) {
            return false;
        }
        if (layout == MessageLayout.LIST) {
            putAll(LIST_START);
        }
        return true;
    }

    private byte[] eventHead(long offset) {
        byte[] id = ("id: " + ids.apply(offset) + "\ndata: ").getBytes(StandardCharsets.US_ASCII);
        byte[] head = Arrays.copyOf(id, id.length + prefix.length);
        System.arraycopy(prefix, 0, head, id.length, prefix.length);
        return head;
    }

    /** The text after the members of a message, with the separator before the next message. */
    private byte[] suffix(long timestamp) {
        String separator = layout == MessageLayout.LIST ? "," : layout == MessageLayout.EVENTS ? "\n\n" : "\n";
        return MessageCodec.suffix(timestamp, separator);
    }

    /** The caller has made room. */
    private void putAll(byte[] more) {
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    /**
     * Makes room for more bytes. Returns false if there is no memory, but a message was written already.
     *
     * @throws EngineException OVERLOADED, TOO_LARGE if there is no memory and no message was written yet
     */
    private boolean ensureRoom(int more) {
        if (length + more <= bytes.length) {
            return true;
        }
        int needed = length + more;
        int wanted =
                (int) Math.max(needed, Math.min(GROWTH * (long) bytes.length, maxBytes) + LIST_START.length + TAIL);
        int all = (int) Math.max(wanted, Math.min(Integer.MAX_VALUE / 2, maxBytes) + LIST_START.length + TAIL);
        byte[] larger = wanted < LARGE ? null : memory.trySpare(bytes, length, all);
        larger = larger == null ? memory.tryLarger(bytes, length, wanted) : larger;
        if (larger == null && count > 0) {
            return false;
        }
        bytes = larger == null ? memory.larger(bytes, length, needed) : larger;
        return true;
    }

    /** Sets the decimal digits of an offset. Consecutive offsets are incremented in place, which is much cheaper than dividing. */
    private void setDigits(long offset) {
        if (offset == lastOffset + 1) {
            countUp();
        } else {
            byte[] text = Long.toString(offset).getBytes(StandardCharsets.US_ASCII);
            digitsStart = digits.length - text.length;
            System.arraycopy(text, 0, digits, digitsStart, text.length);
        }
        lastOffset = offset;
    }

    private void countUp() {
        int i = digits.length - 1;
        for (; i >= digitsStart && digits[i] == '9'; i--) {
            digits[i] = '0';
        }
        if (i < digitsStart) {
            digitsStart = i;
            digits[i] = '0';
        }
        digits[i]++;
    }
}
