package engine;

import java.util.Collection;

/** The errors for names that do not exist. Each suggests a similar name that the caller may know. Stateless. */
public final class NotFound {
    /** With more names than this, an error suggests none, because the comparison would delay other requests. */
    public static final int MAX_COMPARED_NAMES = 1000;

    private static final String SUGGESTION = " Did you mean ";

    private NotFound() {}

    /** Whether the message of an error suggests a name. */
    public static boolean isSuggesting(EngineException e) {
        return e.getMessage().contains(SUGGESTION);
    }

    /** @param known the names of the topics that the caller may know */
    public static EngineException topic(String name, Collection<String> known) {
        return new EngineException(
                ErrorCode.TOPIC_NOT_FOUND, "Topic " + name + " does not exist." + didYouMean(name, known));
    }

    /** @param known the ids of the consumers that the caller may know */
    public static EngineException consumer(String id, Collection<String> known) {
        return new EngineException(
                ErrorCode.CONSUMER_NOT_FOUND, "Consumer " + id + " does not exist." + didYouMean(id, known));
    }

    /** @param known the names of the groups that the caller may know */
    public static EngineException group(String name, Collection<String> known) {
        return new EngineException(
                ErrorCode.GROUP_NOT_FOUND,
                "Group " + name + " does not exist." + didYouMean(name, known)
                        + " A group is created when a consumer registers with its name.");
    }

    private static String didYouMean(String wanted, Collection<String> known) {
        if (known.size() > MAX_COMPARED_NAMES) {
            return "";
        }
        return Names.nearest(wanted, known).map(name -> SUGGESTION + name + "?").orElse("");
    }
}
