package kafka.protocol;

import engine.MemoryBudget;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData.JoinGroupResponseMember;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/** The members of a {@link ClassicGroup} in the order in which they joined, their leader, and their generation. The lock of the group guards it. */
final class GroupMembers {
    private final MemoryBudget budget;
    private final Map<String, GroupMember> byId = new LinkedHashMap<>();

    /** Null if there are no members. */
    private String protocolType;

    private int generation;

    /** Of this generation; null before the first one. */
    private String protocol;

    /** The id of the member that assigns; it may have left. Null before the first generation. */
    private String leader;

    /** @param budget for the metadata and the assignments of the members */
    GroupMembers(MemoryBudget budget) {
        this.budget = budget;
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    /** A copy. */
    List<GroupMember> all() {
        return List.copyOf(byId.values());
    }

    boolean isLeader(GroupMember member) {
        return member.id().equals(leader);
    }

    /** Null if there is no such member. */
    GroupMember get(String id) {
        return byId.get(id);
    }

    /** Null if there is no member with this instance id, or if the id is null. */
    GroupMember ofInstance(String instanceId) {
        return byId.values().stream()
                .filter(member -> instanceId != null && instanceId.equals(member.instanceId()))
                .findFirst()
                .orElse(null);
    }

    /**
     * A static member has one id at a time: an earlier one is fenced.
     *
     * @param instanceId null for a dynamic member
     * @throws org.apache.kafka.common.errors.ApiException FENCED_INSTANCE_ID, UNKNOWN_MEMBER_ID
     */
    GroupMember require(String id, String instanceId) {
        GroupMember ofInstance = ofInstance(instanceId);
        if (ofInstance != null && !ofInstance.id().equals(id)) {
            throw Errors.FENCED_INSTANCE_ID.exception();
        }
        GroupMember member = instanceId == null ? byId.get(id) : ofInstance;
        if (member == null) {
            throw Errors.UNKNOWN_MEMBER_ID.exception();
        }
        return member;
    }

    /**
     * As {@link #require(String, String)}.
     *
     * @throws org.apache.kafka.common.errors.ApiException also ILLEGAL_GENERATION
     */
    GroupMember require(String id, String instanceId, int ofGeneration) {
        GroupMember member = require(id, instanceId);
        if (ofGeneration != generation) {
            throw Errors.ILLEGAL_GENERATION.exception();
        }
        return member;
    }

    /** @throws org.apache.kafka.common.errors.ApiException INCONSISTENT_GROUP_PROTOCOL if the members do not support what is asked for */
    void requireCommonProtocol(JoinGroupRequestData request) {
        boolean isSameType = byId.isEmpty()
                ? !request.protocolType().isEmpty()
                : request.protocolType().equals(protocolType);
        if (!isSameType || !SupportedProtocols.haveCommon(byId.values(), request.protocols())) {
            throw Errors.INCONSISTENT_GROUP_PROTOCOL.exception();
        }
    }

    /**
     * @param predecessor the same static member before the restart of its client; null if there is none
     * @throws engine.EngineException STORAGE_FULL if the memory is exhausted
     */
    void add(GroupMember member, String protocolType, GroupMember predecessor) {
        budget.keepState(member.charge());
        this.protocolType = protocolType;
        if (predecessor != null) {
            leader = isLeader(predecessor) ? member.id() : leader;
            member.takeOver(predecessor);
            budget.add(member.charge());
            remove(predecessor, Errors.FENCED_INSTANCE_ID);
        }
        byId.put(member.id(), member);
    }

    void update(GroupMember member, JoinGroupRequestData request) {
        member.update(request);
        budget.add(member.charge());
    }

    /** @param error for the calls of the member that wait */
    void remove(GroupMember member, Errors error) {
        byId.remove(member.id());
        member.end(error);
        budget.add(-member.charged());
    }

    /** Removes the members that are not joining. Static members remain until their sessions time out. */
    void removeUnjoined() {
        all().stream()
                .filter(member -> member.instanceId() == null && !member.isJoining())
                .forEach(member -> remove(member, Errors.UNKNOWN_MEMBER_ID));
    }

    /** Members without an assignment get an empty one. */
    void assign(Collection<SyncGroupRequestData.SyncGroupRequestAssignment> assignments) {
        Map<String, byte[]> assignmentsById = new HashMap<>();
        assignments.forEach(each -> assignmentsById.put(each.memberId(), each.assignment()));
        byId.values().forEach(member -> {
            member.assign(assignmentsById.get(member.id()));
            budget.add(member.charge());
        });
    }

    /** The leader remains if it is joining. Otherwise another member that is joining becomes the leader. Returns false if none is. */
    boolean electLeader() {
        GroupMember current = byId.get(leader);
        if (current == null || !current.isJoining()) {
            byId.values().stream().filter(GroupMember::isJoining).findFirst().ifPresent(first -> leader = first.id());
        }
        return byId.values().stream().anyMatch(GroupMember::isJoining);
    }

    /**
     * Starts a generation, with the protocol that most members prefer, and answers each JoinGroup that waits.
     *
     * @param now as {@link System#nanoTime}
     */
    void startGeneration(long now) {
        generation++;
        protocol = SupportedProtocols.select(byId.values());
        byId.values().forEach(member -> member.joined(joinResponse(member), now));
    }

    /**
     * Answers each SyncGroup that waits.
     *
     * @param now as {@link System#nanoTime}
     * @return whether all members have sent one in this generation
     */
    boolean answerSyncs(long now) {
        byId.values().stream()
                .filter(GroupMember::isSyncing)
                .forEach(member -> member.synced(syncResponse(member), now));
        return byId.values().stream().allMatch(GroupMember::hasSynced);
    }

    void failSyncs(Errors error) {
        byId.values().forEach(member -> member.failSync(error));
    }

    /** Whether the next generation would have the same protocol as this one. */
    boolean keepProtocol() {
        return SupportedProtocols.select(byId.values()).equals(protocol);
    }

    /** @throws org.apache.kafka.common.errors.ApiException INCONSISTENT_GROUP_PROTOCOL if the client names another protocol than that of the group */
    void requireProtocol(SyncGroupRequestData request) {
        boolean isSame = (request.protocolType() == null
                        || request.protocolType().equals(protocolType))
                && (request.protocolName() == null || request.protocolName().equals(protocol));
        if (!isSame) {
            throw Errors.INCONSISTENT_GROUP_PROTOCOL.exception();
        }
    }

    boolean areAllJoining() {
        return byId.values().stream().allMatch(GroupMember::isJoining);
    }

    /** The longest of the rebalance timeouts, in ms. */
    int rebalanceTimeoutMs() {
        return byId.values().stream()
                .mapToInt(GroupMember::rebalanceTimeoutMs)
                .max()
                .orElse(0);
    }

    /** The response to a member at the start of this generation. The leader gets all members. */
    JoinGroupResponseData joinResponse(GroupMember member) {
        JoinGroupResponseData response = new JoinGroupResponseData()
                .setGenerationId(generation)
                .setProtocolType(protocolType)
                .setProtocolName(protocol)
                .setLeader(leader)
                .setMemberId(member.id());
        if (isLeader(member)) {
            byId.values()
                    .forEach(each -> response.members()
                            .add(new JoinGroupResponseMember()
                                    .setMemberId(each.id())
                                    .setGroupInstanceId(each.instanceId())
                                    .setMetadata(each.metadata(protocol))));
        }
        return response;
    }

    private SyncGroupResponseData syncResponse(GroupMember member) {
        return new SyncGroupResponseData()
                .setProtocolType(protocolType)
                .setProtocolName(protocol)
                .setAssignment(member.assignment());
    }

    /** @param isStable whether the metadata and the assignments are those of this generation; otherwise they are left out */
    DescribedGroup describe(boolean isStable) {
        DescribedGroup group = new DescribedGroup()
                .setProtocolType(byId.isEmpty() ? "" : protocolType)
                .setProtocolData(isStable ? protocol : "");
        byId.values().forEach(member -> group.members().add(member.describe(isStable ? protocol : null)));
        return group;
    }
}
