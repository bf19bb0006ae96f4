package engine;

import java.util.Arrays;

/**
 * A segment of a log: encoded messages in one array, and an index with the position of every 32nd message.
 *
 * <pre>
 *   bytes  | length | time delta | message ... | length | time delta | message ... |
 *             varint    varint
 *   index  position of message 0, 32, 64, ...
 * </pre>
 *
 * The length is that of the message in bytes. The time delta is the difference to the timestamp of the segment's first message, in ms.
 * It is negative if the clock went back. Both are encoded as in Protocol Buffers: the length as uint32, the time delta as sint64
 * (zigzag).
 *
 * <p>The array starts small, so that an idle topic needs little memory, and doubles up to {@link #CAPACITY}. A larger message gets a
 * segment of its own size.
 *
 * <p>A thread that appends or truncates holds the lock of the topic. Reading takes no lock, because bytes below the high watermark never
 * change, and the array is replaced when it grows.
 */
final class Segment {
    /** 4 MiB minus an array header. As a humongous object, the array fills its G1 regions, and is never copied by the collector. */
    static final int CAPACITY = (4 << 20) - 64;

    /** 512 bytes with the array header, so that each doubled array has a power of two, too. */
    private static final int FIRST_CAPACITY = 512 - ArrayMemory.HEADER;

    private static final int INDEX_INTERVAL = 32;
    private static final int MAX_HEADER = 5 + 10;

    /** The memory of a segment's objects besides the array and the index, in bytes. */
    private static final int OVERHEAD = 128;

    /** The index takes at most one part in this many of the array. */
    private static final int PART_OF_INDEX = 64;

    private final long baseOffset;
    private final long baseTimestamp;
    private volatile long highestTimestamp;
    private volatile byte[] bytes;
    private volatile int[] index = new int[4];
    private int count;
    private int end;

    /** @param small whether the array starts small, for a log that may stay small */
    Segment(long baseOffset, long baseTimestamp, int firstLength, boolean small) {
        this.baseOffset = baseOffset;
        this.baseTimestamp = baseTimestamp;
        this.highestTimestamp = baseTimestamp;
        this.bytes = new byte[Math.max(small ? FIRST_CAPACITY : CAPACITY, firstLength + MAX_HEADER)];
    }

    long baseOffset() {
        return baseOffset;
    }

    /** An upper bound of the timestamps of its messages, in ms since 1970. Takes no lock. */
    long highestTimestamp() {
        return highestTimestamp;
    }

    /** The offset after the last message. The caller holds the lock of the topic. */
    long endOffset() {
        return baseOffset + count;
    }

    /** The length of the array, in bytes. */
    int capacity() {
        return bytes.length;
    }

    /** The memory of a segment with this capacity, in bytes. */
    static long memory(int capacity) {
        return ArrayMemory.sizeOf(capacity) + capacity / PART_OF_INDEX + OVERHEAD;
    }

    /**
     * The maximum memory, in bytes, that appending {@code count} messages of {@code size} bytes in total would add to a log.
     *
     * @param last the last segment of the log; null if the log has none
     */
    static long growth(Segment last, int count, int size) {
        int capacity = last == null ? 0 : last.capacity();
        long needed = (last == null ? 0 : last.end) + size + (long) count * MAX_HEADER;
        if (needed <= capacity) {
            return 0;
        }
        if (needed <= CAPACITY) {
            int larger = (int) Math.max(needed, Math.max(FIRST_CAPACITY, doubled(capacity)));
            return memory(larger) - (last == null ? 0 : memory(capacity));
        }
        long more = needed - capacity + CAPACITY; // the end of a segment may stay unused
        return more + more / PART_OF_INDEX + (more / CAPACITY + 1) * (memory(CAPACITY) - CAPACITY);
    }

    private static int doubled(int capacity) {
        return Math.min(CAPACITY, 2 * capacity + ArrayMemory.HEADER);
    }

    boolean hasRoomFor(int length) {
        return end + MAX_HEADER + length <= Math.max(CAPACITY, bytes.length);
    }

    /** The caller holds the lock of the topic. */
    void append(byte[] message, int position, int length, long timestamp) {
        byte[] target = withRoomFor(end + MAX_HEADER + length);
        addToIndex();
        int at = putVarint(target, end, length);
        long time = timestamp - baseTimestamp;
        at = putVarint(target, at, time << 1 ^ time >> 63);
        System.arraycopy(message, position, target, at, length);
        end = at + length;
        count++;
        if (timestamp > highestTimestamp) {
            highestTimestamp = timestamp;
        }
    }

    /**
     * Removes the messages from this offset on. They are unpublished, and at least one message before them remains. The caller holds
     * the lock of the topic.
     */
    void truncate(long offset) {
        read(offset - 1, offset, (last, timestamp, source, position, length) -> {
            end = position + length;
            return true;
        });
        count = (int) (offset - baseOffset);
    }

    /**
     * Passes the messages from {@code from} up to {@code to} to the reader. All of them are in this segment. Without the lock of the
     * topic, they must be published.
     *
     * @return the offset after the last message that the reader accepted
     */
    long read(long from, long to, MessageReader reader) {
        byte[] source = bytes;
        int slot = (int) (from - baseOffset) / INDEX_INTERVAL;
        long offset = baseOffset + (long) slot * INDEX_INTERVAL;
        int at = index[slot];
        while (offset < to) {
            int length = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = source[at++];
                length |= (b & 0x7F) << shift;
                if (b >= 0) {
                    break;
                }
            }
            long time = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = source[at++];
                time |= (b & 0x7FL) << shift;
                if (b >= 0) {
                    break;
                }
            }
            if (offset >= from
                    && !reader.message(offset, baseTimestamp + (time >>> 1 ^ -(time & 1)), source, at, length)) {
                return offset;
            }
            at += length;
            offset++;
        }
        return to;
    }

    private byte[] withRoomFor(int needed) {
        byte[] current = bytes;
        if (needed <= current.length) {
            return current;
        }
        return bytes = Arrays.copyOf(current, Math.max(needed, doubled(current.length)));
    }

    private void addToIndex() {
        if (count % INDEX_INTERVAL != 0) {
            return;
        }
        int slot = count / INDEX_INTERVAL;
        int[] target = slot < index.length ? index : Arrays.copyOf(index, 2 * index.length);
        target[slot] = end;
        index = target; // a volatile write, so that readers see a new array with its elements
    }

    private static int putVarint(byte[] target, int at, long value) {
        while ((value & ~0x7FL) != 0) {
            target[at++] = (byte) ((value & 0x7F) | 0x80);
            value >>>= 7;
        }
        target[at++] = (byte) value;
        return at;
    }
}
