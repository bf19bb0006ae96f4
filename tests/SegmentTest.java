package engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A segment gives back what was appended to it, from any offset on. */
public class SegmentTest {
    private static final long BASE = 1000;

    private final List<byte[]> messages = new ArrayList<>();
    private final List<Long> timestamps = new ArrayList<>();

    @Test
    void messages_of_all_sizes_are_read_from_any_offset() {
        Segment segment = filled(300, new Random(1));
        for (int from = 0; from <= messages.size(); from++) {
            int[] next = {from};
            long end =
                    segment.read(BASE + from, BASE + messages.size(), (offset, timestamp, bytes, position, length) -> {
                        assertEquals(BASE + next[0], offset);
                        assertEquals(timestamps.get(next[0]), timestamp);
                        assertArrayEquals(
                                messages.get(next[0]), Arrays.copyOfRange(bytes, position, position + length));
                        next[0]++;
                        return true;
                    });
            assertEquals(messages.size(), next[0]);
            assertEquals(BASE + messages.size(), end);
        }
    }

    @Test
    void a_reader_that_stops_gets_the_offset_to_continue_from() {
        Segment segment = filled(100, new Random(2));
        assertEquals(
                BASE + 40,
                segment.read(BASE + 7, BASE + 100, (offset, timestamp, bytes, position, length) -> offset < BASE + 40));
    }

    @Test
    void truncated_messages_make_room_for_others() {
        Segment segment = filled(70, new Random(3));
        for (int kept : new int[] {64, 33, 32, 31, 1}) {
            segment.truncate(BASE + kept);
            assertEquals(BASE + kept, segment.endOffset());
            segment.append(new byte[] {42}, 0, 1, 0);
            byte[] last = new byte[1];
            segment.read(BASE + kept, BASE + kept + 1, (offset, timestamp, bytes, position, length) -> {
                assertEquals(1, length);
                last[0] = bytes[position];
                return true;
            });
            assertEquals(42, last[0]);
        }
    }

    @Test
    void a_message_that_is_larger_than_a_segment_gets_one_of_its_size() {
        int size = Segment.CAPACITY + 1;
        Segment segment = new Segment(BASE, 0, size, false);
        assertTrue(segment.hasRoomFor(size));
        segment.append(new byte[size], 0, size, 0);
        assertFalse(segment.hasRoomFor(1));
    }

    @Test
    void growth_is_never_estimated_too_low() {
        Random random = new Random(4);
        Segment segment = new Segment(BASE, 0, 0, true);
        for (int i = 0; i < 3000; i++) {
            int size = random.nextInt(2000);
            if (!segment.hasRoomFor(size)) {
                break;
            }
            long before = Segment.memory(segment.capacity());
            long estimated = Segment.growth(segment, 1, size);
            segment.append(new byte[size], 0, size, i);
            assertTrue(Segment.memory(segment.capacity()) - before <= estimated, "message " + i + " of " + size);
        }
    }

    private Segment filled(int count, Random random) {
        Segment segment = new Segment(BASE, 5000, 0, true);
        for (int i = 0; i < count; i++) {
            byte[] message = new byte[random.nextInt(4) == 0 ? random.nextInt(20_000) : random.nextInt(200)];
            random.nextBytes(message);
            long timestamp = 5000L + random.nextInt(1_000_000) - 500_000;
            segment.append(message, 0, message.length, timestamp);
            messages.add(message);
            timestamps.add(timestamp);
        }
        return segment;
    }
}
