package engine;

/** The stable names of what can go wrong in an engine. They are part of the contract with clients: never rename one. */
public enum ErrorCode {
    /** A field has a value that no state of the broker would accept. */
    INVALID,
    /** No such topic. */
    TOPIC_NOT_FOUND,
    /** No such consumer. */
    CONSUMER_NOT_FOUND,
    /** No such group of consumers. */
    GROUP_NOT_FOUND,
    /** The name is taken by something with other settings. */
    CONFLICT,
    /** The consumer no longer owns the partition. */
    REBALANCED,
    /** The sequence of a producer's message is not the one that is due. */
    OUT_OF_SEQUENCE,
    /** The message is over the limit. */
    TOO_LARGE,
    /** The offset lies beyond the end of the log. */
    OFFSET_OUT_OF_RANGE,
    /** The offset lies before the start of the log: its message was trimmed. */
    OFFSET_TRIMMED,
    /** The topic is at its limit, and nothing in it may be dropped. */
    TOPIC_FULL,
    /** What is kept is at the limit of the memory, or the disk is full. */
    STORAGE_FULL,
    /** Requests in flight take all memory that is for them; it passes. */
    OVERLOADED,
    /** The broker is about to end. */
    SHUTTING_DOWN
}
