package engine;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A snapshot of a consumer.
 *
 * @param partitionCount of the topic
 * @param group null for a consumer without a group
 * @param generation of the group: grows by 1 whenever a member joins or leaves
 * @param autoCommit whether a delivery commits the delivered messages
 * @param positions in each partition that it owns, in ascending order
 * @param missed the number of messages that were dropped before the consumer could read them
 * @param waiting the number of its calls that wait for a message
 * @param idleReason why it gets no messages; null in a list
 */
public record ConsumerState(
        String consumerId,
        String topic,
        int partitionCount,
        String group,
        long generation,
        boolean autoCommit,
        List<Position> positions,
        long missed,
        int waiting,
        IdleReason idleReason) {

    /** The same state with another id, and with the texts that {@code text} returns. */
    public ConsumerState withId(String id, UnaryOperator<String> text) {
        IdleReason reason =
                idleReason == null ? null : new IdleReason(idleReason.code(), text.apply(idleReason.detail()));
        return new ConsumerState(
                id, topic, partitionCount, group, generation, autoCommit, positions, missed, waiting, reason);
    }

    /** The number of messages in its partitions that are not delivered yet. */
    public long lag() {
        return Position.totalLag(positions);
    }
}
