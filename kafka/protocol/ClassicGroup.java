package kafka.protocol;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import engine.MemoryBudget;
import engine.Scheduler;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.JoinGroupRequest;

/**
 * A consumer group with Kafka's classic protocol: a state machine, as {@code org.apache.kafka.coordinator.group.classic.ClassicGroup} of
 * Kafka. A rebalance works as follows:
 * <ol>
 * <li>A member joins or leaves, its session times out, or the leader joins again. The group prepares a rebalance. Heartbeats tell the
 *     members, which send JoinGroup. Their calls wait.
 * <li>When all members have joined, a new generation starts. The rebalance timeout limits this: members that have not joined by then are
 *     removed. All calls end, and the leader learns the members and their metadata.
 * <li>All members send SyncGroup, the leader with the assignment of each. The calls of the others wait for the leader. Then the group is
 *     stable.
 * </ol>
 *
 * <p>The rules are those of KIP-62 (session and rebalance timeout), KIP-345 (static members: a client that restarts with the same instance id
 * gets its assignment back without a rebalance), and KIP-394 (a new member first gets an id, and joins with it). There is no delay of the
 * first rebalance. The group does not know what its members assign.
 *
 * <p>Safe for any number of threads. A group without members and without expected members is dead, and is not used any more. A method
 * throws the exceptions of Kafka's protocol.
 */
final class ClassicGroup {
    private final String name;
    private final Scheduler scheduler;
    private final Consumer<ClassicGroup> onDeath;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final GroupMembers members;

    /** The ids that new members have got, and have not joined with yet, with the timers that end the wait. */
    @GuardedBy("lock")
    private final Map<String, Future<?>> expected = new HashMap<>();

    @GuardedBy("lock")
    private ClassicGroupState state = ClassicGroupState.EMPTY;

    /** Ends a wait for members in a rebalance; null if there is none. */
    @GuardedBy("lock")
    private Future<?> waitTimer;

    /** The number of waits that have begun or ended, so that a late timer has no effect. */
    @GuardedBy("lock")
    private long waits;

    /**
     * @param budget for the members
     * @param onDeath is called under the lock of the group
     */
    ClassicGroup(String name, MemoryBudget budget, Scheduler scheduler, Consumer<ClassicGroup> onDeath) {
        this.name = name;
        this.members = new GroupMembers(budget);
        this.scheduler = scheduler;
        this.onDeath = onDeath;
    }

    String name() {
        return name;
    }

    /**
     * Joins, or joins again.
     *
     * @return completes at the end of the rebalance; null if the group is dead
     */
    CompletableFuture<JoinGroupResponseData> join(JoinGroupRequestData request, Caller caller) {
        lock.lock();
        try {
            return state == ClassicGroupState.DEAD ? null : joinOrEnd(request, caller);
        } finally {
            lock.unlock();
        }
    }

    /** A group that was created for a member ends if the member cannot join. */
    @GuardedBy("lock")
    private CompletableFuture<JoinGroupResponseData> joinOrEnd(JoinGroupRequestData request, Caller caller) {
        try {
            boolean isNew = request.memberId().isEmpty() || expected.containsKey(request.memberId());
            return isNew ? joinAsNew(request, caller) : rejoin(request);
        } finally {
            endIfEmpty();
        }
    }

    @GuardedBy("lock")
    private CompletableFuture<JoinGroupResponseData> joinAsNew(JoinGroupRequestData request, Caller caller) {
        members.requireCommonProtocol(request);
        String start = request.groupInstanceId() == null ? caller.clientId() : request.groupInstanceId();
        String id = request.memberId().isEmpty() ? start + "-" + UUID.randomUUID() : request.memberId();
        if (JoinGroupRequest.requiresKnownMemberId(request, caller.version())) {
            expected.put(id, after(request.sessionTimeoutMs(), () -> expire(id)));
            return CompletableFuture.completedFuture(new JoinGroupResponseData()
                    .setErrorCode(Errors.MEMBER_ID_REQUIRED.code())
                    .setMemberId(id));
        }
        GroupMember member = new GroupMember(id, request, caller);
        GroupMember predecessor = members.ofInstance(request.groupInstanceId());
        members.add(member, request.protocolType(), predecessor);
        forgetExpected(id);
        return predecessor != null && state == ClassicGroupState.STABLE && members.keepProtocol()
                ? CompletableFuture.completedFuture(joinWithoutRebalance(member, predecessor, caller.version()))
                : awaitRebalance(member);
    }

    /** The response for a static member whose client has restarted: it has the assignment of its predecessor. */
    @GuardedBy("lock")
    private JoinGroupResponseData joinWithoutRebalance(GroupMember member, GroupMember predecessor, short version) {
        watch(member);
        JoinGroupResponseData response = members.joinResponse(member);
        if (!members.isLeader(member) || JoinGroupRequest.supportsSkippingAssignment(version)) {
            return response.setSkipAssignment(members.isLeader(member));
        }
        // a client that believes that it is the leader would assign again, and the group would ignore it
        return response.setLeader(predecessor.id()).setMembers(List.of());
    }

    /** A member that joins again waits for a rebalance, unless it only repeats a request whose response it has not received. */
    @GuardedBy("lock")
    private CompletableFuture<JoinGroupResponseData> rejoin(JoinGroupRequestData request) {
        GroupMember member = members.require(request.memberId(), request.groupInstanceId());
        members.requireCommonProtocol(request);
        boolean isRepeated = member.hasSameProtocols(request)
                && (state == ClassicGroupState.COMPLETING_REBALANCE
                        || (state == ClassicGroupState.STABLE && !members.isLeader(member)));
        if (isRepeated) {
            member.heard(scheduler.nanoTime());
            return CompletableFuture.completedFuture(members.joinResponse(member));
        }
        members.update(member, request);
        return awaitRebalance(member);
    }

    @GuardedBy("lock")
    private CompletableFuture<JoinGroupResponseData> awaitRebalance(GroupMember member) {
        CompletableFuture<JoinGroupResponseData> joined = member.awaitJoin();
        watch(member);
        prepareRebalance();
        return joined;
    }

    /** Receives the assignment of the leader, and waits for it if this is another member. */
    CompletableFuture<SyncGroupResponseData> sync(SyncGroupRequestData request) {
        lock.lock();
        try {
            GroupMember member = members.require(request.memberId(), request.groupInstanceId(), request.generationId());
            members.requireProtocol(request);
            requireNot(ClassicGroupState.PREPARING_REBALANCE);
            CompletableFuture<SyncGroupResponseData> synced = member.awaitSync();
            if (state == ClassicGroupState.COMPLETING_REBALANCE && members.isLeader(member)) {
                members.assign(request.assignments());
                state = ClassicGroupState.STABLE;
            }
            if (state == ClassicGroupState.STABLE && members.answerSyncs(scheduler.nanoTime())) {
                stopWait();
            }
            return synced;
        } finally {
            lock.unlock();
        }
    }

    void heartbeat(HeartbeatRequestData request) {
        lock.lock();
        try {
            members.require(request.memberId(), request.groupInstanceId(), request.generationId())
                    .heard(scheduler.nanoTime());
            requireNot(ClassicGroupState.PREPARING_REBALANCE);
        } finally {
            lock.unlock();
        }
    }

    /** Removes a member. A tool that removes a static member knows only its instance id. */
    void leave(MemberIdentity identity) {
        lock.lock();
        try {
            GroupMember ofInstance =
                    identity.memberId().isEmpty() ? members.ofInstance(identity.groupInstanceId()) : null;
            if (forgetExpected(identity.memberId())) {
                completeJoinIfAllHere();
            } else {
                remove(
                        ofInstance != null
                                ? ofInstance
                                : members.require(identity.memberId(), identity.groupInstanceId()));
            }
            endIfEmpty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Commits offsets, if the member and its generation are current. Clients that are not members can commit if there are no members.
     *
     * @param commit begins the commit, under the lock, so that no later member can overtake it
     */
    <T> T commit(OffsetCommitRequestData request, Supplier<T> commit) {
        lock.lock();
        try {
            if (!members.isEmpty() || request.generationIdOrMemberEpoch() >= 0) {
                members.require(request.memberId(), request.groupInstanceId(), request.generationIdOrMemberEpoch())
                        .heard(scheduler.nanoTime());
                requireNot(ClassicGroupState.COMPLETING_REBALANCE);
            }
            return commit.get();
        } finally {
            lock.unlock();
        }
    }

    /** A snapshot. The metadata and the assignments of the members are empty unless the group is stable. */
    DescribedGroup describe() {
        lock.lock();
        try {
            return members.describe(state == ClassicGroupState.STABLE)
                    .setGroupId(name)
                    .setGroupState(state.text());
        } finally {
            lock.unlock();
        }
    }

    /** Begins a rebalance, if none is in progress, and completes it if no member has to join any more. */
    @GuardedBy("lock")
    private void prepareRebalance() {
        members.failSyncs(Errors.REBALANCE_IN_PROGRESS);
        if (state != ClassicGroupState.PREPARING_REBALANCE) {
            state = ClassicGroupState.PREPARING_REBALANCE;
            startWait();
        }
        completeJoinIfAllHere();
    }

    @GuardedBy("lock")
    private void completeJoinIfAllHere() {
        if (state == ClassicGroupState.PREPARING_REBALANCE && expected.isEmpty() && members.areAllJoining()) {
            completeJoin();
        }
    }

    /** Starts the next generation. */
    @GuardedBy("lock")
    private void completeJoin() {
        members.removeUnjoined();
        if (!members.electLeader()) {
            startWait(); // for static members
            return;
        }
        members.startGeneration(scheduler.nanoTime());
        state = ClassicGroupState.COMPLETING_REBALANCE;
        startWait();
    }

    /** Limits the wait for members by the longest of their rebalance timeouts. */
    @GuardedBy("lock")
    private void startWait() {
        stopWait();
        long wait = waits;
        waitTimer = after(members.rebalanceTimeoutMs(), () -> endWait(wait));
    }

    @GuardedBy("lock")
    private void stopWait() {
        waits++;
        if (waitTimer != null) {
            waitTimer.cancel(false);
            waitTimer = null;
        }
    }

    /** Removes the members that have not joined, or have not sent SyncGroup. */
    private void endWait(long wait) {
        lock.lock();
        try {
            if (wait != waits) {
                return; // it has ended just now
            }
            if (state == ClassicGroupState.PREPARING_REBALANCE) {
                completeJoin();
            } else {
                removeUnsynced();
            }
            endIfEmpty();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void removeUnsynced() {
        for (GroupMember member : members.all()) {
            if (!member.hasSynced()) {
                remove(member);
            }
        }
    }

    /** Removes a member whose session has timed out, or forgets a new member that has not joined with its id. */
    private void expire(String id) {
        lock.lock();
        try {
            GroupMember member = members.get(id);
            long remainingMs = member == null ? 0 : member.remainingMs(scheduler.nanoTime());
            if (member == null) {
                forgetExpected(id);
                completeJoinIfAllHere();
            } else if (remainingMs > 0) {
                member.setTimer(after(remainingMs, () -> expire(id)));
            } else {
                remove(member);
            }
            endIfEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Starts the session of a member again, with its timer. */
    @GuardedBy("lock")
    private void watch(GroupMember member) {
        member.heard(scheduler.nanoTime());
        String id = member.id();
        member.setTimer(after(member.sessionTimeoutMs(), () -> expire(id)));
    }

    private Future<?> after(long ms, Runnable task) {
        return scheduler.after(ms, () -> scheduler.processor().execute(task));
    }

    /** Removes a member, and lets the others share its partitions. */
    @GuardedBy("lock")
    private void remove(GroupMember member) {
        members.remove(member, Errors.UNKNOWN_MEMBER_ID);
        prepareRebalance();
    }

    @GuardedBy("lock")
    private boolean forgetExpected(String id) {
        Future<?> timer = expected.remove(id);
        if (timer != null) {
            timer.cancel(false);
        }
        return timer != null;
    }

    /** A group without members has no protocol. If no member is expected either, it ends. */
    @GuardedBy("lock")
    private void endIfEmpty() {
        if (!members.isEmpty() || state == ClassicGroupState.DEAD) {
            return;
        }
        state = ClassicGroupState.EMPTY;
        stopWait();
        if (expected.isEmpty()) {
            state = ClassicGroupState.DEAD;
            onDeath.accept(this);
        }
    }

    @GuardedBy("lock")
    private void requireNot(ClassicGroupState rebalancing) {
        if (state == rebalancing) {
            throw Errors.REBALANCE_IN_PROGRESS.exception();
        }
    }
}
