package engine;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How far a consumer has come: where it stands in each partition, and how many messages were dropped before it could get them.
 *
 * <p>Looking takes no lock. Whoever changes it holds the lock of the consumer's group.
 */
final class ConsumerProgress {
    private final String consumerId;
    private final Topic topic;
    private final CommittedOffsets committed;

    /** By partition; null as long as it has never owned one. */
    private volatile AtomicLongArray positions;

    /** By partition: up to where it has ever got its messages, or missed them. It is there together with the positions. */
    private AtomicLongArray highestDelivered;

    private volatile long missed;

    /**
     * Messages of a partition that are delivered.
     *
     * @param from the offset of the first
     * @param to the offset after the last
     */
    record Move(int partition, long from, long to) {}

    /** @param committed of the consumer's group */
    ConsumerProgress(String consumerId, Topic topic, CommittedOffsets committed) {
        this.consumerId = consumerId;
        this.topic = topic;
        this.committed = committed;
    }

    /** Has to be called before anything is asked of a partition. */
    void begin() {
        if (positions == null) {
            highestDelivered = new AtomicLongArray(committed.partitions());
            positions = new AtomicLongArray(committed.partitions());
        }
    }

    /** Where it stands in a partition; before the partition's start if messages were dropped since. */
    long position(int partition) {
        return positions.get(partition);
    }

    /** Where it stands in a partition, for people. */
    Position state(int partition) {
        long next = committed.get(partition); // first: it never goes before the position
        long offset = Math.max(positions.get(partition), topic.startOffset(partition));
        return new Position(partition, offset, next, Math.max(0, topic.endOffset(partition) - offset));
    }

    /**
     * How many messages were dropped before the consumer could get them.
     *
     * @param owned the partitions that it owns
     */
    long missed(Collection<Integer> owned) {
        return missed
                + owned.stream()
                        .mapToLong(p -> missedBefore(p, topic.startOffset(p)))
                        .sum();
    }

    void moveTo(int partition, long offset) {
        positions.setRelease(partition, offset);
    }

    /**
     * Moves on behind what is being delivered.
     *
     * @param isCommitted whether that is committed with it
     */
    void pass(List<Move> moves, boolean isCommitted) {
        long missedNow = moves.stream()
                .mapToLong(move -> missedBefore(move.partition, move.from))
                .sum();
        boolean isFirstTime = moves.stream().anyMatch(move -> move.to > highestDelivered.get(move.partition));
        if (isCommitted) {
            committed.commitDelivered(moves.stream().collect(Collectors.toMap(Move::partition, Move::to)));
        }
        for (Move move : moves) {
            highestDelivered.setRelease(move.partition, Math.max(highestDelivered.get(move.partition), move.to));
            moveTo(move.partition, move.to);
        }
        missed += missedNow;
        if (missedNow > 0
                || (isFirstTime && !isCommitted && topic.mayDropUnread())) { // else what is committed says as much
            recordDelivered(moves.stream().map(Move::partition).collect(Collectors.toList()));
        }
    }

    /**
     * Commits offsets, all of them or none. Where the consumer commits less than it got, nothing else would say after a restart what it got.
     *
     * @throws EngineException STORAGE_FULL
     */
    void commit(Map<Integer, Long> offsets) {
        if (offsets.isEmpty()) {
            return;
        }
        List<Integer> goingBack = offsets.keySet().stream()
                .filter(partition -> offsets.get(partition) < highestDelivered.get(partition))
                .collect(Collectors.toList());
        if (!goingBack.isEmpty() && topic.mayDropUnread()) {
            recordDelivered(goingBack);
        }
        committed.commit(offsets);
    }

    /** What was written down by {@link Journal#recordMissed}. */
    void restore(long messages, Map<Integer, Long> deliveredBefore) {
        begin();
        missed = messages;
        deliveredBefore.forEach(highestDelivered::setRelease);
    }

    /** How many messages before this offset it never got, and has not committed. */
    private long missedBefore(int partition, long offset) {
        return Math.max(
                0,
                offset
                        - Math.max(
                                committed.get(partition),
                                Math.max(positions.get(partition), highestDelivered.get(partition))));
    }

    private void recordDelivered(List<Integer> partitions) {
        topic.journal()
                .recordMissed(
                        consumerId,
                        missed,
                        partitions.stream().collect(Collectors.toMap(Function.identity(), highestDelivered::get)));
    }
}
