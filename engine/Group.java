package engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A consumer group: consumers that share the partitions of a topic. Each partition is owned by one member at a time. A consumer
 * without a group is a group of one without a name. The committed offsets belong to the group, and remain when its members leave.
 *
 * <p>Whenever a member joins or leaves, the {@link StickyAssignor} reassigns the partitions. The new assignment takes effect at once.
 * Members do not have to agree to it, because the broker decides with each poll which partitions a member reads.
 *
 * <p>Safe for any number of threads. A thread that changes the group or one of its members holds the lock of the group, also while
 * it writes a commit to disk. Readers take no lock.
 */
final class Group {
    private final Topic topic;
    private final String name;
    private final CommittedOffsets committed;
    private final ReentrantLock lock = new ReentrantLock();

    /** In the order of joining. */
    private final NavigableSet<ConsumerSession> members = new ConcurrentSkipListSet<>(ConsumerSession.BY_AGE);

    private volatile int size;
    private volatile Assignment assignment;
    private volatile String description;

    /**
     * The owners of the partitions. Immutable.
     *
     * @param generation grows by 1 with each rebalance
     * @param owners by partition; null for a partition without an owner
     */
    private record Assignment(long generation, ConsumerSession[] owners) {}

    /**
     * @param name null for a consumer without a group
     */
    Group(Topic topic, String name, CommittedOffsets committed) {
        this.topic = topic;
        this.name = name;
        this.assignment = new Assignment(0, new ConsumerSession[topic.partitions()]);
        this.committed = committed;
        this.description = description(true);
    }

    String name() {
        return name;
    }

    Topic topic() {
        return topic;
    }

    /**
     * For error messages: {@code consumer alice}, {@code group g}.
     *
     * @param isReserved whether a group of this name has members of another protocol
     */
    String description(Predicate<String> isReserved) {
        return name != null && isReserved.test(name)
                ? "group " + name + " (of clients of another protocol)"
                : description;
    }

    /** The committed offsets. */
    CommittedOffsets committed() {
        return committed;
    }

    /** The lock of the group and its members. It may be held during a write to disk. */
    ReentrantLock lock() {
        return lock;
    }

    /** See {@link ConsumerSettings#groupKey}. */
    String key() {
        return committed.group();
    }

    /** Grows by 1 with each rebalance. */
    long generation() {
        return assignment.generation;
    }

    void join(ConsumerSession member) {
        lock.lock();
        try {
            members.add(member);
            size++;
            boolean isIdle = size > committed.partitions(); // each owner has one partition, so that none moves
            rebalance(isIdle ? assignment.owners : newOwners(null));
        } finally {
            lock.unlock();
        }
    }

    /** Adds a persisted member. It owns no partition until {@link #restored}. */
    void restore(ConsumerSession member) {
        members.add(member);
        size++;
    }

    /**
     * Ends the restore, after all persisted members were added. They own the partitions that they owned before. If the last rebalance
     * was not persisted, or an earlier version persisted it, the partitions are reassigned.
     *
     * @param owned by member id, its partitions
     */
    void restored(long generation, Map<String, List<Integer>> owned) {
        lock.lock();
        try {
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
        } finally {
            lock.unlock();
        }
    }

    /**
     * Commits offsets of a group without members.
     *
     * @throws EngineException STORAGE_FULL; then nothing is committed
     */
    void commit(Map<Integer, GroupOffsets.Committed> offsets) {
        lock.lock();
        try {
            committed.commitWithMetadata(offsets);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Deletes committed offsets of a group without members.
     *
     * @throws EngineException STORAGE_FULL; then nothing is deleted
     */
    void delete(Set<Integer> partitions) {
        lock.lock();
        try {
            committed.delete(partitions);
        } finally {
            lock.unlock();
        }
    }

    /** Sets the offsets of partitions for which nothing was committed, after they were persisted with a registration. */
    void start(long[] starts) {
        lock.lock();
        try {
            committed.start(starts);
        } finally {
            lock.unlock();
        }
    }

    void leave(ConsumerSession member) {
        lock.lock();
        try {
            if (!members.contains(member)) {
                return;
            }
            size--;
            boolean wasIdle = member.partitions().length == 0;
            rebalance(wasIdle ? assignment.owners : newOwners(member));
            members.remove(member); // last: readers find each owner among the members
        } finally {
            lock.unlock();
        }
    }

    /**
     * Closes the group of a deleted topic. Its members own no partition any more. Takes no lock.
     *
     * @return the members
     */
    List<ConsumerSession> close() {
        List<ConsumerSession> left = List.copyOf(members);
        left.forEach(member -> member.assign(new int[0]));
        return left;
    }

    /** @throws EngineException REBALANCED if the member does not own the partition */
    void requireOwner(ConsumerSession member, int partition) {
        if (!owns(member, partition)) {
            throw Rebalanced.notOwner(member.consumerId(), partition, topic.name(), describeOwners());
        }
    }

    /** @throws EngineException REBALANCED if {@code partitions} is empty, or if the member does not own one of them */
    void requireOwnerOfAll(ConsumerSession member, int[] partitions) {
        for (int partition : partitions) {
            requireOwner(member, partition);
        }
        if (partitions.length == 0) {
            throw Rebalanced.ownsNothing(member.consumerId(), topic.name(), describeOwners());
        }
    }

    boolean owns(ConsumerSession member, int partition) {
        return assignment.owners[partition] == member;
    }

    private String describeOwners() {
        Map<String, List<Integer>> named = new LinkedHashMap<>();
        shares(assignment.owners).forEach((member, partitions) -> named.put(member.consumerId(), partitions));
        return Rebalanced.describeOwners(named);
    }

    /** Why a member owns no partition. */
    IdleReason idleReason() {
        return IdleReason.notAssigned(name, size, topic.name(), topic.partitions(), describeOwners());
    }

    /** The ids of the current members. */
    List<String> memberIds() {
        return members.stream().map(ConsumerSession::consumerId).collect(Collectors.toList());
    }

    int size() {
        return size;
    }

    /** The current state. */
    GroupState state() {
        Assignment now = assignment;
        Map<ConsumerSession, List<Integer>> shares = shares(now.owners);
        TreeSet<ConsumerSession> shown = new TreeSet<>(ConsumerSession.BY_AGE);
        members.forEach(shown::add); // addAll fails if a member leaves meanwhile
        shown.addAll(shares.keySet()); // an owner may have left meanwhile
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
        long next = committed.getOr(partition, topic::startOffset); // read first, because the end offset only grows
        return new GroupState.Partition(
                partition, next, topic.endOffset(partition), lag(partition), owner == null ? null : owner.consumerId());
    }

    /** The number of messages of a partition that the group has not committed. */
    long lag(int partition) {
        long next = Math.max(committed.get(partition), topic.startOffset(partition));
        return Math.max(0, topic.endOffset(partition) - next);
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

    @GuardedBy("lock")
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

    @GuardedBy("lock")
    private void change(Assignment next) {
        ConsumerSession[] before = assignment.owners;
        assignment = next;
        description = description(size == 0);
        if (next.owners != before) {
            for (int p = 0; p < before.length; p++) {
                reassign(p, before[p], next.owners[p]);
            }
            setPartitions(before, next.owners);
        }
    }

    private String description(boolean isEmpty) {
        return name == null
                ? key()
                : "group " + name + (isEmpty ? " (which has no members; a new member can seek to \"latest\")" : "");
    }

    private static void reassign(int partition, ConsumerSession before, ConsumerSession after) {
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

    private static void setPartitions(ConsumerSession[] before, ConsumerSession[] after) {
        Map<ConsumerSession, List<Integer>> shares = shares(after);
        Arrays.stream(before)
                .filter(member -> member != null && !shares.containsKey(member))
                .forEach(member -> member.assign(new int[0]));
        shares.forEach(
                (member, share) -> member.assign(share.stream().mapToInt(p -> p).toArray()));
    }

    /** @param leaving a member that gets no partition; null if no member leaves */
    @GuardedBy("lock")
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
