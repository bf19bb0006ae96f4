package engine;

import java.util.List;

/**
 * A topic at one moment.
 *
 * @param partitions all of them, in their order
 * @param keptBytes of encoded messages
 * @param traffic since the broker started
 */
public record TopicState(
        String name, TopicSettings settings, List<Partition> partitions, long keptBytes, Traffic traffic) {
    /**
     * @param startOffset of the oldest message that is kept
     * @param endOffset that the next message will get
     */
    public record Partition(int partition, long startOffset, long endOffset) {
        /** How many messages are kept. */
        public long messages() {
            return endOffset - startOffset;
        }
    }

    /**
     * What went into a topic and out of it.
     *
     * @param bytesIn of encoded messages
     * @param bytesOut of messages as they were sent
     */
    public record Traffic(long messagesIn, long bytesIn, long messagesOut, long bytesOut) {}

    /** How many messages are kept. */
    public long messages() {
        return partitions.stream().mapToLong(Partition::messages).sum();
    }
}
