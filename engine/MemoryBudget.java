package engine;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that a broker may take of its heap. There are two accounts, and neither can starve the other:
 *
 * <pre>
 *   | kept: 60 %                                   | in flight: 20 %                 | all else: 20 %             |
 *   | messages, topics, consumers, producers       | bodies, answers, spare arrays   | the JVM, the server        |
 * </pre>
 *
 * What is kept stays until somebody deletes it: beyond its limit a request is refused with STORAGE_FULL. What is in flight goes
 * with its request: beyond its limit a request is refused with OVERLOADED, and may be sent again. The last part of it is
 * for small requests, so that large ones cannot shut them out.
 *
 * <p>Amounts are in bytes of heap. Safe for any number of threads.
 */
public final class MemoryBudget {
    private static final double KEPT_SHARE = 0.6;
    private static final double IN_FLIGHT_SHARE = 0.2;

    /** Which part of what may be kept is for messages alone, so that producing goes on when somebody registers too much. */
    private static final int PART_FOR_MESSAGES = 10;

    /** Which part of what may be in flight is for small requests alone. */
    private static final int PART_FOR_SMALL = 8;

    /** What an open connection takes. All of them may take half of what may be in flight. */
    private static final int CONNECTION = 4 << 10;

    /** The same topics may take a little more when they are read back: their arrays have other sizes then. */
    private static final double SLACK_FOR_RESTORED = 1.05;

    private final long keptLimit;
    private final long inFlightLimit;
    private final AtomicLong kept = new AtomicLong();
    private final AtomicLong inFlight = new AtomicLong();

    /** @param heap the largest size of the heap */
    public MemoryBudget(long heap) {
        this.keptLimit = (long) (heap * KEPT_SHARE);
        this.inFlightLimit = (long) (heap * IN_FLIGHT_SHARE);
    }

    /** How much all that is kept may take. */
    public long keptLimit() {
        return keptLimit;
    }

    /** How much all that is kept takes now. */
    public long kept() {
        return kept.get();
    }

    /** How much requests in flight may take. */
    public long inFlightLimit() {
        return inFlightLimit;
    }

    /** How much requests in flight take now, with the arrays that are spare. */
    public long inFlight() {
        return inFlight.get() + ByteArrayPool.bytes();
    }

    /** How many connections may be open. */
    public long maxConnections() {
        return inFlightLimit / 2 / CONNECTION;
    }

    /** Notes that so many connections more, or if negative fewer, are open. */
    public void addConnections(int more) {
        inFlight.addAndGet((long) CONNECTION * more);
    }

    /** For a request, which holds nothing yet. */
    public Reservation reservation() {
        return new Reservation(this, Reservation.SMALL);
    }

    /** For what may be many and last long, and so never has a part in what is for small requests. */
    public Reservation reservationForStream() {
        return new Reservation(this, 0);
    }

    /**
     * Takes so much more for messages.
     *
     * @throws EngineException STORAGE_FULL; then nothing is taken
     */
    void keep(long bytes) {
        keep(bytes, keptLimit);
    }

    /** As {@link #keep(long)}, for what is kept besides messages. */
    void keepState(long bytes) {
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

    /** Notes that so many bytes more, or if negative fewer, are kept. */
    void add(long bytes) {
        kept.addAndGet(bytes);
    }

    /** @throws EngineException STORAGE_FULL if what was read back from disk does not fit */
    void requireRoomForRestored() {
        long now = kept.get();
        if (now > keptLimit * SLACK_FOR_RESTORED) {
            throw full(now, keptLimit);
        }
    }

    /** The most that one request can have, unless it is small. */
    long largestRequest() {
        return inFlightLimit - inFlightLimit / PART_FOR_SMALL;
    }

    /** Takes so much more for a request in flight; false if there is no room for it just now. */
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

    /** A request does not need so much any more. */
    void giveBack(long bytes) {
        inFlight.addAndGet(-bytes);
    }

    private static EngineException full(long now, long limit) {
        return new EngineException(
                ErrorCode.STORAGE_FULL,
                "Topics, messages, consumers and producers take " + now + " of " + limit
                        + " bytes of memory. Delete a topic, give topics limits, or start the broker with a larger heap (JAVA_TOOL_OPTIONS=-Xmx8g).");
    }
}
