package engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Restores a topic from its {@link Storage}, in the order in which it was written. For one thread, before the topic is visible to
 * other threads.
 */
public final class TopicRestorer {
    /** Stands for the committed offset of a partition for which nothing was committed. */
    public static final long NOT_COMMITTED = CommittedOffsets.NONE;

    private final Topic topic;
    private final TopicGroups groups;
    private final Partition[] partitions;
    private final ProducerSequences sequences;
    private final MemoryBudget budget;
    private final List<Consumer<Function<String, ConsumerSession>>> afterConsumers = new ArrayList<>();

    TopicRestorer(Topic topic, TopicGroups groups, MemoryBudget budget) {
        this.topic = topic;
        this.groups = groups;
        this.partitions = topic.allPartitions();
        this.sequences = topic.writer().sequences();
        this.budget = budget;
    }

    /** Ends the restore of the messages. */
    Topic finish() {
        for (Partition partition : partitions) {
            partition.log().resetCounters();
        }
        return topic;
    }

    /** The offset of the partition's next message. */
    public long endOffset(int partition) {
        return partitions[partition].log().logEndOffset();
    }

    /** The number of retained messages. */
    public long messageCount() {
        return topic.messageCount();
    }

    /**
     * Adds an encoded message to a partition. Escapes line separators, which earlier versions did not escape.
     *
     * @param timestamp ms since 1970
     */
    public void add(int partition, byte[] bytes, int position, int length, long timestamp) {
        if (JsonText.hasLineSeparator(bytes, position, length)) {
            byte[] escaped = JsonText.escapeLineSeparators(bytes, position, length);
            partitions[partition].log().write(escaped, 0, escaped.length, timestamp);
            return;
        }
        partitions[partition].log().write(bytes, position, length, timestamp);
    }

    /**
     * Ends a batch: the messages that were added since the last call.
     *
     * @param ranges the offsets of the messages
     * @param count the number of messages
     * @param sequence null if the producer is not idempotent
     * @throws EngineException STORAGE_FULL if the memory is exhausted
     */
    public void appended(List<ProduceResult.Range> ranges, int count, ProducerSequence sequence) {
        for (ProduceResult.Range range : ranges) {
            partitions[range.partition()].log().publishAll();
        }
        if (sequence != null) {
            sequences.note(sequence, count, new ProduceResult(partitions.length, ranges, false));
        }
        try {
            budget.requireRoomForRestored();
        } catch (EngineException e) { // the retention limits may free enough
            trimToLimits();
            budget.requireRoomForRestored();
        }
    }

    /**
     * Drops all messages of a partition, which continues at another offset.
     *
     * @param timestamp of the message before that offset, in ms since 1970
     */
    public void resumeAt(int partition, long offset, long timestamp) {
        partitions[partition].log().resetTo(offset, timestamp);
    }

    /** Drops the messages of a partition before an offset. */
    public void trim(int partition, long startOffset) {
        partitions[partition].log().trim(startOffset);
    }

    /** Replaces the state of all producers. */
    public void producers(List<TopicSnapshot.Producer> producers) {
        sequences.restore(producers);
    }

    /** Drops messages that exceed the limits of the topic or have expired. */
    public void trimToLimits() {
        long now = topic.scheduler().millis();
        for (Partition partition : partitions) {
            partition.retention().trimToLimits();
            partition.retention().noteFutureTimestamps(now);
            partition.retention().trimExpired(now);
        }
    }

    /** A notice about messages with timestamps in the future, in words; null if there are none. */
    public String futureTimestamps() {
        return topic.writer().futureTimestamps().noteAll(topic.scheduler().millis());
    }

    /**
     * Adds the committed offsets of a consumer without a group.
     *
     * @param key see {@link ConsumerSettings#groupKey}
     * @param committed by partition
     */
    public void reader(String key, long[] committed) {
        groups.restore(topic, key, null, committed);
    }

    /**
     * Adds a consumer group.
     *
     * @param key see {@link ConsumerSettings#groupKey}
     * @param committed by partition; {@link #NOT_COMMITTED} if absent
     * @param metadata of committed offsets, by partition; not empty
     * @param generation see {@link Journal#recordAssignment}; 0 if nothing was persisted
     * @param owned see {@link Journal#recordAssignment}; empty if nothing was persisted
     */
    public void group(
            String key,
            String name,
            long[] committed,
            Map<Integer, String> metadata,
            long generation,
            Map<String, List<Integer>> owned) {
        Group group = groups.restore(topic, key, name, committed);
        group.committed().restoreMetadata(metadata);
        afterConsumers.add(consumers -> group.restored(generation, owned));
    }

    /** Adds what {@link Journal#recordMissed} has persisted of a consumer. */
    public void missed(String consumerId, long messages, Map<Integer, Long> highestDelivered) {
        afterConsumers.add(consumers -> {
            ConsumerSession consumer = consumers.apply(consumerId);
            if (consumer.topic() == topic) { // else its registration with this topic was outdated
                consumer.restoreMissed(messages, highestDelivered);
            }
        });
    }

    /** Ends the restore, after all consumers of the topic were added. */
    void finishConsumers(Function<String, ConsumerSession> consumers) {
        afterConsumers.forEach(action -> action.accept(consumers));
    }
}
