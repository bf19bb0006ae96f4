package tests.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Each anomaly is found, and a history without one has none. */
public class HistoryTest {
    private static final String P = "t-0";

    private final History history = new History();

    @Test
    void a_correct_history_has_no_anomaly() {
        history.sent("a", P, 0, List.of("a0", "a1"));
        history.sent("b", P, 2, List.of("b0"));
        history.polled("c", P, 0, List.of("a0"));
        history.polled("c", P, 1, List.of("a1", "b0", "nobody was told of it"));
        history.refused(List.of("x"));
        history.commitRequested("c", P, 4);
        history.committedOffsetIs("c", P, 0, 4);
        history.commitAnswered("c", P, 4);
        history.committedOffsetIs("c", P, 4, 4);
        assertFound();
    }

    @Test
    void messages_that_nobody_got() {
        history.sent("a", P, 0, List.of("a0", "a1", "a2"));
        history.polled("c", P, 1, List.of("a1"));
        assertFound(Anomaly.LOST_WRITE, Anomaly.UNSEEN);
        history.polled("d", P, 0, List.of("a0", "a1", "a2"));
        assertFound();
    }

    @Test
    void messages_that_were_there_and_are_past_the_end_now() {
        history.sent("a", P, 0, List.of("a0", "a1", "a2"));
        history.polled("c", P, 0, List.of("a0", "a1", "a2"));
        history.endsAt(P, 3);
        assertFound();
        history.endsAt(P, 1);
        assertFound(Anomaly.LOST_WRITE, Anomaly.LOST_WRITE);
    }

    @Test
    void messages_whose_offset_the_producer_does_not_know() {
        history.sent("a", List.of("a0", "a1", "a2"));
        history.polled("c", P, 0, List.of("a1", "a0"));
        assertFound(Anomaly.NONMONOTONIC_SEND, Anomaly.UNSEEN);
    }

    @Test
    void messages_that_retention_has_dropped_may_be_unseen_and_skipped() {
        history.sent("a", P, 0, List.of("a0", "a1", "a2", "a3"));
        history.polled("c", P, 0, List.of("a0"));
        history.polled("c", P, 3, List.of("a3"));
        assertFound(Anomaly.LOST_WRITE, Anomaly.LOST_WRITE, Anomaly.POLL_SKIP, Anomaly.POLL_SKIP);
        history.startsAt(P, 2);
        assertFound(Anomaly.LOST_WRITE, Anomaly.POLL_SKIP);
        history.startsAt(P, 3);
        assertFound();
    }

    @Test
    void a_refused_message_that_is_there() {
        history.refused(List.of("a0"));
        assertFound();
        history.polled("c", P, 0, List.of("a0"));
        assertFound(Anomaly.ABORTED_READ);
    }

    @Test
    void a_message_at_two_offsets() {
        history.polled("c", P, 0, List.of("a0", "a0"));
        assertFound(Anomaly.DUPLICATE);
    }

    @Test
    void a_message_in_two_partitions() {
        history.polled("c", P, 0, List.of("a0"));
        history.polled("c", "t-1", 0, List.of("a0"));
        assertFound(Anomaly.DUPLICATE);
    }

    @Test
    void an_offset_with_two_messages() {
        history.sent("a", P, 0, List.of("a0"));
        history.polled("c", P, 0, List.of("b0"));
        assertFound(Anomaly.INCONSISTENT_OFFSETS);
    }

    @Test
    void a_consumer_that_goes_back_or_skips_messages() {
        history.polled("d", P, 0, List.of("a0", "a1", "a2"));
        history.polled("c", P, 2, List.of("a2"));
        history.polled("c", P, 1, List.of("a1"));
        assertFound(Anomaly.NONMONOTONIC_POLL);
        history.polled("e", P, 0, List.of("a0"));
        history.polled("e", P, 2, List.of("a2"));
        assertFound(Anomaly.NONMONOTONIC_POLL, Anomaly.POLL_SKIP);
    }

    @Test
    void a_consumer_that_begins_after_its_position() {
        history.polled("d", P, 0, List.of("a0", "a1"));
        history.positioned("c", P, 0);
        history.polled("c", P, 1, List.of("a1"));
        assertFound(Anomaly.POLL_SKIP);
    }

    @Test
    void a_consumer_that_was_repositioned_may_go_back() {
        history.polled("c", P, 0, List.of("a0", "a1"));
        history.repositioned("c");
        history.polled("c", P, 0, List.of("a0"));
        assertFound();
    }

    @Test
    void a_producer_whose_messages_change_their_order() {
        history.polled("c", P, 0, List.of("a1", "a0"));
        history.sent("a", P, 1, List.of("a0"));
        history.sent("a", P, 0, List.of("a1"));
        assertFound(Anomaly.NONMONOTONIC_SEND);
    }

    @Test
    void commits_that_are_lost_or_that_nobody_asked_for() {
        history.commitRequested("c", P, 5);
        history.commitAnswered("c", P, 5);
        history.committedOffsetIs("c", P, 4, 9);
        assertFound(Anomaly.LOST_COMMIT);
        history.committedOffsetIs("c", P, 6, 9);
        assertFound(Anomaly.LOST_COMMIT, Anomaly.COMMIT_AHEAD);
    }

    @Test
    void a_commit_past_the_end_of_the_log() {
        history.commitRequested("c", P, 5);
        history.commitAnswered("c", P, 5);
        history.committedOffsetIs("c", P, 5, 4);
        assertFound(Anomaly.COMMIT_AHEAD);
    }

    private void assertFound(Anomaly... anomalies) {
        assertEquals(
                List.of(anomalies),
                history.findings().stream().map(Finding::anomaly).toList(),
                () -> history.findings().toString());
    }
}
