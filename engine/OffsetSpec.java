package engine;

/** A position in a partition: {@code earliest}, {@code latest}, an offset, or a timestamp. Immutable. */
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
     * The first message with this timestamp or a later one; the end if there is none.
     *
     * @param timestamp ms since 1970
     */
    public static OffsetSpec at(long timestamp) {
        return new OffsetSpec(timestamp, true);
    }

    /**
     * Parses a value of JSON or of a command line: a word, a number, or a number as text. Null means earliest.
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
                // the error below
            }
        }
        throw EngineException.invalid(
                field,
                "must be earliest, latest or an offset from 0 to " + Long.MAX_VALUE + ", but is "
                        + Names.abbreviated(text) + ". For a time, use timestamp, in ms since 1970");
    }

    /** Whether it is an offset. An offset applies to a single partition. */
    public boolean isNumber() {
        return !isTimestamp && value >= 0;
    }

    public boolean isEarliest() {
        return this == EARLIEST;
    }

    public boolean isLatest() {
        return this == LATEST;
    }

    public boolean isTimestamp() {
        return isTimestamp;
    }

    /** The offset, or the timestamp in ms since 1970; negative for {@code earliest} and {@code latest}. */
    public long value() {
        return value;
    }
}
