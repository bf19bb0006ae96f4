package access;

import engine.EngineException;
import engine.ErrorCode;
import http.Action;
import java.util.List;

/**
 * A user of the broker. It may do only what a rule allows. Immutable.
 *
 * @param tokenHashes the SHA-256 hashes of its tokens, each 32 bytes
 */
record Principal(String name, List<byte[]> tokenHashes, List<Rule> rules) {
    /**
     * The error of a call that no rule allows.
     *
     * @param of what the action is about, such as {@code topic demo}; null for the whole broker
     */
    EngineException forbidden(Action action, String of) {
        return new EngineException(ErrorCode.FORBIDDEN, lacks(action.inWords(), of));
    }

    /**
     * The sentences for a right that the principal does not have.
     *
     * @param right in words
     * @param of what the right is about; null for the whole broker
     */
    String lacks(String right, String of) {
        return "Principal " + name + " does not have " + right + (of == null ? "" : " for " + of)
                + ". A rule in the access file of the broker can give it.";
    }

    boolean may(Action action, String topic) {
        for (Rule rule : rules) { // loops, because each request needs them
            if (rule.actions().contains(action) && rule.covers(topic)) {
                return true;
            }
        }
        return false;
    }

    /** Whether one rule allows the action for both the topic and the group. */
    boolean may(Action action, String topic, String group) {
        for (Rule rule : rules) {
            if (rule.actions().contains(action) && rule.covers(topic) && rule.coversGroup(group)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a rule allows an action that is about the whole broker. */
    boolean may(Action action) {
        return rules.stream().anyMatch(rule -> rule.actions().contains(action));
    }

    /** Whether the principal may know of a topic: a rule allows some action for it. */
    boolean sees(String topic) {
        for (Rule rule : rules) {
            if (rule.covers(topic)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a rule allows some action for a group, with some topic. */
    boolean coversGroup(String group) {
        return rules.stream().anyMatch(rule -> rule.coversGroup(group));
    }

    /** Whether the principal may know of a group: a rule allows some action for both the topic and the group. */
    boolean sees(String topic, String group) {
        for (Rule rule : rules) {
            if (rule.covers(topic) && rule.coversGroup(group)) {
                return true;
            }
        }
        return false;
    }
}
