package engine;

import java.util.concurrent.CompletableFuture;

/**
 * The messages of partitions by offset, for a server of another protocol. It reads them as they are in the log, and waits for them in a
 * way of its own. A call that throws has changed nothing.
 *
 * <p>Safe for any number of threads. Each method throws TOPIC_NOT_FOUND, and INVALID if the partition does not exist.
 */
public interface PartitionLogs {
    /** The range of the offsets of a partition. */
    PartitionRange range(String topic, int partition);

    /**
     * Reads messages from {@code from} on, until the reader rejects one or the log ends. Does not wait.
     *
     * @return the offset after the last message that was read
     * @throws EngineException OFFSET_OUT_OF_RANGE if the offset is past the end; OFFSET_TRIMMED if its message was dropped
     */
    long read(String topic, int partition, long from, MessageReader reader);

    /**
     * The offset of the first message with this timestamp or a later one; the end of the log if there is none.
     *
     * @param timestamp ms since 1970
     */
    long offsetAt(String topic, int partition, long timestamp);

    /** The size of the retained messages of a partition, encoded, in bytes. */
    long keptBytes(String topic, int partition);

    /**
     * Drops the messages of a partition before an offset, whoever has read them. An offset before the oldest retained message changes
     * nothing.
     *
     * @return the offset of the oldest retained message; completes when the change is as durable as configured
     * @throws EngineException OFFSET_OUT_OF_RANGE if the offset is past the end; STORAGE_FULL
     */
    CompletableFuture<Long> deleteBefore(String topic, int partition, long offset);

    /** Calls that wait for messages of the topic, for room in it, or for its deletion. */
    WaitQueue waiters(String topic);
}
