package engine;

import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs a warning, once, if a topic has messages with a timestamp in the future because a clock was wrong.
 *
 * <p>Not thread-safe: guarded by the lock of the topic.
 */
final class FutureTimestamps {
    private static final Logger LOG = LoggerFactory.getLogger("mini-kafka");

    private final String topic;
    private final boolean hasMaxAge;
    private final Partition[] partitions;
    private final Executor executor;
    private boolean isReported;

    /**
     * @param hasMaxAge whether messages of the topic expire
     * @param executor counts such messages, which takes time
     */
    FutureTimestamps(String topic, boolean hasMaxAge, Partition[] partitions, Executor executor) {
        this.topic = topic;
        this.hasMaxAge = hasMaxAge;
        this.partitions = partitions;
        this.executor = executor;
    }

    /**
     * Notes new timestamps in the future in a partition, and logs the warning if it was not logged yet.
     *
     * @param now ms since 1970
     */
    void note(Partition partition, long now) {
        if (!partition.retention().hasFutureTimestamps(now)) {
            return;
        }
        partition.retention().noteFutureTimestamps(now);
        if (!isReported) {
            isReported = true;
            executor.execute(() -> {
                String report = report(now);
                if (report != null) {
                    LOG.warn(report);
                }
            });
        }
    }

    /**
     * Notes timestamps in the future in all partitions of a restored topic.
     *
     * @param now ms since 1970
     * @return the warning, in words; null if there is none
     */
    String noteAll(long now) {
        for (Partition partition : partitions) {
            partition.retention().noteFutureTimestamps(now);
        }
        String report = report(now);
        isReported = report != null;
        return report;
    }

    private String report(long now) {
        long count = 0;
        for (Partition partition : partitions) {
            count += partition.log().countAfter(now);
        }
        return count == 0
                ? null
                : "Topic " + topic + " has " + Plural.of(count, "message")
                        + " with a timestamp in the future. The clock of this machine was"
                        + " wrong when they were appended, or it is wrong now. "
                        + (hasMaxAge ? "For max_age_ms, their age counts from now on. " : "")
                        + "A seek by timestamp finds them before messages that were appended later.";
    }
}
