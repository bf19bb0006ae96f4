package engine;

/** A place in a partition: {@code earliest}, {@code latest}, an offset, or the first message of a time. */
public final class OffsetSpec {
    private static final OffsetSpec EARLIEST = new OffsetSpec(-1);
    private static final OffsetSpec LATEST = new OffsetSpec(-2);

    private final long offset;
    private final boolean isTimestamp;

    private OffsetSpec(long offset) {
        this(offset, false);
    }

    private OffsetSpec(long offset, boolean isTimestamp) {
        this.offset = offset;
        this.isTimestamp = isTimestamp;
    }

    /** The first message that was appended at this time or later; the end if there is none. @param timestamp ms since 1970 */
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
        throw EngineException.invalid(field, "must be earliest, latest or an offset from 0 to " + Long.MAX_VALUE + ", but is "
                + Names.abbreviated(text) + "; a time goes into timestamp, in ms since 1970");
    }

    /** Tells whether it is an offset, which means a place in one partition only. */
    public boolean isNumber() {
        return !isTimestamp && offset >= 0;
    }

    /**
     * The offset that it stands for when a call that has waited is answered. An offset has to be there still. All else stands for what it
     * stood for when the call came or, if that was dropped meanwhile, for the start.
     *
     * @param before what {@link #in} gave when the call came
     * @throws EngineException as {@link #in}
     */
    long inLater(Topic topic, int partition, long before) {
        return isNumber() ? in(topic, partition) : Math.max(before, topic.startOffset(partition));
    }

    /**
     * The offset that it stands for in a partition at this moment.
     *
     * @throws EngineException OFFSET_OUT_OF_RANGE if the offset lies past the end, OFFSET_TRIMMED if before the start
     */
    long in(Topic topic, int partition) {
        long start = topic.startOffset(partition);
        if (isTimestamp) {
            return topic.offsetAt(partition, offset);
        }
        if (this == EARLIEST || this == LATEST) {
            return this == EARLIEST ? start : topic.endOffset(partition);
        }
        if (offset < start) {
            throw new EngineException(ErrorCode.OFFSET_TRIMMED, "Offset " + offset + " of topic " + topic.name()
                    + " was dropped; the oldest message kept is " + start + ". Start there or at \"earliest\".");
        }
        topic.requireNotPastTheEnd(partition, offset, "At the end, or \"latest\", new messages are waited for");
        return offset;
    }
}
