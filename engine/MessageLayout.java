package engine;

/** How encoded messages stand beside each other. */
public enum MessageLayout {
    /** {@code {"messages":[...,...]}}, or further members after the list. */
    LIST,
    /** A message a line. */
    LINES,
    /** Server-sent events: the id in a line, the message in the next, and an empty line. */
    EVENTS,
    /** One message alone. */
    SINGLE
}
