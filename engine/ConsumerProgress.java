package engine;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The progress of a consumer: its position in each partition, and the number of messages that it missed. A message is missed if it is
 * dropped before the consumer reads it.
 *
 * <p>Reading takes no lock. A thread that changes the progress holds the lock of the consumer's group.
 */
final class ConsumerProgress {
    private final String consumerId;
    private final Topic topic;
    private final CommittedOffsets committed;

    /** By partition; null until the consumer owns a partition for the first time. */
    private volatile AtomicLongArray positions;

    /** By partition, the offset after the last message that was ever delivered or missed. Null while {@code positions} is null. */
    private AtomicLongArray highestDelivered;

    private volatile long missed;

    /**
     * A delivery of messages of one partition.
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

    /** Must be called before any other method that takes a partition. */
    void init() {
        if (positions == null) {
            highestDelivered = new AtomicLongArray(committed.partitions());
            positions = new AtomicLongArray(committed.partitions());
        }
    }

    /** The position in a partition. It is before the partition's start offset if messages were dropped since. */
    long position(int partition) {
        return positions.get(partition);
    }

    /** The position in a partition, but not before the start offset, with the committed offset and the lag. */
    Position state(int partition) {
        long next = committed.get(partition); // read first, because it never passes the position
        long offset = Math.max(positions.get(partition), topic.startOffset(partition));
        return new Position(partition, offset, next, Math.max(0, topic.endOffset(partition) - offset));
    }

    /**
     * The number of missed messages.
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
     * Advances the positions past messages that are being delivered.
     *
     * @param isCommitted whether to commit them, too
     */
    void advance(List<Move> moves, boolean isCommitted) {
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
                || (isFirstTime
                        && !isCommitted
                        && topic.mayDropUnread())) { // else a restart derives it from the committed offsets
            recordDelivered(moves.stream().map(Move::partition).collect(Collectors.toList()));
        }
    }

    /**
     * Commits offsets, all of them or none. If the consumer commits less than was delivered, persists the highest delivered offset,
     * because a restart could not derive it from the committed offset.
     *
     * @throws EngineException STORAGE_FULL
     */
    void commit(Map<Integer, Long> offsets) {
        if (offsets.isEmpty()) {
            return;
        }
        List<Integer> movedBack = offsets.keySet().stream()
                .filter(partition -> offsets.get(partition) < highestDelivered.get(partition))
                .collect(Collectors.toList());
        if (!movedBack.isEmpty() && topic.mayDropUnread()) {
            recordDelivered(movedBack);
        }
        committed.commit(offsets);
    }

    /** Restores what {@link Journal#recordMissed} has persisted. */
    void restore(long messages, Map<Integer, Long> delivered) {
        init();
        missed = messages;
        delivered.forEach(highestDelivered::setRelease);
    }

    /** The number of messages before this offset that were neither delivered nor committed. */
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
