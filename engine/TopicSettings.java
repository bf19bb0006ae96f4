package engine;

/**
 * What a topic is made with. Null stands for no limit, or, in what is asked for, for nothing in particular. As in Kafka, each
 * partition has the limits for itself.
 *
 * @param partitions 1 or more; null is 1
 * @param maxMessages 1 or more
 * @param maxBytes of encoded messages, 1 or more
 * @param maxAgeMs how long a message is kept at the most, in ms, 1 or more
 * @param whenFull what happens at maxMessages or maxBytes; null is {@link WhenFull#REJECT}
 */
public record TopicSettings(Integer partitions, Long maxMessages, Long maxBytes, Long maxAgeMs, WhenFull whenFull) {
    /** @throws EngineException INVALID if a limit is below 1 */
    public TopicSettings {
        requirePositive("partitions", partitions == null ? null : Long.valueOf(partitions));
        requirePositive("max_messages", maxMessages);
        requirePositive("max_bytes", maxBytes);
        requirePositive("max_age_ms", maxAgeMs);
    }

    public int partitionsOrDefault() {
        return partitions == null ? 1 : partitions;
    }

    public WhenFull whenFullOrDefault() {
        return whenFull == null ? WhenFull.REJECT : whenFull;
    }

    boolean dropsOldest() {
        return whenFull == WhenFull.DROP_OLDEST;
    }

    /** Tells whether what is asked for here, if anything, is so in the other settings. */
    boolean isMetBy(TopicSettings other) {
        return (partitions == null || partitions == other.partitionsOrDefault())
                && isMetBy(maxMessages, other.maxMessages)
                && isMetBy(maxBytes, other.maxBytes)
                && isMetBy(maxAgeMs, other.maxAgeMs)
                && (whenFull == null || dropsOldest() == other.dropsOldest());
    }

    @Override
    public String toString() {
        return "partitions " + partitionsOrDefault() + ", max_messages " + text(maxMessages) + ", max_bytes "
                + text(maxBytes) + ", max_age_ms " + text(maxAgeMs) + ", when_full "
                + whenFullOrDefault().text();
    }

    private static String text(Long limit) {
        return limit == null ? "none" : limit.toString();
    }

    private static boolean isMetBy(Long asked, Long actual) {
        return asked == null || asked.equals(actual);
    }

    private static void requirePositive(String field, Long value) {
        if (value != null && value < 1) {
            throw EngineException.invalid(field, "must be 1 or more, but is " + value);
        }
    }
}
