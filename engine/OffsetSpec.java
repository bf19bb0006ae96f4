package engine;

/** A place in a partition: {@code earliest}, {@code latest}, an offset, or the first message of a time. */
public final class OffsetSpec {
    private static final OffsetSpec EARLIEST = new OffsetSpec(-1);
    private static final OffsetSpec LATEST = new OffsetSpec(-2);

    private final long value;
    private final boolean isTimestamp;

    private OffsetSpec(long offset) {
        this(offset, false);
    }

    private OffsetSpec(long value, boolean isTimestamp) {
        this.value = value;
        this.isTimestamp = isTimestamp;
    }

    /**
     * The first message that was appended at this time or later; the end if there is none.
     *
     * @param timestamp ms since 1970
     */
    public static OffsetSpec at(long timestamp) {
        return new OffsetSpec(timestamp, true);
    }

    /**
     * Reads it from what JSON or a command line gives: a word, a number, or a number as text; null is earliest.
     *
     * @throws EngineException INVALID if it is none of these
     */
    public static OffsetSpec parse(String field, Object given) {
        String text = given == null ? "earliest" : given.toString();
        switch (text) {
            case "earliest":
                return EARLIEST;
            case "latest":
                return LATEST;
            default:
                return new OffsetSpec(offset(field, text));
        }
    }

    private static long offset(String field, String text) {
        if (text.matches("\\d{1,19}")) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException beyondLong) {
                // it is no offset
            }
        }
        throw EngineException.invalid(
                field,
                "must be earliest, latest or an offset from 0 to " + Long.MAX_VALUE + ", but is "
                        + Names.abbreviated(text) + "; a time goes into timestamp, in ms since 1970");
    }

    /** Tells whether it is an offset, which means a place in one partition only. */
    public boolean isNumber() {
        return !isTimestamp && value >= 0;
    }

    boolean isEarliest() {
        return this == EARLIEST;
    }

    boolean isLatest() {
        return this == LATEST;
    }

    boolean isTimestamp() {
        return isTimestamp;
    }

    /** The offset, or the timestamp in ms since 1970; negative for {@code earliest} and {@code latest}. */
    long value() {
        return value;
    }
}
