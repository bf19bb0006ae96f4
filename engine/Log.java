package engine;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * The log of one partition: encoded messages in RAM, in a list of {@link Segment}s, of which only the last grows. Offsets
 * are dense; the log begins at 0 and, once messages were trimmed, later. Nothing is ever moved or rewritten, so that
 * reading takes no lock: a reader sees every message below {@link #endOffset()} whole, and none above it.
 *
 * <p>Reading is safe for any number of threads. Whatever changes the log is called with the lock of its topic held. The
 * timestamps of a log go back when the clock does.
 */
final class Log {
    /** By how much a timestamp has to be ahead of the clock to be in the future: a clock that is set right by less was not wrong. */
    private static final long CLOCK_TOLERANCE_MS = 1000;

    private final MemoryBudget budget;
    private volatile Segment[] segments = {};
    private volatile long startOffset;
    private volatile long endOffset;
    private volatile long keptBytes;
    private volatile long appendedBytes;

    /** No message before this offset is younger than the topic's maximum age; 0 if nobody has looked. It saves looking again. */
    private volatile long expiredBefore;

    private long countedFrom;
    private long hiddenBytes;
    private long lastTimestamp;

    /** Of the messages that came after those of {@link #early}. */
    private volatile long highestTimestamp = Long.MIN_VALUE;

    private volatile Early early = new Early(0, 0);

    /**
     * Messages some of which have a timestamp in the future, because the clock was wrong when they came.
     *
     * @param endOffset they come before this offset
     * @param sinceNanos when that was noted, by {@link System#nanoTime}
     */
    private record Early(long endOffset, long sinceNanos) {}

    Log(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Receives the messages of a read, in the order of their offsets; the bytes are valid until it returns. */
    interface Reader {
        /** @return false if the message is not taken: then the read ends before it */
        boolean message(long offset, long timestamp, byte[] bytes, int position, int length);
    }

    /** For whom messages are kept. */
    interface Readers {
        /** The offset up to which all of them have read; 0 without any: what nobody has seen is not given up. */
        long readByAll();

        /** Says which of them has not. */
        String whoHasNotRead(long offset);
    }

    /**
     * The offset that the log has to begin with so that there is room for so many messages more. Changes nothing.
     *
     * @param size of the messages in bytes
     * @throws EngineException TOPIC_FULL
     */
    long startWithRoomFor(int count, int size, TopicSettings settings, Readers readers) {
        if (settings.maxMessages() == null && settings.maxBytes() == null) {
            return startOffset;
        }
        if (!fits(count, size, settings)) {
            throw full(settings, "a batch of " + count + " messages of " + size + " bytes never fits into it. Send less at a time.");
        }
        long end = writtenEnd();
        if (fits(end - startOffset + count, keptBytes + hiddenBytes + size, settings)) {
            return startOffset; // without asking the readers, of whom there may be many
        }
        long limit = settings.dropsOldest() ? end : Math.min(endOffset, readers.readByAll());
        long[] bytesAfter = {keptBytes + hiddenBytes + size};
        long start = read(startOffset, end, (offset, timestamp, bytes, position, length) -> {
            boolean isOneTooMany = offset < limit && !fits(end - offset + count, bytesAfter[0], settings);
            bytesAfter[0] -= isOneTooMany ? length : 0;
            return isOneTooMany;
        });
        if (!fits(end - start + count, bytesAfter[0], settings)) {
            throw full(settings, readers.whoHasNotRead(start) + ". Try again later. If it is gone for good, POST /consumers/unregister removes it.");
        }
        return start;
    }

    /** The offset that the log has to begin with to be within its limits, whoever has read how far. */
    long startWithinLimits(TopicSettings settings) {
        long[] kept = {keptBytes};
        return read(startOffset, (offset, timestamp, bytes, position, length) -> {
            boolean isOneTooMany = !fits(endOffset - offset, kept[0], settings);
            kept[0] -= isOneTooMany ? length : 0;
            return isOneTooMany;
        });
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

    /** The offset that the next message will get that is written: past {@link #endOffset} as long as some are not shown. */
    long writtenEnd() {
        return segments.length == 0 ? endOffset : segments[segments.length - 1].endOffset();
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
        endOffset = end; // the volatile write that shows the messages to readers
    }

    /** Shows readers all that was written. */
    void publishAll() {
        publish(writtenEnd(), Math.toIntExact(hiddenBytes));
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
        read(endOffset, end, (offset, timestamp, bytes, position, length) -> {
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
        endOffset = offset;
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
        return read(from, endOffset, reader);
    }

    private long read(long from, long end, Reader reader) {
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

    /** The offset of the first message that was appended at this time (ms since 1970) or later; the end if there is none. */
    long offsetAt(long timestamp) {
        return offsetAt(startOffset, timestamp);
    }

    /** The same for the messages from an offset on. */
    private long offsetAt(long from, long timestamp) {
        long end = endOffset;
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

    /**
     * The offset of the oldest message that is kept and not too old, whether or not those before it were trimmed yet. It never goes back,
     * even when the clock does. Takes no lock.
     *
     * <p>A message is too old if its timestamp is, or if {@link #noteFutureTimestamps} has noted its timestamp for longer than messages are
     * kept. How long that is no clock that is set can tell: one that jumps ahead would make everything too old that was noted.
     *
     * @param now ms since 1970
     */
    long startWithinAge(TopicSettings settings, long now) {
        if (settings.maxAgeMs() == null) {
            return startOffset;
        }
        long known = Math.max(startOffset, expiredBefore);
        Early noted = early;
        boolean isNotedTooOld = known < noted.endOffset && TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - noted.sinceNanos) > settings.maxAgeMs();
        long first = isNotedTooOld ? Math.min(noted.endOffset, endOffset) : known;
        long start = Math.max(known, offsetAt(first, now - settings.maxAgeMs()));
        if (start > known) {
            expiredBefore = start; // of two that look at once the slower may write the smaller offset: the next one looks again
        }
        return start;
    }

    /** Tells whether {@link #noteFutureTimestamps} has something to note. Takes no lock. */
    boolean hasFutureTimestamps(long now) {
        return highestTimestamp > now + CLOCK_TOLERANCE_MS;
    }

    /**
     * Notes that the timestamps of some messages are ahead of the clock, if they are and it was not noted: it was wrong when they came, or is
     * wrong now. From now on they age.
     *
     * @param now ms since 1970
     */
    void noteFutureTimestamps(long now) {
        if (hasFutureTimestamps(now)) {
            early = new Early(writtenEnd(), System.nanoTime());
            highestTimestamp = Long.MIN_VALUE;
        }
    }

    /** How many messages have a timestamp after this one. Takes no lock. */
    long countAfter(long timestamp) {
        long[] count = {0};
        readTimes(startOffset, endOffset, timestamp, (offset, time, bytes, position, length) -> {
            count[0] += time > timestamp ? 1 : 0;
            return true;
        });
        return count[0];
    }

    /** The offset that the next message will get. */
    long endOffset() {
        return endOffset;
    }

    /** Of the message that was written last, in ms since 1970; 0 if none ever was. */
    long lastTimestamp() {
        return lastTimestamp;
    }

    /** The encoded messages that are kept, in bytes. */
    long keptBytes() {
        return keptBytes;
    }

    /** The encoded messages from an offset on, in bytes. Takes no lock. */
    long keptBytesFrom(long offset) {
        return Math.max(0, keptBytes - bytesBefore(offset));
    }

    /** All messages that were appended since {@link #beginCounting}, if it was called. */
    long appendedCount() {
        return endOffset - countedFrom;
    }

    /** The same messages, in bytes. */
    long appendedBytes() {
        return appendedBytes;
    }

    /** What is there so far was not appended, but read back. */
    void beginCounting() {
        countedFrom = endOffset;
        appendedBytes = 0;
    }

    /** Drops all messages. */
    void clear() {
        startOffset = endOffset;
        keptBytes = 0;
        dropSegments(segments.length);
    }

    /** Drops what is older than the settings allow. */
    void trimExpired(TopicSettings settings, long now) {
        if (settings.maxAgeMs() != null) {
            trim(startWithinAge(settings, now));
        }
    }

    private static boolean fits(long messages, long bytes, TopicSettings settings) {
        return (settings.maxMessages() == null || messages <= settings.maxMessages())
                && (settings.maxBytes() == null || bytes <= settings.maxBytes());
    }

    private EngineException full(TopicSettings settings, String why) {
        return new EngineException(ErrorCode.TOPIC_FULL, "The " + (settings.partitionsOrDefault() == 1 ? "topic" : "partition")
                + " keeps " + (endOffset - startOffset) + " messages of " + keptBytes + " bytes (" + settings + "), and " + why);
    }

    private Segment addSegment(int length, long timestamp) {
        long baseOffset = segments.length == 0 ? endOffset : segments[segments.length - 1].endOffset();
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
        read(startOffset, Math.min(end, endOffset), (offset, timestamp, bytes, position, length) -> {
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
