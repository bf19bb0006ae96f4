package client;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** How far a consumer has come in each partition, as far as it knows, and what of it is not committed. For one thread. */
public final class Progress {
    private static final long UNKNOWN = -1;

    private long[] due = {};
    private final BitSet uncommitted = new BitSet();
    private final Map<Integer, Long> timestamps = new HashMap<>();

    /** Forgets all. */
    public void clear() {
        due = new long[0];
        uncommitted.clear();
        timestamps.clear();
    }

    public Progress copy() {
        Progress copy = new Progress();
        copy.restore(this);
        return copy;
    }

    /** Becomes as another one is. */
    public void restore(Progress other) {
        clear();
        due = other.due.clone();
        uncommitted.or(other.uncommitted);
        timestamps.putAll(other.timestamps);
    }

    /** The timestamp of the last message that was done in this partition. */
    public void noteTimestamp(int partition, long timestamp) {
        timestamps.put(partition, timestamp);
    }

    /** Those timestamps, by partition. */
    public Map<Integer, Long> timestamps() {
        return new TreeMap<>(timestamps);
    }

    /** This offset comes next. */
    public void start(int partition, long offset) {
        if (partition >= due.length) {
            int known = due.length;
            due = Arrays.copyOf(due, partition + 1);
            Arrays.fill(due, known, due.length, UNKNOWN);
        }
        due[partition] = offset;
    }

    /** The message of this offset is done. */
    public void pass(int partition, long offset) {
        start(partition, offset + 1);
        uncommitted.set(partition);
    }

    /** The offset that comes next; the given one if none is known. */
    public long due(int partition, long otherwise) {
        return partition < due.length && due[partition] != UNKNOWN ? due[partition] : otherwise;
    }

    /** The offsets that come next, by partition. */
    public Map<Integer, Long> due() {
        Map<Integer, Long> offsets = new TreeMap<>();
        for (int partition = 0; partition < due.length; partition++) {
            if (due[partition] != UNKNOWN) {
                offsets.put(partition, due[partition]);
            }
        }
        return offsets;
    }

    public boolean isCommitted() {
        return uncommitted.isEmpty();
    }

    /** The offsets to be committed, by partition. */
    public Map<Integer, Long> uncommitted() {
        Map<Integer, Long> offsets = due();
        offsets.keySet().removeIf(partition -> !uncommitted.get(partition));
        return offsets;
    }

    /** What is done is committed. */
    public void commit() {
        uncommitted.clear();
    }

    /**
     * Only these partitions go on. What was not committed of others, or lies before what another has committed meanwhile, is
     * not this consumer's any more.
     *
     * @param committed the committed offsets of those that go on
     */
    public void keep(Map<Integer, Long> committed) {
        for (int partition = 0; partition < due.length; partition++) {
            if (!committed.containsKey(partition) || due[partition] < committed.get(partition)) {
                due[partition] = UNKNOWN;
                uncommitted.clear(partition);
            }
        }
    }
}
