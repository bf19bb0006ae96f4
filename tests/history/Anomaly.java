package tests.history;

/**
 * The anomalies of messages and commits. The names are those of Jepsen's tests of Kafka (jepsen.tests.kafka), except for the
 * two anomalies of commits, which Jepsen does not look for.
 */
public enum Anomaly {
    /** A message was acknowledged, and nobody got it, although somebody got a later message of the partition. */
    LOST_WRITE,

    /** A message was acknowledged, and nobody got it, although a consumer has read to the end. */
    UNSEEN,

    /** A message is in the log although its producer was told that it is not. */
    ABORTED_READ,

    /** A message is at several offsets. */
    DUPLICATE,

    /** An offset has several messages. */
    INCONSISTENT_OFFSETS,

    /** A consumer got an offset again, or a lower one, without a rebalance or a seek. */
    NONMONOTONIC_POLL,

    /** A consumer did not get a message that is between two messages that it got one after the other. */
    POLL_SKIP,

    /** The messages of a producer are not in the order in which it sent them. */
    NONMONOTONIC_SEND,

    /** A committed offset is lower than what a consumer has successfully committed. */
    LOST_COMMIT,

    /** A committed offset is higher than any that a consumer has asked for, or is past the end of the log. */
    COMMIT_AHEAD
}
