package engine;

import engine.GroupOffsets.Committed;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The committed offsets of a group: by partition, the next offset to read. They remain when the members leave. A group that clients of
 * another protocol have created may lack some of them.
 *
 * <p>Reading takes no lock. A thread that changes them holds the lock of the group.
 */
final class CommittedOffsets {
    /** Stands for the offset of a partition for which nothing was committed. */
    static final long NONE = -1;

    private final String group;
    private final Journal journal;
    private final KeptMemory memory;
    private final AtomicLongArray offsets;
    private final Runnable afterCommit;

    /** The committed offsets that have metadata, by partition. Set before {@link #offsets}, and removed after it. */
    private final Map<Integer, Committed> withMetadata = new ConcurrentHashMap<>();

    /**
     * @param group see {@link ConsumerSettings#groupKey}
     * @param journal persists them
     * @param memory for metadata
     * @param offsets by partition; {@link #NONE} if absent
     * @param afterCommit is called after each commit, with the lock of the group
     */
    CommittedOffsets(String group, Journal journal, KeptMemory memory, long[] offsets, Runnable afterCommit) {
        this.group = group;
        this.journal = journal;
        this.memory = memory;
        this.offsets = new AtomicLongArray(offsets);
        this.afterCommit = afterCommit;
    }

    /** The offsets of a group for which nothing was committed. */
    static long[] none(int partitions) {
        long[] none = new long[partitions];
        Arrays.fill(none, NONE);
        return none;
    }

    /** The key of the group. */
    String group() {
        return group;
    }

    /** The number of partitions. */
    int partitions() {
        return offsets.length();
    }

    /** The offset that the partition's next owner starts from; 0 if nothing was committed. */
    long get(int partition) {
        return Math.max(0, offsets.get(partition));
    }

    /** As {@link #get}, but computes the offset of a partition for which nothing was committed. */
    long getOr(int partition, IntToLongFunction otherwise) {
        long offset = offsets.get(partition);
        return offset == NONE ? otherwise.applyAsLong(partition) : offset;
    }

    /** By partition: see {@link #getOr}. */
    long[] allOr(IntToLongFunction otherwise) {
        return IntStream.range(0, offsets.length())
                .mapToLong(partition -> getOr(partition, otherwise))
                .toArray();
    }

    /** By partition. */
    long[] all() {
        return allOr(partition -> 0);
    }

    /** The partitions for which an offset was committed, with the offset and its metadata. */
    SortedMap<Integer, Committed> byPartition() {
        SortedMap<Integer, Committed> all = new TreeMap<>();
        for (int partition = 0; partition < offsets.length(); partition++) {
            Committed committed = getWithMetadata(partition);
            if (committed != null) {
                all.put(partition, committed);
            }
        }
        return all;
    }

    /** Null if nothing was committed. Reads again if another thread changes the offset meanwhile. */
    private Committed getWithMetadata(int partition) {
        while (true) {
            long offset = offsets.get(partition);
            Committed known = withMetadata.get(partition);
            if (known != null) {
                return known;
            }
            if (offset == offsets.get(partition)) {
                return offset == NONE ? null : new Committed(offset, "");
            }
        }
    }

    /** Commits offsets without metadata. Throws as {@link #commitWithMetadata}. */
    void commit(Map<Integer, Long> committed) {
        commitWithMetadata(committed.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> new Committed(entry.getValue(), ""))));
    }

    /** @throws EngineException STORAGE_FULL; then nothing is committed */
    void commitWithMetadata(Map<Integer, Committed> committed) {
        long taken = committed.values().stream().mapToLong(memory::ofMetadata).sum();
        memory.take(taken);
        try {
            journal.commit(group, committed);
        } catch (Throwable e) {
            memory.giveBack(taken);
            throw e;
        }
        committed.forEach(this::set);
        afterCommit.run();
    }

    /** Commits messages that are being delivered. Does not fail if the disk is full: see {@link Journal#autoCommit}. */
    void commitDelivered(Map<Integer, Long> committed) {
        journal.autoCommit(group, committed);
        committed.forEach(offsets::set);
        if (!withMetadata.isEmpty()) {
            committed.keySet().forEach(this::removeMetadata);
        }
        afterCommit.run();
    }

    /**
     * Deletes committed offsets.
     *
     * @throws EngineException STORAGE_FULL; then nothing is deleted
     */
    void delete(Set<Integer> partitions) {
        journal.deleteCommitted(group, partitions);
        partitions.forEach(partition -> {
            offsets.set(partition, NONE);
            removeMetadata(partition);
        });
    }

    /** Sets offsets that were persisted, with the memory of their metadata already taken. */
    private void set(int partition, Committed committed) {
        if (committed.metadata().isEmpty()) {
            offsets.set(partition, committed.offset());
            removeMetadata(partition);
        } else {
            giveBack(withMetadata.put(partition, committed));
            offsets.set(partition, committed.offset());
        }
    }

    /** Sets the offsets of partitions for which nothing was committed. They were persisted with a registration. */
    void start(long[] starts) {
        for (int partition = 0; partition < starts.length; partition++) {
            offsets.compareAndSet(partition, NONE, starts[partition]);
        }
    }

    /** Adds metadata that was persisted. */
    void restoreMetadata(Map<Integer, String> metadata) {
        metadata.forEach((partition, text) -> {
            Committed committed = new Committed(offsets.get(partition), text);
            memory.take(memory.ofMetadata(committed));
            withMetadata.put(partition, committed);
        });
    }

    /** Releases the memory of all metadata, when the group is removed. */
    void close() {
        withMetadata.keySet().forEach(this::removeMetadata);
    }

    private void removeMetadata(int partition) {
        giveBack(withMetadata.remove(partition));
    }

    private void giveBack(Committed before) {
        if (before != null) {
            memory.giveBack(memory.ofMetadata(before));
        }
    }
}
