package engine;

/** The heap memory of arrays. Stateless. */
final class ArrayMemory {
    /** The memory of an array besides its elements, in bytes. */
    static final int HEADER = 16;

    private static final long REGION = regionOf(Runtime.getRuntime().maxMemory());

    private ArrayMemory() {}

    /**
     * The heap memory of a byte array, in bytes. The G1 collector allocates whole regions for an array that is larger than half a region.
     * With other collectors, the result is a little too high.
     */
    static long sizeOf(int length) {
        long size = (long) length + HEADER;
        return size > REGION / 2 ? (size + REGION - 1) / REGION * REGION : size;
    }

    /** The region size that G1 chooses by default, in bytes: a power of two from 1 to 32 MiB. */
    private static long regionOf(long heap) {
        long size = Math.max(1 << 20, Math.min(32 << 20, heap / 2048));
        return Long.highestOneBit(2 * size - 1);
    }
}
