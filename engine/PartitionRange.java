package engine;

/**
 * The range of the offsets of a partition, and the errors for what is outside. All engines refuse with the same texts.
 *
 * @param partitionCount of the topic
 * @param start the offset of the oldest retained message
 * @param end the offset of the next message to be appended
 */
public record PartitionRange(String topic, int partition, int partitionCount, long start, long end) {
    /**
     * Returns the partition if it exists.
     *
     * @throws EngineException INVALID with the name of the field
     */
    public static int requirePartition(String field, String topic, int partitionCount, long partition) {
        if (partition < 0 || partition >= partitionCount) {
            throw EngineException.invalid(
                    field,
                    "must be from 0 to " + (partitionCount - 1) + ", because topic " + topic + " has "
                            + Plural.of(partitionCount, "partition") + ", but is " + partition);
        }
        return (int) partition;
    }

    /**
     * An offset applies to a single partition.
     *
     * @param partition null for all
     * @throws EngineException INVALID if a number is meant for several partitions
     */
    public static void requireSinglePartition(Integer partition, OffsetSpec to, String topic, int partitionCount) {
        if (partition == null && to.isNumber() && partitionCount > 1) {
            throw EngineException.invalid(
                    "partition",
                    "is required with an offset, because topic " + topic + " has " + partitionCount + " partitions");
        }
    }

    /**
     * Returns an offset to read from.
     *
     * @throws EngineException OFFSET_OUT_OF_RANGE if the offset is past the end, OFFSET_TRIMMED if it is before the start
     */
    public long requireReadable(long offset) {
        if (offset < start) {
            throw new EngineException(
                    ErrorCode.OFFSET_TRIMMED,
                    "Offset " + offset + " of topic " + topic + " was dropped. The oldest message has offset " + start
                            + ". Start there or at \"earliest\".");
        }
        requireNotPastEnd(offset, "To wait for new messages, start at \"latest\"");
        return offset;
    }

    /** @throws EngineException OFFSET_OUT_OF_RANGE if the offset to commit is past the end */
    public void requireCommittable(long offset) {
        requireNotPastEnd(offset, "Messages that do not exist cannot be committed");
    }

    /** @param advice a sentence, without its full stop */
    private void requireNotPastEnd(long offset, String advice) {
        if (offset > end) {
            throw new EngineException(
                    ErrorCode.OFFSET_OUT_OF_RANGE,
                    "Offset " + offset + " is past the end of topic " + topic
                            + (partitionCount == 1 ? "" : ", partition " + partition) + ", which is " + end
                            + ". Use an offset of " + end + " or less. " + advice + ".");
        }
    }
}
