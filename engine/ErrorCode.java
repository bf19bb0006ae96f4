package engine;

/** The codes of the errors of an engine. Clients depend on the names: never rename one. */
public enum ErrorCode {
    /** An argument is malformed, regardless of the state of the broker. */
    INVALID,
    /** The caller does not have the right to do this. */
    FORBIDDEN,
    /** The topic does not exist. */
    TOPIC_NOT_FOUND,
    /** The consumer does not exist. */
    CONSUMER_NOT_FOUND,
    /** The consumer group does not exist. */
    GROUP_NOT_FOUND,
    /** The topic or consumer exists with other settings. */
    CONFLICT,
    /** The consumer does not own the partition, or was fenced. */
    REBALANCED,
    /** The sequence of a producer's message is not the expected one. */
    OUT_OF_SEQUENCE,
    /** The message or the request exceeds a limit. */
    TOO_LARGE,
    /** The offset is past the end of the log. */
    OFFSET_OUT_OF_RANGE,
    /** The offset is before the start of the log, because its message was trimmed. */
    OFFSET_TRIMMED,
    /** The topic has reached its limit, and no message may be dropped. */
    TOPIC_FULL,
    /** The memory for topics has reached its limit, or a write to disk failed. */
    STORAGE_FULL,
    /** The engine behind the API cannot do this. */
    NOT_SUPPORTED,
    /** The cluster behind the API does not answer. A retry may succeed. */
    UPSTREAM_UNAVAILABLE,
    /** Requests in flight use all of their memory. A retry may succeed. */
    OVERLOADED,
    /** The broker is shutting down. */
    SHUTTING_DOWN
}
