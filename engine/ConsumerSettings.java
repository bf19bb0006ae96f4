package engine;

/**
 * What a consumer registers with.
 *
 * @param consumerId null for a fresh one
 * @param group null for a consumer that reads alone
 * @param autoCommit whether what is delivered is committed with it; null for yes, or, for one that is known, as before
 * @param start where a new consumer, or a new group, begins
 * @param sessionTimeoutMs how long it may be silent before it is removed, in ms; null for as before if it is known, else for 10,000 in a
 *     group, and for no limit if it reads alone
 */
public record ConsumerSettings(
        String consumerId, String group, Boolean autoCommit, OffsetSpec start, Long sessionTimeoutMs) {
    /** What the key of a consumer that reads alone begins with, before its id. */
    public static final String ALONE = "consumer ";

    /** What the key of a group begins with, before its name. */
    public static final String GROUP = "group ";

    /** The session timeout of a member of a group that has not asked for another, in ms. */
    public static final long DEFAULT_SESSION_TIMEOUT_MS = 10_000;

    private static final long MAX_SESSION_TIMEOUT_MS = 3_600_000;

    /** @throws EngineException INVALID */
    public ConsumerSettings {
        consumerId = Names.requireOrCreate("consumer_id", consumerId, "consumer-");
        if (group != null) {
            Names.require("group", group);
        }
        if (sessionTimeoutMs != null && (sessionTimeoutMs < 1 || sessionTimeoutMs > MAX_SESSION_TIMEOUT_MS)) {
            throw EngineException.invalid(
                    "session_timeout_ms",
                    "must be from 1 to " + MAX_SESSION_TIMEOUT_MS + ", but is " + sessionTimeoutMs);
        }
    }

    /** By which a topic knows the group, which for a consumer that reads alone is its own. */
    String groupKey() {
        return groupKey(consumerId, group);
    }

    /** The same for a consumer and its group; the group is null for one that reads alone. */
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
