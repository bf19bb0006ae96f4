package engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A log whose clock goes wherever it likes; that of a real broker cannot be set. */
public class LogTest {
    private static final long NOW = 1_795_474_064_171L;
    private static final long DAY = TimeUnit.DAYS.toMillis(1);

    private final Log log = new Log(new MemoryBudget(1L << 30));

    @Test
    void timestamps_are_those_of_the_clock_even_if_it_goes_back() {
        long[] timestamps = {
            NOW, NOW - 1, NOW + 64, NOW - 65, 0, NOW + 30 * DAY, NOW, -DAY, Long.MAX_VALUE, Long.MIN_VALUE, NOW
        };
        for (long timestamp : timestamps) {
            append(1, timestamp);
        }
        List<Long> read = new ArrayList<>();
        log.read(0, (offset, timestamp, bytes, position, length) -> read.add(timestamp));
        for (int i = 0; i < timestamps.length; i++) {
            assertEquals(timestamps[i], read.get(i));
        }
    }

    @Test
    void a_time_is_found_at_the_first_message_that_has_it_or_a_later_one() {
        Random random = new Random(1);
        List<Long> timestamps = new ArrayList<>();
        long clock = NOW;
        for (int i = 0; i < 400; i++) {
            clock += random.nextInt(10) == 0 ? random.nextInt(2_000_000) - 1_000_000 : random.nextInt(1000);
            append(random.nextInt(50_000), clock); // several segments
            timestamps.add(clock);
        }
        log.trim(20);
        for (int i = 0; i < 1000; i++) {
            long asked = i < 400 ? timestamps.get(i) : NOW - 2_000_000 + random.nextInt(6_000_000);
            int expected = 20;
            while (expected < timestamps.size() && timestamps.get(expected) < asked) {
                expected++;
            }
            assertEquals(expected, log.offsetAt(20, asked), "asked for " + asked);
        }
    }

    @Test
    void what_was_taken_back_has_no_time() {
        append(1, NOW);
        log.write(new byte[1], 0, 1, NOW + DAY);
        log.undo(1);
        append(1, NOW);
        assertEquals(0, log.countAfter(NOW));
        assertEquals(2, log.offsetAt(0, NOW + 1));
    }

    private void append(int length, long timestamp) {
        log.write(new byte[length], 0, length, timestamp);
        log.publishAll();
    }

    @Test
    void a_message_that_is_larger_than_a_spare_array_is_written_whole() {
        MemoryBudget budget = new MemoryBudget(1L << 30);
        ByteArrayPool.clear();
        ByteArrayPool.release(new byte[512 << 10]);
        byte[] message = new byte[1_000_000];
        try (MessageWriter writer =
                new MessageWriter(new ReadLimits(MessageLayout.LINES, 10, 300_000), budget.reservation())) {
            writer.from(MessageCodec.prefix("t", 0, false));
            assertTrue(writer.message(0, 1, message, 0, message.length));
            assertTrue(writer.length() > message.length);
        }
        ByteArrayPool.clear();
    }
}
