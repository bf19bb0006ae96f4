package client;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The next offset of a consumer in each partition, as far as the consumer knows it, and which of these are not
 * committed. For one thread.
 */
public final class Progress {
    private static final long UNKNOWN = -1;

    private long[] next = {};
    private final BitSet uncommitted = new BitSet();
    private final Map<Integer, Long> timestamps = new HashMap<>();

    /** Forgets everything. */
    public void clear() {
        next = new long[0];
        uncommitted.clear();
        timestamps.clear();
    }

    public Progress copy() {
        Progress copy = new Progress();
        copy.restore(this);
        return copy;
    }

    /** Copies the state of another object. */
    public void restore(Progress other) {
        clear();
        next = other.next.clone();
        uncommitted.or(other.uncommitted);
        timestamps.putAll(other.timestamps);
    }

    /** Notes the timestamp of the last processed message of a partition, in ms since 1970. */
    public void noteTimestamp(int partition, long timestamp) {
        timestamps.put(partition, timestamp);
    }

    /** The timestamps of the last processed messages, by partition. */
    public Map<Integer, Long> timestamps() {
        return new TreeMap<>(timestamps);
    }

    /** Sets the next offset of a partition. */
    public void setNextOffset(int partition, long offset) {
        if (partition >= next.length) {
            int known = next.length;
            next = Arrays.copyOf(next, partition + 1);
            Arrays.fill(next, known, next.length, UNKNOWN);
        }
        next[partition] = offset;
    }

    /** Notes that the message at an offset is processed, and not committed. */
    public void markProcessed(int partition, long offset) {
        setNextOffset(partition, offset + 1);
        uncommitted.set(partition);
    }

    /** The next offset of a partition, or the given one if it is not known. */
    public long nextOffset(int partition, long otherwise) {
        return partition < next.length && next[partition] != UNKNOWN ? next[partition] : otherwise;
    }

    /** The next offsets that are known, by partition. */
    public Map<Integer, Long> nextOffsets() {
        Map<Integer, Long> offsets = new TreeMap<>();
        for (int partition = 0; partition < next.length; partition++) {
            if (next[partition] != UNKNOWN) {
                offsets.put(partition, next[partition]);
            }
        }
        return offsets;
    }

    public boolean isCommitted() {
        return uncommitted.isEmpty();
    }

    /** The offsets to commit, by partition. */
    public Map<Integer, Long> uncommitted() {
        Map<Integer, Long> offsets = nextOffsets();
        offsets.keySet().removeIf(partition -> !uncommitted.get(partition));
        return offsets;
    }

    /** Notes that everything that was processed is committed. */
    public void commit() {
        uncommitted.clear();
    }

    /**
     * Forgets partitions that were revoked. Also forgets a partition if another member has meanwhile committed a higher
     * offset than the next one here.
     *
     * @param committed the committed offsets of the partitions that are still assigned
     */
    public void retain(Map<Integer, Long> committed) {
        for (int partition = 0; partition < next.length; partition++) {
            if (!committed.containsKey(partition) || next[partition] < committed.get(partition)) {
                next[partition] = UNKNOWN;
                uncommitted.clear(partition);
            }
        }
    }
}
