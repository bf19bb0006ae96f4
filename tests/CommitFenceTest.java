package engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Commits of a consumer whose partitions come and go, and the offsets of its group. */
public class CommitFenceTest {
    private final CommitFence fence = new CommitFence();

    @Test
    void a_partition_that_was_owned_all_the_time_is_not_fenced() {
        fence.assigned(0, 5);
        assertNull(fence.fencedFrom(0));
    }

    @Test
    void a_partition_that_came_back_is_fenced_from_where_the_consumer_continues() {
        fence.assigned(0, 5);
        fence.revoked(0, false);
        fence.assigned(0, 9);
        assertEquals(9, fence.fencedFrom(0));
        fence.settle(List.of(0));
        assertNull(fence.fencedFrom(0));
    }

    @Test
    void revoked_partitions_are_told_once_if_something_was_not_committed() {
        fence.assigned(0, 0);
        fence.assigned(1, 0);
        fence.assigned(2, 0);
        fence.revoked(2, true);
        fence.revoked(1, false);
        fence.revoked(0, true);
        assertArrayEquals(new int[] {0, 2}, fence.takeRevoked());
        assertArrayEquals(new int[] {}, fence.takeRevoked());
    }

    @Test
    void a_partition_that_came_back_was_not_revoked() {
        fence.assigned(0, 0);
        fence.revoked(0, true);
        fence.assigned(0, 3);
        assertArrayEquals(new int[] {}, fence.takeRevoked());
    }

    @Test
    void a_new_registration_forgets_everything_but_what_was_owned() {
        fence.assigned(0, 0);
        fence.revoked(0, true);
        fence.clear();
        assertArrayEquals(new int[] {}, fence.takeRevoked());
        fence.assigned(0, 7);
        assertEquals(7, fence.fencedFrom(0));
    }

    @Test
    void committed_offsets_change_by_partition() {
        CommittedOffsets committed = new CommittedOffsets(
                "g", Journal.NONE, new KeptMemory(new MemoryBudget(1 << 20), 3, false), new long[] {1, 2, 3}, () -> {});
        committed.commit(Map.of(1, 20L));
        committed.commitDelivered(Map.of(0, 10L, 2, 30L));
        assertArrayEquals(new long[] {10, 20, 30}, committed.all());
        assertEquals(20, committed.get(1));
        committed.commit(Map.of(1, 0L)); // a seek back
        assertEquals(0, committed.get(1));
        assertEquals(3, committed.partitions());
    }
}
