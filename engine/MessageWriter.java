package engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.LongFunction;

/**
 * Takes messages out of logs and writes them as JSON, one after the other, until it has enough: see {@link MessageCodec}
 * for a message, and {@link Layout} for what stands around them. It has enough, too, when the memory for requests is taken.
 *
 * <p>For one thread, which closes it when what was written has been sent.
 */
public final class MessageWriter implements Log.Reader, AutoCloseable {
    /** How the messages stand. */
    public enum Layout {
        /** {@code {"messages":[...,...]}}, or further members after the list. */
        LIST,
        /** A message a line, as in NDJSON. */
        LINES,
        /** A message an event, with an id, as in server-sent events. */
        EVENTS,
        /** One message alone. */
        SINGLE
    }

    private static final byte[] NO_EVENT = {};
    private static final byte[] LIST_START = "{\"messages\":[".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_DIGITS = 19;

    /** What is copied in growing is soon let go of: rather a few large steps. */
    private static final int GROWTH = 4;

    /** For what {@link #finish} adds, which then takes no more memory. */
    private static final int TAIL = 128;

    private static final byte[] CLOSED = {};

    private final Reservation memory;
    private final Layout layout;
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
     * @param maxMessages 1 or more
     * @param maxBytes stop before the output exceeds this; a first message is taken all the same
     * @param memory which it takes its own from, and which is closed with it
     */
    public MessageWriter(Layout layout, long maxMessages, long maxBytes, Reservation memory) {
        this.memory = memory;
        this.layout = layout;
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /** For the next message alone. */
    public static MessageWriter forOne(Reservation memory) {
        return new MessageWriter(Layout.SINGLE, 1, Long.MAX_VALUE, memory);
    }

    /** Which is closed alone, and not with this, if somebody may still refer to what was written. */
    public Reservation memory() {
        return memory;
    }

    @Override
    public void close() {
        memory.release(bytes);
        bytes = CLOSED;
        memory.close();
    }

    /** How many messages were taken. */
    public int count() {
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

    /** What was written, as JSON or NDJSON, with a line feed at its end; valid until it is closed. */
    public ByteBuffer finish() {
        return finish("");
    }

    /** As {@link #finish()}, with further members of the object that has the list: {@code ,"next_offset":7}. */
    public ByteBuffer finish(String members) {
        if (layout == Layout.LIST) {
            byte[] tail = ("]" + members + "}\n").getBytes(StandardCharsets.UTF_8);
            if (count == 0) {
                putAll(LIST_START);
            }
            putAll(tail);
        }
        return ByteBuffer.wrap(bytes, 0, length);
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
            suffix = MessageCodec.suffix(timestamp);
            suffixTimestamp = timestamp;
        }
        int needed = prefix.length + MAX_DIGITS + size + suffix.length + 2;
        byte[] event = layout == Layout.EVENTS ? ("id: " + ids.apply(offset) + "\ndata: ").getBytes(StandardCharsets.US_ASCII) : NO_EVENT;
        if (count > 0 && (count == maxMessages || length + needed > maxBytes) || !hasRoom(LIST_START.length + event.length + needed + TAIL)) {
            isFull = true;
            return false;
        }
        firstOffset = firstOffset < 0 ? offset : firstOffset;
        startMessage();
        putAll(event);
        System.arraycopy(prefix, 0, bytes, length, prefix.length);
        length += prefix.length;
        putOffset(offset);
        bytes[length++] = ',';
        System.arraycopy(source, position, bytes, length, size);
        length += size;
        System.arraycopy(suffix, 0, bytes, length, suffix.length);
        length += suffix.length;
        if (layout != Layout.LIST) {
            bytes[length++] = '\n';
        }
        if (layout == Layout.EVENTS) {
            bytes[length++] = '\n';
        }
        count++;
        return true;
    }

    private void startMessage() {
        if (count > 0) {
            if (layout == Layout.LIST) {
                bytes[length++] = ',';
            }
            return;
        }
        if (layout == Layout.LIST) {
            putAll(LIST_START);
        }
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
        int wanted = (int) Math.max(needed, Math.min(GROWTH * (long) bytes.length, maxBytes) + LIST_START.length + TAIL);
        byte[] larger = memory.tryLarger(bytes, length, wanted);
        if (larger == null && count > 0) {
            return false;
        }
        bytes = larger == null ? memory.larger(bytes, length, needed) : larger;
        return true;
    }

    /** The digits of an offset. Offsets follow each other, and counting up in digits is much cheaper than dividing. */
    private void putOffset(long offset) {
        if (offset == lastOffset + 1) {
            countUp();
        } else {
            byte[] text = Long.toString(offset).getBytes(StandardCharsets.US_ASCII);
            digitsStart = digits.length - text.length;
            System.arraycopy(text, 0, digits, digitsStart, text.length);
        }
        lastOffset = offset;
        int size = digits.length - digitsStart;
        System.arraycopy(digits, digitsStart, bytes, length, size);
        length += size;
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
