package storage;

import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The entries that the next record has to include, because they could not be written before or were truncated. These
 * are all groups and consumers of a topic, and the start offsets of its partitions. This class writes to no file
 * itself.
 *
 * <p>For one thread at a time.
 */
final class DueEntries {
    private final ConsumersState consumers;
    private boolean areConsumersDue;

    /** By partition: the start offsets that were written last or are due; null if there are none yet. */
    private long[] startOffsets;

    private boolean areStartOffsetsDue;

    /**
     * The end of the last record in the last segment that has the start offsets, in bytes; 0 if the header has them.
     */
    private long startOffsetsEnd;

    DueEntries(ConsumersState consumers) {
        this.consumers = consumers;
    }

    boolean isEmpty() {
        return !areConsumersDue && !areStartOffsetsDue;
    }

    boolean hasConsumers() {
        return areConsumersDue;
    }

    void addConsumers() {
        areConsumersDue = true;
    }

    /** @param offsets by partition */
    void addStartOffsets(long[] offsets) {
        raiseStartOffsets(offsets);
        areStartOffsetsDue = true;
    }

    /**
     * Notes that start offsets were written to the last segment as {@link #trimmed}.
     *
     * @param offsets by partition
     * @param end of the segment after that, in bytes
     */
    void wroteStartOffsets(long[] offsets, long end) {
        raiseStartOffsets(offsets);
        startOffsetsEnd = end;
    }

    /** Start offsets never decrease, although two threads may have read them in another order. */
    private void raiseStartOffsets(long[] offsets) {
        long[] earlier = startOffsets;
        startOffsets = earlier == null
                ? offsets
                : IntStream.range(0, offsets.length)
                        .mapToLong(p -> Math.max(earlier[p], offsets[p]))
                        .toArray();
    }

    /** The entry that has start offsets, by partition. */
    static Entry trimmed(long[] offsets) {
        return Entry.trimmed(IntStream.range(0, offsets.length)
                .mapToObj(p -> new Entry.Start(p, offsets[p]))
                .collect(Collectors.toList()));
    }

    /** Writes all entries that are due. They stay due until {@link #written}. */
    void writeTo(RecordWriter writer) throws IOException {
        if (areConsumersDue) {
            writer.close(Entry.consumers(consumers.entry()));
        }
        if (areStartOffsetsDue) {
            writer.close(trimmed(startOffsets));
        }
    }

    /**
     * Notes that the due entries were written to the last segment.
     *
     * @param end of the segment after that, in bytes
     */
    void written(long end) {
        areConsumersDue = false;
        startOffsetsEnd = areStartOffsetsDue ? end : startOffsetsEnd;
        areStartOffsetsDue = false;
    }

    /** Notes that a new segment was begun. Its header has the consumers and the start offsets. */
    void rolled() {
        areConsumersDue = false;
        areStartOffsetsDue = false;
        startOffsetsEnd = 0;
    }

    /**
     * Notes that the last segment was truncated. Consumers are always due then, because it is unknown which of their
     * entries were lost.
     *
     * @param end of the segment now, in bytes
     */
    void cutBack(long end) {
        areConsumersDue = true;
        areStartOffsetsDue |= startOffsets != null && startOffsetsEnd > end;
    }

    boolean hasStartOffsets() {
        return areStartOffsetsDue;
    }

    /** By partition: the start offsets that were written last or are due; null if there are none yet. */
    long[] startOffsets() {
        return startOffsets;
    }

    /** When the last segment is on disk up to here, in bytes, the start offsets are on disk. */
    long startOffsetsEnd() {
        return startOffsetsEnd;
    }
}
