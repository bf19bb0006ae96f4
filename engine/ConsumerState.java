package engine;

import java.util.List;

/**
 * A consumer at one moment.
 *
 * @param partitionCount of the topic
 * @param group null for a consumer that reads alone
 * @param generation of the group: grows by 1 whenever a member joins or leaves
 * @param autoCommit whether what is delivered is committed with it
 * @param positions in each partition that it owns, in their order
 * @param missed how many messages were dropped before it could get them
 * @param waiting how many calls wait for a message for it
 * @param idleReason why it gets nothing; null in a list
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

    /** How many messages are there for it and not yet delivered. */
    public long lag() {
        return Position.totalLag(positions);
    }
}
