package engine;

import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Fences the commits of a consumer. If a partition was revoked and assigned again, another member may have consumed it meanwhile. A
 * commit of messages that were delivered before the revocation must not move the committed offset back.
 *
 * <p>Not thread-safe: guarded by the lock of the group.
 */
public final class CommitFence {
    /** Partitions that were revoked before the consumer had committed all messages that it got from them. */
    private final TreeSet<Integer> revokedUncommitted = new TreeSet<>();

    private final BitSet everAssigned = new BitSet();

    /** Partitions that were revoked and assigned again: the lowest offset that the consumer may commit in each. */
    private final Map<Integer, Long> fencedFrom = new HashMap<>();

    /** @param position where the consumer continues */
    public void assigned(int partition, long position) {
        revokedUncommitted.remove(partition);
        if (everAssigned.get(partition)) {
            fencedFrom.put(partition, position);
        }
        everAssigned.set(partition);
    }

    public void revoked(int partition, boolean hasUncommitted) {
        if (hasUncommitted) {
            revokedUncommitted.add(partition);
        }
    }

    /** Returns and clears the partitions that were revoked before all of their delivered messages were committed. */
    public int[] takeRevoked() {
        int[] taken = revokedUncommitted.stream().mapToInt(p -> p).toArray();
        revokedUncommitted.clear();
        return taken;
    }

    /** The lowest offset that the consumer may commit in a partition; null if the partition is not fenced. */
    public Long fencedFrom(int partition) {
        return fencedFrom.get(partition);
    }

    /** Removes the fence of partitions, after a commit or a seek. */
    public void settle(Collection<Integer> partitions) {
        fencedFrom.keySet().removeAll(partitions);
    }

    /** Removes all fences, after the consumer has registered again. */
    public void clear() {
        revokedUncommitted.clear();
        fencedFrom.clear();
    }
}
