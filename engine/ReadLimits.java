package engine;

/**
 * The limits and the layout of a read.
 *
 * @param maxMessages 1 or more
 * @param maxBytes of the output, in bytes, 1 or more; the first message is read even if it is larger
 */
public record ReadLimits(MessageLayout layout, long maxMessages, long maxBytes) {
    /** A single message. */
    public static final ReadLimits ONE = new ReadLimits(MessageLayout.SINGLE, 1, Long.MAX_VALUE);
}
