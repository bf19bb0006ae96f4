package storage;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which messages the segments of a topic lack although they were not dropped. A partition that lacks messages can only start after the
 * last of them, and so loses the readable messages before them, too. A {@link TopicReplay} fills this in. For one thread.
 */
final class MissingOffsets {
    /** The start offsets of the partitions: messages before them were dropped. */
    private final long[] startOffsets;

    /** By partition: the messages directly before this offset are not in the segments; 0 if all are. */
    private final long[] missingBefore;

    /** By partition: how many messages are readable before those that are missing. */
    private final long[] readableBefore;

    /** The segment before which messages are missing; null if none are. */
    private Path file;

    MissingOffsets(int partitions) {
        this.startOffsets = new long[partitions];
        this.missingBefore = new long[partitions];
        this.readableBefore = new long[partitions];
    }

    /** The messages of a partition before an offset were dropped: they are not missing. */
    void trim(int partition, long startOffset) {
        startOffsets[partition] = Math.max(startOffsets[partition], startOffset);
    }

    /**
     * Notes that messages are missing before a segment.
     *
     * @param from the offset of the first one
     * @param to the offset at which the segment begins
     */
    void note(int partition, long from, long to, Path segment) {
        missingBefore[partition] = to;
        readableBefore[partition] += Math.max(0, from - startOffsets[partition]);
        file = segment;
    }

    boolean isEmpty() {
        return partitions().findAny().isEmpty();
    }

    /** The failure of a start, if this is not empty. */
    CorruptRecordException toException() {
        return new CorruptRecordException(
                file,
                "messages are not there, of "
                        + partitions()
                                .mapToObj(p -> "partition " + p + " before offset " + missingBefore[p])
                                .collect(Collectors.joining(", "))
                        + "; the file before it may be gone");
    }

    /** By partition: the lowest start offset from which on no message is missing. */
    long[] startOffsetsAfter() {
        long[] after = startOffsets.clone();
        partitions().forEach(p -> after[p] = missingBefore[p]);
        return after;
    }

    /** How many readable messages lie before those start offsets. */
    long readableBefore() {
        return partitions().mapToLong(p -> readableBefore[p]).sum();
    }

    /** The partitions that miss messages. */
    private IntStream partitions() {
        return IntStream.range(0, startOffsets.length).filter(p -> missingBefore[p] > startOffsets[p]);
    }
}
