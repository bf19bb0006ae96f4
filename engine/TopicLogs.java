package engine;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The messages of the topics in RAM. */
final class TopicLogs implements PartitionLogs {
    private final Function<String, Topic> topics;

    /** @param topics finds a topic by name, or throws TOPIC_NOT_FOUND */
    TopicLogs(Function<String, Topic> topics) {
        this.topics = topics;
    }

    @Override
    public PartitionRange range(String topic, int partition) {
        Topic found = topics.apply(topic);
        return found.range(found.requirePartition("partition", partition));
    }

    @Override
    public long read(String topic, int partition, long from, MessageReader reader) {
        Topic found = topics.apply(topic);
        found.requirePartition("partition", partition);
        found.range(partition).requireReadable(from);
        return found.read(partition, from, reader);
    }

    @Override
    public long offsetAt(String topic, int partition, long timestamp) {
        Topic found = topics.apply(topic);
        return found.offset(found.requirePartition("partition", partition), OffsetSpec.at(timestamp));
    }

    @Override
    public long keptBytes(String topic, int partition) {
        Topic found = topics.apply(topic);
        return found.keptBytes(found.requirePartition("partition", partition));
    }

    @Override
    public CompletableFuture<Long> deleteBefore(String topic, int partition, long offset) {
        Topic found = topics.apply(topic);
        found.requirePartition("partition", partition);
        return found.call(() -> found.deleteBefore(partition, offset));
    }

    @Override
    public WaitQueue waiters(String topic) {
        return topics.apply(topic).waiters();
    }
}
