package engine;

/**
 * How much to read at once, and how it is to look.
 *
 * @param maxMessages 1 or more
 * @param maxBytes 1 or more; a first message is read even if it is larger
 */
public record ReadLimits(MessageLayout layout, long maxMessages, long maxBytes) {
    /** The next message alone. */
    public static final ReadLimits ONE = new ReadLimits(MessageLayout.SINGLE, 1, Long.MAX_VALUE);
}
