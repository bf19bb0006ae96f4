package engine;

import java.util.Arrays;

/**
 * The log of one partition: encoded messages in RAM, in a list of {@link Segment}s, of which only the last grows. Offsets
 * are dense; the log begins at 0 and, once messages were trimmed, later. Nothing is ever moved or rewritten, so that
 * reading takes no lock: a reader sees every message below {@link #highWatermark()} whole, and none above it.
 *
 * <p>Reading is safe for any number of threads. Whatever changes the log is called with the lock of its topic held. The
 * timestamps of a log go back when the clock does.
 */
final class Log {
    private final MemoryBudget budget;
    private volatile Segment[] segments = {};
    private volatile long startOffset;
    private volatile long highWatermark;
    private volatile long keptBytes;
    private volatile long appendedBytes;

    private long countedFrom;
    private long hiddenBytes;
    private long lastTimestamp;
    private volatile long highestTimestamp = Long.MIN_VALUE;

    Log(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Receives the messages of a read, in the order of their offsets; the bytes are valid until it returns. */
    interface Reader {
        /** @return false if the message is not taken: then the read ends before it */
        boolean message(long offset, long timestamp, byte[] bytes, int position, int length);
    }

    /** How much memory, in bytes, it takes more at the most to append so many messages of this size. */
    long growth(int count, int size) {
        Segment last = segments.length == 0 ? null : segments[segments.length - 1];
        return Segment.growth(last, count, size);
    }

    /** How much memory, in bytes, it gives back to begin with this offset. */
    long freedBy(long newStart) {
        long freed = 0;
        for (int i = segmentsBefore(newStart) - 1; i >= 0; i--) {
            freed += Segment.memory(segments[i].capacity());
        }
        return freed;
    }

    /**
     * Writes a message, which {@link #publish} shows to readers, or {@link #undo} takes back.
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
        hiddenBytes += length;
        lastTimestamp = timestamp;
        if (timestamp > highestTimestamp) {
            highestTimestamp = timestamp;
        }
    }

    /** The offset that the next message will get that is written: past {@link #highWatermark} as long as some are not shown. */
    long logEndOffset() {
        return segments.length == 0 ? highWatermark : segments[segments.length - 1].endOffset();
    }

    /**
     * Shows readers what was written.
     *
     * @param end up to this offset
     * @param size of these messages, in bytes
     */
    void publish(long end, int size) {
        keptBytes += size;
        appendedBytes += size;
        hiddenBytes -= size;
        highWatermark = end; // the volatile write that shows the messages to readers
    }

    /** Shows readers all that was written. */
    void publishAll() {
        publish(logEndOffset(), Math.toIntExact(hiddenBytes));
    }

    /**
     * Takes back what was written and not shown.
     *
     * @param end what comes from this offset on
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
        hiddenBytes = 0;
        read(highWatermark, end, (offset, timestamp, bytes, position, length) -> {
            hiddenBytes += length;
            return true;
        });
    }

    /**
     * Drops all messages and begins anew at another offset.
     *
     * @param timestamp of the message before that offset, in ms since 1970
     */
    void beginAt(long offset, long timestamp) {
        dropSegments(segments.length);
        startOffset = offset;
        highWatermark = offset;
        keptBytes = 0;
        lastTimestamp = timestamp;
        highestTimestamp = Long.MIN_VALUE;
    }

    /**
     * Reads messages from {@code from} on, until the reader has enough or the log ends. A message that was trimmed is never read:
     * below {@link #startOffset()} it begins there.
     *
     * @return the offset after the last message read; without one, the offset where it began
     */
    long read(long from, Reader reader) {
        return read(from, highWatermark, reader);
    }

    /** The same up to an offset, which may lie past {@link #highWatermark}. */
    long read(long from, long end, Reader reader) {
        Segment[] snapshot = segments;
        long first = Math.max(from, startOffset);
        if (snapshot.length == 0 || first >= end) {
            return first;
        }
        long next = Math.max(first, snapshot[0].baseOffset()); // a trim may have been faster
        for (int i = segmentOf(snapshot, next); next < end; i++) {
            long to = i + 1 < snapshot.length ? Math.min(end, snapshot[i + 1].baseOffset()) : end;
            next = snapshot[i].read(next, to, reader);
            if (next < to) {
                break; // the reader has enough
            }
        }
        return next;
    }

    /** Of the messages from an offset on, the offset of the first that was appended at this time (ms since 1970) or later; the end if there is none. */
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

    /** Reads messages, but skips segments in which all timestamps are below this one. */
    private void readTimes(long from, long end, long timestamp, Reader reader) {
        Segment[] snapshot = segments;
        for (int i = 0; i < snapshot.length; i++) {
            long first = Math.max(from, snapshot[i].baseOffset());
            long to = i + 1 < snapshot.length ? Math.min(end, snapshot[i + 1].baseOffset()) : end;
            if (first < to && snapshot[i].highestTimestamp() >= timestamp && snapshot[i].read(first, to, reader) < to) {
                return; // the reader has enough
            }
        }
    }

    /** The offset of the oldest message that is kept. */
    long startOffset() {
        return startOffset;
    }

    /** How many messages have a timestamp after this one. Takes no lock. */
    long countAfter(long timestamp) {
        long[] count = {0};
        readTimes(startOffset, highWatermark, timestamp, (offset, time, bytes, position, length) -> {
            count[0] += time > timestamp ? 1 : 0;
            return true;
        });
        return count[0];
    }

    /** The offset that the next message will get. */
    long highWatermark() {
        return highWatermark;
    }

    /** Of the message that was written last, in ms since 1970; 0 if none ever was. */
    long lastTimestamp() {
        return lastTimestamp;
    }

    /** The highest of the timestamps that were written since {@link #forgetHighestTimestamp}, in ms since 1970. */
    long highestTimestamp() {
        return highestTimestamp;
    }

    void forgetHighestTimestamp() {
        highestTimestamp = Long.MIN_VALUE;
    }

    /** The encoded messages that are kept, in bytes. */
    long keptBytes() {
        return keptBytes;
    }

    /** The encoded messages that are kept or not shown yet, in bytes. */
    long writtenBytes() {
        return keptBytes + hiddenBytes;
    }

    /** The encoded messages from an offset on, in bytes. Takes no lock. */
    long keptBytesFrom(long offset) {
        return Math.max(0, keptBytes - bytesBefore(offset));
    }

    /** All messages that were appended since {@link #beginCounting}, if it was called. */
    long appendedCount() {
        return highWatermark - countedFrom;
    }

    /** The same messages, in bytes. */
    long appendedBytes() {
        return appendedBytes;
    }

    /** What is there so far was not appended, but read back. */
    void beginCounting() {
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

    /** Moves the start, and drops the segments that lie before it. */
    void trim(long newStart) {
        if (newStart <= startOffset) {
            return;
        }
        keptBytes -= bytesBefore(newStart);
        startOffset = newStart;
        dropSegments(segmentsBefore(newStart));
    }

    /** The encoded messages before an offset that are still kept, in bytes. */
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
