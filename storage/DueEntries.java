package storage;

import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The entries that have to be written with the next record, because they could not be written in time or were cut off again: all
 * groups and consumers of a topic, and the start offsets of its partitions. This class writes to no file by itself.
 *
 * <p>For one thread at a time.
 */
final class DueEntries {
    private final ConsumersState consumers;
    private boolean areConsumersDue;

    /** By partition, as they were written last or are to be written; null if they never were. */
    private long[] startOffsets;

    private boolean areStartOffsetsDue;

    /** Where the record ends in the last segment that has the start offsets, in bytes; 0 if the segment begins with them. */
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
        startOffsets = offsets;
        areStartOffsetsDue = true;
    }

    /** Writes everything that is due. It stays due until {@link #written}. */
    void writeTo(RecordWriter writer) throws IOException {
        if (areConsumersDue) {
            writer.close(Entry.consumers(consumers.entry()));
        }
        if (areStartOffsetsDue) {
            writer.close(Entry.trimmed(IntStream.range(0, startOffsets.length)
                    .mapToObj(p -> new Entry.Start(p, startOffsets[p]))
                    .collect(Collectors.toList())));
        }
    }

    /**
     * What was due was written to the last segment.
     *
     * @param end of the segment since then, in bytes
     */
    void written(long end) {
        areConsumersDue = false;
        startOffsetsEnd = areStartOffsetsDue ? end : startOffsetsEnd;
        areStartOffsetsDue = false;
    }

    /** A new segment has begun. It begins with the consumers and the start offsets. */
    void rolled() {
        areConsumersDue = false;
        areStartOffsetsDue = false;
        startOffsetsEnd = 0;
    }

    /**
     * The last segment was cut off. Consumers are always due then: nothing tells which entries about them are lost.
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

    /** By partition, as they were written last or are to be written; null if they never were. */
    long[] startOffsets() {
        return startOffsets;
    }

    /** Up to where the last segment has to be on disk so that the start offsets are, in bytes. */
    long startOffsetsEnd() {
        return startOffsetsEnd;
    }
}
