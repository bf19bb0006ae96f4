package engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Fills a topic with what a {@link Storage} has kept of it, in the order in which it was written down. For one thread,
 * before anybody else knows the topic.
 */
public final class TopicRestorer {
    private final Topic topic;
    private final TopicGroups groups;
    private final Partition[] partitions;
    private final ProducerSequences sequences;
    private final MemoryBudget budget;
    private final List<Consumer<Function<String, ConsumerSession>>> whenConsumersAreBack = new ArrayList<>();

    TopicRestorer(Topic topic, TopicGroups groups, MemoryBudget budget) {
        this.topic = topic;
        this.groups = groups;
        this.partitions = topic.allPartitions();
        this.sequences = topic.writer().sequences();
        this.budget = budget;
    }

    /** Ends it. */
    Topic finish() {
        for (Partition partition : partitions) {
            partition.log().beginCounting();
        }
        return topic;
    }

    /** The offset that the partition's next message will get. */
    public long endOffset(int partition) {
        return partitions[partition].log().logEndOffset();
    }

    /** How many messages are kept. */
    public long messageCount() {
        return topic.messageCount();
    }

    /** Adds a message, encoded, perhaps by an earlier version that escaped less, to a partition. */
    public void add(int partition, byte[] bytes, int position, int length, long timestamp) {
        if (JsonText.hasLineSeparator(bytes, position, length)) {
            byte[] escaped = JsonText.escapeLineSeparators(bytes, position, length);
            partitions[partition].log().write(escaped, 0, escaped.length, timestamp);
            return;
        }
        partitions[partition].log().write(bytes, position, length, timestamp);
    }

    /**
     * Finishes what was added since the last call.
     *
     * @param sequence null from a producer that does not count
     * @throws EngineException STORAGE_FULL if it is more than the memory holds
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
        } catch (EngineException e) { // perhaps with what is to be dropped anyway
            trimToLimits();
            budget.requireRoomForRestored();
        }
    }

    /** Drops all messages of a partition, which goes on at another offset; {@code timestamp} is that of the message before, in ms since 1970. */
    public void resumeAt(int partition, long offset, long timestamp) {
        partitions[partition].log().beginAt(offset, timestamp);
    }

    /** Drops a partition's messages before an offset. */
    public void trim(int partition, long startOffset) {
        partitions[partition].log().trim(startOffset);
    }

    /** What is remembered of producers, in place of what was. */
    public void producers(List<TopicSnapshot.Producer> producers) {
        sequences.restore(producers);
    }

    /** Drops what the topic's limits do not let it keep. */
    public void trimToLimits() {
        long now = System.currentTimeMillis();
        for (Partition partition : partitions) {
            partition.retention().trimToLimits();
            partition.retention().noteFutureTimestamps(now);
            partition.retention().trimExpired(now);
        }
    }

    /** How many messages have timestamps in the future and what follows from that, in words; null if none has one. */
    public String futureTimestamps() {
        return topic.writer().futureTimestamps().noteAll(System.currentTimeMillis());
    }

    /**
     * A consumer that reads alone.
     *
     * @param key of {@link ConsumerSettings#groupKey}
     */
    public void reader(String key, long[] committed) {
        groups.restore(topic, key, null, committed);
    }

    /**
     * A group of consumers.
     *
     * @param key of {@link ConsumerSettings#groupKey}
     * @param generation and {@code owned} of {@link Journal#recordAssignment}; 0 and an empty map if nothing was written
     */
    public void group(String key, String name, long[] committed, long generation, Map<String, List<Integer>> owned) {
        Group group = groups.restore(topic, key, name, committed);
        whenConsumersAreBack.add(consumers -> group.restored(generation, owned));
    }

    /** What a consumer has missed: see {@link Journal#recordMissed}. */
    public void missed(String consumerId, long messages, Map<Integer, Long> highestDelivered) {
        whenConsumersAreBack.add(consumers -> {
            ConsumerSession consumer = consumers.apply(consumerId);
            if (consumer.topic() == topic) { // else its registration here was outdated
                consumer.restoreMissed(messages, highestDelivered);
            }
        });
    }

    /** All consumers of the topic are back. */
    void finishConsumers(Function<String, ConsumerSession> consumers) {
        whenConsumersAreBack.forEach(action -> action.accept(consumers));
    }
}
