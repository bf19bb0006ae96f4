package engine;

/** The errors for names that exist with other settings. All engines refuse with the same texts. Stateless. */
public final class Conflict {
    private Conflict() {}

    /** @throws EngineException CONFLICT unless each setting that is asked for equals the actual one */
    public static void requireSame(String topic, TopicSettings asked, TopicSettings actual) {
        if (!asked.matches(actual)) {
            throw new EngineException(
                    ErrorCode.CONFLICT,
                    "Topic " + topic + " exists with other settings: " + actual
                            + ". Register it with the same settings or with none, or delete it first.");
        }
    }

    /** A consumer reads another topic than the one that is asked for. */
    public static EngineException otherTopic(String consumerId, String actual, String asked) {
        return new EngineException(
                ErrorCode.CONFLICT,
                "Consumer " + consumerId + " reads topic " + actual + ". Choose another consumer_id for topic " + asked
                        + ".");
    }

    /**
     * A consumer belongs to another group than the one that is asked for.
     *
     * @param actual null for a consumer without a group
     */
    public static EngineException otherGroup(String consumerId, String actual) {
        return new EngineException(
                ErrorCode.CONFLICT,
                "Consumer " + consumerId + " " + (actual == null ? "has no group" : "is a member of group " + actual)
                        + ". Unregister it first, or choose another consumer_id.");
    }

    /** A consumer cannot join a group that has members of another protocol. */
    static EngineException reservedGroup(String group) {
        return EngineException.complete(
                ErrorCode.CONFLICT,
                "Group " + group
                        + " is used by clients of another protocol. Choose another group, or stop those clients first.");
    }

    /** Clients of another protocol cannot use a group that has consumers of the broker. */
    static EngineException groupHasConsumers(String group, int count) {
        return EngineException.complete(
                ErrorCode.CONFLICT,
                "Group " + group + " has " + Plural.of(count, "consumer")
                        + " of the broker's own protocol. Unregister them first, or choose another group.");
    }
}
