package engine;

import java.util.Arrays;
import java.util.function.Supplier;

/**
 * How much of a {@link MemoryBudget} one request holds. It takes memory before it is allocated, and gives everything back when it is
 * closed. Amounts are in bytes. For one thread at a time.
 */
public final class Reservation implements AutoCloseable {
    /** A request that holds no more than this is small: see {@link MemoryBudget}. */
    static final int SMALL = 64 << 10;

    /** Arrays up to this length are not counted: most requests need no other. */
    private static final int UNCOUNTED = 4 << 10;

    /** Such a part of the memory for requests is next to nothing. */
    private static final int NEXT_TO_NOTHING = 16;

    private final MemoryBudget budget;
    private final long small;
    private long held;

    /** Another one of the same request; null if there is none. */
    private Reservation sibling;

    /** @param small up to how much counts as small */
    Reservation(MemoryBudget budget, long small) {
        this.budget = budget;
        this.small = small;
    }

    /** Another one for the same request, which may be given back later than this one, and by another thread. */
    public Reservation sibling() {
        sibling = new Reservation(budget, small);
        sibling.sibling = this;
        return sibling;
    }

    /** How much it holds. */
    public long held() {
        return held;
    }

    private long heldByRequest() {
        return held + (sibling == null ? 0 : sibling.held);
    }

    /**
     * Takes so much more.
     *
     * @throws EngineException TOO_LARGE if it is more than the budget has, OVERLOADED if others have it just now; then nothing is taken
     */
    public void take(long bytes) {
        if (!tryTake(bytes)) {
            throw refusal(heldByRequest() + bytes);
        }
    }

    /** Takes so much more if there is room for it. */
    public boolean tryTake(long bytes) {
        if (!budget.tryTake(bytes, held + bytes <= small)) {
            return false;
        }
        held += bytes;
        return true;
    }

    /** Gives so much of it back. */
    public void giveBack(long bytes) {
        budget.giveBack(bytes);
        held -= bytes;
    }

    /** Gives back whatever it holds. */
    @Override
    public void close() {
        if (held != 0) {
            giveBack(held);
        }
    }

    /**
     * An array of this size or a little larger, which is counted until {@link #release}; there may be anything in it.
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
        return taking(ArrayMemory.sizeOf(length), () -> new byte[length]);
    }

    /** Takes memory and allocates it, both or neither. */
    private <T> T taking(long bytes, Supplier<T> allocation) {
        take(bytes);
        try {
            return allocation.get();
        } catch (Throwable e) { // an OutOfMemoryError
            giveBack(bytes);
            throw e;
        }
    }

    /** Null if there is none. */
    private byte[] spare(int size) {
        byte[] spare = ByteArrayPool.acquire(size);
        if (spare != null && !tryTake(ArrayMemory.sizeOf(spare.length))) {
            ByteArrayPool.release(spare);
            return null;
        }
        return spare;
    }

    /**
     * An array of this size or a little larger that begins with what another begins with, which is released.
     *
     * @param length how much of it to keep
     * @throws EngineException as {@link #take}; then the other one is as it was
     */
    public byte[] larger(byte[] array, int length, int size) {
        return moved(array, length, array(size));
    }

    private byte[] moved(byte[] array, int length, byte[] larger) {
        System.arraycopy(array, 0, larger, 0, length);
        release(array);
        return larger;
    }

    /** As {@link #larger}, but null if there is no spare array to use again. */
    byte[] trySpare(byte[] array, int length, int size) {
        byte[] spare = spare(size);
        return spare == null ? null : moved(array, length, spare);
    }

    /** As {@link #larger}; null if there is no room for it just now. */
    byte[] tryLarger(byte[] array, int length, int size) {
        try {
            return larger(array, length, size);
        } catch (EngineException full) {
            return null;
        }
    }

    /** Nobody uses this array, which is from here, any more. */
    public void release(byte[] array) {
        if (array.length > UNCOUNTED) {
            giveBack(ArrayMemory.sizeOf(array.length));
            ByteArrayPool.release(array);
        }
    }

    /** As {@link Arrays#copyOf(int[], int)}; the copy is counted until {@link #release(int[])}, and the other one released. */
    int[] larger(int[] array, int length) {
        long taken = length > UNCOUNTED / Integer.BYTES ? ArrayMemory.sizeOf(Integer.BYTES * length) : 0;
        int[] larger = taking(taken, () -> Arrays.copyOf(array, length));
        release(array);
        return larger;
    }

    /** Nobody uses this array, which is from here, any more. */
    void release(int[] array) {
        if (array.length > UNCOUNTED / Integer.BYTES) {
            giveBack(ArrayMemory.sizeOf(Integer.BYTES * array.length));
        }
    }

    /** If others hold next to nothing, waiting for them does not help. */
    private EngineException refusal(long needed) {
        long most = budget.largestRequest();
        long others = budget.inFlight() - heldByRequest();
        if (needed > most || others < most / NEXT_TO_NOTHING) {
            return new EngineException(
                    ErrorCode.TOO_LARGE,
                    "The request needs " + needed + " bytes of memory, and a request can have "
                            + (most - Math.max(0, Math.min(others, most / NEXT_TO_NOTHING)))
                            + ". Send less at once, or start the broker with a larger heap (JAVA_TOOL_OPTIONS=-Xmx8g).");
        }
        return new EngineException(
                ErrorCode.OVERLOADED,
                "Other requests take " + others + " of " + budget.inFlightLimit()
                        + " bytes of memory for requests, and this one needs " + needed
                        + ". Send it again in a second.");
    }
}
