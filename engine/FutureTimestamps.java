package engine;

import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people, once, that a topic has messages with a timestamp in the future, because a clock was wrong. For whoever holds the lock of the
 * topic.
 */
final class FutureTimestamps {
    private static final Logger LOG = LoggerFactory.getLogger("mini-kafka");

    private final String topic;
    private final boolean hasMaxAge;
    private final Partition[] partitions;
    private boolean isReported;

    /** @param hasMaxAge whether messages of the topic get too old */
    FutureTimestamps(String topic, boolean hasMaxAge, Partition[] partitions) {
        this.topic = topic;
        this.hasMaxAge = hasMaxAge;
        this.partitions = partitions;
    }

    /**
     * Looks at a partition, and notes what is new.
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
            CompletableFuture.runAsync(
                    () -> { // counting takes a while
                        String report = report(now);
                        if (report != null) {
                            LOG.warn(report);
                        }
                    });
        }
    }

    /**
     * Looks at all partitions of a topic that was just read back.
     *
     * @return what people should know, in words; null if there is nothing
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
                        + (hasMaxAge ? "For max_age_ms their age counts from now on. " : "")
                        + "A seek by timestamp finds them before messages that came later.";
    }
}
