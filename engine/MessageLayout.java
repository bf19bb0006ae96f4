package engine;

/** The layout of several encoded messages. */
public enum MessageLayout {
    /** {@code {"messages":[...,...]}}, possibly with further members after the list. */
    LIST,
    /** One message on each line (NDJSON). */
    LINES,
    /** Server-sent events: a line with the id, a line with the message, and an empty line. */
    EVENTS,
    /** A single message. */
    SINGLE
}
