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
 * Assigns partitions to the members of a group as evenly as possible, and moves as few of them as possible, as Kafka's
 * {@code CooperativeStickyAssignor}. Stateless.
 */
final class StickyAssignor {
    private StickyAssignor() {}

    /**
     * @param owners by partition; each is one of the members, or null for a partition without an owner
     * @param members in the order in which they joined; only as many as needed are read
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
     * The current partitions of the members that will own any: at most one member for each partition. The members are in the order in
     * which they joined. Of the members without a partition, only the first are included.
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

    /** The number of partitions of each member. If they cannot be divided evenly, the members that own the most get one more. */
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
