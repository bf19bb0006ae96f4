package engine;

/** The stable names of what can go wrong in an engine. They are part of the HTTP contract: never rename one. */
public enum ErrorCode {
    /** A field has a value that no state of the broker would accept. */
    INVALID,
    /** No such topic. */
    TOPIC_NOT_FOUND,
    /** No such consumer. */
    CONSUMER_NOT_FOUND,
    /** The name is taken by something with other settings. */
    CONFLICT,
    /** The message is over the limit. */
    TOO_LARGE,
    /** The offset lies beyond the end of the log. */
    OFFSET_OUT_OF_RANGE
}
