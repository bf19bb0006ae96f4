package kafka.protocol;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData.MemberResponse;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.JoinGroupResponse;
import org.apache.kafka.common.requests.LeaveGroupResponse;

/** JoinGroup, SyncGroup, Heartbeat and LeaveGroup: see {@link ClassicGroup}. */
final class MembershipCalls {
    /** From this version on, a LeaveGroup may have several members. */
    private static final int LEAVE_BATCH_VERSION = 3;

    private final ClassicGroups groups;

    MembershipCalls(ClassicGroups groups) {
        this.groups = groups;
    }

    /** Waits for the end of the rebalance. */
    ApiMessage join(JoinGroupRequestData request, Caller caller) {
        return new JoinGroupResponse(groups.join(request, caller).join(), caller.version()).data();
    }

    /** Waits for the assignment of the leader. */
    ApiMessage sync(SyncGroupRequestData request, Caller caller) {
        return groups.require(request.groupId()).sync(request).join();
    }

    ApiMessage heartbeat(HeartbeatRequestData request, Caller caller) {
        groups.require(request.groupId()).heartbeat(request);
        return new HeartbeatResponseData();
    }

    ApiMessage leave(LeaveGroupRequestData request, Caller caller) {
        List<MemberIdentity> members = caller.version() >= LEAVE_BATCH_VERSION
                ? request.members()
                : List.of(new MemberIdentity().setMemberId(request.memberId()));
        List<MemberResponse> left = new ArrayList<>();
        members.forEach(member -> left.add(new MemberResponse()
                .setMemberId(member.memberId())
                .setGroupInstanceId(member.groupInstanceId())
                .setErrorCode(leave(request.groupId(), member).code())));
        return new LeaveGroupResponse(left, Errors.NONE, 0, caller.version()).data();
    }

    private Errors leave(String group, MemberIdentity member) {
        try {
            groups.require(group).leave(member);
            return Errors.NONE;
        } catch (RuntimeException e) {
            return KafkaErrors.of(e);
        }
    }
}
