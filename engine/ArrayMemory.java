package engine;

/** How much of the heap an array takes. Stateless. */
final class ArrayMemory {
    /** What an array takes besides its elements, in bytes. */
    static final int HEADER = 16;

    private static final long REGION = regionOf(Runtime.getRuntime().maxMemory());

    private ArrayMemory() {}

    /**
     * How much of the heap an array of so many bytes takes. The G1 collector gives whole regions to an array that is larger than half a
     * region; with other collectors this is a little too much.
     */
    static long sizeOf(int length) {
        long size = (long) length + HEADER;
        return size > REGION / 2 ? (size + REGION - 1) / REGION * REGION : size;
    }

    /** The size of a region of G1 as it chooses it: 1 to 32 MiB, a power of two. */
    private static long regionOf(long heap) {
        long size = Math.max(1 << 20, Math.min(32 << 20, heap / 2048));
        return Long.highestOneBit(2 * size - 1);
    }
}
