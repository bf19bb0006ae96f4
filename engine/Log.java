package engine;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * An append-only log of encoded messages in RAM: a list of {@link Segment}s, of which only the last grows. Offsets are
 * dense; the log begins at 0 and, once messages were trimmed, later. Nothing is ever moved or rewritten, so that reading
 * takes no lock: a reader sees every message below {@link #endOffset()} whole, and none above it.
 *
 * <p>Safe for any number of threads. Appends and trims are serialized by the log's own lock; the timestamps of a log never
 * go back, even when the clock does.
 *
 * <p>How a reader waits at the end, so that no thread is held and no wake-up is lost:
 * <ol>
 * <li>It reads, and finds nothing at its offset.
 * <li>{@link #await} takes the lock. If the end has moved past the offset meanwhile, the reader is woken at once: an
 *     append that came between 1 and 2 is not missed.
 * <li>Else it joins the waiters and lets go of the lock.
 * <li>An append, which has the lock, moves the end and takes all waiters along; they have something to read now.
 * <li>It lets go of the lock and wakes them. Each reads again, from 1: another reader of the same consumer may have been
 *     faster.
 * <li>Who gives up, at a deadline or because the client is gone, calls {@link #forget}.
 * </ol>
 */
final class Log {
    private final MemoryBudget budget;
    private volatile Segment[] segments = {};
    private volatile long startOffset;
    private volatile long endOffset;
    private long lastTimestamp;
    private long keptBytes;
    private Set<Runnable> waiters = new LinkedHashSet<>();

    Log(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Receives the messages of a read, in the order of their offsets; the bytes are valid until it returns. */
    interface Reader {
        /** @return false if the message is not taken: then the read ends before it */
        boolean message(long offset, long timestamp, byte[] bytes, int position, int length);
    }

    /**
     * Appends messages, all of them or, if they do not fit, none.
     *
     * @param timestamp ms since 1970
     * @param settings how much to keep
     * @param readByAll the offset up to which every consumer has read
     * @return the offset of the first of them
     * @throws EngineException TOPIC_FULL, STORAGE_FULL
     */
    long append(EncodedBatch batch, long timestamp, TopicSettings settings, LongSupplier readByAll) {
        long baseOffset;
        Set<Runnable> woken;
        synchronized (this) {
            trimExpired(settings, timestamp);
            makeRoom(batch, settings, readByAll);
            budget.requireRoomFor(batch.size());
            lastTimestamp = Math.max(lastTimestamp, timestamp);
            baseOffset = endOffset;
            batch.forEach(this::write);
            endOffset = baseOffset + batch.count(); // the volatile write that shows the messages to readers
            woken = waiters;
            waiters = woken.isEmpty() ? woken : new LinkedHashSet<>();
        }
        woken.forEach(Runnable::run);
        return baseOffset;
    }

    /**
     * Reads messages from {@code from} on, until the reader has enough or the log ends.
     *
     * @param from not below {@link #startOffset()}
     * @return the offset after the last message read; {@code from} itself when there is none
     */
    long read(long from, Reader reader) {
        long end = endOffset;
        Segment[] snapshot = segments;
        if (snapshot.length == 0 || from >= end) {
            return from;
        }
        long next = Math.max(from, snapshot[0].baseOffset()); // a trim may have been faster
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
        long[] found = {endOffset};
        Segment[] snapshot = segments;
        int first = 0;
        while (first + 1 < snapshot.length && snapshot[first + 1].baseTimestamp() < timestamp) {
            first++;
        }
        if (snapshot.length > 0) {
            read(Math.max(startOffset, snapshot[first].baseOffset()), (offset, time, bytes, position, length) -> {
                if (time >= timestamp) {
                    found[0] = offset;
                }
                return time < timestamp;
            });
        }
        return found[0];
    }

    /** The offset of the oldest message that is kept. */
    long startOffset() {
        return startOffset;
    }

    /** The offset that the next message will get. */
    long endOffset() {
        return endOffset;
    }

    /** The encoded messages that are kept, in bytes. */
    synchronized long keptBytes() {
        return keptBytes;
    }

    /** Wakes the waiter once, when the log has a message at the offset; see the class comment. */
    void await(long offset, Runnable waiter) {
        synchronized (this) {
            if (endOffset <= offset) {
                waiters.add(waiter);
                return;
            }
        }
        waiter.run();
    }

    /** Forgets a waiter that has given up. One that is being woken may be woken all the same. */
    synchronized void forget(Runnable waiter) {
        waiters.remove(waiter);
    }

    /** Wakes everybody who waits, since nothing will come any more. */
    void wakeAll() {
        Set<Runnable> woken;
        synchronized (this) {
            woken = waiters;
            waiters = new LinkedHashSet<>();
        }
        woken.forEach(Runnable::run);
    }

    /** Drops all messages. */
    synchronized void clear() {
        trim(endOffset);
        dropSegments(segments.length);
    }

    /** Drops what is older than the settings allow. */
    synchronized void trimExpired(TopicSettings settings, long now) {
        if (settings.maxAgeMs() != null) {
            trim(Math.min(endOffset, offsetAt(now - settings.maxAgeMs())));
        }
    }

    /** The lock is held. */
    private void makeRoom(EncodedBatch batch, TopicSettings settings, LongSupplier readByAll) {
        if (settings.maxMessages() == null && settings.maxBytes() == null) {
            return;
        }
        if (!fits(batch.count(), batch.size(), settings)) {
            throw full(settings, "a batch of " + batch.count() + " messages never fits into it");
        }
        long limit = settings.dropsOldest() ? endOffset : Math.min(endOffset, readByAll.getAsLong());
        long start = startOffset;
        long bytes = keptBytes;
        while (start < limit && !fits(endOffset - start + batch.count(), bytes + batch.size(), settings)) {
            bytes -= lengthAt(start++);
        }
        if (!fits(endOffset - start + batch.count(), bytes + batch.size(), settings)) {
            throw full(settings, "not every consumer has read offset " + start);
        }
        trim(start);
    }

    private static boolean fits(long messages, long bytes, TopicSettings settings) {
        return (settings.maxMessages() == null || messages <= settings.maxMessages())
                && (settings.maxBytes() == null || bytes <= settings.maxBytes());
    }

    private EngineException full(TopicSettings settings, String why) {
        return new EngineException(ErrorCode.TOPIC_FULL, "The topic keeps " + (endOffset - startOffset) + " messages of "
                + keptBytes + " bytes (" + settings + "), and " + why + ". Try again later.");
    }

    /** The lock is held. */
    private void write(byte[] bytes, int position, int length) {
        Segment last = segments.length == 0 ? null : segments[segments.length - 1];
        if (last == null || !last.hasRoomFor(length)) {
            last = addSegment(length);
        }
        int before = last.capacity();
        last.append(bytes, position, length, lastTimestamp);
        budget.add(last.capacity() - before);
        keptBytes += length;
    }

    /** The lock is held. */
    private Segment addSegment(int length) {
        long baseOffset = segments.length == 0 ? endOffset : segments[segments.length - 1].endOffset();
        Segment fresh = new Segment(baseOffset, lastTimestamp, length, segments.length == 0);
        Segment[] longer = Arrays.copyOf(segments, segments.length + 1);
        longer[segments.length] = fresh;
        segments = longer;
        budget.add(fresh.capacity());
        return fresh;
    }

    /** The lock is held. Moves the start, and drops the segments that lie before it. */
    private void trim(long newStart) {
        while (startOffset < newStart) {
            keptBytes -= lengthAt(startOffset);
            startOffset++;
        }
        int dropped = 0;
        while (dropped + 1 < segments.length && segments[dropped + 1].baseOffset() <= newStart) {
            dropped++;
        }
        dropSegments(dropped);
    }

    /** The lock is held. */
    private void dropSegments(int count) {
        for (int i = 0; i < count; i++) {
            budget.add(-segments[i].capacity());
        }
        if (count > 0) {
            segments = Arrays.copyOfRange(segments, count, segments.length);
        }
    }

    private int lengthAt(long offset) {
        int[] found = new int[1];
        read(offset, (at, timestamp, bytes, position, length) -> {
            found[0] = length;
            return at < offset;
        });
        return found[0];
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
