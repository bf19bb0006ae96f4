package engine;

/**
 * How many topics, consumers and producers a broker keeps. Each takes memory, which has a limit of its own: see {@link MemoryBudget}.
 *
 * @param partitions the maximum number of partitions of a topic
 * @param topics the maximum number of topics
 * @param consumers the maximum number of consumers
 * @param producers how many idempotent producers of a topic are remembered, those that sent requests last
 */
public record Limits(int partitions, int topics, int consumers, int producers) {
    private static final int DEFAULT_PRODUCERS = 10_000;

    /** Limits for a broker that counts neither its topics nor its consumers. */
    public static Limits ofPartitions(int partitions) {
        return new Limits(partitions, Integer.MAX_VALUE, Integer.MAX_VALUE, DEFAULT_PRODUCERS);
    }

    /** @throws EngineException STORAGE_FULL if there is no room for one more */
    static void requireRoom(int count, int limit, String what, String remedy) {
        if (count >= limit) {
            throw new EngineException(
                    ErrorCode.STORAGE_FULL,
                    "The broker keeps " + Plural.of(count, what) + ", which is its limit. " + remedy + ".");
        }
    }
}
