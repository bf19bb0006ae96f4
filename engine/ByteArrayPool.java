package engine;

import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A pool of large arrays for requests. A new array is cleared by the JVM, and before that by the operating system, which takes longer
 * than the work of a request on it. The pool is small, and is cleared when requests need the memory: see {@link MemoryBudget}. Safe
 * for any number of threads.
 */
final class ByteArrayPool {
    private static final int MIN_LENGTH = 256 << 10;
    private static final int MAX_LENGTH = 5 << 20;
    private static final int MAX_COUNT = 8;
    private static final int SIZE_STEP = 512 << 10;

    /** A pooled array may be up to this many times as long as requested. */
    private static final int MAX_WASTE = 8;

    /** The maximum memory of the pool, in bytes. */
    private static final long MAX_BYTES = Runtime.getRuntime().maxMemory() / 20;

    /** The most recently used array first, because it is still in the caches of the processor. */
    private static final LinkedBlockingDeque<byte[]> SPARE = new LinkedBlockingDeque<>(MAX_COUNT);

    private static final AtomicLong BYTES = new AtomicLong();

    private ByteArrayPool() {}

    /** The memory of the pooled arrays, in bytes. */
    static long bytes() {
        return BYTES.get();
    }

    /** Returns an array of this length or longer, with undefined content; null if none fits. */
    static byte[] acquire(int length) {
        if (length < MIN_LENGTH || length > MAX_LENGTH) {
            return null;
        }
        for (byte[] spare : SPARE) {
            boolean fits = spare.length >= length && spare.length / MAX_WASTE <= length;
            if (fits && SPARE.removeFirstOccurrence(spare)) { // else another request has taken it
                BYTES.addAndGet(-ArrayMemory.sizeOf(spare.length));
                return spare;
            }
        }
        return null;
    }

    /** Returns an array to the pool. The caller must not use it any more. */
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
            dropLast(); // the least recently used array
        }
    }

    private static void dropLast() {
        byte[] last = SPARE.pollLast();
        BYTES.addAndGet(last == null ? 0 : -ArrayMemory.sizeOf(last.length));
    }

    /** The length to allocate for this many bytes, so that other requests can reuse the array and it fills its heap regions. */
    static int lengthFor(int length) {
        if (length < MIN_LENGTH || length > MAX_LENGTH) {
            return length;
        }
        return (length + ArrayMemory.HEADER + SIZE_STEP - 1) / SIZE_STEP * SIZE_STEP - ArrayMemory.HEADER;
    }

    /** Drops all pooled arrays. */
    static void clear() {
        while (!SPARE.isEmpty()) {
            dropLast();
        }
    }
}
