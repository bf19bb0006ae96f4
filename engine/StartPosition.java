package engine;

/** Where a new consumer starts: {@code earliest}, {@code latest}, or an offset from 0 to the end of the log. */
public final class StartPosition {
    public static final StartPosition EARLIEST = new StartPosition(0);
    private static final StartPosition LATEST = new StartPosition(-1);

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
                    throw EngineException.invalid(field, "must be earliest, latest or an offset from 0 up, but is \"" + text + '"');
                }
                return new StartPosition(Long.parseLong(text));
        }
    }

    /** @throws EngineException OFFSET_OUT_OF_RANGE if the offset lies past the end */
    long in(Topic topic) {
        long end = topic.endOffset();
        if (offset > end) {
            throw new EngineException(ErrorCode.OFFSET_OUT_OF_RANGE, "Offset " + offset + " is past the end of topic "
                    + topic.name() + ", which is " + end + ". Start at " + end + " or \"latest\" to wait for new messages.");
        }
        return this == LATEST ? end : offset;
    }
}
