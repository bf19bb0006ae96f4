package engine;

import java.util.Arrays;

/**
 * The log of one partition: encoded messages in RAM, in a list of {@link Segment}s. Only the last segment grows. Offsets are dense.
 * The log starts at 0, and later after messages were trimmed. Messages are never moved or rewritten, so reading takes no lock:
 * a reader sees every message below {@link #highWatermark()}, and none above it.
 *
 * <p>Reading is safe for any number of threads. A thread that changes the log holds the lock of its {@link TopicWriter}. Timestamps
 * can decrease from one message to the next, because the clock can go back.
 */
final class Log {
    private final MemoryBudget budget;
    private volatile Segment[] segments = {};
    private volatile long startOffset;
    private volatile long highWatermark;
    private volatile long keptBytes;
    private volatile long appendedBytes;

    private long countedFrom;
    private long unpublishedBytes;
    private long lastTimestamp;
    private volatile long highestTimestamp = Long.MIN_VALUE;

    Log(MemoryBudget budget) {
        this.budget = budget;
    }

    /** The maximum memory, in bytes, that appending {@code count} messages of {@code size} bytes in total would add. */
    long growth(int count, int size) {
        Segment last = segments.length == 0 ? null : segments[segments.length - 1];
        return Segment.growth(last, count, size);
    }

    /** The memory, in bytes, that {@link #trim} to this offset would free. */
    long freedBy(long newStart) {
        long freed = 0;
        for (int i = segmentsBefore(newStart) - 1; i >= 0; i--) {
            freed += Segment.memory(segments[i].capacity());
        }
        return freed;
    }

    /**
     * Writes a message. It becomes visible to readers by {@link #publish}, or is removed by {@link #undo}.
     *
     * @param timestamp ms since 1970
     */
    void write(byte[] bytes, int position, int length, long timestamp) {
        Segment last = segments.length == 0 ? null : segments[segments.length - 1];
        if (last == null || !last.hasRoomFor(length)) {
            last = addSegment(length, timestamp);
        }
        int before = last.capacity();
        last.append(bytes, position, length, timestamp);
        if (last.capacity() != before) {
            budget.add(Segment.memory(last.capacity()) - Segment.memory(before));
        }
        unpublishedBytes += length;
        lastTimestamp = timestamp;
        if (timestamp > highestTimestamp) {
            highestTimestamp = timestamp;
        }
    }

    /** The offset of the next message to be written. It is past {@link #highWatermark} while messages are unpublished. */
    long logEndOffset() {
        return segments.length == 0 ? highWatermark : segments[segments.length - 1].endOffset();
    }

    /**
     * Makes messages visible to readers.
     *
     * @param end the new high watermark
     * @param size of these messages, in bytes
     */
    void publish(long end, int size) {
        keptBytes += size;
        appendedBytes += size;
        unpublishedBytes -= size;
        highWatermark = end; // this volatile write makes the messages visible to readers
    }

    /** Makes all messages that were written visible to readers. */
    void publishAll() {
        publish(logEndOffset(), Math.toIntExact(unpublishedBytes));
    }

    /**
     * Removes unpublished messages.
     *
     * @param end the new log end offset
     */
    void undo(long end) {
        int kept = segments.length;
        while (kept > 0 && segments[kept - 1].baseOffset() >= end) {
            budget.add(-Segment.memory(segments[--kept].capacity()));
        }
        segments = Arrays.copyOf(segments, kept);
        if (kept > 0) {
            segments[kept - 1].truncate(end);
        }
        unpublishedBytes = 0;
        read(highWatermark, end, (offset, timestamp, bytes, position, length) -> {
            unpublishedBytes += length;
            return true;
        });
    }

    /**
     * Drops all messages and continues at another offset.
     *
     * @param timestamp of the message before that offset, in ms since 1970
     */
    void resetTo(long offset, long timestamp) {
        dropSegments(segments.length);
        startOffset = offset;
        highWatermark = offset;
        keptBytes = 0;
        lastTimestamp = timestamp;
        highestTimestamp = Long.MIN_VALUE;
    }

    /**
     * Reads messages from {@code from} on, until the reader rejects one or the log ends. A read below {@link #startOffset()} starts
     * there, so that trimmed messages are never read.
     *
     * @return the offset after the last message read; if there is none, the offset where the read started
     */
    long read(long from, MessageReader reader) {
        return read(from, highWatermark, reader);
    }

    /** As {@link #read(long, Reader)}, up to {@code end}, which may be past {@link #highWatermark}. */
    long read(long from, long end, MessageReader reader) {
        Segment[] snapshot = segments;
        long first = Math.max(from, startOffset);
        if (snapshot.length == 0 || first >= end) {
            return first;
        }
        long next = Math.max(first, snapshot[0].baseOffset()); // the log may have been trimmed meanwhile
        for (int i = segmentOf(snapshot, next); next < end; i++) {
            long to = i + 1 < snapshot.length ? Math.min(end, snapshot[i + 1].baseOffset()) : end;
            next = snapshot[i].read(next, to, reader);
            if (next < to) {
                break; // the reader rejected a message
            }
        }
        return next;
    }

    /**
     * The offset of the first message, from {@code from} on, with this timestamp or a later one; the high watermark if there is none.
     *
     * @param timestamp ms since 1970
     */
    long offsetAt(long from, long timestamp) {
        long end = highWatermark;
        long[] found = {end};
        readTimes(from, end, timestamp, (offset, time, bytes, position, length) -> {
            if (time >= timestamp) {
                found[0] = offset;
            }
            return time < timestamp;
        });
        return found[0];
    }

    /** Reads messages, but skips segments whose timestamps are all below this one. */
    private void readTimes(long from, long end, long timestamp, MessageReader reader) {
        Segment[] snapshot = segments;
        for (int i = 0; i < snapshot.length; i++) {
            long first = Math.max(from, snapshot[i].baseOffset());
            long to = i + 1 < snapshot.length ? Math.min(end, snapshot[i + 1].baseOffset()) : end;
            if (first < to && snapshot[i].highestTimestamp() >= timestamp && snapshot[i].read(first, to, reader) < to) {
                return; // the reader rejected a message
            }
        }
    }

    /** The offset of the oldest message in the log. */
    long startOffset() {
        return startOffset;
    }

    /** The number of messages with a timestamp after this one. Takes no lock. */
    long countAfter(long timestamp) {
        long[] count = {0};
        readTimes(startOffset, highWatermark, timestamp, (offset, time, bytes, position, length) -> {
            count[0] += time > timestamp ? 1 : 0;
            return true;
        });
        return count[0];
    }

    /** The offset after the last message that is visible to readers. */
    long highWatermark() {
        return highWatermark;
    }

    /** The timestamp of the message that was written last, in ms since 1970; 0 if none was ever written. */
    long lastTimestamp() {
        return lastTimestamp;
    }

    /** The highest timestamp that was written since {@link #resetHighestTimestamp}, in ms since 1970. */
    long highestTimestamp() {
        return highestTimestamp;
    }

    void resetHighestTimestamp() {
        highestTimestamp = Long.MIN_VALUE;
    }

    /** The size of the visible messages, encoded, in bytes. */
    long keptBytes() {
        return keptBytes;
    }

    /** The size of all messages, including unpublished ones, encoded, in bytes. */
    long writtenBytes() {
        return keptBytes + unpublishedBytes;
    }

    /** The size of the visible messages from an offset on, encoded, in bytes. Takes no lock. */
    long keptBytesFrom(long offset) {
        return Math.max(0, keptBytes - bytesBefore(offset));
    }

    /** The number of messages that were appended since {@link #resetCounters}, if it was called, else since the log was created. */
    long appendedCount() {
        return highWatermark - countedFrom;
    }

    /** The size of these messages, encoded, in bytes. */
    long appendedBytes() {
        return appendedBytes;
    }

    /** Excludes the current messages from the counters, because they were restored and not appended. */
    void resetCounters() {
        countedFrom = highWatermark;
        appendedBytes = 0;
    }

    /** Drops all messages. */
    void clear() {
        startOffset = highWatermark;
        keptBytes = 0;
        dropSegments(segments.length);
    }

    private Segment addSegment(int length, long timestamp) {
        long baseOffset = segments.length == 0 ? highWatermark : segments[segments.length - 1].endOffset();
        Segment fresh = new Segment(baseOffset, timestamp, length, segments.length == 0);
        Segment[] longer = Arrays.copyOf(segments, segments.length + 1);
        longer[segments.length] = fresh;
        segments = longer;
        budget.add(Segment.memory(fresh.capacity()));
        return fresh;
    }

    /** Moves the start offset forward, and drops the segments before it. */
    void trim(long newStart) {
        if (newStart <= startOffset) {
            return;
        }
        keptBytes -= bytesBefore(newStart);
        startOffset = newStart;
        dropSegments(segmentsBefore(newStart));
    }

    /** The size of the visible messages before an offset, encoded, in bytes. */
    private long bytesBefore(long end) {
        long[] bytesBefore = new long[1];
        read(startOffset, Math.min(end, highWatermark), (offset, timestamp, bytes, position, length) -> {
            bytesBefore[0] += length;
            return true;
        });
        return bytesBefore[0];
    }

    private int segmentsBefore(long newStart) {
        int count = 0;
        while (count + 1 < segments.length && segments[count + 1].baseOffset() <= newStart) {
            count++;
        }
        return count;
    }

    private void dropSegments(int count) {
        for (int i = 0; i < count; i++) {
            budget.add(-Segment.memory(segments[i].capacity()));
        }
        if (count > 0) {
            segments = Arrays.copyOfRange(segments, count, segments.length);
        }
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
