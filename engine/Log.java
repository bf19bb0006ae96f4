package engine;

import java.util.Arrays;

/**
 * An append-only log of encoded messages in RAM: a list of {@link Segment}s, of which only the last grows. Offsets are
 * dense and start at 0. Nothing is ever moved or rewritten, so that reading takes no lock: a reader sees every message
 * below {@link #endOffset()} whole, and none above it.
 *
 * <p>Safe for any number of threads. Appends are serialized by the log's own lock; the timestamps of a log never go
 * back, even when the clock does.
 */
final class Log {
    private volatile Segment[] segments = {};
    private volatile long endOffset;
    private long lastTimestamp;

    /** Receives the messages of a read, in the order of their offsets; the bytes are valid until it returns. */
    interface Reader {
        void message(long offset, long timestamp, byte[] bytes, int position, int length);
    }

    /**
     * Appends one encoded message.
     *
     * @param timestamp ms since 1970
     * @return the message's offset
     */
    synchronized long append(byte[] message, long timestamp) {
        lastTimestamp = Math.max(lastTimestamp, timestamp);
        long offset = endOffset;
        writableSegment(message.length).append(message, lastTimestamp);
        endOffset = offset + 1; // the volatile write that shows the message to readers
        return offset;
    }

    /**
     * Reads up to {@code maxMessages} messages from {@code from} on.
     *
     * @return the offset after the last message read; {@code from} itself when there is none
     */
    long read(long from, int maxMessages, Reader reader) {
        long end = Math.min(endOffset, from + maxMessages);
        Segment[] snapshot = segments;
        long next = from;
        for (int i = segmentOf(snapshot, from); next < end; i++) {
            long to = i + 1 < snapshot.length ? Math.min(end, snapshot[i + 1].baseOffset()) : end;
            snapshot[i].read(next, to, reader);
            next = to;
        }
        return next;
    }

    /** The offset that the next message will get. */
    long endOffset() {
        return endOffset;
    }

    /** The lock is held. */
    private Segment writableSegment(int length) {
        Segment[] current = segments;
        if (current.length > 0 && current[current.length - 1].hasRoomFor(length)) {
            return current[current.length - 1];
        }
        Segment[] longer = Arrays.copyOf(current, current.length + 1);
        Segment fresh = new Segment(endOffset, lastTimestamp, length);
        longer[current.length] = fresh;
        segments = longer;
        return fresh;
    }

    private static int segmentOf(Segment[] segments, long offset) {
        int low = 0;
        for (int high = segments.length - 1; low < high; ) {
            int middle = (low + high + 1) >>> 1;
            if (segments[middle].baseOffset() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
