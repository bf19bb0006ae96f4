package engine;

import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Fences the commits of a consumer. A partition that went to another member and came back has been consumed by that member since, so a commit of
 * what the consumer got before must not move the committed offset back. For whoever holds the lock of the group.
 */
final class CommitFence {
    /** Partitions that went to others before the consumer had committed what it got from there. */
    private final TreeSet<Integer> revokedUncommitted = new TreeSet<>();

    private final BitSet everAssigned = new BitSet();

    /** Partitions that others had meanwhile: the lowest offset that the consumer may commit in each. */
    private final Map<Integer, Long> fencedFrom = new HashMap<>();

    /** @param position where the consumer continues */
    void assigned(int partition, long position) {
        revokedUncommitted.remove(partition);
        if (everAssigned.get(partition)) {
            fencedFrom.put(partition, position);
        }
        everAssigned.set(partition);
    }

    void revoked(int partition, boolean hasUncommitted) {
        if (hasUncommitted) {
            revokedUncommitted.add(partition);
        }
    }

    /** The partitions that were revoked before the consumer had committed what it got from them. Forgets them. */
    int[] takeRevoked() {
        int[] taken = revokedUncommitted.stream().mapToInt(p -> p).toArray();
        revokedUncommitted.clear();
        return taken;
    }

    /** The lowest offset that it may commit in a partition; null if it has owned the partition all the time. */
    Long fencedFrom(int partition) {
        return fencedFrom.get(partition);
    }

    /** It has committed these partitions, or has moved in them on purpose, so they are fenced no longer. */
    void settle(Collection<Integer> partitions) {
        fencedFrom.keySet().removeAll(partitions);
    }

    /** It has registered again. */
    void clear() {
        revokedUncommitted.clear();
        fencedFrom.clear();
    }
}
