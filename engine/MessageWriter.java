package engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongFunction;

/**
 * Takes messages out of logs and writes them as JSON, one after the other, until it has enough: see {@link MessageCodec}
 * for a message, and {@link MessageLayout} for what stands around them. It has enough, too, when the memory for requests is taken.
 *
 * <p>For one thread, which ends it by {@link #finish} or, if nothing is to be sent, closes it.
 */
final class MessageWriter implements Log.Reader, AutoCloseable {
    private static final byte[] LIST_START = "{\"messages\":[".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_DIGITS = 19;

    /** What is copied in growing is soon let go of: rather a few large steps. */
    private static final int GROWTH = 4;

    /** From this size on a spare array for all that may come is better than one for what comes next. */
    private static final int LARGE = 64 << 10;

    /** For what {@link #finish} adds, which then takes no more memory. */
    private static final int TAIL = 128;

    private static final byte[] CLOSED = {};

    private final Reservation memory;
    private final MessageLayout layout;
    private final long maxMessages;
    private final long maxBytes;
    private byte[] bytes = new byte[256];
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
     * @param limits it stops before the output exceeds them
     * @param memory which it takes its own from, and which is closed with it
     */
    MessageWriter(ReadLimits limits, Reservation memory) {
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

    /** How many messages were taken. */
    int count() {
        return count;
    }

    /** How many bytes were written. */
    int length() {
        return length;
    }

    /** Tells whether there was a message that it did not take. */
    boolean isFull() {
        return isFull;
    }

    /** Ends it: what was written has the memory from now on, and is to be closed in place of this. */
    EncodedMessages finish() {
        return finish("");
    }

    /** As {@link #finish()}, with further members of the object that has the list: {@code ,"next_offset":7}. */
    EncodedMessages finish(String members) {
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

    /** What comes next is from the partition with this prefix, which {@link MessageCodec#prefix} made. */
    MessageWriter from(byte[] partitionPrefix) {
        this.prefix = partitionPrefix;
        this.firstOffset = -1;
        this.lastOffset = -2; // what follows on nothing
        return this;
    }

    /** What comes next is of events with these ids, by offset. */
    void withIds(LongFunction<String> idsByOffset) {
        ids = idsByOffset;
    }

    /** The offset of the first message that was taken from the latest partition; -1 if none was. */
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
                : count == maxMessages || length + needed > maxBytes || !hasRoom(needed + TAIL)) {
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

    private static int put(byte[] source, int position, int size, byte[] target, int at) {
        System.arraycopy(source, position, target, at, size);
        return at + size;
    }

    /** Makes room for a first message. */
    private boolean start(int needed) {
        if (!hasRoom(LIST_START.length + needed + TAIL)) {
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

    /** What stands after a message, with what separates it from the next one. */
    private byte[] suffix(long timestamp) {
        String separator = layout == MessageLayout.LIST ? "," : layout == MessageLayout.EVENTS ? "\n\n" : "\n";
        return MessageCodec.suffix(timestamp, separator);
    }

    /** There is room for it. */
    private void putAll(byte[] more) {
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    /** Makes room for so many bytes more. Once there is a message it does without if memory is short, and returns false. */
    private boolean hasRoom(int more) {
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

    /** The digits of an offset. Offsets follow each other, and counting up in digits is much cheaper than dividing. */
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
