package engine;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The errors for members of a group that do not own a partition any more. All engines refuse with the same texts. Stateless. */
public final class Rebalanced {
    /** The maximum number of owners, or of partitions of an owner, in a text. */
    private static final int MAX_NAMED = 10;

    private Rebalanced() {}

    /** @param owners see {@link #describeOwners} */
    public static EngineException notOwner(String consumerId, int partition, String topic, String owners) {
        return error("Consumer " + consumerId + " does not own partition " + partition + " of topic " + topic + ": "
                + owners + ". Continue with the partitions that it owns.");
    }

    /** @param owners see {@link #describeOwners} */
    public static EngineException ownsNothing(String consumerId, String topic, String owners) {
        return error("Consumer " + consumerId + " owns no partition of topic " + topic + ": " + owners
                + ". It can seek when it owns a partition.");
    }

    /** The consumer lost partitions before all of their delivered messages were committed. */
    public static EngineException revoked(String consumerId, int[] partitions) {
        return error(
                "Consumer " + consumerId + " no longer owns " + text(partitions)
                        + ". The new owner gets the messages that it had not committed. Commit again to commit the other partitions.");
    }

    /**
     * See {@link CommitFence}.
     *
     * @param since the lowest offset that the consumer may commit
     * @param offset that it has tried to commit
     */
    public static EngineException fenced(String consumerId, int partition, String topic, long since, long offset) {
        return error("Consumer " + consumerId + " lost partition " + partition + " of topic " + topic
                + " and regained it at offset " + since + ", so it cannot commit offset " + offset
                + ". To move back, seek first.");
    }

    private static EngineException error(String text) {
        return new EngineException(ErrorCode.REBALANCED, text);
    }

    /**
     * The owners of the partitions: {@code alice owns partitions 0, 2; bob owns partition 1}. A long list is abbreviated.
     *
     * @param shares the partitions of each owner, in the order of the text
     */
    public static String describeOwners(Map<String, List<Integer>> shares) {
        String named = shares.entrySet().stream()
                .limit(MAX_NAMED)
                .map(share -> share.getKey() + " owns "
                        + text(share.getValue().stream().mapToInt(p -> p).toArray()))
                .collect(Collectors.joining("; "));
        return shares.size() <= MAX_NAMED
                ? named
                : named + "; " + (shares.size() - MAX_NAMED) + " other members own the rest";
    }

    /** {@code partitions 0, 2}, {@code partition 1} or {@code none}. A long list is abbreviated. */
    private static String text(int[] partitions) {
        if (partitions.length == 0) {
            return "none";
        }
        return (partitions.length == 1 ? "partition " : "partitions ")
                + Arrays.stream(partitions)
                        .limit(MAX_NAMED)
                        .mapToObj(String::valueOf)
                        .collect(Collectors.joining(", "))
                + (partitions.length <= MAX_NAMED ? "" : " and " + (partitions.length - MAX_NAMED) + " others");
    }
}
