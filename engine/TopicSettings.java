package engine;

/**
 * The settings of a topic. Null means no limit. When an existing topic is registered again, null means any value. As in Kafka, the
 * limits apply to each partition.
 *
 * @param partitions 1 or more; null is 1
 * @param maxMessages the maximum number of messages, 1 or more
 * @param maxBytes the maximum size of the encoded messages, in bytes, 1 or more
 * @param maxAgeMs the maximum age of a message, in ms, 1 or more
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

    /** Whether the topic may refuse a message until a consumer has read others. */
    boolean mayBeFull() {
        return (maxMessages != null || maxBytes != null) && !dropsOldest();
    }

    /** Whether each of these settings that is not null equals the other one. */
    boolean matches(TopicSettings other) {
        return (partitions == null || partitions == other.partitionsOrDefault())
                && matches(maxMessages, other.maxMessages)
                && matches(maxBytes, other.maxBytes)
                && matches(maxAgeMs, other.maxAgeMs)
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

    private static boolean matches(Long asked, Long actual) {
        return asked == null || asked.equals(actual);
    }

    private static void requirePositive(String field, Long value) {
        if (value != null && value < 1) {
            throw EngineException.invalid(field, "must be 1 or more, but is " + value);
        }
    }
}
