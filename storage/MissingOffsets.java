package storage;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The messages of a topic that are missing in its segments although they were not dropped. A partition with missing
 * messages can only start after the last of them. So it also loses the readable messages before them. A {@link
 * TopicReplay} fills this object. For one thread.
 */
final class MissingOffsets {
    /** By partition: messages before this offset were dropped. */
    private final long[] startOffsets;

    /** By partition: the messages directly before this offset are missing; 0 if none are. */
    private final long[] missingBefore;

    /** By partition: how many messages before the missing ones are readable. */
    private final long[] readableBefore;

    /** The segment before which messages are missing; null if none are. */
    private Path file;

    MissingOffsets(int partitions) {
        this.startOffsets = new long[partitions];
        this.missingBefore = new long[partitions];
        this.readableBefore = new long[partitions];
    }

    /** Notes that the messages of a partition before an offset were dropped, and so are not missing. */
    void trim(int partition, long startOffset) {
        startOffsets[partition] = Math.max(startOffsets[partition], startOffset);
    }

    /**
     * Notes that messages are missing before a segment.
     *
     * @param from the first missing offset
     * @param to the first offset of the segment
     */
    void note(int partition, long from, long to, Path segment) {
        missingBefore[partition] = to;
        readableBefore[partition] += Math.max(0, from - startOffsets[partition]);
        file = segment;
    }

    boolean isEmpty() {
        return partitions().findAny().isEmpty();
    }

    /** The error of the start. Call it only if this is not empty. */
    CorruptRecordException toException() {
        return new CorruptRecordException(
                file,
                "messages are missing: "
                        + partitions()
                                .mapToObj(p -> "partition " + p + " before offset " + missingBefore[p])
                                .collect(Collectors.joining(", "))
                        + ". The file before it may have been removed");
    }

    /** By partition: the lowest start offset after which no message is missing. */
    long[] startOffsetsAfter() {
        long[] after = startOffsets.clone();
        partitions().forEach(p -> after[p] = missingBefore[p]);
        return after;
    }

    /** How many readable messages are before those start offsets. */
    long readableBefore() {
        return partitions().mapToLong(p -> readableBefore[p]).sum();
    }

    /** The partitions with missing messages. */
    private IntStream partitions() {
        return IntStream.range(0, startOffsets.length).filter(p -> missingBefore[p] > startOffsets[p]);
    }
}
