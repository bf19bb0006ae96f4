package engine;

import java.util.List;

/** What a topic knows besides its messages and its consumers, at one moment. */
public record TopicSnapshot(List<Partition> partitions, List<Producer> producers) {
    /**
     * @param timestamp of the message before the end offset, in ms since 1970; 0 if there was none. It is for information
     */
    public record Partition(long startOffset, long endOffset, long timestamp) {}

    /**
     * A producer that counts.
     *
     * @param next the sequence that its next message is to have
     * @param requests its last ones, which it may send again
     */
    public record Producer(String producerId, long next, List<Request> requests) {}

    /** A request of a producer, and where its messages went. */
    public record Request(long sequence, int count, List<ProduceResult.Range> ranges) {}
}
