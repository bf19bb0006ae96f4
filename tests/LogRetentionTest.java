package engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a partition keeps, by limits, by readers, and by a clock that goes wherever it likes. */
public class LogRetentionTest {
    private static final long NOW = 1_795_474_064_171L;
    private static final long DAY = TimeUnit.DAYS.toMillis(1);

    private final Log log = new Log(new MemoryBudget(1L << 30));
    private long readByAll;

    @Test
    void a_message_from_the_future_is_as_old_as_it_is_known() throws InterruptedException {
        append(1, NOW);
        append(1, NOW + 30 * DAY);
        append(1, NOW + 30 * DAY);
        assertEquals(2, log.countAfter(NOW));
        LogRetention day = maxAge(DAY);
        assertTrue(day.hasFutureTimestamps(NOW));
        day.noteFutureTimestamps(NOW);
        assertFalse(day.hasFutureTimestamps(NOW), "once is enough");
        append(1, NOW + 1);
        assertFalse(day.hasFutureTimestamps(NOW + 1));
        assertEquals(0, day.startOffset(NOW + 2), "nothing is too old");
        assertEquals(1, day.startOffset(NOW + DAY + 1), "what has a right time gets too old by that");
    }

    @Test
    void a_message_from_the_future_is_too_old_when_it_was_known_for_longer_than_messages_are_kept()
            throws InterruptedException {
        append(1, NOW + 30 * DAY);
        append(1, NOW + 30 * DAY);
        LogRetention brief = maxAge(10);
        brief.noteFutureTimestamps(NOW);
        append(1, NOW + 1);
        Thread.sleep(20); // longer than messages are kept
        assertEquals(2, brief.startOffset(NOW + 5), "the one after them is 4 ms old");
        assertEquals(3, brief.startOffset(NOW + 12));
    }

    @Test
    void a_clock_that_was_behind_makes_nothing_too_old_once_it_is_right() {
        append(1, NOW);
        LogRetention day = maxAge(DAY);
        day.noteFutureTimestamps(0); // started in 1970
        append(1, 1);
        assertEquals(0, day.startOffset(2));
        assertEquals(0, day.startOffset(NOW + 1));
        append(1, NOW + 2);
        assertEquals(0, day.startOffset(NOW + 3), "the message of 1970 is not the oldest");
    }

    @Test
    void a_clock_that_is_set_right_by_a_little_was_not_wrong() {
        append(1, NOW);
        assertFalse(maxAge(DAY).hasFutureTimestamps(NOW - 900));
    }

    @Test
    void the_oldest_that_all_have_read_make_room() {
        LogRetention three = retention(new TopicSettings(null, 3L, null, null, null));
        appendThree();
        assertEquals(
                ErrorCode.TOPIC_FULL,
                assertThrows(EngineException.class, () -> three.startWithRoomFor(1, 10))
                        .code());
        readByAll = 2;
        assertEquals(1, three.startWithRoomFor(1, 10));
        assertEquals(2, three.startWithRoomFor(2, 20));
        assertThrows(EngineException.class, () -> three.startWithRoomFor(3, 30));
        assertThrows(EngineException.class, () -> three.startWithRoomFor(4, 40));
        assertEquals(0, log.startOffset(), "nothing was changed");
    }

    @Test
    void the_oldest_are_dropped_for_bytes_whoever_has_read_them() {
        LogRetention thirty = retention(new TopicSettings(null, null, 30L, null, WhenFull.DROP_OLDEST));
        appendThree();
        assertEquals(0, thirty.startWithRoomFor(1, 0));
        assertEquals(1, thirty.startWithRoomFor(1, 1));
        assertEquals(3, thirty.startWithRoomFor(1, 30));
        assertThrows(EngineException.class, () -> thirty.startWithRoomFor(1, 31));
    }

    @Test
    void limits_that_were_lowered_drop_the_oldest() {
        appendThree();
        retention(new TopicSettings(null, 3L, 29L, null, null)).trimToLimits();
        assertEquals(1, log.startOffset());
        retention(new TopicSettings(null, 1L, null, null, null)).trimToLimits();
        assertEquals(2, log.startOffset());
    }

    private void appendThree() {
        for (int i = 0; i < 3; i++) {
            append(10, NOW);
        }
    }

    private void append(int length, long timestamp) {
        log.write(new byte[length], 0, length, timestamp);
        log.publishAll();
    }

    private LogRetention maxAge(long ms) {
        return retention(new TopicSettings(null, null, null, ms, null));
    }

    private LogRetention retention(TopicSettings settings) {
        return new LogRetention(
                log,
                0,
                settings,
                new LogRetention.Readers() {
                    @Override
                    public long readByAll(int partition) {
                        return readByAll;
                    }

                    @Override
                    public String whoHasNotRead(int partition, long offset) {
                        return "somebody";
                    }
                },
                Scheduler.SYSTEM);
    }
}
