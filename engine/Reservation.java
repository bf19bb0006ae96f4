package engine;

import java.util.Arrays;
import java.util.function.Supplier;

/**
 * The memory of a {@link MemoryBudget} that one request holds. The request takes memory before it allocates it. {@link #close}
 * releases everything. Amounts are in bytes. For one thread at a time.
 */
public final class Reservation implements AutoCloseable {
    /** The maximum memory of a small request: see {@link MemoryBudget}. */
    static final int SMALL = 64 << 10;

    /** Arrays up to this length are not counted, because most requests need only these. */
    private static final int UNCOUNTED = 4 << 10;

    /** One part in this many of the memory for requests is negligible. */
    private static final int NEGLIGIBLE_PART = 16;

    private final MemoryBudget budget;
    private final long small;
    private long held;

    /** The other reservation of the same request; null if absent. */
    private Reservation sibling;

    /** @param small the maximum memory of a small request */
    Reservation(MemoryBudget budget, long small) {
        this.budget = budget;
        this.small = small;
    }

    /** Creates a second reservation for the same request. It may be closed later than this one, and by another thread. */
    public Reservation sibling() {
        sibling = new Reservation(budget, small);
        sibling.sibling = this;
        return sibling;
    }

    /** The memory that it holds. */
    public long held() {
        return held;
    }

    private long heldByRequest() {
        return held + (sibling == null ? 0 : sibling.held);
    }

    /**
     * Takes memory.
     *
     * @throws EngineException TOO_LARGE if the budget is too small, OVERLOADED if other requests use the memory; then nothing is taken
     */
    public void take(long bytes) {
        if (!tryTake(bytes)) {
            throw refusal(heldByRequest() + bytes);
        }
    }

    /** Takes memory; returns false, and takes nothing, if the limit would be exceeded. */
    public boolean tryTake(long bytes) {
        if (!budget.tryTake(bytes, held + bytes <= small)) {
            return false;
        }
        held += bytes;
        return true;
    }

    /** Releases a part of the memory. */
    public void giveBack(long bytes) {
        budget.giveBack(bytes);
        held -= bytes;
    }

    /** Releases all memory. */
    @Override
    public void close() {
        if (held != 0) {
            giveBack(held);
        }
    }

    /**
     * Returns an array of this size or a little larger, with undefined content. It is counted until {@link #release}.
     *
     * @throws EngineException as {@link #take}
     */
    public byte[] array(int size) {
        if (size <= UNCOUNTED) {
            return new byte[size];
        }
        byte[] spare = spare(size);
        if (spare != null) {
            return spare;
        }
        int length = ByteArrayPool.lengthFor(size);
        return allocate(ArrayMemory.sizeOf(length), () -> new byte[length]);
    }

    /** Takes memory and allocates it, both or neither. */
    private <T> T allocate(long bytes, Supplier<T> allocation) {
        take(bytes);
        try {
            return allocation.get();
        } catch (Throwable e) { // an OutOfMemoryError
            giveBack(bytes);
            throw e;
        }
    }

    /** Acquires a pooled array; null if none fits. */
    private byte[] spare(int size) {
        byte[] spare = ByteArrayPool.acquire(size);
        if (spare != null && !tryTake(ArrayMemory.sizeOf(spare.length))) {
            ByteArrayPool.release(spare);
            return null;
        }
        return spare;
    }

    /**
     * Returns an array of this size or a little larger, with the first bytes of another array, which is released.
     *
     * @param length the number of bytes to copy
     * @throws EngineException as {@link #take}; then {@code array} is not released
     */
    public byte[] larger(byte[] array, int length, int size) {
        return moved(array, length, array(size));
    }

    private byte[] moved(byte[] array, int length, byte[] larger) {
        System.arraycopy(array, 0, larger, 0, length);
        release(array);
        return larger;
    }

    /** As {@link #larger}, but null if no pooled array fits. */
    byte[] trySpare(byte[] array, int length, int size) {
        byte[] spare = spare(size);
        return spare == null ? null : moved(array, length, spare);
    }

    /** As {@link #larger}, but null instead of an exception. */
    byte[] tryLarger(byte[] array, int length, int size) {
        try {
            return larger(array, length, size);
        } catch (EngineException full) {
            return null;
        }
    }

    /** Releases an array of this reservation, which must not be used any more. */
    public void release(byte[] array) {
        if (array.length > UNCOUNTED) {
            giveBack(ArrayMemory.sizeOf(array.length));
            ByteArrayPool.release(array);
        }
    }

    /** As {@link Arrays#copyOf(int[], int)}. The copy is counted until {@link #release(int[])}, and {@code array} is released. */
    int[] larger(int[] array, int length) {
        long taken = length > UNCOUNTED / Integer.BYTES ? ArrayMemory.sizeOf(Integer.BYTES * length) : 0;
        int[] larger = allocate(taken, () -> Arrays.copyOf(array, length));
        release(array);
        return larger;
    }

    /** Releases an array of this reservation, which must not be used any more. */
    void release(int[] array) {
        if (array.length > UNCOUNTED / Integer.BYTES) {
            giveBack(ArrayMemory.sizeOf(Integer.BYTES * array.length));
        }
    }

    /** OVERLOADED would be useless if other requests hold a negligible part, because a retry would fail again. */
    private EngineException refusal(long needed) {
        long most = budget.largestRequest();
        long others = budget.inFlight() - heldByRequest();
        if (needed > most || others < most / NEGLIGIBLE_PART) {
            return new EngineException(
                    ErrorCode.TOO_LARGE,
                    "The request needs " + needed + " bytes of memory, but a request can use only "
                            + (most - Math.max(0, Math.min(others, most / NEGLIGIBLE_PART)))
                            + ". Send smaller requests, or start the broker with a larger heap (JAVA_TOOL_OPTIONS=-Xmx8g).");
        }
        return new EngineException(
                ErrorCode.OVERLOADED,
                "Other requests use " + others + " of " + budget.inFlightLimit()
                        + " bytes of memory for requests, and this one needs " + needed
                        + ". Retry after a second.");
    }
}
