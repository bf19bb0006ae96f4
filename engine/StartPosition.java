package engine;

/** A place in a topic: {@code earliest}, {@code latest}, or an offset. */
public final class StartPosition {
    private static final StartPosition EARLIEST = new StartPosition(-1);
    private static final StartPosition LATEST = new StartPosition(-2);

    private final long offset;

    private StartPosition(long offset) {
        this.offset = offset;
    }

    /**
     * Reads it from what JSON or a command line gives: a word, a number, or a number as text; null is earliest.
     *
     * @throws EngineException INVALID if it is none of these
     */
    public static StartPosition parse(String field, Object given) {
        String text = given == null ? "earliest" : given.toString();
        switch (text) {
            case "earliest":
                return EARLIEST;
            case "latest":
                return LATEST;
            default:
                if (!text.matches("\\d{1,18}")) {
                    throw EngineException.invalid(field, "must be earliest, latest or an offset from 0 up, but is " + Names.abbreviated(text));
                }
                return new StartPosition(Long.parseLong(text));
        }
    }

    /**
     * The offset that it stands for in a topic at this moment.
     *
     * @throws EngineException OFFSET_OUT_OF_RANGE if the offset lies past the end, OFFSET_TRIMMED if before the start
     */
    public long in(Topic topic) {
        long start = topic.startOffset();
        long end = topic.endOffset();
        if (this == EARLIEST || this == LATEST) {
            return this == EARLIEST ? start : end;
        }
        if (offset < start) {
            throw new EngineException(ErrorCode.OFFSET_TRIMMED, "Offset " + offset + " of topic " + topic.name()
                    + " was dropped; the oldest message kept is " + start + ". Start there or at \"earliest\".");
        }
        if (offset > end) {
            throw new EngineException(ErrorCode.OFFSET_OUT_OF_RANGE, "Offset " + offset + " is past the end of topic "
                    + topic.name() + ", which is " + end + ". Start at " + end + " or \"latest\" to wait for new messages.");
        }
        return offset;
    }
}
