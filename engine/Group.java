package engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Consumers that share the partitions of a topic: each partition belongs to one member at a time. A consumer that reads
 * alone is a group of one. The committed offsets are the group's, and outlive its members.
 *
 * <p>Whenever somebody joins or leaves, the partitions are shared out anew, as evenly as can be, and as few of them move as
 * possible (as Kafka's {@code CooperativeStickyAssignor}). It takes effect at once: there is no round in which everybody
 * has to agree, since the broker alone decides who gets what with the next call.
 *
 * <p>Safe for any number of threads. The group is the lock of its members.
 */
final class Group {
    private final Topic topic;
    private final String key;
    private final String name;
    private final AtomicLongArray committed;
    private final Map<String, Cursor> members = new LinkedHashMap<>();
    private final Cursor[] owners;
    private long generation;
    private volatile String description = "a consumer";

    /**
     * @param key by which the topic knows it
     * @param name null for a consumer that reads alone
     * @param committed by partition
     */
    Group(Topic topic, String key, String name, long[] committed) {
        this.topic = topic;
        this.key = key;
        this.name = name;
        this.owners = new Cursor[topic.partitions()];
        this.committed = new AtomicLongArray(committed);
    }

    String name() {
        return name;
    }

    /** For messages: {@code consumer alice}, {@code group g}. Takes no lock, for the lock of the topic is held. */
    String description() {
        return description;
    }

    /** The offset that the partition's next owner will start from. Takes no lock. */
    long committed(int partition) {
        return committed.get(partition);
    }

    /** By partition. */
    long[] committed() {
        return IntStream.range(0, owners.length).mapToLong(committed::get).toArray();
    }

    /** @throws EngineException STORAGE_FULL; then nothing is committed. The lock is held. */
    void commit(Map<Integer, Long> offsets) {
        topic.journal().commit(key, offsets);
        offsets.forEach(committed::set);
    }

    /** Commits what is being delivered, which is not held up by a full disk. The lock is held. */
    void commitDelivered(Map<Integer, Long> offsets) {
        topic.journal().noteDelivery(key, offsets);
        offsets.forEach(committed::set);
    }

    /** By which the topic knows it. */
    String key() {
        return key;
    }

    /** Grows by 1 with each rebalance. */
    synchronized long generation() {
        return generation;
    }

    synchronized void join(Cursor member) {
        members.put(member.consumerId(), member);
        rebalance();
    }

    /** Tells whether it was a member. */
    synchronized boolean leave(Cursor member) {
        if (!members.remove(member.consumerId(), member)) {
            return false;
        }
        rebalance();
        return true;
    }

    /** The partitions of a member, in their order. */
    synchronized int[] partitionsOf(Cursor member) {
        return IntStream.range(0, owners.length).filter(p -> owners[p] == member).toArray();
    }

    synchronized boolean owns(Cursor member, int partition) {
        return owners[partition] == member;
    }

    /** Who has which partitions: {@code alice has partitions 0, 2; bob has partition 1}. */
    synchronized String describe() {
        return members.values().stream().map(member -> member.consumerId() + " has " + text(partitionsOf(member)))
                .collect(Collectors.joining("; "));
    }

    synchronized List<String> memberIds() {
        return List.copyOf(members.keySet());
    }

    synchronized int size() {
        return members.size();
    }

    /** What it is at this moment. */
    synchronized GroupState state() {
        List<GroupState.Member> shown = members.values().stream().map(member -> new GroupState.Member(member.consumerId(),
                Arrays.stream(partitionsOf(member)).boxed().collect(Collectors.toList()))).collect(Collectors.toList());
        return new GroupState(name, topic.name(), generation, shown,
                IntStream.range(0, owners.length).mapToObj(p -> partition(p, owners[p])).collect(Collectors.toList()));
    }

    private GroupState.Partition partition(int partition, Cursor owner) {
        long next = committed(partition); // before the end, which only grows
        return new GroupState.Partition(partition, next, topic.endOffset(partition), lag(partition), owner == null ? null : owner.consumerId());
    }

    /** How many messages of a partition the group has still to commit. Takes no lock. */
    long lag(int partition) {
        long next = Math.max(committed(partition), topic.startOffset(partition));
        return Math.max(0, topic.endOffset(partition) - next);
    }

    /** {@code partitions 0, 2}, {@code partition 1} or {@code none}. */
    static String text(int[] partitions) {
        return partitions.length == 0 ? "none" : (partitions.length == 1 ? "partition " : "partitions ")
                + Arrays.stream(partitions).mapToObj(String::valueOf).collect(Collectors.joining(", "));
    }

    /** The lock is held. */
    private void rebalance() {
        generation++;
        description = name == null ? "consumer " + String.join(", ", members.keySet())
                : "group " + name + (members.isEmpty() ? " (which has no member now; one that joins can seek to \"latest\")" : "");
        Map<Cursor, Deque<Integer>> shares = currentShares();
        Deque<Integer> free = new ArrayDeque<>(IntStream.range(0, owners.length)
                .filter(p -> !shares.containsKey(owners[p])).boxed().collect(Collectors.toList()));
        Map<Cursor, Integer> quotas = quotas(shares);
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
        shares.forEach((member, share) -> share.forEach(partition -> give(partition, member)));
        if (shares.isEmpty()) {
            IntStream.range(0, owners.length).forEach(partition -> give(partition, null));
        }
        topic.waiters().wake();
    }

    /** The lock is held. */
    private Map<Cursor, Deque<Integer>> currentShares() {
        Map<Cursor, Deque<Integer>> shares = new LinkedHashMap<>();
        members.values().forEach(member -> shares.put(member, new ArrayDeque<>()));
        for (int p = 0; p < owners.length; p++) {
            if (shares.containsKey(owners[p])) {
                shares.get(owners[p]).add(p);
            }
        }
        return shares;
    }

    /** How many partitions each member gets. Where it does not come out even, those who have most now get one more. */
    private Map<Cursor, Integer> quotas(Map<Cursor, Deque<Integer>> shares) {
        List<Cursor> byShare = new ArrayList<>(shares.keySet());
        byShare.sort(Comparator.comparing(member -> -shares.get(member).size()));
        Map<Cursor, Integer> quotas = new LinkedHashMap<>();
        for (Cursor member : byShare) {
            int more = quotas.size() < owners.length % byShare.size() ? 1 : 0;
            quotas.put(member, owners.length / byShare.size() + more);
        }
        return quotas;
    }

    /** The lock is held. */
    private void give(int partition, Cursor member) {
        Cursor before = owners[partition];
        if (before == member) {
            return;
        }
        owners[partition] = member;
        if (before != null) {
            before.lose(partition);
        }
        if (member != null) {
            member.gain(partition);
        }
    }
}
