package engine;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that a broker may use of its heap. It has two parts, and neither can starve the other:
 *
 * <pre>
 *   | kept: 60 %                                   | in flight: 20 %                 | rest: 20 %                 |
 *   | messages, topics, consumers, producers       | bodies, answers, pooled arrays  | the JVM, the server        |
 * </pre>
 *
 * Kept memory is used until it is deleted. Beyond its limit, a request is refused with STORAGE_FULL. In-flight memory is released at
 * the end of its request. Beyond its limit, a request is refused with OVERLOADED, and may be retried. A share of the in-flight memory
 * is reserved for small requests, so that large ones cannot starve them.
 *
 * <p>Amounts are in bytes of heap. Safe for any number of threads.
 */
public final class MemoryBudget {
    private static final double KEPT_SHARE = 0.6;
    private static final double IN_FLIGHT_SHARE = 0.2;

    /** One part in this many of the kept memory is reserved for messages, so that too many registrations do not stop producers. */
    private static final int PART_FOR_MESSAGES = 10;

    /** One part in this many of the in-flight memory is reserved for small requests. */
    private static final int PART_FOR_SMALL = 8;

    /** The memory of an open connection. All connections may use half of the in-flight memory. */
    private static final int CONNECTION = 4 << 10;

    /** Restored topics may exceed the limit a little, because their arrays have other sizes than before the restart. */
    private static final double SLACK_FOR_RESTORED = 1.05;

    private final long keptLimit;
    private final long inFlightLimit;
    private final AtomicLong kept = new AtomicLong();
    private final AtomicLong inFlight = new AtomicLong();

    /** @param heap the maximum size of the heap, in bytes */
    public MemoryBudget(long heap) {
        this.keptLimit = (long) (heap * KEPT_SHARE);
        this.inFlightLimit = (long) (heap * IN_FLIGHT_SHARE);
    }

    /** The limit of the kept memory. */
    public long keptLimit() {
        return keptLimit;
    }

    /** The kept memory that is in use. */
    public long kept() {
        return kept.get();
    }

    /** The limit of the in-flight memory. */
    public long inFlightLimit() {
        return inFlightLimit;
    }

    /** The in-flight memory that is in use, including pooled arrays. */
    public long inFlight() {
        return inFlight.get() + ByteArrayPool.bytes();
    }

    /** The maximum number of open connections. */
    public long maxConnections() {
        return inFlightLimit / 2 / CONNECTION;
    }

    /** Adds to the number of open connections; a negative number subtracts. Never fails. */
    public void addConnections(int more) {
        inFlight.addAndGet((long) CONNECTION * more);
    }

    /** A new reservation for a request. It holds nothing yet. */
    public Reservation reservation() {
        return new Reservation(this, Reservation.SMALL);
    }

    /** A new reservation for a long-lived call. It never uses the memory for small requests, because there may be many such calls. */
    public Reservation reservationForStream() {
        return new Reservation(this, 0);
    }

    /**
     * Takes kept memory for messages.
     *
     * @throws EngineException STORAGE_FULL; then nothing is taken
     */
    void keep(long bytes) {
        keep(bytes, keptLimit);
    }

    /**
     * Takes kept memory for everything except messages.
     *
     * @throws EngineException STORAGE_FULL; then nothing is taken
     */
    public void keepState(long bytes) {
        keep(bytes, keptLimit - keptLimit / PART_FOR_MESSAGES);
    }

    private void keep(long bytes, long limit) {
        long before;
        do {
            before = kept.get();
            if (before + bytes > limit) {
                throw full(before, limit);
            }
        } while (!kept.compareAndSet(before, before + bytes));
    }

    /** Adds to the kept memory without a check of the limit; a negative number subtracts. */
    public void add(long bytes) {
        kept.addAndGet(bytes);
    }

    /** @throws EngineException STORAGE_FULL if the restored topics exceed the limit */
    void requireRoomForRestored() {
        long now = kept.get();
        if (now > keptLimit * SLACK_FOR_RESTORED) {
            throw full(now, keptLimit);
        }
    }

    /** The maximum memory of a request that is not small. */
    long largestRequest() {
        return inFlightLimit - inFlightLimit / PART_FOR_SMALL;
    }

    /** Takes in-flight memory; returns false if the limit would be exceeded. */
    boolean tryTake(long bytes, boolean isSmall) {
        long limit = isSmall ? inFlightLimit : largestRequest();
        long before;
        do {
            before = inFlight.get();
            if (before + bytes + ByteArrayPool.bytes() > limit) {
                ByteArrayPool.clear();
                if (before + bytes > limit) {
                    return false;
                }
            }
        } while (!inFlight.compareAndSet(before, before + bytes));
        return true;
    }

    /** Releases in-flight memory. */
    void giveBack(long bytes) {
        inFlight.addAndGet(-bytes);
    }

    private static EngineException full(long now, long limit) {
        return new EngineException(
                ErrorCode.STORAGE_FULL,
                "Topics, messages, consumers and producers take " + now + " of " + limit
                        + " bytes of memory. Delete a topic, set limits for topics, or start the broker with a larger heap (JAVA_TOOL_OPTIONS=-Xmx8g).");
    }
}
