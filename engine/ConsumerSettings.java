package engine;

/**
 * The settings of a consumer.
 *
 * @param consumerId with or without an owner: see {@link Names#qualified}; null to generate one
 * @param group null for a consumer without a group
 * @param autoCommit whether a delivery commits the delivered messages; null means unchanged for an existing consumer, else true
 * @param start where a new consumer or a new group starts
 * @param sessionTimeoutMs how long the consumer may send no request before it is removed, in ms, 1 to 3,600,000; null means unchanged
 *     for an existing consumer, else 10,000 with a group and no limit without one
 */
public record ConsumerSettings(
        String consumerId, String group, Boolean autoCommit, OffsetSpec start, Long sessionTimeoutMs) {
    /** The prefix of the key of a consumer without a group, before its id. */
    public static final String ALONE = "consumer ";

    /** The prefix of the key of a group, before its name. */
    public static final String GROUP = "group ";

    /** The default session timeout of a member of a group, in ms. */
    public static final long DEFAULT_SESSION_TIMEOUT_MS = 10_000;

    private static final long MAX_SESSION_TIMEOUT_MS = 3_600_000;

    /** @throws EngineException INVALID */
    public ConsumerSettings {
        consumerId = Names.requireIdOrCreate("consumer_id", consumerId, "consumer-");
        if (group != null) {
            Names.require("group", group);
        }
        if (sessionTimeoutMs != null && (sessionTimeoutMs < 1 || sessionTimeoutMs > MAX_SESSION_TIMEOUT_MS)) {
            throw EngineException.invalid(
                    "session_timeout_ms",
                    "must be from 1 to " + MAX_SESSION_TIMEOUT_MS + ", but is " + sessionTimeoutMs);
        }
    }

    /** The same settings for the consumer of an owner: see {@link Names#qualified}. */
    public ConsumerSettings ownedBy(String owner) {
        return new ConsumerSettings(Names.qualified(owner, consumerId), group, autoCommit, start, sessionTimeoutMs);
    }

    /** The key of the consumer's group within the topic. A consumer without a group has a key of its own. */
    String groupKey() {
        return groupKey(consumerId, group);
    }

    /**
     * The key of a group within its topic.
     *
     * @param group null for a consumer without a group
     */
    public static String groupKey(String consumerId, String group) {
        return group == null ? ALONE + consumerId : GROUP + group;
    }

    boolean autoCommitOr(boolean otherwise) {
        return autoCommit == null ? otherwise : autoCommit;
    }

    long sessionTimeoutMsOr(long otherwise) {
        return sessionTimeoutMs == null ? otherwise : sessionTimeoutMs;
    }
}
