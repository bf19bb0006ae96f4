package engine;

/** Why consumers are removed, in words. All engines say the same. Stateless. */
public final class RemovalReason {
    private RemovalReason() {}

    public static String unregistered(String consumerId) {
        return "Consumer " + consumerId + " was unregistered.";
    }

    public static String topicDeleted(String consumerId, String topic) {
        return "Consumer " + consumerId + " was removed together with topic " + topic
                + ", which was deleted. Register the topic first.";
    }

    /**
     * The consumer was silent for longer than its session timeout.
     *
     * @param group null for a consumer without a group
     */
    public static String sessionTimeout(String consumerId, String group, long timeoutMs) {
        String silence = ": it sent no request for " + timeoutMs + " ms (session_timeout_ms). ";
        return "Consumer " + consumerId + " was removed"
                + (group == null
                        ? silence + "Its committed offsets were deleted."
                        : " from group " + group + silence
                                + "The other members get the messages that it had not committed.");
    }
}
