package engine;

import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Which partitions a consumer has lost to others of its group and got back, so that what it got before does not undo what others have done since.
 * For whoever holds the lock of the group.
 */
final class Tenure {
    /** Partitions that went to others before the consumer had committed what it got from there. */
    private final TreeSet<Integer> lost = new TreeSet<>();

    private final BitSet everOwned = new BitSet();

    /** Partitions that others had meanwhile, and where the consumer goes on in them. */
    private final Map<Integer, Long> regained = new HashMap<>();

    /** @param position where the consumer goes on */
    void gain(int partition, long position) {
        lost.remove(partition);
        if (everOwned.get(partition)) {
            regained.put(partition, position);
        }
        everOwned.set(partition);
    }

    void lose(int partition, boolean hasUncommitted) {
        if (hasUncommitted) {
            lost.add(partition);
        }
    }

    /** The partitions that it lost before it had committed what it got from there; from now on they are forgotten. */
    int[] takeLost() {
        int[] taken = lost.stream().mapToInt(p -> p).toArray();
        lost.clear();
        return taken;
    }

    /** From where on in a partition it may commit; null if it has had the partition all the time. */
    Long since(int partition) {
        return regained.get(partition);
    }

    /** It has committed these, or moved in them on purpose: what was before does not matter any more. */
    void settle(Collection<Integer> partitions) {
        regained.keySet().removeAll(partitions);
    }

    /** It begins anew. */
    void clear() {
        lost.clear();
        regained.clear();
    }
}
