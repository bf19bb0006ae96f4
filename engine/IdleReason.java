package engine;

import java.util.List;

/**
 * Why a consumer gets nothing, in a code and in words that say what to do.
 *
 * @param code stable
 */
public record IdleReason(Code code, String detail) {
    /** The reasons. */
    public enum Code {
        /** There are messages for it. */
        MESSAGES_WAIT,
        /** Nothing was ever produced to what it reads. */
        TOPIC_EMPTY,
        /** It has got everything. */
        CAUGHT_UP,
        /** It has got everything, and has not committed all of it. */
        WAITING_FOR_COMMIT,
        /** It has got everything that is left; some was dropped before. */
        TRIMMED,
        /** Its group has more members than the topic has partitions. */
        NOT_ASSIGNED
    }

    /**
     * Of a consumer that owns partitions.
     *
     * @param positions where it stands in each
     * @param missed how many messages were dropped before it could get them
     */
    static IdleReason of(String topic, List<Position> positions, long missed) {
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
                    "It has got everything, but not committed " + Plural.of(uncommitted, "message")
                            + "; registering again delivers them again.");
        }
        if (missed > 0) {
            return new IdleReason(
                    Code.TRIMMED,
                    Plural.of(missed, "message") + " dropped to keep topic " + topic
                            + " within its limits, before it could get them; what is left it has got.");
        }
        boolean isEmpty = positions.stream().allMatch(position -> position.offset() == 0);
        return isEmpty
                ? new IdleReason(Code.TOPIC_EMPTY, "Nothing was produced yet to what it reads of topic " + topic + ".")
                : new IdleReason(Code.CAUGHT_UP, "It has got everything. The next message comes when one is produced.");
    }
}
