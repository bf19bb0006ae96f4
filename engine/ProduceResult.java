package engine;

import java.util.List;

/**
 * The offsets of messages that were appended.
 *
 * @param partitionCount of the topic
 * @param ranges one for each partition that got messages
 * @param isDuplicate whether an earlier request appended the messages, so that this one appended none
 */
public record ProduceResult(int partitionCount, List<Range> ranges, boolean isDuplicate) {
    /**
     * Messages of one partition. Their offsets are consecutive.
     *
     * @param baseOffset the offset of the first message
     */
    public record Range(int partition, long baseOffset, int count) {}

    /** The answer to a request that repeats the request of this result. */
    public ProduceResult asDuplicate() {
        return new ProduceResult(partitionCount, ranges, true);
    }
}
