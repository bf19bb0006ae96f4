package engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * A consumer: its place in each partition that it owns. Delivery moves the position. The committed offset, which the
 * consumer goes back to when it registers again and its successor starts from, moves along if it commits by itself, and
 * else only by {@link #commit}.
 *
 * <p>Safe for any number of threads; calls for one group take turns, so that no two of them get the same message.
 */
final class ConsumerSession {
    /** The session timeout of a consumer that may be silent for ever. */
    private static final long UNLIMITED = Long.MAX_VALUE;

    /** Those first that were made first. */
    static final Comparator<ConsumerSession> BY_AGE = Comparator.comparingLong(session -> session.number);

    private static final AtomicLong LAST_NUMBER = new AtomicLong();
    private static final int[] NONE = {};

    private final long number = LAST_NUMBER.incrementAndGet();
    private final String consumerId;
    private final Topic topic;
    private final Group group;
    private final long registeredAt;
    private final List<PendingPoll<?>> waiting = new CopyOnWriteArrayList<>();

    /** The partitions that it owns, in their order; the array is never changed, but replaced. */
    private volatile int[] partitions = NONE;

    private final ConsumerProgress progress;
    private final CommitFence fence = new CommitFence();
    private volatile boolean autoCommit;
    private volatile long sessionTimeoutMs;
    private volatile int epoch;
    private ScheduledFuture<?> sessionCheck;
    private int turn;
    private volatile long lastSeenNanos = System.nanoTime();

    /** @param registeredAt in ms since 1970 */
    ConsumerSession(String consumerId, Topic topic, Group group, ConsumerSettings settings, long registeredAt) {
        this.consumerId = consumerId;
        this.topic = topic;
        this.group = group;
        this.registeredAt = registeredAt;
        this.progress = new ConsumerProgress(consumerId, topic, group.committed());
        this.autoCommit = settings.autoCommitOr(true);
        this.sessionTimeoutMs = settings.sessionTimeoutMsOr(
                group.name() == null ? UNLIMITED : ConsumerSettings.DEFAULT_SESSION_TIMEOUT_MS);
    }

    String consumerId() {
        return consumerId;
    }

    Topic topic() {
        return topic;
    }

    /** When it was first registered with its topic, in ms since 1970; 0 if nobody knows. */
    long registeredAt() {
        return registeredAt;
    }

    /** Null for a consumer that reads alone. */
    String groupName() {
        return group.name();
    }

    /** Whether what is delivered is committed with it. */
    boolean autoCommit() {
        return autoCommit;
    }

    /** Where it stands in each partition that it owns. */
    List<Position> positions() {
        return Arrays.stream(partitions).mapToObj(progress::state).collect(Collectors.toList());
    }

    /** How many messages were dropped before this consumer could get them. */
    long missed() {
        return progress.missed(Arrays.stream(partitions).boxed().collect(Collectors.toList()));
    }

    /** What it is at this moment. */
    ConsumerState state() {
        return state(positions());
    }

    /** What it is at this moment, if it stands there. */
    ConsumerState state(List<Position> positions) {
        return state(
                positions,
                positions.isEmpty()
                        ? new IdleReason(IdleReason.Code.NOT_ASSIGNED, group.whyIdle())
                        : IdleReason.of(topic.name(), positions, missed()));
    }

    /** What it is at this moment, without the reason why it gets nothing. */
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
     * Commits all that was delivered.
     *
     * @return the committed offsets by partition
     * @throws EngineException REBALANCED if some of it was in partitions that it has lost; then nothing is committed, and
     *     asking again commits the rest; STORAGE_FULL
     */
    Map<Integer, Long> commit() {
        return group.locked(() -> {
            heartbeat();
            int[] revoked = fence.takeRevoked();
            if (revoked.length > 0) {
                throw new EngineException(
                        ErrorCode.REBALANCED,
                        "Consumer " + consumerId + " no longer owns " + Group.text(revoked)
                                + ": what it got from there and has not committed goes to the new owner. Commit again for the rest.");
            }
            Map<Integer, Long> offsets = new TreeMap<>();
            for (int partition : partitions) {
                offsets.put(partition, progress.position(partition));
            }
            commitNow(offsets);
            return offsets;
        });
    }

    /**
     * Commits offsets, all of them or none.
     *
     * @param offsets the next offset to read, by partition
     * @throws EngineException INVALID if there is no such partition; REBALANCED if it is not the consumer's, or was not
     *     meanwhile, and the offset lies before where the consumer goes on; OFFSET_OUT_OF_RANGE if it lies past the end;
     *     STORAGE_FULL
     */
    Map<Integer, Long> commit(Map<Integer, Long> offsets) {
        return group.locked(() -> {
            heartbeat();
            offsets.forEach((partition, offset) -> {
                group.requireOwner(this, topic.requirePartition("partition", partition));
                requireNotFenced(partition, offset);
                topic.requireNotPastTheEnd(partition, offset, "What is not there cannot be committed");
            });
            commitNow(offsets);
            return new TreeMap<>(offsets);
        });
    }

    /**
     * Moves to another place.
     *
     * @param partition null for all that it owns
     * @return where it stands then, in each partition that it owns
     * @throws EngineException INVALID, REBALANCED (also if it owns none), OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED, STORAGE_FULL; then it has not moved
     */
    List<Position> seek(Integer partition, OffsetSpec to) {
        if (partition == null && to.isNumber() && topic.partitions() > 1) {
            throw EngineException.invalid(
                    "partition",
                    "is required with a number, for topic " + topic.name() + " has " + topic.partitions()
                            + " partitions");
        }
        List<Position> reached = group.locked(() -> {
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
            return positions();
        });
        topic.waiters().wake();
        return reached;
    }

    /**
     * Goes back to what was committed. Calls that wait from before end with nothing: whoever made them has gone, and must not
     * get what is delivered now. What the settings say of commits and the session counts from now on.
     */
    void registerAgain(ConsumerSettings settings) {
        group.locked(() -> {
            boolean newAutoCommit = settings.autoCommitOr(autoCommit);
            long newSessionTimeoutMs = settings.sessionTimeoutMsOr(sessionTimeoutMs);
            if (newAutoCommit != autoCommit || newSessionTimeoutMs != sessionTimeoutMs) {
                persist(newAutoCommit, newSessionTimeoutMs);
            }
            epoch++;
            heartbeat();
            autoCommit = newAutoCommit;
            sessionTimeoutMs = newSessionTimeoutMs;
            for (int partition : partitions) {
                progress.moveTo(partition, group.committed().get(partition));
            }
            fence.clear();
            return null;
        });
        waiting.forEach(PendingPoll::giveUp);
    }

    Group group() {
        return group;
    }

    /** @throws EngineException STORAGE_FULL */
    void persist() {
        group.locked(() -> {
            persist(autoCommit, sessionTimeoutMs);
            return null;
        });
    }

    private void persist(boolean newAutoCommit, long newSessionTimeoutMs) {
        topic.journal()
                .register(
                        new ConsumerSettings(
                                consumerId,
                                group.name(),
                                newAutoCommit,
                                null,
                                newSessionTimeoutMs == UNLIMITED ? null : newSessionTimeoutMs),
                        registeredAt,
                        group.key(),
                        group.committed().all());
    }

    /** Counts registrations. A call of an earlier epoch is fenced: it delivers nothing. */
    int epoch() {
        return epoch;
    }

    /**
     * Notes that a call waits, until it ends.
     *
     * @param callEpoch what {@link #epoch} was when it began
     */
    void noteWaiting(PendingPoll<?> call, int callEpoch) {
        waiting.add(call);
        call.whenComplete((result, failure) -> {
            heartbeat();
            waiting.remove(call);
        });
        if (callEpoch != epoch) {
            call.giveUp();
        }
    }

    /** How long ago, in ms, the consumer was heard of; 0 while it waits. */
    long sinceLastHeartbeatMs() {
        return !waiting.isEmpty() ? 0 : TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastSeenNanos);
    }

    /** Whether it is removed when it is silent for too long. */
    boolean hasSession() {
        return sessionTimeoutMs != UNLIMITED;
    }

    /** How long it may be silent, in ms, if it has a session. */
    long sessionTimeoutMs() {
        return sessionTimeoutMs;
    }

    /** From now on this one sees to its session, and no other; null if none has to. */
    synchronized void checkSessionBy(ScheduledFuture<?> check) {
        if (sessionCheck != null) {
            sessionCheck.cancel(false);
        }
        sessionCheck = check;
    }

    /**
     * Delivers the next messages, as many as the writer takes, and moves on once the result is made of them; if memory runs
     * out before, the consumer has not moved.
     *
     * @param callEpoch what {@link #epoch} was when the call began
     * @param claim see {@link PendingPoll.Attempt}
     * @return the result; null if there are no messages, if it has registered again meanwhile, or if the call has ended
     */
    EncodedMessages next(int callEpoch, BooleanSupplier claim, MessageWriter writer) {
        group.lock().lock();
        try {
            if (callEpoch != epoch || !claim.getAsBoolean()) {
                return null;
            }
            int[] owned = partitions;
            int first = owned.length == 0
                    ? 0
                    : Math.floorMod(++turn, owned.length); // each partition is the first one in its turn
            List<ConsumerProgress.Move> moves = new ArrayList<>();
            for (int i = 0; i < owned.length && !writer.isFull(); i++) {
                int partition = owned[first + i < owned.length ? first + i : first + i - owned.length];
                if (progress.position(partition) >= topic.endOffset(partition)) {
                    continue; // of many partitions few may have something
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
            progress.pass(moves, autoCommit);
            return result;
        } finally {
            group.lock().unlock();
        }
    }

    /** The consumer was heard of. */
    void heartbeat() {
        lastSeenNanos = System.nanoTime();
    }

    /** The partitions that it owns, in their order; not to be changed. */
    int[] partitions() {
        return partitions;
    }

    /** It owns these, of each of which it was told by {@link #assigned} or {@link #revoked}. The lock is held. */
    void assign(int[] owned) {
        partitions = owned;
    }

    /** The lock is held. */
    void assigned(int partition) {
        progress.begin();
        progress.moveTo(partition, group.committed().get(partition));
        fence.assigned(partition, progress.position(partition));
    }

    /** The lock is held. */
    void revoked(int partition) {
        fence.revoked(
                partition, progress.position(partition) > group.committed().get(partition));
    }

    /** What was written down by {@link Journal#recordMissed}. */
    void restoreMissed(long messages, Map<Integer, Long> deliveredBefore) {
        group.locked(() -> {
            progress.restore(messages, deliveredBefore);
            return null;
        });
    }

    /** The lock is held. */
    private void commitNow(Map<Integer, Long> offsets) {
        progress.commit(offsets);
        fence.settle(offsets.keySet());
    }

    /** What it got before it lost the partition is not to move its commit back behind what others have done since. */
    private void requireNotFenced(int partition, long offset) {
        Long since = fence.fencedFrom(partition);
        if (since != null && offset < since) {
            throw new EngineException(
                    ErrorCode.REBALANCED,
                    "Consumer " + consumerId + " did not own partition " + partition + " of topic "
                            + topic.name() + " for a while, and goes on in it from offset " + since
                            + ": what it got before does not count any more. "
                            + "To go back on purpose, seek first.");
        }
    }
}
