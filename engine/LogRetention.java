package engine;

import java.util.concurrent.TimeUnit;

/**
 * The retention of a partition: computes the start offset of its {@link Log} from the limits of the topic and the age of the messages.
 *
 * <p>A message expires when its timestamp is older than the maximum age. If its timestamp was in the future, it expires when the
 * maximum age has passed since {@link #noteFutureTimestamps} noted it. That time is measured with {@link Scheduler#nanoTime}, because a
 * wall clock that jumps ahead would expire all of these messages at once.
 *
 * <p>A thread that changes it holds the lock of the {@link TopicWriter}. Other methods are safe for any number of threads.
 */
final class LogRetention {
    /** A timestamp is in the future if it is ahead of the clock by more than this. Smaller corrections of the clock are normal. */
    private static final long CLOCK_TOLERANCE_MS = 1000;

    private final Log log;
    private final int partition;
    private final TopicSettings settings;
    private final Readers readers;
    private final Scheduler scheduler;

    /** All messages before this offset have expired; 0 if unknown. A cache, so that they are not read again. */
    private volatile long expiredBefore;

    private volatile FutureMessages futureMessages = new FutureMessages(0, 0);

    /** The readers that messages are retained for. Safe for any number of threads. */
    interface Readers {
        /** The lowest committed offset of all readers; 0 if there are none, so that unread messages are not dropped. */
        long readByAll(int partition);

        /** In words, a reader that has not read this offset. */
        String whoHasNotRead(int partition, long offset);
    }

    /**
     * The messages before an offset, some of which have a timestamp in the future because the clock was wrong.
     *
     * @param endOffset the offset after the last of them
     * @param sinceNanos when they were noted, by {@link Scheduler#nanoTime}
     */
    private record FutureMessages(long endOffset, long sinceNanos) {}

    /** @param readers of the topic */
    LogRetention(Log log, int partition, TopicSettings settings, Readers readers, Scheduler scheduler) {
        this.log = log;
        this.partition = partition;
        this.settings = settings;
        this.readers = readers;
        this.scheduler = scheduler;
    }

    /**
     * The start offset that makes room for more messages. Changes nothing. The caller holds the lock of the topic.
     *
     * @param count the number of messages
     * @param size of these messages, in bytes
     * @throws EngineException TOPIC_FULL
     */
    long startWithRoomFor(int count, int size) {
        long startOffset = log.startOffset();
        if (settings.maxMessages() == null && settings.maxBytes() == null) {
            return startOffset;
        }
        if (!fits(count, size)) {
            throw full("a batch of " + count + " messages of " + size + " bytes can never fit. Send smaller batches");
        }
        long end = log.logEndOffset();
        if (fits(end - startOffset + count, log.writtenBytes() + size)) {
            return startOffset; // a shortcut, because there may be many readers
        }
        long limit = settings.dropsOldest() ? end : Math.min(log.highWatermark(), readers.readByAll(partition));
        long[] bytesAfter = {log.writtenBytes() + size};
        long start = log.read(startOffset, end, (offset, timestamp, bytes, position, length) -> {
            boolean isOverLimit = offset < limit && !fits(end - offset + count, bytesAfter[0]);
            bytesAfter[0] -= isOverLimit ? length : 0;
            return isOverLimit;
        });
        if (!fits(end - start + count, bytesAfter[0])) {
            throw full(readers.whoHasNotRead(partition, start) + ". Try again later");
        }
        return start;
    }

    /** Drops messages that exceed the limits, also unread ones. The caller holds the lock of the topic. */
    void trimToLimits() {
        long end = log.highWatermark();
        long[] kept = {log.keptBytes()};
        log.trim(log.read(log.startOffset(), end, (offset, timestamp, bytes, position, length) -> {
            boolean isOverLimit = !fits(end - offset, kept[0]);
            kept[0] -= isOverLimit ? length : 0;
            return isOverLimit;
        }));
    }

    /**
     * Drops expired messages. The caller holds the lock of the topic.
     *
     * @param now ms since 1970
     */
    void trimExpired(long now) {
        log.trim(startOffset(now));
    }

    /** Whether {@link #trimExpired} or {@link #noteFutureTimestamps} has something to do. Takes no lock. */
    boolean hasWork(long now) {
        return hasFutureTimestamps(now) || startOffset(now) > log.startOffset();
    }

    /**
     * The offset of the oldest message that has not expired, even if expired messages are not trimmed yet. It never decreases, even
     * if the clock goes back. Takes no lock.
     *
     * @param now ms since 1970
     */
    long startOffset(long now) {
        if (settings.maxAgeMs() == null) {
            return log.startOffset();
        }
        long known = Math.max(log.startOffset(), expiredBefore);
        FutureMessages noted = futureMessages;
        boolean isNotedExpired = known < noted.endOffset
                && TimeUnit.NANOSECONDS.toMillis(scheduler.nanoTime() - noted.sinceNanos) > settings.maxAgeMs();
        long first = isNotedExpired ? Math.min(noted.endOffset, log.highWatermark()) : known;
        long start = Math.max(known, log.offsetAt(first, now - settings.maxAgeMs()));
        if (start > known) {
            expiredBefore = start; // a race between two threads may store the lower offset, which only costs time
        }
        return start;
    }

    /** Whether {@link #noteFutureTimestamps} has something to note. Takes no lock. */
    boolean hasFutureTimestamps(long now) {
        return log.highestTimestamp() > now + CLOCK_TOLERANCE_MS;
    }

    /**
     * Notes messages with new timestamps in the future, if there are any. The clock was wrong when they were appended, or it is wrong
     * now. Their age counts from now on. The caller holds the lock of the topic.
     *
     * @param now ms since 1970
     */
    void noteFutureTimestamps(long now) {
        if (hasFutureTimestamps(now)) {
            futureMessages = new FutureMessages(log.logEndOffset(), scheduler.nanoTime());
            log.resetHighestTimestamp();
        }
    }

    private boolean fits(long messages, long bytes) {
        return (settings.maxMessages() == null || messages <= settings.maxMessages())
                && (settings.maxBytes() == null || bytes <= settings.maxBytes());
    }

    private EngineException full(String reason) {
        return new EngineException(
                ErrorCode.TOPIC_FULL,
                "The " + (settings.partitionsOrDefault() == 1 ? "topic" : "partition") + " keeps "
                        + (log.highWatermark() - log.startOffset()) + " messages of " + log.keptBytes() + " bytes ("
                        + settings + "), and " + reason + ".");
    }
}
