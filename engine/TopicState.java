package engine;

import java.util.List;

/**
 * A snapshot of a topic.
 *
 * @param partitions all partitions, in ascending order
 * @param keptBytes the size of the retained messages, encoded, in bytes
 * @param traffic since the broker started
 */
public record TopicState(
        String name, TopicSettings settings, List<Partition> partitions, long keptBytes, Traffic traffic) {
    /**
     * @param startOffset of the oldest retained message
     * @param endOffset of the next message to be appended
     */
    public record Partition(int partition, long startOffset, long endOffset) {
        /** The number of retained messages. */
        public long messages() {
            return endOffset - startOffset;
        }
    }

    /**
     * The traffic of a topic.
     *
     * @param bytesIn the size of the messages, encoded
     * @param bytesOut the size of the messages as they were sent
     */
    public record Traffic(long messagesIn, long bytesIn, long messagesOut, long bytesOut) {}

    /** The number of retained messages. */
    public long messages() {
        return partitions.stream().mapToLong(Partition::messages).sum();
    }
}
