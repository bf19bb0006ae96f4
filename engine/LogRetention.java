package engine;

import java.util.concurrent.TimeUnit;

/**
 * What a partition keeps of its {@link Log}: where the log has to begin so that it is within the topic's limits and so that no message is too old.
 *
 * <p>A message is too old if its timestamp is, or if {@link #noteFutureTimestamps} has noted its timestamp for longer than messages are
 * kept. How long that is no clock that is set can tell: one that jumps ahead would make everything too old that was noted.
 *
 * <p>Whatever changes it is called with the lock of the topic held; the rest is safe for any number of threads.
 */
final class LogRetention {
    /** By how much a timestamp has to be ahead of the clock to be in the future: a clock that is set right by less was not wrong. */
    private static final long CLOCK_TOLERANCE_MS = 1000;

    private final Log log;
    private final int partition;
    private final TopicSettings settings;
    private final Readers readers;

    /** No message before this offset is younger than the topic's maximum age; 0 if nobody has looked. It saves looking again. */
    private volatile long expiredBefore;

    private volatile Early early = new Early(0, 0);

    /** For whom messages are kept. Safe for any number of threads. */
    interface Readers {
        /** The offset up to which all of them have read; 0 without any: what nobody has seen is not given up. */
        long readByAll(int partition);

        /** Says which of them has not. */
        String whoHasNotRead(int partition, long offset);
    }

    /**
     * Messages some of which have a timestamp in the future, because the clock was wrong when they came.
     *
     * @param endOffset they come before this offset
     * @param sinceNanos when that was noted, by {@link System#nanoTime}
     */
    private record Early(long endOffset, long sinceNanos) {}

    /** @param readers of the topic */
    LogRetention(Log log, int partition, TopicSettings settings, Readers readers) {
        this.log = log;
        this.partition = partition;
        this.settings = settings;
        this.readers = readers;
    }

    /**
     * The offset that the log has to begin with so that there is room for so many messages more. Changes nothing. The lock is held.
     *
     * @param size of the messages in bytes
     * @throws EngineException TOPIC_FULL
     */
    long startWithRoomFor(int count, int size) {
        long startOffset = log.startOffset();
        if (settings.maxMessages() == null && settings.maxBytes() == null) {
            return startOffset;
        }
        if (!fits(count, size)) {
            throw full(
                    "a batch of " + count + " messages of " + size + " bytes never fits into it. Send less at a time");
        }
        long end = log.logEndOffset();
        if (fits(end - startOffset + count, log.writtenBytes() + size)) {
            return startOffset; // without asking the readers, of whom there may be many
        }
        long limit = settings.dropsOldest() ? end : Math.min(log.highWatermark(), readers.readByAll(partition));
        long[] bytesAfter = {log.writtenBytes() + size};
        long start = log.read(startOffset, end, (offset, timestamp, bytes, position, length) -> {
            boolean isOneTooMany = offset < limit && !fits(end - offset + count, bytesAfter[0]);
            bytesAfter[0] -= isOneTooMany ? length : 0;
            return isOneTooMany;
        });
        if (!fits(end - start + count, bytesAfter[0])) {
            throw full(readers.whoHasNotRead(partition, start) + ". Try again later");
        }
        return start;
    }

    /** Drops what is one too many, whoever has read how far. The lock is held. */
    void trimToLimits() {
        long end = log.highWatermark();
        long[] kept = {log.keptBytes()};
        log.trim(log.read(log.startOffset(), end, (offset, timestamp, bytes, position, length) -> {
            boolean isOneTooMany = !fits(end - offset, kept[0]);
            kept[0] -= isOneTooMany ? length : 0;
            return isOneTooMany;
        }));
    }

    /**
     * Drops what is too old. The lock is held.
     *
     * @param now ms since 1970
     */
    void trimExpired(long now) {
        log.trim(startOffset(now));
    }

    /** Tells whether {@link #trimExpired} or {@link #noteFutureTimestamps} has something to do. Takes no lock. */
    boolean hasWork(long now) {
        return hasFutureTimestamps(now) || startOffset(now) > log.startOffset();
    }

    /**
     * The offset of the oldest message that is kept and not too old, whether or not those before it were trimmed yet. It never goes back,
     * even when the clock does. Takes no lock.
     *
     * @param now ms since 1970
     */
    long startOffset(long now) {
        if (settings.maxAgeMs() == null) {
            return log.startOffset();
        }
        long known = Math.max(log.startOffset(), expiredBefore);
        Early noted = early;
        boolean isNotedTooOld = known < noted.endOffset
                && TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - noted.sinceNanos) > settings.maxAgeMs();
        long first = isNotedTooOld ? Math.min(noted.endOffset, log.highWatermark()) : known;
        long start = Math.max(known, log.offsetAt(first, now - settings.maxAgeMs()));
        if (start > known) {
            expiredBefore =
                    start; // of two that look at once the slower may write the smaller offset: the next one looks again
        }
        return start;
    }

    /** Tells whether {@link #noteFutureTimestamps} has something to note. Takes no lock. */
    boolean hasFutureTimestamps(long now) {
        return log.highestTimestamp() > now + CLOCK_TOLERANCE_MS;
    }

    /**
     * Notes that the timestamps of some messages are ahead of the clock, if they are and it was not noted: it was wrong when they came, or is
     * wrong now. From now on they age. The lock is held.
     *
     * @param now ms since 1970
     */
    void noteFutureTimestamps(long now) {
        if (hasFutureTimestamps(now)) {
            early = new Early(log.logEndOffset(), System.nanoTime());
            log.forgetHighestTimestamp();
        }
    }

    private boolean fits(long messages, long bytes) {
        return (settings.maxMessages() == null || messages <= settings.maxMessages())
                && (settings.maxBytes() == null || bytes <= settings.maxBytes());
    }

    private EngineException full(String why) {
        return new EngineException(
                ErrorCode.TOPIC_FULL,
                "The " + (settings.partitionsOrDefault() == 1 ? "topic" : "partition") + " keeps "
                        + (log.highWatermark() - log.startOffset()) + " messages of " + log.keptBytes() + " bytes ("
                        + settings + "), and " + why + ".");
    }
}
