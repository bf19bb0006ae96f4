package engine;

import java.util.Arrays;

/**
 * A stretch of a log: encoded messages one after the other in one array, and the position of every 32nd.
 *
 * <pre>
 *   bytes  | length | time | message ... | length | time | message ... |
 *             varint  varint
 *   index  position of message 0, 32, 64, ...
 * </pre>
 *
 * The length is that of the message alone. The time is the difference in ms from that of the segment's first message; it is below 0
 * if the clock went back. Both are encoded as in Protocol Buffers: the length as uint32, the time as sint64 (zigzag). The array starts small, so that an idle topic costs next to nothing, and
 * doubles up to {@link #CAPACITY}; a message that is larger gets a segment of its own size.
 *
 * <p>One thread at a time may append, under the lock of the topic. Reading needs no lock: what lies below the end that the
 * log has published does not change, and growing copies.
 */
final class Segment {
    /** 4 MiB less an array's header: as a humongous object it fills G1's regions to the brim and is never copied. */
    static final int CAPACITY = (4 << 20) - 64;

    /** 512 bytes with the array's header: a doubled array then fills its regions, too. */
    private static final int FIRST_CAPACITY = 512 - ArrayMemory.HEADER;

    private static final int INDEX_INTERVAL = 32;
    private static final int MAX_HEADER = 5 + 10;

    /** What a segment takes in memory besides its array: objects, and an index of at most this part of the array. */
    private static final int OVERHEAD = 128;

    private static final int PART_OF_INDEX = 64;

    private final long baseOffset;
    private final long baseTimestamp;
    private volatile long highestTimestamp;
    private volatile byte[] bytes;
    private volatile int[] index = new int[4];
    private int count;
    private int end;

    /** @param small true to start small, for a log that may stay so */
    Segment(long baseOffset, long baseTimestamp, int firstLength, boolean small) {
        this.baseOffset = baseOffset;
        this.baseTimestamp = baseTimestamp;
        this.highestTimestamp = baseTimestamp;
        this.bytes = new byte[Math.max(small ? FIRST_CAPACITY : CAPACITY, firstLength + MAX_HEADER)];
    }

    long baseOffset() {
        return baseOffset;
    }

    /** None of its messages has a higher one. Takes no lock. */
    long highestTimestamp() {
        return highestTimestamp;
    }

    /** The lock of the topic is held. */
    long endOffset() {
        return baseOffset + count;
    }

    /** In bytes. */
    int capacity() {
        return bytes.length;
    }

    /** How much memory a segment of this capacity takes, in bytes. */
    static long memory(int capacity) {
        return ArrayMemory.sizeOf(capacity) + capacity / PART_OF_INDEX + OVERHEAD;
    }

    /**
     * How much memory, in bytes, it takes more at the most to append so many messages of this size.
     *
     * @param last the segment that grows; null if there is none yet
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
        long more = needed - capacity + CAPACITY; // the rest of a segment may stay empty
        return more + more / PART_OF_INDEX + (more / CAPACITY + 1) * (memory(CAPACITY) - CAPACITY);
    }

    private static int doubled(int capacity) {
        return Math.min(CAPACITY, 2 * capacity + ArrayMemory.HEADER);
    }

    boolean hasRoomFor(int length) {
        return end + MAX_HEADER + length <= Math.max(CAPACITY, bytes.length);
    }

    /** The lock of the topic is held. */
    void append(byte[] message, int position, int length, long timestamp) {
        byte[] target = withRoomFor(end + MAX_HEADER + length);
        noteIndex();
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
     * Forgets the messages from this offset on, which no reader has seen; at least one before it stays. The lock of the
     * topic is held.
     */
    void truncate(long offset) {
        read(offset - 1, offset, (last, timestamp, source, position, length) -> {
            end = position + length;
            return true;
        });
        count = (int) (offset - baseOffset);
    }

    /**
     * Hands the messages from {@code from} up to {@code to} to the reader. All of them lie in this segment, and the log
     * has published them.
     *
     * @return the offset after the last one that the reader took
     */
    long read(long from, long to, Log.Reader reader) {
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

    private void noteIndex() {
        if (count % INDEX_INTERVAL != 0) {
            return;
        }
        int slot = count / INDEX_INTERVAL;
        int[] target = slot < index.length ? index : Arrays.copyOf(index, 2 * index.length);
        target[slot] = end;
        index = target; // volatile: a grown index is shown filled
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
