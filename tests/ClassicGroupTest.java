package kafka.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import engine.MemoryBudget;
import engine.Scheduler;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The states of a group, without clients and with a clock that the tests move. */
public class ClassicGroupTest {
    private static final int SESSION_MS = 1000;
    private static final int REBALANCE_MS = 5000;

    /** The last version in which the leader cannot skip the assignment. */
    private static final short OLD_VERSION = 8;

    private final Clock clock = new Clock();
    private final MemoryBudget budget = new MemoryBudget(100 << 20);
    private final List<ClassicGroup> dead = new ArrayList<>();
    private final ClassicGroup group = new ClassicGroup("g", budget, clock, dead::add);

    /** Runs tasks when its time has come. */
    private static final class Clock implements Scheduler {
        private record Timer(long atMs, Runnable task, CompletableFuture<Void> handle) {}

        private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::atMs));
        private long nowMs;

        void advance(long ms) {
            long endMs = nowMs + ms;
            while (!timers.isEmpty() && timers.peek().atMs <= endMs) {
                Timer next = timers.remove();
                nowMs = next.atMs;
                if (!next.handle.isCancelled()) {
                    next.task.run();
                }
            }
            nowMs = endMs;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(nowMs);
        }

        @Override
        public long millis() {
            return nowMs;
        }

        @Override
        public long nanoTime() {
            return TimeUnit.MILLISECONDS.toNanos(nowMs);
        }

        @Override
        public Future<?> after(long ms, Runnable task) {
            Timer timer = new Timer(nowMs + ms, task, new CompletableFuture<>());
            timers.add(timer);
            return timer.handle;
        }

        @Override
        public Future<?> every(long ms, Runnable task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Executor processor() {
            return Runnable::run;
        }

        @Override
        public Executor disk() {
            throw new UnsupportedOperationException();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static JoinGroupRequestData request(String id, String instance, String... protocols) {
        JoinGroupRequestData request = new JoinGroupRequestData()
                .setGroupId("g")
                .setMemberId(id)
                .setGroupInstanceId(instance)
                .setProtocolType("consumer")
                .setSessionTimeoutMs(SESSION_MS)
                .setRebalanceTimeoutMs(REBALANCE_MS);
        for (String protocol : protocols) {
            request.protocols()
                    .add(new JoinGroupRequestProtocol().setName(protocol).setMetadata(bytes(protocol)));
        }
        return request;
    }

    private CompletableFuture<JoinGroupResponseData> join(JoinGroupRequestData request, int version) {
        return group.join(request, new Caller((short) version, "client", "127.0.0.1", "127.0.0.1", 9092, null));
    }

    private CompletableFuture<JoinGroupResponseData> join(JoinGroupRequestData request) {
        return join(request, 9);
    }

    private CompletableFuture<JoinGroupResponseData> join(String id) {
        return join(request(id, null, "range"));
    }

    /** The id that a new member gets. */
    private String newId() {
        JoinGroupResponseData response = join("").join();
        assertEquals(Errors.MEMBER_ID_REQUIRED.code(), response.errorCode());
        return response.memberId();
    }

    private CompletableFuture<SyncGroupResponseData> sync(JoinGroupResponseData joined, String... assignments) {
        SyncGroupRequestData request = new SyncGroupRequestData()
                .setGroupId("g")
                .setMemberId(joined.memberId())
                .setGenerationId(joined.generationId());
        for (int i = 0; i < assignments.length; i += 2) {
            request.assignments()
                    .add(new SyncGroupRequestAssignment()
                            .setMemberId(assignments[i])
                            .setAssignment(bytes(assignments[i + 1])));
        }
        return group.sync(request);
    }

    private void heartbeat(String id, String instance, int generation) {
        group.heartbeat(new HeartbeatRequestData()
                .setGroupId("g")
                .setMemberId(id)
                .setGroupInstanceId(instance)
                .setGenerationId(generation));
    }

    private void leave(String id) {
        group.leave(new MemberIdentity().setMemberId(id));
    }

    private static void assertError(Errors error, Executable call) {
        assertEquals(error, KafkaErrors.of(assertThrows(RuntimeException.class, call)));
    }

    private static void assertFailed(Errors error, CompletableFuture<?> call) {
        assertTrue(call.isDone());
        assertEquals(error, KafkaErrors.of(assertThrows(CompletionException.class, call::join)));
    }

    private String state() {
        return group.describe().groupState();
    }

    /** A stable group with this member only. */
    private JoinGroupResponseData alone() {
        JoinGroupResponseData joined = join(newId()).join();
        sync(joined, joined.memberId(), "all").join();
        return joined;
    }

    /** A stable group of two: their responses. The first is the leader. */
    private List<JoinGroupResponseData> two() {
        String first = alone().memberId();
        CompletableFuture<JoinGroupResponseData> second = join(newId());
        JoinGroupResponseData ofFirst = join(first).join();
        JoinGroupResponseData ofSecond = second.join();
        sync(ofFirst, first, "one", ofSecond.memberId(), "two").join();
        sync(ofSecond).join();
        return List.of(ofFirst, ofSecond);
    }

    @Test
    void a_new_member_gets_an_id_and_joins_with_it_at_once() {
        String id = newId();
        assertTrue(id.startsWith("client-"));
        JoinGroupResponseData joined = join(id).join();
        assertEquals(id, joined.memberId());
        assertEquals(id, joined.leader());
        assertEquals(1, joined.generationId());
        assertEquals("range", joined.protocolName());
        assertArrayEquals(bytes("range"), joined.members().get(0).metadata());
        assertEquals("CompletingRebalance", state());
        assertArrayEquals(bytes("all"), sync(joined, id, "all").join().assignment());
        assertEquals("Stable", state());
    }

    @Test
    void a_member_of_an_old_client_joins_without_an_id() {
        assertEquals(1, join(request("", null, "range"), 3).join().generationId());
    }

    @Test
    void an_unknown_member_is_refused() {
        alone();
        assertError(Errors.UNKNOWN_MEMBER_ID, () -> join("x"));
        assertError(Errors.UNKNOWN_MEMBER_ID, () -> heartbeat("x", null, 1));
        assertError(Errors.UNKNOWN_MEMBER_ID, () -> leave("x"));
    }

    @Test
    void a_second_member_waits_until_the_first_has_joined_again() {
        String first = alone().memberId();
        CompletableFuture<JoinGroupResponseData> second = join(newId());
        assertFalse(second.isDone());
        assertEquals("PreparingRebalance", state());
        assertError(Errors.REBALANCE_IN_PROGRESS, () -> heartbeat(first, null, 1));
        JoinGroupResponseData ofFirst = join(first).join();
        JoinGroupResponseData ofSecond = second.join();
        assertEquals(2, ofFirst.members().size());
        assertEquals(0, ofSecond.members().size());
        assertEquals(first, ofSecond.leader());
        assertEquals(2, ofSecond.generationId());
        CompletableFuture<SyncGroupResponseData> synced = sync(ofSecond);
        assertFalse(synced.isDone());
        sync(ofFirst, first, "one", ofSecond.memberId(), "two").join();
        assertArrayEquals(bytes("two"), synced.join().assignment());
        assertError(Errors.ILLEGAL_GENERATION, () -> heartbeat(first, null, 1));
        heartbeat(first, null, 2);
    }

    @Test
    void a_member_that_does_not_join_again_is_removed_at_the_rebalance_timeout() {
        String first = alone().memberId();
        CompletableFuture<JoinGroupResponseData> second = join(newId());
        for (int ms = 0; ms < REBALANCE_MS; ms += SESSION_MS / 2) {
            assertFalse(second.isDone());
            assertError(Errors.REBALANCE_IN_PROGRESS, () -> heartbeat(first, null, 1));
            clock.advance(SESSION_MS / 2);
        }
        assertEquals(second.join().memberId(), second.join().leader());
        assertEquals(1, second.join().members().size());
        assertError(Errors.UNKNOWN_MEMBER_ID, () -> heartbeat(first, null, 1));
    }

    @Test
    void a_silent_member_is_removed_at_the_session_timeout() {
        List<JoinGroupResponseData> members = two();
        String first = members.get(0).memberId();
        for (int i = 0; i < 4; i++) {
            clock.advance(SESSION_MS / 2 - 1);
            assertEquals(i < 2 ? "Stable" : "PreparingRebalance", state());
            try {
                heartbeat(first, null, 2);
            } catch (RebalanceInProgressException e) {
                assertTrue(i >= 2);
            }
        }
        assertEquals(3, join(first).join().generationId());
        assertEquals(1, group.describe().members().size());
    }

    @Test
    void a_member_that_waits_does_not_time_out() {
        JoinGroupResponseData first = alone();
        CompletableFuture<JoinGroupResponseData> second = join(newId());
        for (int i = 0; i < 6; i++) {
            clock.advance(SESSION_MS / 2);
            assertError(Errors.REBALANCE_IN_PROGRESS, () -> heartbeat(first.memberId(), null, 1));
        }
        join(first.memberId()).join();
        assertEquals(2, second.join().generationId());
    }

    @Test
    void a_member_that_does_not_send_sync_is_removed_at_the_rebalance_timeout() {
        String first = alone().memberId();
        CompletableFuture<JoinGroupResponseData> second = join(newId());
        JoinGroupResponseData leader = join(first).join();
        sync(leader, first, "one").join();
        for (int ms = 0; ms < REBALANCE_MS; ms += SESSION_MS / 2) {
            assertEquals("Stable", state());
            heartbeat(first, null, 2);
            heartbeat(second.join().memberId(), null, 2);
            clock.advance(SESSION_MS / 2);
        }
        assertEquals("PreparingRebalance", state());
        assertError(Errors.UNKNOWN_MEMBER_ID, () -> heartbeat(second.join().memberId(), null, 2));
    }

    @Test
    void a_rebalance_waits_for_an_expected_member_until_its_session_times_out() {
        newId();
        CompletableFuture<JoinGroupResponseData> joined = join(newId());
        clock.advance(SESSION_MS - 1);
        assertFalse(joined.isDone());
        clock.advance(1);
        assertEquals(1, joined.join().members().size());
    }

    @Test
    void the_partitions_of_a_member_that_leaves_are_assigned_again() {
        List<JoinGroupResponseData> members = two();
        CompletableFuture<JoinGroupResponseData> joining = join(members.get(1).memberId());
        assertTrue(joining.isDone(), "the same metadata: a repeated request");
        leave(members.get(0).memberId());
        assertEquals("PreparingRebalance", state());
        JoinGroupResponseData next = join(members.get(1).memberId()).join();
        assertEquals(3, next.generationId());
        assertEquals(next.memberId(), next.leader());
    }

    @Test
    void calls_of_a_member_that_is_removed_end() {
        String first = alone().memberId();
        String second = newId();
        CompletableFuture<JoinGroupResponseData> joining = join(second);
        leave(second);
        assertFailed(Errors.UNKNOWN_MEMBER_ID, joining);
        String third = newId();
        CompletableFuture<JoinGroupResponseData> joined = join(third);
        join(first);
        CompletableFuture<SyncGroupResponseData> syncing = sync(joined.join());
        leave(first);
        assertFailed(Errors.REBALANCE_IN_PROGRESS, syncing);
    }

    @Test
    void a_repeated_join_replaces_the_one_that_waits() {
        alone();
        String second = newId();
        CompletableFuture<JoinGroupResponseData> first = join(second);
        CompletableFuture<JoinGroupResponseData> again = join(second);
        assertFailed(Errors.REBALANCE_IN_PROGRESS, first);
        assertFalse(again.isDone());
    }

    @Test
    void the_group_ends_when_its_last_member_has_left() {
        long before = budget.kept();
        JoinGroupResponseData joined = alone();
        assertTrue(budget.kept() > before);
        leave(joined.memberId());
        assertEquals(List.of(group), dead);
        assertEquals(before, budget.kept());
        assertNull(join(""));
        assertError(Errors.UNKNOWN_MEMBER_ID, () -> heartbeat(joined.memberId(), null, 1));
    }

    @Test
    void the_group_ends_if_its_first_member_cannot_join_or_does_not_come() {
        assertError(Errors.INCONSISTENT_GROUP_PROTOCOL, () -> join(request("", null)));
        assertEquals(List.of(group), dead);
        ClassicGroup other = new ClassicGroup("h", budget, clock, dead::add);
        other.join(request("", null, "range"), new Caller((short) 9, "client", "", "", 9092, null));
        clock.advance(SESSION_MS);
        assertEquals(List.of(group, other), dead);
    }

    @Test
    void the_protocol_is_one_that_all_members_support_and_most_prefer() {
        join(request(newId(), null, "range", "sticky")).join();
        String second = newId();
        String third = newId();
        CompletableFuture<JoinGroupResponseData> ofSecond = join(request(second, null, "sticky", "range"));
        join(request(third, null, "other", "sticky", "range"));
        String first = group.describe().members().get(0).memberId();
        join(request(first, null, "range", "sticky"));
        assertEquals("sticky", ofSecond.join().protocolName());
        assertError(Errors.INCONSISTENT_GROUP_PROTOCOL, () -> join(request("", null, "other")));
        JoinGroupRequestData connect = request("", null, "range").setProtocolType("connect");
        assertError(Errors.INCONSISTENT_GROUP_PROTOCOL, () -> join(connect));
    }

    /** A stable group with this static member and a dynamic one. */
    private List<JoinGroupResponseData> withStatic(boolean isLeader) {
        CompletableFuture<JoinGroupResponseData> ofStatic;
        CompletableFuture<JoinGroupResponseData> ofDynamic;
        if (isLeader) {
            String id = join(request("", "s", "range")).join().memberId();
            ofDynamic = join(newId());
            ofStatic = join(request(id, "s", "range"));
            sync(ofStatic.join(), id, "s's", ofDynamic.join().memberId(), "d's").join();
        } else {
            String id = alone().memberId();
            ofStatic = join(request("", "s", "range"));
            ofDynamic = join(id);
            sync(ofDynamic.join(), id, "d's", ofStatic.join().memberId(), "s's").join();
        }
        sync(ofStatic.join()).join();
        sync(ofDynamic.join()).join();
        return List.of(ofStatic.join(), ofDynamic.join());
    }

    @Test
    void a_static_member_gets_its_assignment_back_and_fences_its_predecessor() {
        List<JoinGroupResponseData> members = withStatic(false);
        JoinGroupResponseData again = join(request("", "s", "range")).join();
        assertEquals(members.get(0).generationId(), again.generationId());
        assertFalse(again.skipAssignment());
        assertArrayEquals(bytes("s's"), sync(again).join().assignment());
        heartbeat(members.get(1).memberId(), null, again.generationId());
        assertError(Errors.FENCED_INSTANCE_ID, () -> heartbeat(members.get(0).memberId(), "s", again.generationId()));
        clock.advance(SESSION_MS);
        assertEquals("Dead", state());
    }

    @Test
    void a_static_leader_continues_to_lead_without_an_assignment() {
        List<JoinGroupResponseData> members = withStatic(true);
        JoinGroupResponseData again = join(request("", "s", "range")).join();
        assertTrue(again.skipAssignment());
        assertEquals(again.memberId(), again.leader());
        assertEquals(2, again.members().size());
        JoinGroupResponseData old = join(request("", "s", "range"), OLD_VERSION).join();
        assertEquals(again.memberId(), old.leader());
        assertEquals(List.of(), old.members());
        assertEquals(members.get(1).generationId(), old.generationId());
        assertArrayEquals(bytes("s's"), sync(old).join().assignment());
    }

    @Test
    void a_static_member_that_changes_the_protocol_of_the_group_causes_a_rebalance() {
        JoinGroupResponseData joined = join(request("", "s", "range", "sticky")).join();
        sync(joined, joined.memberId(), "all").join();
        JoinGroupResponseData again = join(request("", "s", "sticky", "range")).join();
        assertEquals("sticky", again.protocolName());
        assertEquals(joined.generationId() + 1, again.generationId());
        assertEquals("CompletingRebalance", state());
    }

    @Test
    void a_tool_removes_a_static_member_by_its_instance_id() {
        withStatic(false);
        group.leave(new MemberIdentity().setMemberId("").setGroupInstanceId("s"));
        assertEquals(1, group.describe().members().size());
        assertError(
                Errors.UNKNOWN_MEMBER_ID,
                () -> group.leave(new MemberIdentity().setMemberId("").setGroupInstanceId("s")));
    }

    private String commit(String id, int generation) {
        return group.commit(
                new OffsetCommitRequestData().setMemberId(id).setGenerationIdOrMemberEpoch(generation), () -> "done");
    }

    @Test
    void only_members_of_this_generation_commit() {
        assertEquals("done", commit("", -1));
        JoinGroupResponseData joined = join(newId()).join();
        assertError(Errors.REBALANCE_IN_PROGRESS, () -> commit(joined.memberId(), 1));
        sync(joined).join();
        assertEquals("done", commit(joined.memberId(), 1));
        assertError(Errors.ILLEGAL_GENERATION, () -> commit(joined.memberId(), 0));
        assertError(Errors.UNKNOWN_MEMBER_ID, () -> commit("", -1));
        join(newId());
        assertEquals("PreparingRebalance", state());
        assertEquals("done", commit(joined.memberId(), 1));
    }
}
