package engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import engine.GroupOffsets.Committed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Groups that are shared with clients of another protocol. */
public class GroupOffsetsTest {
    private static final int PARTITIONS = 3;

    private final MemoryBudget budget = new MemoryBudget(100 << 20);
    private final MemoryBroker broker = new MemoryBroker(budget, 256, Storage.NONE);
    private final GroupOffsets offsets = broker.groupOffsets();

    @BeforeEach
    void createTopics() {
        broker.registerTopic("t", new TopicSettings(PARTITIONS, null, null, null, null))
                .join();
        broker.registerTopic("u", new TopicSettings(1, 3L, null, null, WhenFull.REJECT))
                .join();
    }

    @Test
    void a_commit_creates_a_group_without_members_that_lacks_the_other_offsets() {
        offsets.commit("g", "t", Map.of(1, new Committed(5, "note"))).join();
        assertEquals(Map.of("t", Map.of(1, new Committed(5, "note"))), offsets.committed("g"));
        assertEquals(Set.of("g"), offsets.groupNames());
        GroupState state = broker.groups("g").items().findFirst().orElseThrow();
        assertEquals(List.of(), state.members());
        assertEquals(List.of(0L, 5L, 0L), committed(state));
        assertEquals(
                List.of("g"), broker.groups().items().map(GroupState::group).collect(Collectors.toList()));
    }

    @Test
    void the_groups_of_all_topics_are_one() {
        offsets.commit("g", "u", Map.of(0, new Committed(1, ""))).join();
        offsets.commit("g", "t", Map.of(0, new Committed(2, ""), 2, new Committed(3, "x")))
                .join();
        offsets.commit("f", "t", Map.of(0, new Committed(4, ""))).join();
        assertEquals(
                Map.of(
                        "t", Map.of(0, new Committed(2, ""), 2, new Committed(3, "x")),
                        "u", Map.of(0, new Committed(1, ""))),
                offsets.committed("g"));
        assertEquals(List.of("f", "g"), List.copyOf(offsets.groupNames()));
        assertEquals(Map.of(), offsets.committed("unknown"));
    }

    @Test
    void a_commit_that_is_not_valid_changes_nothing() {
        requireError(ErrorCode.TOPIC_NOT_FOUND, () -> offsets.commit("g", "x", Map.of(0, new Committed(1, ""))));
        requireError(ErrorCode.INVALID, () -> offsets.commit("g!", "t", Map.of(0, new Committed(1, ""))));
        for (Committed wrong : List.of(
                new Committed(-1, ""),
                new Committed(1, "x".repeat(GroupOffsets.MAX_METADATA_LENGTH + 1)),
                new Committed(1, "\ud800"))) {
            requireError(ErrorCode.INVALID, () -> offsets.commit("g", "t", Map.of(0, new Committed(1, ""), 1, wrong)));
        }
        requireError(ErrorCode.INVALID, () -> offsets.commit("g", "t", Map.of(PARTITIONS, new Committed(1, ""))));
        assertEquals(Set.of(), offsets.groupNames());
    }

    @Test
    void a_consumer_starts_where_the_group_has_committed_and_elsewhere_as_in_a_new_group() {
        produce("t", 6);
        offsets.commit("g", "t", Map.of(1, new Committed(1, "note"))).join();
        ConsumerState state = register("t", "c", "g", "latest");
        assertEquals(
                List.of(2L, 1L, 2L),
                state.positions().stream().map(Position::offset).collect(Collectors.toList()));
        assertEquals(new Committed(2, ""), offsets.committed("g").get("t").get(0));
        assertEquals(new Committed(1, "note"), offsets.committed("g").get("t").get(1));
        broker.commit("c", Map.of(1, 1L)).join();
        assertEquals(new Committed(1, ""), offsets.committed("g").get("t").get(1));
    }

    @Test
    void deliveries_remove_the_metadata_of_what_they_commit() {
        produce("t", 6);
        offsets.commit("g", "t", Map.of(1, new Committed(1, "note"))).join();
        register("t", "c", "g", "latest");
        broker.poll("c", ReadLimits.ONE, 0).join().close();
        assertEquals(new Committed(2, ""), offsets.committed("g").get("t").get(1));
    }

    @Test
    void a_group_with_consumers_of_the_broker_is_not_changed() {
        register("u", "c", "g", "earliest");
        for (Executable refused : List.<Executable>of(
                () -> offsets.reserve("g"),
                () -> offsets.commit("g", "t", Map.of(0, new Committed(1, ""))),
                () -> offsets.commit("g", "u", Map.of(0, new Committed(1, ""))),
                () -> offsets.delete("g"),
                () -> offsets.delete("g", "u", Set.of(0)))) {
            EngineException e = requireError(ErrorCode.CONFLICT, refused);
            assertEquals(
                    "Group g has 1 consumer of the broker's own protocol. Unregister them first, or choose another group.",
                    e.getMessage());
        }
        broker.unregisterConsumer("c").join();
        offsets.reserve("g");
        offsets.delete("g").join();
        assertEquals(Set.of(), offsets.groupNames());
    }

    @Test
    void consumers_cannot_join_a_reserved_group() {
        offsets.reserve("g");
        offsets.reserve("g");
        EngineException e = requireError(ErrorCode.CONFLICT, () -> register("t", "c", "g", "earliest"));
        assertTrue(e.getMessage().startsWith("Group g is used by clients of another protocol."), e.getMessage());
        assertEquals(Set.of(), offsets.groupNames());
        register("t", "alone", null, "earliest");
        register("t", "other", "h", "earliest");
        offsets.release("h");
        requireError(ErrorCode.CONFLICT, () -> offsets.reserve("h"));
        offsets.release("g");
        offsets.release("g");
        register("t", "c", "g", "earliest");
        register("t", "c", "g", "earliest");
        requireError(ErrorCode.CONFLICT, () -> offsets.reserve("g"));
        broker.deleteTopic("t").join();
        offsets.reserve("g");
        requireError(ErrorCode.INVALID, () -> offsets.reserve("a b"));
    }

    @Test
    void a_deleted_group_is_gone_from_all_topics() {
        offsets.commit("g", "t", Map.of(0, new Committed(1, ""))).join();
        offsets.commit("g", "u", Map.of(0, new Committed(1, ""))).join();
        offsets.delete("g").join();
        assertEquals(Map.of(), offsets.committed("g"));
        assertEquals(0, broker.groups().items().count());
        requireError(ErrorCode.GROUP_NOT_FOUND, () -> offsets.delete("g"));
        requireError(ErrorCode.GROUP_NOT_FOUND, () -> offsets.delete("g", "t", Set.of(0)));
    }

    @Test
    void a_group_without_committed_offsets_is_gone() {
        offsets.commit("g", "t", Map.of(0, new Committed(1, ""), 2, new Committed(2, "x")))
                .join();
        offsets.delete("g", "t", Set.of(1, 2, 99)).join();
        assertEquals(Map.of("t", Map.of(0, new Committed(1, ""))), offsets.committed("g"));
        offsets.delete("g", "u", Set.of(0)).join();
        requireError(ErrorCode.TOPIC_NOT_FOUND, () -> offsets.delete("g", "x", Set.of(0)));
        offsets.delete("g", "t", Set.of(0)).join();
        assertEquals(Set.of(), offsets.groupNames());
    }

    @Test
    void messages_are_retained_for_a_group_without_members() {
        offsets.commit("g", "u", Map.of(0, new Committed(0, ""))).join();
        produce("u", 3);
        EngineException e = requireError(ErrorCode.TOPIC_FULL, () -> produce("u", 1));
        assertTrue(e.getMessage().contains("group g (which has no members"), e.getMessage());
        offsets.reserve("g");
        e = requireError(ErrorCode.TOPIC_FULL, () -> produce("u", 1));
        assertTrue(e.getMessage().contains("group g (of clients of another protocol)"), e.getMessage());
        offsets.commit("g", "u", Map.of(0, new Committed(2, ""))).join();
        produce("u", 2);
        assertEquals(3, broker.groups("g").items().findFirst().orElseThrow().lag());
    }

    @Test
    void the_deletion_of_a_group_wakes_those_who_wait_for_room() {
        offsets.commit("g", "u", Map.of(0, new Committed(0, ""))).join();
        offsets.commit("h", "u", Map.of(0, new Committed(3, ""))).join();
        produce("u", 3);
        requireError(ErrorCode.TOPIC_FULL, () -> produce("u", 1));
        WaitQueue waiters = broker.partitionLogs().waiters("u");
        AtomicBoolean isWoken = new AtomicBoolean();
        waiters.await(waiters.changes(), () -> isWoken.set(true));
        offsets.delete("g").join();
        assertTrue(isWoken.get());
        produce("u", 1);
    }

    @Test
    void memory_is_given_back() {
        long before = budget.kept();
        String metadata = "x".repeat(GroupOffsets.MAX_METADATA_LENGTH);
        offsets.commit("g", "t", Map.of(0, new Committed(1, metadata), 1, new Committed(1, metadata)))
                .join();
        assertTrue(budget.kept() > before + 2 * GroupOffsets.MAX_METADATA_LENGTH);
        long withMetadata = budget.kept();
        offsets.commit("g", "t", Map.of(0, new Committed(2, metadata))).join();
        assertEquals(withMetadata, budget.kept());
        offsets.delete("g", "t", Set.of(0)).join();
        assertTrue(budget.kept() < withMetadata);
        offsets.delete("g").join();
        assertEquals(before, budget.kept());
        offsets.reserve("g");
        assertTrue(budget.kept() > before);
        offsets.release("g");
        assertEquals(before, budget.kept());
        offsets.commit("g", "t", Map.of(0, new Committed(1, metadata))).join();
        broker.deleteTopic("t").join();
        broker.registerTopic("t", new TopicSettings(PARTITIONS, null, null, null, null))
                .join();
        assertEquals(before, budget.kept());
        offsets.commit("g", "t", Map.of(0, new Committed(1, metadata))).join();
        register("t", "c", "g", "earliest");
        withMetadata = budget.kept();
        broker.commit("c", Map.of(0, 0L)).join();
        assertTrue(budget.kept() < withMetadata - GroupOffsets.MAX_METADATA_LENGTH);
    }

    @Test
    void a_commit_beyond_the_memory_changes_nothing() {
        MemoryBroker small = new MemoryBroker(new MemoryBudget(15_000), 256, Storage.NONE);
        small.registerTopic("t", new TopicSettings(1, null, null, null, null)).join();
        long before = small.budget().kept();
        requireError(
                ErrorCode.STORAGE_FULL,
                () -> small.groupOffsets()
                        .commit("g", "t", Map.of(0, new Committed(1, "x".repeat(GroupOffsets.MAX_METADATA_LENGTH)))));
        assertEquals(before, small.budget().kept());
        assertEquals(Set.of(), small.groupOffsets().groupNames());
    }

    /** A thread reserves a group, while two threads register consumers with it, each with a topic of its own. */
    @Test
    void a_group_never_has_members_of_both_kinds() throws Exception {
        int rounds = 200;
        AtomicInteger consumers = new AtomicInteger();
        AtomicInteger reservations = new AtomicInteger();
        AtomicInteger both = new AtomicInteger();
        AtomicBoolean isDone = new AtomicBoolean();
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (String topic : List.of("t", "u")) {
            tasks.add(() -> {
                int joined = 0;
                while (!isDone.get()) {
                    if (!isRefused(() -> register(topic, "c-" + topic, "g", "earliest"))) {
                        joined++;
                        consumers.incrementAndGet();
                        both.addAndGet(reservations.get());
                        consumers.decrementAndGet();
                        broker.unregisterConsumer("c-" + topic).join();
                    }
                    LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(100_000));
                }
                return joined;
            });
        }
        tasks.add(() -> {
            try {
                for (int reserved = 0; reserved < rounds; ) {
                    if (isRefused(() -> offsets.reserve("g"))) {
                        LockSupport.parkNanos(1000);
                        continue;
                    }
                    reserved++;
                    reservations.incrementAndGet();
                    both.addAndGet(consumers.get());
                    both.addAndGet((int) broker.consumers(null, "g").items().count());
                    offsets.commit("g", "t", Map.of(0, new Committed(1, "x"))).join();
                    offsets.delete("g").join();
                    reservations.decrementAndGet();
                    offsets.release("g");
                    LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(100_000));
                }
            } finally {
                isDone.set(true);
            }
            return rounds;
        });
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            for (Future<Integer> done : threads.invokeAll(tasks)) {
                assertTrue(done.get() > 0, "each of the threads has succeeded");
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(0, both.get());
        offsets.reserve("g");
    }

    /** As above, but without anything else between the calls, so that the threads meet more often. */
    @Test
    void joining_and_reserving_exclude_each_other() throws Exception {
        GroupReservations group = new GroupReservations(budget);
        long before = budget.kept();
        AtomicInteger consumers = new AtomicInteger();
        AtomicInteger reservations = new AtomicInteger();
        AtomicInteger both = new AtomicInteger();
        Callable<Integer> joining = () -> repeat(() -> {
            group.join("g");
            consumers.incrementAndGet();
            both.addAndGet(reservations.get());
            consumers.decrementAndGet();
            group.leave("g");
        });
        Callable<Integer> reserving = () -> repeat(() -> {
            group.reserve("g");
            reservations.incrementAndGet();
            both.addAndGet(consumers.get());
            reservations.decrementAndGet();
            group.release("g");
        });
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (Future<Integer> done : threads.invokeAll(List.of(joining, reserving))) {
                assertTrue(done.get() > 0, "each of the threads has succeeded");
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(0, both.get());
        assertEquals(before, budget.kept());
    }

    /** Returns how often the call was not refused. */
    private static int repeat(Runnable call) {
        int accepted = 0;
        for (int i = 0; i < 300_000; i++) {
            accepted += isRefused(call) ? 0 : 1;
        }
        return accepted;
    }

    private static boolean isRefused(Runnable call) {
        try {
            call.run();
            return false;
        } catch (EngineException e) {
            assertEquals(ErrorCode.CONFLICT, e.code(), e.getMessage());
            return true;
        }
    }

    private static List<Long> committed(GroupState state) {
        return state.partitions().stream().map(GroupState.Partition::committed).collect(Collectors.toList());
    }

    private ConsumerState register(String topic, String id, String group, String start) {
        return broker.registerConsumer(
                        topic, new ConsumerSettings(id, group, null, OffsetSpec.parse("start", start), null))
                .join();
    }

    private void produce(String topic, int count) {
        for (int i = 0; i < count; i++) {
            EncodedBatch batch = new EncodedBatch(100, 100, budget.reservation());
            batch.add("v", null, null, null);
            broker.produce(topic, batch, null).join();
        }
    }

    private static EngineException requireError(ErrorCode code, Executable call) {
        EngineException thrown = assertThrows(EngineException.class, () -> {
            try {
                call.execute();
            } catch (CompletionException e) {
                throw e.getCause();
            }
        });
        assertEquals(code, thrown.code(), thrown.getMessage());
        return thrown;
    }
}
