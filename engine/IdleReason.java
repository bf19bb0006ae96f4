package engine;

import java.util.List;

/**
 * Why a consumer gets no messages.
 *
 * @param code stable
 * @param detail in words, with what to do
 */
public record IdleReason(Code code, String detail) {
    /** The reasons. Clients depend on the names: never rename one. */
    public enum Code {
        /** There are messages to deliver. */
        MESSAGES_WAIT,
        /** No message was ever produced to its partitions. */
        TOPIC_EMPTY,
        /** All messages were delivered. */
        CAUGHT_UP,
        /** All messages were delivered, but not all of them are committed. */
        WAITING_FOR_COMMIT,
        /** All retained messages were delivered, but some were dropped before. */
        TRIMMED,
        /** Its group has more members than the topic has partitions. */
        NOT_ASSIGNED
    }

    /**
     * The reason for a member of a group that owns no partition.
     *
     * @param owners see {@link Rebalanced#describeOwners}
     */
    public static IdleReason notAssigned(String group, int members, String topic, int partitions, String owners) {
        return new IdleReason(
                Code.NOT_ASSIGNED,
                "Group " + group + " has " + members + " members, but topic " + topic + " has only "
                        + Plural.of(partitions, "partition") + ": " + owners
                        + ". This consumer gets a partition when one of them leaves.");
    }

    /**
     * The reason for a consumer that owns partitions.
     *
     * @param positions in each of them
     * @param missed the number of messages that were dropped before the consumer could read them
     */
    public static IdleReason of(String topic, List<Position> positions, long missed) {
        long lag = Position.totalLag(positions);
        if (lag > 0) {
            return new IdleReason(
                    Code.MESSAGES_WAIT, Plural.of(lag, "message") + (lag == 1 ? " waits" : " wait") + " for it.");
        }
        long uncommitted = positions.stream()
                .mapToLong(position -> Math.max(0, position.offset() - position.committed()))
                .sum();
        if (uncommitted > 0) {
            return new IdleReason(
                    Code.WAITING_FOR_COMMIT,
                    "It has received all messages, but has not committed " + Plural.of(uncommitted, "message")
                            + ". If it registers again, they are delivered again.");
        }
        if (missed > 0) {
            return new IdleReason(
                    Code.TRIMMED,
                    Plural.of(missed, "message") + (missed == 1 ? " was" : " were")
                            + " dropped by the retention of topic " + topic
                            + " before it could read them. It has received all others.");
        }
        boolean isEmpty = positions.stream().allMatch(position -> position.offset() == 0);
        return isEmpty
                ? new IdleReason(
                        Code.TOPIC_EMPTY, "No message was produced yet to its partitions of topic " + topic + ".")
                : new IdleReason(
                        Code.CAUGHT_UP, "It has received all messages. It gets the next message when one is produced.");
    }
}
