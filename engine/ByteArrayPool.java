package engine;

import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Large arrays for the length of a request, used again and again. A new one is cleared by the JVM, and its memory before that
 * by the operating system, which takes longer than what a request does with it. Few are kept, and none when a request needs the
 * memory: see {@link MemoryBudget}. Safe for any number of threads.
 */
final class ByteArrayPool {
    private static final int MIN_LENGTH = 256 << 10;
    private static final int MAX_LENGTH = 5 << 20;
    private static final int MAX_COUNT = 8;
    private static final int SIZE_STEP = 512 << 10;

    /** A spare array may be so much longer than what is asked for. */
    private static final int MAX_WASTE = 8;

    /** All that are kept, together, in bytes. */
    private static final long MAX_BYTES = Runtime.getRuntime().maxMemory() / 20;

    /** The one first that was used last, so that it is still in the caches of the processor. */
    private static final LinkedBlockingDeque<byte[]> SPARE = new LinkedBlockingDeque<>(MAX_COUNT);

    private static final AtomicLong BYTES = new AtomicLong();

    private ByteArrayPool() {}

    /** How much memory the arrays take that are kept, in bytes. */
    static long bytes() {
        return BYTES.get();
    }

    /** An array of this length, or longer, with anything in it; null if there is none. */
    static byte[] acquire(int length) {
        if (length < MIN_LENGTH || length > MAX_LENGTH) {
            return null;
        }
        for (byte[] spare : SPARE) {
            boolean fits = spare.length >= length && spare.length / MAX_WASTE <= length;
            if (fits && SPARE.removeFirstOccurrence(spare)) { // else another request was faster
                BYTES.addAndGet(-ArrayMemory.sizeOf(spare.length));
                return spare;
            }
        }
        return null;
    }

    /** Nobody uses this array any more. */
    static void release(byte[] array) {
        long size = ArrayMemory.sizeOf(array.length);
        if (array.length < MIN_LENGTH || array.length > MAX_LENGTH) {
            return;
        }
        if (BYTES.addAndGet(size) > MAX_BYTES) {
            BYTES.addAndGet(-size);
            return;
        }
        while (!SPARE.offerFirst(array)) {
            dropLast(); // nobody has wanted it for longest
        }
    }

    private static void dropLast() {
        byte[] last = SPARE.pollLast();
        BYTES.addAndGet(last == null ? 0 : -ArrayMemory.sizeOf(last.length));
    }

    /** The length to allocate for so many bytes, so that the array is of use to others and fills its regions of the heap. */
    static int lengthFor(int length) {
        if (length < MIN_LENGTH || length > MAX_LENGTH) {
            return length;
        }
        return (length + ArrayMemory.HEADER + SIZE_STEP - 1) / SIZE_STEP * SIZE_STEP - ArrayMemory.HEADER;
    }

    /** Keeps none any more. */
    static void clear() {
        while (!SPARE.isEmpty()) {
            dropLast();
        }
    }
}
