package engine;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/**
 * The committed offsets of a group: by partition, the next offset to read. They remain when the members leave.
 *
 * <p>Reading takes no lock. A thread that changes them holds the lock of the group.
 */
final class CommittedOffsets {
    private final String group;
    private final Journal journal;
    private final AtomicLongArray offsets;

    /**
     * @param group see {@link ConsumerSettings#groupKey}
     * @param journal persists them
     * @param offsets by partition
     */
    CommittedOffsets(String group, Journal journal, long[] offsets) {
        this.group = group;
        this.journal = journal;
        this.offsets = new AtomicLongArray(offsets);
    }

    /** The key of the group. */
    String group() {
        return group;
    }

    /** The number of partitions. */
    int partitions() {
        return offsets.length();
    }

    /** The offset that the partition's next owner starts from. */
    long get(int partition) {
        return offsets.get(partition);
    }

    /** By partition. */
    long[] all() {
        return IntStream.range(0, offsets.length()).mapToLong(offsets::get).toArray();
    }

    /** @throws EngineException STORAGE_FULL; then nothing is committed */
    void commit(Map<Integer, Long> committed) {
        journal.commit(group, committed);
        committed.forEach(offsets::set);
    }

    /** Commits messages that are being delivered. Does not fail if the disk is full: see {@link Journal#autoCommit}. */
    void commitDelivered(Map<Integer, Long> committed) {
        journal.autoCommit(group, committed);
        committed.forEach(offsets::set);
    }
}
