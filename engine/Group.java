package engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Consumers that share the partitions of a topic: each partition belongs to one member at a time. A consumer that reads
 * alone is a group of one. The committed offsets are the group's, and outlive its members.
 *
 * <p>Whenever a member joins or leaves, the {@link StickyAssignor} assigns the partitions again. The new assignment takes effect at once:
 * there is no round in which all members have to agree, because the broker alone decides who gets what with the next call.
 *
 * <p>Safe for any number of threads. A thread that changes the group or one of its members holds the lock of the group, also while it
 * writes a commit to disk. Whoever only looks takes no lock.
 */
final class Group {
    /** How many owners, or partitions of an owner, a text names. */
    private static final int MAX_NAMED = 10;

    private final Topic topic;
    private final String name;
    private final CommittedOffsets committed;
    private final ReentrantLock lock = new ReentrantLock();

    /** In the order in which they joined. */
    private final NavigableSet<ConsumerSession> members = new ConcurrentSkipListSet<>(ConsumerSession.BY_AGE);

    private volatile int size;
    private volatile Assignment assignment;
    private volatile String description = "a consumer";

    /**
     * Who owns what. It is never changed, but replaced.
     *
     * @param generation grows by 1 with each rebalance
     * @param owners by partition; null for a partition that nobody owns
     */
    private record Assignment(long generation, ConsumerSession[] owners) {}

    /**
     * @param name null for a consumer that reads alone
     */
    Group(Topic topic, String name, CommittedOffsets committed) {
        this.topic = topic;
        this.name = name;
        this.assignment = new Assignment(0, new ConsumerSession[topic.partitions()]);
        this.committed = committed;
    }

    String name() {
        return name;
    }

    Topic topic() {
        return topic;
    }

    /** For messages: {@code consumer alice}, {@code group g}. */
    String description() {
        return description;
    }

    /** What it has committed. */
    CommittedOffsets committed() {
        return committed;
    }

    /** The lock of its members; it may be held during a write to disk. */
    ReentrantLock lock() {
        return lock;
    }

    /** Runs something with the lock held. */
    <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** By which the topic knows it. */
    String key() {
        return committed.group();
    }

    /** Grows by 1 with each rebalance. */
    long generation() {
        return assignment.generation;
    }

    void join(ConsumerSession member) {
        locked(() -> {
            members.add(member);
            size++;
            boolean isIdle =
                    size > committed.partitions(); // each partition has an owner who has no other: nothing moves
            rebalance(isIdle ? assignment.owners : newOwners(null));
            return null;
        });
    }

    /** Adds a member that was written down. It owns nothing until {@link #restored}. */
    void restore(ConsumerSession member) {
        members.add(member);
        size++;
    }

    /**
     * All members that were written down are back. They own what they owned, unless the broker ended before the last rebalance was
     * written down, or an earlier version wrote it.
     *
     * @param owned the partitions of members by their ids
     */
    void restored(long generation, Map<String, List<Integer>> owned) {
        locked(() -> {
            Map<String, ConsumerSession> byId =
                    members.stream().collect(Collectors.toMap(ConsumerSession::consumerId, member -> member));
            ConsumerSession[] owners = new ConsumerSession[committed.partitions()];
            owned.forEach(
                    (member, partitions) -> partitions.forEach(partition -> owners[partition] = byId.get(member)));
            change(new Assignment(generation, owners));
            ConsumerSession[] fair = newOwners(null);
            if (!Arrays.equals(owners, fair)) {
                rebalance(fair);
            }
            return null;
        });
    }

    void leave(ConsumerSession member) {
        locked(() -> {
            if (!members.contains(member)) {
                return null;
            }
            size--;
            boolean wasIdle = member.partitions().length == 0;
            rebalance(wasIdle ? assignment.owners : newOwners(member));
            members.remove(member); // last: whoever looks finds each owner among the members
            return null;
        });
    }

    /**
     * Ends it, after its topic was deleted: its members get nothing any more. Takes no lock.
     *
     * @return its members
     */
    List<ConsumerSession> close() {
        List<ConsumerSession> left = List.copyOf(members);
        left.forEach(member -> member.assign(new int[0]));
        return left;
    }

    /** @throws EngineException REBALANCED if it does not own the partition */
    void requireOwner(ConsumerSession member, int partition) {
        if (!owns(member, partition)) {
            throw new EngineException(
                    ErrorCode.REBALANCED,
                    "Consumer " + member.consumerId() + " does not own partition " + partition + " of topic "
                            + topic.name() + " (any more): " + describe() + ". Go on with what it owns.");
        }
    }

    /** @throws EngineException REBALANCED if there are none, or if it does not own one of them */
    void requireOwnerOfAll(ConsumerSession member, int[] partitions) {
        for (int partition : partitions) {
            requireOwner(member, partition);
        }
        if (partitions.length == 0) {
            throw new EngineException(
                    ErrorCode.REBALANCED,
                    "Consumer " + member.consumerId() + " owns no partition of topic " + topic.name() + " just now: "
                            + describe() + ". It can move once it has one.");
        }
    }

    boolean owns(ConsumerSession member, int partition) {
        return assignment.owners[partition] == member;
    }

    /** Who has which partitions: {@code alice has partitions 0, 2; bob has partition 1}. Of many owners only some are named. */
    String describe() {
        Map<ConsumerSession, List<Integer>> shares = shares(assignment.owners);
        String named = shares.entrySet().stream()
                .limit(MAX_NAMED)
                .map(share -> share.getKey().consumerId() + " has "
                        + text(share.getValue().stream().mapToInt(p -> p).toArray()))
                .collect(Collectors.joining("; "));
        return shares.size() <= MAX_NAMED
                ? named
                : named + "; " + (shares.size() - MAX_NAMED) + " others have the rest";
    }

    /** Why a member owns no partition, in words. */
    String whyIdle() {
        return "Group " + name + " has " + size + " members, and topic " + topic.name() + " has "
                + Plural.of(topic.partitions(), "partition") + ": " + describe()
                + ". It takes over when one of them leaves.";
    }

    /** The ids of its members at this moment. */
    List<String> memberIds() {
        return members.stream().map(ConsumerSession::consumerId).collect(Collectors.toList());
    }

    int size() {
        return size;
    }

    /** What it is at this moment. */
    GroupState state() {
        Assignment now = assignment;
        Map<ConsumerSession, List<Integer>> shares = shares(now.owners);
        TreeSet<ConsumerSession> shown = new TreeSet<>(ConsumerSession.BY_AGE);
        shown.addAll(members);
        shown.addAll(shares.keySet()); // one of them may have left since
        return new GroupState(
                name,
                topic.name(),
                now.generation,
                shown.stream()
                        .map(member ->
                                new GroupState.Member(member.consumerId(), shares.getOrDefault(member, List.of())))
                        .collect(Collectors.toList()),
                IntStream.range(0, now.owners.length)
                        .mapToObj(p -> partition(p, now.owners[p]))
                        .collect(Collectors.toList()));
    }

    private GroupState.Partition partition(int partition, ConsumerSession owner) {
        long next = committed.get(partition); // before the end, which only grows
        return new GroupState.Partition(
                partition, next, topic.endOffset(partition), lag(partition), owner == null ? null : owner.consumerId());
    }

    /** How many messages of a partition the group has still to commit. */
    long lag(int partition) {
        long next = Math.max(committed.get(partition), topic.startOffset(partition));
        return Math.max(0, topic.endOffset(partition) - next);
    }

    /** {@code partitions 0, 2}, {@code partition 1} or {@code none}. Of many only some are named. */
    static String text(int[] partitions) {
        if (partitions.length == 0) {
            return "none";
        }
        return (partitions.length == 1 ? "partition " : "partitions ")
                + Arrays.stream(partitions)
                        .limit(MAX_NAMED)
                        .mapToObj(String::valueOf)
                        .collect(Collectors.joining(", "))
                + (partitions.length <= MAX_NAMED ? "" : " and " + (partitions.length - MAX_NAMED) + " others");
    }

    /** The partitions of each owner, in the order in which the owners joined. */
    private static Map<ConsumerSession, List<Integer>> shares(ConsumerSession[] owners) {
        Map<ConsumerSession, List<Integer>> shares = new TreeMap<>(ConsumerSession.BY_AGE);
        for (int p = 0; p < owners.length; p++) {
            if (owners[p] != null) {
                shares.computeIfAbsent(owners[p], absent -> new ArrayList<>()).add(p);
            }
        }
        return shares;
    }

    /** The lock is held. */
    private void rebalance(ConsumerSession[] owners) {
        boolean isSame = owners == assignment.owners;
        change(new Assignment(assignment.generation + 1, owners));
        if (name != null) {
            topic.journal()
                    .recordAssignment(
                            key(),
                            assignment.generation,
                            isSame
                                    ? null
                                    : shares(owners).entrySet().stream()
                                            .collect(Collectors.toMap(
                                                    share -> share.getKey().consumerId(), Map.Entry::getValue)));
        }
        topic.waiters().wake();
    }

    /** The lock is held. */
    private void change(Assignment next) {
        ConsumerSession[] before = assignment.owners;
        assignment = next;
        description = description(size == 0);
        if (next.owners != before) {
            for (int p = 0; p < before.length; p++) {
                give(p, before[p], next.owners[p]);
            }
            assign(before, next.owners);
        }
    }

    private String description(boolean isEmpty) {
        return name == null
                ? key()
                : "group " + name
                        + (isEmpty ? " (which has no member now; one that joins can seek to \"latest\")" : "");
    }

    private static void give(int partition, ConsumerSession before, ConsumerSession after) {
        if (before == after) {
            return;
        }
        if (before != null) {
            before.revoked(partition);
        }
        if (after != null) {
            after.assigned(partition);
        }
    }

    /** Tells the members what they own. */
    private static void assign(ConsumerSession[] before, ConsumerSession[] after) {
        Map<ConsumerSession, List<Integer>> shares = shares(after);
        Arrays.stream(before)
                .filter(member -> member != null && !shares.containsKey(member))
                .forEach(member -> member.assign(new int[0]));
        shares.forEach(
                (member, share) -> member.assign(share.stream().mapToInt(p -> p).toArray()));
    }

    /**
     * The lock is held.
     *
     * @param leaving a member that gets none; null if nobody leaves
     */
    private ConsumerSession[] newOwners(ConsumerSession leaving) {
        List<ConsumerSession> stay = Arrays.stream(assignment.owners)
                .map(owner -> owner == leaving ? null : owner)
                .collect(Collectors.toList());
        return StickyAssignor.assign(
                        stay,
                        members.stream().filter(member -> member != leaving).iterator())
                .toArray(new ConsumerSession[0]);
    }
}
