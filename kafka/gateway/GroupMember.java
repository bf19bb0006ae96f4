package kafka.gateway;

import engine.CommitFence;
import engine.CommitResult;
import engine.ConsumerSettings;
import engine.ConsumerState;
import engine.EncodedMessages;
import engine.IdleReason;
import engine.MemoryBudget;
import engine.MessageWriter;
import engine.OffsetSpec;
import engine.PartitionRange;
import engine.Position;
import engine.ReadLimits;
import engine.Rebalanced;
import engine.Scheduler;
import engine.SessionTimeout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import kafka.gateway.Membership.Assignment;
import kafka.gateway.Membership.MovedException;
import kafka.gateway.Membership.RebalancedException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * A member of a group that this gateway serves. It starts at the committed offsets. With auto-commit, each delivery is committed before it
 * is answered. If the group is rebalanced meanwhile, the call starts again with the new partitions.
 *
 * <p>Safe for any number of threads: calls wait for each other. All methods that need the partitions throw {@link MovedException} if another
 * gateway has taken over, and {@link engine.EngineException} with UPSTREAM_UNAVAILABLE if Kafka does not answer or a rebalance takes long.
 */
final class GroupMember {
    private final String id;
    private final String topic;
    private final String group;
    private final Membership membership;
    private final TopicCatalog topics;
    private final KafkaGroups groups;
    private final PartitionTurns turns;
    private final MemoryBudget budget;
    private final WaitingCalls waitingCalls;
    private final SessionTimeout sessionTimeout;
    private final ReentrantLock lock = new ReentrantLock();
    private final CommitFence fence = new CommitFence();

    /** By partition. */
    private SortedMap<Integer, MemberPlace> places = new TreeMap<>();

    /** The settings. */
    private volatile StoredConsumer stored;

    /** Counts deliveries, so that each partition comes first in its turn. */
    private int turn;

    GroupMember(
            StoredConsumer stored,
            Membership membership,
            TopicCatalog topics,
            KafkaGroups groups,
            PartitionTurns turns,
            MemoryBudget budget,
            WaitingCalls waitingCalls) {
        this.id = stored.id();
        this.topic = stored.topic();
        this.group = stored.group();
        this.stored = stored;
        this.membership = membership;
        this.topics = topics;
        this.groups = groups;
        this.turns = turns;
        this.budget = budget;
        this.waitingCalls = waitingCalls;
        this.sessionTimeout = new SessionTimeout(
                new ConsumerSettings(id, group, null, null, stored.sessionTimeoutMs()), true, Scheduler.SYSTEM);
    }

    String id() {
        return id;
    }

    String topic() {
        return topic;
    }

    String group() {
        return group;
    }

    /** The settings, as Kafka stores them. */
    StoredConsumer stored() {
        return stored;
    }

    /** Kafka stores the settings like this now. */
    void storedAs(StoredConsumer now) {
        stored = now;
    }

    Membership membership() {
        return membership;
    }

    SessionTimeout sessionTimeout() {
        return sessionTimeout;
    }

    /** The time since the last request of the consumer, in ms; 0 while a call waits. */
    long sinceLastHeartbeatMs() {
        return waitingCalls.count(id) > 0 ? 0 : sessionTimeout.sinceLastHeartbeatMs();
    }

    /** Repeats a call until no rebalance interrupts it. */
    private <T> T repeated(Supplier<T> call) {
        lock.lock();
        try {
            sessionTimeout.heartbeat();
            while (true) {
                try {
                    return call.get();
                } catch (RebalancedException e) {
                    if (CallDeadline.leftMs() <= 1) {
                        throw UpstreamErrors.of(e);
                    }
                }
            }
        } finally {
            sessionTimeout.heartbeat();
            lock.unlock();
        }
    }

    /** The current assignment, after {@link #places} has the same partitions. */
    private Assignment current() {
        Assignment assignment = membership.assignment();
        SortedMap<Integer, Integer> since = assignment.since();
        places.entrySet().removeIf(entry -> {
            MemberPlace place = entry.getValue();
            boolean isLost = !Integer.valueOf(place.since()).equals(since.get(entry.getKey()));
            if (isLost) {
                fence.revoked(entry.getKey(), place.position() > place.committed());
            }
            return isLost;
        });
        if (!places.keySet().equals(since.keySet())) {
            Map<Integer, OffsetAndMetadata> committed = groups.committed(group, topic);
            since.forEach((partition, generation) -> {
                if (!places.containsKey(partition)) {
                    OffsetAndMetadata known = committed.get(partition); // null if the partition was added later
                    MemberPlace gained = MemberPlace.atCommitted(
                            generation, known == null ? range(partition).start() : known.offset());
                    places.put(partition, gained);
                    fence.assigned(partition, gained.position());
                }
            });
        }
        return assignment;
    }

    private PartitionRange range(int partition) {
        return topics.range(new TopicPartition(topic, partition));
    }

    /** Commits offsets, and then moves to these places. */
    private void commit(Assignment assignment, Map<Integer, MemberPlace> changed) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        changed.forEach((partition, place) ->
                offsets.put(new TopicPartition(topic, partition), new OffsetAndMetadata(place.committed())));
        if (!offsets.isEmpty()) {
            membership.commit(assignment.generation(), offsets);
        }
        places.putAll(changed);
    }

    /** Moves to these places. With auto-commit, commits their positions before. */
    private void move(Assignment assignment, Map<Integer, MemberPlace> changed) {
        if (stored.autoCommit()) {
            changed.replaceAll((partition, place) -> place.committedAt(place.position()));
            commit(assignment, changed);
        } else {
            places.putAll(changed);
        }
    }

    /**
     * Delivers the next messages.
     *
     * @param claim see {@link engine.PendingPoll.Attempt}; it may be called several times
     * @return null if there are none
     */
    EncodedMessages poll(ReadLimits limits, BooleanSupplier claim) {
        return repeated(() -> {
            Assignment assignment = current();
            return PartitionTurns.deliver(limits, budget, claim, this::read, moved -> move(assignment, moved));
        });
    }

    /** Returns the places after a read, of those partitions that had messages. */
    private Map<Integer, MemberPlace> read(MessageWriter writer) {
        Map<Integer, MemberPlace> moved = new HashMap<>();
        turns.read(
                partitions(),
                turn++,
                partition -> places.get(partition.partition()).position(),
                writer,
                (partition, from, next) -> moved.put(
                        partition.partition(), places.get(partition.partition()).delivered(from, next)));
        return moved;
    }

    private List<TopicPartition> partitions() {
        return places.keySet().stream()
                .map(partition -> new TopicPartition(topic, partition))
                .toList();
    }

    /** See {@link engine.MessageBroker#commit}. */
    CommitResult commit(Map<Integer, Long> offsets) {
        return repeated(() -> {
            Assignment assignment = current();
            Map<Integer, Long> committed = offsets == null ? delivered() : checked(offsets);
            Map<Integer, MemberPlace> changed = new HashMap<>();
            committed.forEach((partition, offset) ->
                    changed.put(partition, places.get(partition).committedAt(offset)));
            commit(assignment, changed);
            fence.settle(committed.keySet());
            return new CommitResult(topic, topics.partitionCount(topic), committed);
        });
    }

    private Map<Integer, Long> delivered() {
        int[] revoked = fence.takeRevoked();
        if (revoked.length > 0) {
            throw Rebalanced.revoked(id, revoked);
        }
        Map<Integer, Long> delivered = new TreeMap<>();
        places.forEach((partition, place) -> delivered.put(partition, place.position()));
        return delivered;
    }

    private Map<Integer, Long> checked(Map<Integer, Long> offsets) {
        for (Map.Entry<Integer, Long> entry : offsets.entrySet()) {
            int partition = requireOwned(entry.getKey());
            Long since = fence.fencedFrom(partition);
            if (since != null && entry.getValue() < since) {
                throw Rebalanced.fenced(id, partition, topic, since, entry.getValue());
            }
            range(partition).requireCommittable(entry.getValue());
        }
        return new TreeMap<>(offsets);
    }

    private int requireOwned(int partition) {
        PartitionRange.requirePartition("partition", topic, topics.partitionCount(topic), partition);
        if (!places.containsKey(partition)) {
            throw Rebalanced.notOwner(id, partition, topic, owners());
        }
        return partition;
    }

    private String owners() {
        return Rebalanced.describeOwners(groups.shares(group, topic));
    }

    /** See {@link engine.MessageBroker#seek}. */
    ConsumerState seek(Integer partition, OffsetSpec to) {
        PartitionRange.requireSinglePartition(partition, to, topic, topics.partitionCount(topic));
        return repeated(() -> {
            Assignment assignment = current();
            Set<Integer> sought = partition == null ? Set.copyOf(places.keySet()) : Set.of(requireOwned(partition));
            if (sought.isEmpty()) {
                throw Rebalanced.ownsNothing(id, topic, owners());
            }
            Map<Integer, MemberPlace> changed = new HashMap<>();
            for (int one : sought) {
                long offset = topics.offset(new TopicPartition(topic, one), to);
                changed.put(one, places.get(one).movedTo(offset));
            }
            move(assignment, changed);
            fence.settle(sought);
            return stateNow(assignment);
        });
    }

    /** Resets the positions to the committed offsets, and ends the calls that wait. */
    void registerAgain(StoredConsumer settings) {
        repeated(() -> {
            current();
            places.replaceAll((partition, place) -> place.movedTo(place.committed()));
            stored = settings;
            sessionTimeout.setMs(settings.sessionTimeoutMs());
            fence.clear();
            waitingCalls.end(id);
            return null;
        });
    }

    /** The current state. It does not count as a request of the consumer. */
    ConsumerState state() {
        lock.lock();
        try {
            return stateNow(current());
        } finally {
            lock.unlock();
        }
    }

    /**
     * The current state, without the reason.
     *
     * @param ranges of the topic's partitions
     */
    ConsumerState listed(Map<TopicPartition, PartitionRange> ranges) {
        Map<TopicPartition, Long> ends = new HashMap<>();
        ranges.forEach((partition, range) -> ends.put(partition, range.end()));
        lock.lock();
        try {
            return state(current(), positions(ends), null);
        } finally {
            lock.unlock();
        }
    }

    private ConsumerState stateNow(Assignment assignment) {
        List<Position> positions = positions(topics.ends(partitions()));
        return state(
                assignment, positions, positions.isEmpty() ? notAssigned() : IdleReason.of(topic, positions, missed()));
    }

    private long missed() {
        return places.values().stream().mapToLong(MemberPlace::missed).sum();
    }

    private List<Position> positions(Map<TopicPartition, Long> ends) {
        List<Position> positions = new ArrayList<>();
        places.forEach((partition, place) -> {
            long end = ends.getOrDefault(new TopicPartition(topic, partition), place.position());
            positions.add(
                    new Position(partition, place.position(), place.committed(), Math.max(0, end - place.position())));
        });
        return positions;
    }

    private ConsumerState state(Assignment assignment, List<Position> positions, IdleReason reason) {
        return new ConsumerState(
                id,
                topic,
                topics.partitionCount(topic),
                group,
                assignment.generation(),
                stored.autoCommit(),
                positions,
                missed(),
                waitingCalls.count(id),
                reason);
    }

    private IdleReason notAssigned() {
        return IdleReason.notAssigned(group, groups.memberCount(group), topic, topics.partitionCount(topic), owners());
    }
}
