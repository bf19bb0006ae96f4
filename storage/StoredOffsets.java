package storage;

import engine.TopicRestorer;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The committed offsets of a group, as the files of its topic have them. For one thread at a time. */
final class StoredOffsets {
    /** By partition; {@link TopicRestorer#NOT_COMMITTED} if absent. */
    private final long[] offsets;

    /** The metadata of committed offsets, by partition; not empty. */
    private final Map<Integer, String> metadata = new TreeMap<>();

    /** Nothing is committed. */
    StoredOffsets(int partitions) {
        this.offsets = new long[partitions];
        Arrays.fill(offsets, TopicRestorer.NOT_COMMITTED);
    }

    /** By partition; {@link TopicRestorer#NOT_COMMITTED} if absent. */
    long[] offsets() {
        return offsets.clone();
    }

    /** The metadata of committed offsets, by partition. */
    Map<Integer, String> metadata() {
        return Map.copyOf(metadata);
    }

    boolean isComplete() {
        return Arrays.stream(offsets).noneMatch(offset -> offset == TopicRestorer.NOT_COMMITTED);
    }

    /** @param text null if absent */
    void commit(int partition, long offset, String text) {
        offsets[partition] = offset;
        if (text == null) {
            metadata.remove(partition);
        } else {
            metadata.put(partition, text);
        }
    }

    void delete(int partition) {
        commit(partition, TopicRestorer.NOT_COMMITTED, null);
    }

    /**
     * Sets all offsets. An offset that does not change keeps its metadata.
     *
     * @param all by partition
     */
    void commitAll(long[] all) {
        requireAllPartitions(all.length);
        for (int partition = 0; partition < all.length; partition++) {
            if (offsets[partition] != all[partition]) {
                commit(partition, all[partition], null);
            }
        }
    }

    /** Sets what {@link #entry} has returned. */
    void restore(Entry.GroupOffsets entry) {
        Long[] all = entry.committed();
        requireAllPartitions(all.length);
        for (int partition = 0; partition < all.length; partition++) {
            offsets[partition] = all[partition] == null ? TopicRestorer.NOT_COMMITTED : all[partition];
        }
        if (entry.metadata() != null) {
            entry.metadata().forEach((partition, text) -> {
                Objects.checkIndex(partition, offsets.length);
                metadata.put(partition, text);
            });
        }
    }

    /**
     * The form of the file.
     *
     * @param consumerId null for a group
     * @param group null for a consumer without a group
     */
    Entry.GroupOffsets entry(String consumerId, String group) {
        Long[] all = Arrays.stream(offsets)
                .mapToObj(offset -> offset == TopicRestorer.NOT_COMMITTED ? null : (Long) offset)
                .toArray(Long[]::new);
        return new Entry.GroupOffsets(consumerId, group, all, metadata.isEmpty() ? null : metadata());
    }

    private void requireAllPartitions(int count) {
        if (count != offsets.length) {
            throw new IllegalArgumentException(count + " offsets for " + offsets.length + " partitions");
        }
    }
}
