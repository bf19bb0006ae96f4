package engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A consumer: its place in each partition that it owns. Delivery moves the position. The committed offset, which the
 * consumer goes back to when it registers again and its successor starts from, moves along if it commits by itself, and
 * else only by {@link #commit}.
 *
 * <p>Safe for any number of threads; calls for one group take turns, so that no two of them get the same message.
 */
public final class Cursor {
    private final String consumerId;
    private final Topic topic;
    private final Group group;
    private final long sessionTimeoutMs;
    private final AtomicInteger waiting = new AtomicInteger();
    private final long[] positions;
    private final TreeSet<Integer> lost = new TreeSet<>();
    private boolean commitsItself;
    private long missed;
    private int turn;
    private volatile long lastSeenNanos = System.nanoTime();

    Cursor(String consumerId, Topic topic, Group group, boolean commitsItself, long sessionTimeoutMs) {
        this.consumerId = consumerId;
        this.topic = topic;
        this.group = group;
        this.commitsItself = commitsItself;
        this.sessionTimeoutMs = sessionTimeoutMs;
        this.positions = new long[topic.partitions()];
    }

    public String consumerId() {
        return consumerId;
    }

    public Topic topic() {
        return topic;
    }

    /** Null for a consumer that reads alone. */
    public String groupName() {
        return group.name();
    }

    /** Grows by 1 whenever somebody joins or leaves its group. */
    public int generation() {
        return group.generation();
    }

    /** Whether what is delivered is committed with it. */
    public boolean commitsItself() {
        synchronized (group) {
            return commitsItself;
        }
    }

    /** Where it stands in each partition that it owns. */
    public List<Position> positions() {
        synchronized (group) {
            return Arrays.stream(group.partitionsOf(this)).mapToObj(this::position).collect(Collectors.toList());
        }
    }

    /** How many messages were dropped before this consumer could get them. */
    public long missed() {
        synchronized (group) {
            return missed + Arrays.stream(group.partitionsOf(this))
                    .mapToLong(p -> Math.max(0, topic.startOffset(p) - positions[p])).sum();
        }
    }

    /** How many calls wait for a message for this consumer just now. */
    public int waiting() {
        return waiting.get();
    }

    /** Why it gets nothing, if it does not. */
    public Why why() {
        synchronized (group) {
            return Why.of(this, group);
        }
    }

    /**
     * Commits all that was delivered.
     *
     * @return the committed offsets by partition
     * @throws EngineException REBALANCED if some of it was in partitions that it has lost; then nothing is committed, and
     *     asking again commits the rest
     */
    public Map<Integer, Long> commit() {
        synchronized (group) {
            touch();
            if (!lost.isEmpty()) {
                String partitions = Group.text(lost.stream().mapToInt(p -> p).toArray());
                lost.clear();
                throw new EngineException(ErrorCode.REBALANCED, "Consumer " + consumerId + " no longer owns " + partitions
                        + ": what it got from there and has not committed goes to the new owner. Commit again for the rest.");
            }
            Map<Integer, Long> offsets = new TreeMap<>();
            for (int partition : group.partitionsOf(this)) {
                group.commit(partition, positions[partition]);
                offsets.put(partition, positions[partition]);
            }
            return offsets;
        }
    }

    /**
     * Commits offsets, all of them or none.
     *
     * @param offsets the next offset to read, by partition
     * @throws EngineException INVALID if there is no such partition, REBALANCED if it is not the consumer's,
     *     OFFSET_OUT_OF_RANGE if the offset lies past the end
     */
    public Map<Integer, Long> commit(Map<Integer, Long> offsets) {
        synchronized (group) {
            touch();
            offsets.forEach((partition, offset) -> {
                requireOwned(topic.requirePartition("partition", partition));
                if (offset > topic.endOffset(partition)) {
                    throw StartPosition.pastTheEnd(topic, partition, offset);
                }
            });
            offsets.forEach(group::commit);
            return new TreeMap<>(offsets);
        }
    }

    /**
     * Moves to another place.
     *
     * @param partition null for all that it owns
     * @return where it stands then, in each partition that it owns
     * @throws EngineException INVALID, REBALANCED, OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED; then it has not moved
     */
    public List<Position> seek(Integer partition, StartPosition to) {
        List<Position> positions;
        synchronized (group) {
            touch();
            int[] partitions = partition == null ? group.partitionsOf(this) : new int[] {topic.requirePartition("partition", partition)};
            Arrays.stream(partitions).forEach(this::requireOwned);
            long[] offsets = Arrays.stream(partitions).mapToLong(p -> to.in(topic, p)).toArray();
            for (int i = 0; i < partitions.length; i++) {
                moveTo(partitions[i], offsets[i]);
            }
            positions = positions();
        }
        topic.waiters().wake();
        return positions;
    }

    /** Goes back to what was committed; a new value of {@code commitsItself} counts from now on, null changes nothing. */
    void registerAgain(Boolean commitsItself) {
        synchronized (group) {
            touch();
            this.commitsItself = commitsItself == null ? this.commitsItself : commitsItself;
            for (int partition : group.partitionsOf(this)) {
                positions[partition] = group.committed(partition);
            }
            lost.clear();
        }
        topic.waiters().wake();
    }

    Group group() {
        return group;
    }

    /** Notes that a call waits, until it ends. */
    void noteWaiting(CompletableFuture<?> call) {
        waiting.incrementAndGet();
        call.whenComplete((result, failure) -> {
            touch();
            waiting.decrementAndGet();
        });
    }

    /** How long ago, in ms, the consumer was heard of; 0 while it waits. */
    long silentMs() {
        return waiting.get() > 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastSeenNanos);
    }

    /** How long it may be silent. */
    long sessionTimeoutMs() {
        return sessionTimeoutMs;
    }

    /**
     * Delivers the next messages, as many as the writer takes, and moves on once the result is made of them; if memory runs
     * out before, the consumer has not moved.
     *
     * @return the result; null if there are no messages
     */
    <T> T next(MessageWriter writer, Function<MessageWriter, T> finish) {
        synchronized (group) {
            int[] partitions = group.partitionsOf(this);
            turn++; // lest one partition has all the attention
            List<Move> moves = new ArrayList<>();
            for (int i = 0; i < partitions.length && !writer.isFull(); i++) {
                int before = writer.count();
                int partition = partitions[(turn + i) % partitions.length];
                long next = topic.read(partition, Math.max(positions[partition], topic.startOffset(partition)), writer);
                if (writer.count() > before) {
                    moves.add(new Move(partition, writer.firstOffset(), next));
                }
            }
            T result = moves.isEmpty() ? null : finish.apply(writer);
            moves.forEach(move -> {
                missed += Math.max(0, move.from - positions[move.partition]);
                moveTo(move.partition, move.to);
            });
            return result;
        }
    }

    private record Move(int partition, long from, long to) {}

    /** The consumer was heard of. */
    void touch() {
        lastSeenNanos = System.nanoTime();
    }

    /** The lock is held. */
    void gain(int partition) {
        positions[partition] = group.committed(partition);
        lost.remove(partition);
    }

    /** The lock is held. */
    void lose(int partition) {
        if (positions[partition] > group.committed(partition)) {
            lost.add(partition);
        }
    }

    /** The lock is held. */
    private void moveTo(int partition, long offset) {
        positions[partition] = offset;
        if (commitsItself) {
            group.commit(partition, offset);
        }
    }

    private void requireOwned(int partition) {
        if (!group.owns(this, partition)) {
            throw new EngineException(ErrorCode.REBALANCED, "Consumer " + consumerId + " does not own partition " + partition
                    + " of topic " + topic.name() + " (any more): " + group.describe() + ". Go on with what it owns.");
        }
    }

    private Position position(int partition) {
        long offset = Math.max(positions[partition], topic.startOffset(partition));
        return new Position(partition, offset, group.committed(partition), Math.max(0, topic.endOffset(partition) - offset));
    }
}
