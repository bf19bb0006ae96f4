package kafka.protocol;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;

/** The protocols of a group: the assignors that all of its members support. Stateless. */
final class SupportedProtocols {
    private SupportedProtocols() {}

    /** Whether all members support one of these protocols. If there are no members, any protocol is one. */
    static boolean haveCommon(Collection<GroupMember> members, Collection<JoinGroupRequestProtocol> asked) {
        Set<String> common = common(members);
        return asked.stream().anyMatch(protocol -> members.isEmpty() || common.contains(protocol.name()));
    }

    /** Each member votes for the first of its protocols that all members support. At a tie, the vote of the earlier member counts. */
    static String select(Collection<GroupMember> members) {
        Set<String> common = common(members);
        Map<String, Integer> votes = new LinkedHashMap<>();
        for (GroupMember member : members) {
            member.protocols().stream()
                    .filter(common::contains)
                    .findFirst()
                    .ifPresent(protocol -> votes.merge(protocol, 1, Integer::sum));
        }
        String selected = null;
        for (String protocol : votes.keySet()) {
            if (selected == null || votes.get(protocol) > votes.get(selected)) {
                selected = protocol;
            }
        }
        return selected;
    }

    private static Set<String> common(Collection<GroupMember> members) {
        Set<String> common = null;
        for (GroupMember member : members) {
            if (common == null) {
                common = new LinkedHashSet<>(member.protocols());
            }
            common.retainAll(member.protocols());
        }
        return common == null ? Set.of() : common;
    }
}
