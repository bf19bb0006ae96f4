package engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Assigns partitions to the members of a group, as evenly as possible, and lets as few of them move as possible: as Kafka's
 * {@code CooperativeStickyAssignor}. A pure function.
 */
final class StickyAssignor {
    private StickyAssignor() {}

    /**
     * @param owners by partition, each of whom is among the members; null for a partition that nobody owns
     * @param members in the order in which they joined; no more of them are looked at than are needed
     * @return the new owners by partition; null everywhere if there are no members
     */
    static <M> List<M> assign(List<M> owners, Iterator<M> members) {
        Map<M, Deque<Integer>> shares = shares(owners, members);
        if (shares.isEmpty()) {
            return owners;
        }
        Deque<Integer> free = new ArrayDeque<>();
        for (int p = 0; p < owners.size(); p++) {
            if (owners.get(p) == null) {
                free.add(p);
            }
        }
        Map<M, Integer> quotas = quotas(shares, owners.size());
        shares.forEach((member, share) -> {
            while (share.size() > quotas.get(member)) {
                free.add(share.removeLast());
            }
        });
        shares.forEach((member, share) -> {
            while (share.size() < quotas.get(member)) {
                share.add(free.remove());
            }
        });
        return ownersOf(shares, owners.size());
    }

    /**
     * What those own now that will own something: at most one member for each partition. They are in the order in which they joined, and of those
     * who own nothing only the first are among them.
     */
    private static <M> Map<M, Deque<Integer>> shares(List<M> owners, Iterator<M> members) {
        Map<M, Deque<Integer>> owned = new HashMap<>();
        for (int p = 0; p < owners.size(); p++) {
            if (owners.get(p) != null) {
                owned.computeIfAbsent(owners.get(p), absent -> new ArrayDeque<>())
                        .add(p);
            }
        }
        int newcomers = owners.size() - owned.size();
        int known = owned.size();
        Map<M, Deque<Integer>> shares = new LinkedHashMap<>();
        while ((newcomers > 0 || known > 0) && members.hasNext()) {
            M member = members.next();
            Deque<Integer> share = owned.get(member);
            if (share != null) {
                known--;
                shares.put(member, share);
            } else if (newcomers > 0) {
                newcomers--;
                shares.put(member, new ArrayDeque<>());
            }
        }
        return shares;
    }

    /** How many partitions each member gets. If they cannot be divided evenly, those who have most now get one more. */
    private static <M> Map<M, Integer> quotas(Map<M, Deque<Integer>> shares, int partitions) {
        List<M> byShare = new ArrayList<>(shares.keySet());
        byShare.sort(Comparator.comparing(member -> -shares.get(member).size()));
        Map<M, Integer> quotas = new HashMap<>();
        for (M member : byShare) {
            int more = quotas.size() < partitions % byShare.size() ? 1 : 0;
            quotas.put(member, partitions / byShare.size() + more);
        }
        return quotas;
    }

    private static <M> List<M> ownersOf(Map<M, Deque<Integer>> shares, int partitions) {
        @SuppressWarnings("unchecked")
        M[] owners = (M[]) new Object[partitions];
        shares.forEach((member, share) -> share.forEach(partition -> owners[partition] = member));
        return Arrays.asList(owners);
    }
}
