package engine;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/**
 * What a group has committed: by partition the next offset to read. It outlives the members of the group.
 *
 * <p>Looking takes no lock. Whoever changes them holds the lock of the group.
 */
final class CommittedOffsets {
    private final String group;
    private final Journal journal;
    private final AtomicLongArray offsets;

    /**
     * @param group its key: see {@link ConsumerSettings#groupKey}
     * @param journal where they are written down
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

    /** How many partitions there are. */
    int partitions() {
        return offsets.length();
    }

    /** The offset that the partition's next owner will start from. */
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

    /** Commits what is being delivered, which is not held up by a full disk. */
    void commitDelivered(Map<Integer, Long> committed) {
        journal.autoCommit(group, committed);
        committed.forEach(offsets::set);
    }
}
