package engine;

import java.util.List;

/** A snapshot of the offsets and producers of a topic, without its messages and consumers. */
public record TopicSnapshot(List<Partition> partitions, List<Producer> producers) {
    /**
     * @param timestamp of the message before the end offset, in ms since 1970; 0 if there was none; only informative
     */
    public record Partition(long startOffset, long endOffset, long timestamp) {}

    /**
     * An idempotent producer.
     *
     * @param next the sequence that is expected for its next message
     * @param requests its last requests, which it may repeat
     */
    public record Producer(String producerId, long next, List<Request> requests) {}

    /** A request of a producer, with the offsets of its messages. */
    public record Request(long sequence, int count, List<ProduceResult.Range> ranges) {}
}
