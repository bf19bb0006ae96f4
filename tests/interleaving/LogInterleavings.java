package engine;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/**
 * A reader of a {@link Log} takes no lock, while another thread appends, undoes and trims. It sees each message that was visible when it
 * began, and none that was never published. A message begins and ends with its offset.
 */
@Param(name = "size", gen = IntGen.class, conf = "1:600")
public class LogInterleavings {
    private final Log log = new Log(new MemoryBudget(1L << 40));

    @Operation(nonParallelGroup = "writer")
    public synchronized void append(@Param(name = "size") int size) {
        write(size);
        log.publishAll();
    }

    @Operation(nonParallelGroup = "writer")
    public synchronized void undo(@Param(name = "size") int size) {
        long end = log.logEndOffset();
        write(size);
        write(size);
        log.undo(end);
    }

    @Operation(nonParallelGroup = "writer")
    public synchronized void trim() {
        log.trim(Math.min(log.highWatermark(), log.startOffset() + 1));
    }

    /** Returns null if the read is correct. */
    @Operation
    public String read() {
        long start = log.startOffset();
        long before = log.highWatermark();
        long[] next = {start};
        String[] fault = {null};
        long end = log.read(start, (offset, timestamp, bytes, position, length) -> {
            fault[0] = fault[0] != null ? fault[0] : fault(next[0], offset, bytes, position, length);
            next[0] = offset + 1;
            return true;
        });
        if (fault[0] == null && end < before) {
            return "read to " + end + ", although " + before + " were visible";
        }
        return fault[0] != null || end <= log.highWatermark() ? fault[0] : "read past the high watermark";
    }

    /** Returns null if the number is correct. */
    @Operation
    public String count() {
        long start = log.startOffset();
        long before = log.highWatermark();
        long count = log.countAfter(Long.MIN_VALUE);
        boolean isRight = count >= before - log.startOffset() && count <= log.highWatermark() - start;
        return isRight ? null : "counted " + count;
    }

    private String fault(long expected, long offset, byte[] bytes, int position, int length) {
        boolean isNext = offset == expected || (offset > expected && offset <= log.startOffset());
        boolean isWhole = bytes[position] == (byte) offset && bytes[position + length - 1] == (byte) offset;
        return isNext && isWhole ? null : "offset " + offset + " after " + expected;
    }

    private void write(int size) {
        byte[] value = new byte[size];
        value[0] = (byte) log.logEndOffset();
        value[size - 1] = value[0];
        log.write(value, 0, size, 0);
    }

    /** Each large message begins a new segment. */
    public static class WithLargeMessages extends LogInterleavings {
        @Operation(nonParallelGroup = "writer")
        public synchronized void appendLarge() {
            append(Segment.CAPACITY);
        }
    }

    @Test
    void readers_see_what_was_published() {
        options(10, 100).check(LogInterleavings.class);
    }

    @Test
    void readers_see_what_was_published_in_several_segments() {
        options(3, 15).check(WithLargeMessages.class); // fewer, because large arrays make Lincheck slow
    }

    private static ModelCheckingOptions options(int iterations, int invocations) {
        return new ModelCheckingOptions()
                .iterations(iterations)
                .invocationsPerIteration(invocations)
                .threads(2)
                .actorsBefore(2)
                .actorsPerThread(3)
                .actorsAfter(1);
    }
}
