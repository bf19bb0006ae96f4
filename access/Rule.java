package access;

import http.Action;
import java.util.List;
import java.util.Set;

/**
 * What a principal may do with some topics and groups. A pattern is a name. If the pattern ends in {@code *}, it stands for all names that
 * begin with the rest. Immutable.
 *
 * @param actions at least one
 * @param topics patterns of the topics
 * @param groups patterns of the groups
 */
record Rule(Set<Action> actions, List<String> topics, List<String> groups) {
    boolean covers(String topic) {
        return matches(topics, topic);
    }

    boolean coversGroup(String group) {
        return matches(groups, group);
    }

    private static boolean matches(List<String> patterns, String name) {
        for (String pattern : patterns) {
            int last = pattern.length() - 1;
            if (pattern.charAt(last) == '*' ? name.regionMatches(0, pattern, 0, last) : name.equals(pattern)) {
                return true;
            }
        }
        return false;
    }
}
