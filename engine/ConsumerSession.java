package engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * A consumer, with its position in each partition that it owns. A delivery advances the position. The committed offset is where the
 * consumer continues when it registers again, and where the next owner of the partition starts. With auto-commit, a delivery advances
 * it too. Otherwise only {@link #commit} does.
 *
 * <p>Safe for any number of threads. The lock of the group serializes its calls, so that no two of them get the same message.
 */
final class ConsumerSession {
    /** Oldest first. */
    static final Comparator<ConsumerSession> BY_AGE = Comparator.comparingLong(session -> session.number);

    private static final AtomicLong LAST_NUMBER = new AtomicLong();
    private static final int[] NONE = {};

    private final long number = LAST_NUMBER.incrementAndGet();
    private final String consumerId;
    private final Topic topic;
    private final Group group;
    private final long registeredAt;
    private final List<PendingPoll<?>> waiting = new CopyOnWriteArrayList<>();

    /** The partitions that it owns, in ascending order. The array is replaced, never changed. */
    private volatile int[] partitions = NONE;

    private final ConsumerProgress progress;
    private final SessionTimeout sessionTimeout;

    /** Guarded by the lock of the group. */
    private final CommitFence fence = new CommitFence();

    private volatile boolean autoCommit;
    private volatile int epoch;

    /** Counts deliveries, so that each partition comes first in its turn. */
    @GuardedBy("group.lock()")
    private int roundRobin;

    /** @param registeredAt in ms since 1970 */
    ConsumerSession(String consumerId, Topic topic, Group group, ConsumerSettings settings, long registeredAt) {
        this.consumerId = consumerId;
        this.topic = topic;
        this.group = group;
        this.registeredAt = registeredAt;
        this.progress = new ConsumerProgress(consumerId, topic, group.committed());
        this.autoCommit = settings.autoCommitOr(true);
        this.sessionTimeout = new SessionTimeout(settings, group.name() != null, topic.scheduler());
    }

    String consumerId() {
        return consumerId;
    }

    Topic topic() {
        return topic;
    }

    /** When it was first registered with its topic, in ms since 1970; 0 if unknown. */
    long registeredAt() {
        return registeredAt;
    }

    /** Null for a consumer without a group. */
    String groupName() {
        return group.name();
    }

    /** Whether a delivery commits the delivered messages. */
    boolean autoCommit() {
        return autoCommit;
    }

    /** The position in each partition that it owns. */
    List<Position> positions() {
        return Arrays.stream(partitions).mapToObj(progress::state).toList();
    }

    /** The number of messages that were dropped before this consumer could read them. */
    long missed() {
        return progress.missed(Arrays.stream(partitions).boxed().toList());
    }

    /** The current state. */
    ConsumerState state() {
        return state(positions());
    }

    /** The current state, with these positions. */
    ConsumerState state(List<Position> positions) {
        return state(
                positions, positions.isEmpty() ? group.idleReason() : IdleReason.of(topic.name(), positions, missed()));
    }

    /** The current state, without the {@link IdleReason}. */
    ConsumerState stateInList() {
        return state(positions(), null);
    }

    private ConsumerState state(List<Position> positions, IdleReason idleReason) {
        return new ConsumerState(
                consumerId,
                topic.name(),
                topic.partitions(),
                group.name(),
                group.generation(),
                autoCommit,
                positions,
                missed(),
                waiting.size(),
                idleReason);
    }

    /**
     * Commits everything that was delivered.
     *
     * @return the committed offsets by partition
     * @throws EngineException REBALANCED if some of the messages are in revoked partitions; then nothing is committed, and a second
     *     call commits the other partitions; STORAGE_FULL
     */
    Map<Integer, Long> commit() {
        group.lock().lock();
        try {
            heartbeat();
            int[] revoked = fence.takeRevoked();
            if (revoked.length > 0) {
                throw Rebalanced.revoked(consumerId, revoked);
            }
            Map<Integer, Long> offsets = new TreeMap<>();
            for (int partition : partitions) {
                offsets.put(partition, progress.position(partition));
            }
            commitNow(offsets);
            return offsets;
        } finally {
            group.lock().unlock();
        }
    }

    /**
     * Commits offsets, all of them or none.
     *
     * @param offsets the next offset to read, by partition
     * @throws EngineException INVALID if a partition does not exist; REBALANCED if the consumer does not own it, or if it lost and
     *     regained it and the offset is before its new start; OFFSET_OUT_OF_RANGE if the offset is past the end; STORAGE_FULL
     */
    Map<Integer, Long> commit(Map<Integer, Long> offsets) {
        group.lock().lock();
        try {
            heartbeat();
            for (Map.Entry<Integer, Long> entry : offsets.entrySet()) {
                int partition = entry.getKey();
                group.requireOwner(this, topic.requirePartition("partition", partition));
                requireNotFenced(partition, entry.getValue());
                topic.range(partition).requireCommittable(entry.getValue());
            }
            commitNow(offsets);
            return new TreeMap<>(offsets);
        } finally {
            group.lock().unlock();
        }
    }

    /**
     * Moves the position. With auto-commit, commits it too.
     *
     * @param partition null for all partitions that it owns
     * @return the new position in each partition that it owns
     * @throws EngineException INVALID, REBALANCED (also if it owns no partition), OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED, STORAGE_FULL;
     *     then no position has changed
     */
    List<Position> seek(Integer partition, OffsetSpec to) {
        PartitionRange.requireSinglePartition(partition, to, topic.name(), topic.partitions());
        List<Position> positions;
        group.lock().lock();
        try {
            heartbeat();
            int[] moved = partition == null ? partitions : new int[] {topic.requirePartition("partition", partition)};
            group.requireOwnerOfAll(this, moved);
            Map<Integer, Long> offsets = new TreeMap<>();
            Arrays.stream(moved).forEach(p -> offsets.put(p, topic.offset(p, to)));
            if (autoCommit) {
                commitNow(offsets);
            }
            offsets.forEach(progress::moveTo);
            fence.settle(offsets.keySet());
            positions = positions();
        } finally {
            group.lock().unlock();
        }
        topic.waiters().wake();
        return positions;
    }

    /**
     * Resets the positions to the committed offsets, and applies the new settings of auto-commit and session timeout. Earlier calls
     * that still wait end without messages, because their client is gone and would lose messages that are delivered now.
     */
    void registerAgain(ConsumerSettings settings) {
        group.lock().lock();
        try {
            boolean newAutoCommit = settings.autoCommitOr(autoCommit);
            long newSessionTimeoutMs = settings.sessionTimeoutMsOr(sessionTimeout.ms());
            if (newAutoCommit != autoCommit || newSessionTimeoutMs != sessionTimeout.ms()) {
                persist(newAutoCommit, newSessionTimeoutMs, group.committed().all());
            }
            epoch++;
            heartbeat();
            autoCommit = newAutoCommit;
            sessionTimeout.setMs(newSessionTimeoutMs);
            for (int partition : partitions) {
                progress.moveTo(partition, group.committed().get(partition));
            }
            fence.clear();
        } finally {
            group.lock().unlock();
        }
        waiting.forEach(PendingPoll::giveUp);
    }

    Group group() {
        return group;
    }

    /**
     * @param committed by partition, the committed offsets of the group, also where nothing was committed yet
     * @throws EngineException STORAGE_FULL
     */
    void persist(long[] committed) {
        group.lock().lock();
        try {
            persist(autoCommit, sessionTimeout.ms(), committed);
        } finally {
            group.lock().unlock();
        }
    }

    @GuardedBy("group.lock()")
    private void persist(boolean newAutoCommit, long newSessionTimeoutMs, long[] committed) {
        topic.journal()
                .register(
                        new ConsumerSettings(
                                consumerId,
                                group.name(),
                                newAutoCommit,
                                null,
                                SessionTimeout.asSetting(newSessionTimeoutMs)),
                        registeredAt,
                        group.key(),
                        committed);
    }

    /** Grows by 1 with each registration. A poll of an earlier epoch is fenced: it delivers nothing. */
    int epoch() {
        return epoch;
    }

    /**
     * Adds a call that waits, until it ends.
     *
     * @param callEpoch the value of {@link #epoch} at the start of the call
     */
    void addWaiting(PendingPoll<?> call, int callEpoch) {
        waiting.add(call);
        call.whenComplete((result, failure) -> {
            heartbeat();
            waiting.remove(call);
        });
        if (callEpoch != epoch) {
            call.giveUp();
        }
    }

    SessionTimeout sessionTimeout() {
        return sessionTimeout;
    }

    /** The time since the last request of the consumer, in ms; 0 while a call waits. */
    long sinceLastHeartbeatMs() {
        return waiting.isEmpty() ? sessionTimeout.sinceLastHeartbeatMs() : 0;
    }

    /**
     * Delivers the next messages, as many as the writer takes, and advances the positions. They advance after the result is
     * complete, so that none changes if memory runs out.
     *
     * @param callEpoch the value of {@link #epoch} at the start of the call
     * @param claim see {@link PendingPoll.Attempt}
     * @return null if there are no messages, if the consumer registered again meanwhile, or if the call has ended
     */
    EncodedMessages next(int callEpoch, BooleanSupplier claim, MessageWriter writer) {
        group.lock().lock();
        try {
            if (callEpoch != epoch || !claim.getAsBoolean()) {
                return null;
            }
            int[] owned = partitions;
            int first = owned.length == 0 ? 0 : Math.floorMod(++roundRobin, owned.length);
            List<ConsumerProgress.Move> moves = new ArrayList<>();
            for (int i = 0; i < owned.length && !writer.isFull(); i++) {
                int partition = owned[first + i < owned.length ? first + i : first + i - owned.length];
                if (progress.position(partition) >= topic.endOffset(partition)) {
                    continue; // a shortcut: of many partitions, few may have new messages
                }
                int before = writer.count();
                long next = topic.read(partition, progress.position(partition), writer);
                if (writer.count() > before) {
                    moves.add(new ConsumerProgress.Move(partition, writer.firstOffset(), next));
                }
            }
            if (moves.isEmpty()) {
                return null;
            }
            EncodedMessages result = writer.finish();
            progress.advance(moves, autoCommit);
            return result;
        } finally {
            group.lock().unlock();
        }
    }

    /** Restarts the session timeout. */
    void heartbeat() {
        sessionTimeout.heartbeat();
    }

    /** The partitions that it owns, in ascending order. The caller must not change the array. */
    int[] partitions() {
        return partitions;
    }

    /**
     * Sets the partitions that it owns, after {@link #assigned} or {@link #revoked} was called for each change. The caller holds the
     * lock of the group, unless the topic was deleted.
     */
    void assign(int[] owned) {
        partitions = owned;
    }

    /** The caller holds the lock of the group. */
    void assigned(int partition) {
        progress.init();
        progress.moveTo(partition, group.committed().get(partition));
        fence.assigned(partition, progress.position(partition));
    }

    /** The caller holds the lock of the group. */
    void revoked(int partition) {
        fence.revoked(
                partition, progress.position(partition) > group.committed().get(partition));
    }

    /** Restores what {@link Journal#recordMissed} has persisted. */
    void restoreMissed(long messages, Map<Integer, Long> highestDelivered) {
        group.lock().lock();
        try {
            progress.restore(messages, highestDelivered);
        } finally {
            group.lock().unlock();
        }
    }

    @GuardedBy("group.lock()")
    private void commitNow(Map<Integer, Long> offsets) {
        progress.commit(offsets);
        fence.settle(offsets.keySet());
    }

    /** A commit of messages that were delivered before the partition was lost must not undo later commits of other members. */
    @GuardedBy("group.lock()")
    private void requireNotFenced(int partition, long offset) {
        Long since = fence.fencedFrom(partition);
        if (since != null && offset < since) {
            throw Rebalanced.fenced(consumerId, partition, topic.name(), since, offset);
        }
    }
}
