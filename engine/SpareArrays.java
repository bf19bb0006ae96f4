package engine;

import java.lang.ref.SoftReference;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Large arrays for the length of a request, used again and again. A new one is cleared by the JVM, and its memory before that
 * by the operating system, which takes longer than what a request does with it. Few are kept, and none when memory is short.
 * Safe for any number of threads.
 */
public final class SpareArrays {
    private static final int MIN_SIZE = 64 << 10;
    private static final int SIZE_STEP = 512 << 10;
    private static final int MAX_SIZE = 4 << 20;
    private static final int MAX_COUNT = 8;

    private static final ArrayBlockingQueue<SoftReference<byte[]>> SPARE = new ArrayBlockingQueue<>(MAX_COUNT);

    private SpareArrays() {}

    /** An array of this size, or larger; there may be anything in it. */
    public static byte[] take(int size) {
        if (size < MIN_SIZE || size > MAX_SIZE) {
            return new byte[size];
        }
        SoftReference<byte[]> reference = SPARE.poll();
        byte[] spare = reference == null ? null : reference.get();
        return spare != null && spare.length >= size ? spare : new byte[(size + SIZE_STEP - 1) / SIZE_STEP * SIZE_STEP];
    }

    /** Nobody uses this array any more. */
    public static void giveBack(byte[] array) {
        if (array.length >= MIN_SIZE && array.length <= MAX_SIZE) {
            SPARE.offer(new SoftReference<>(array));
        }
    }
}
