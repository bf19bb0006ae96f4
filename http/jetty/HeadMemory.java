package http.jetty;

import engine.EngineException;
import engine.MemoryBudget;
import engine.Reservation;

/** What the head of a request takes, if it is large; until the next request, or the end of the connection. */
final class HeadMemory {
    /** A head up to this size is not counted, in bytes. */
    private static final int UNCOUNTED = 4 << 10;

    private static final int STEP = 8 << 10;

    private final MemoryBudget budget;
    private Reservation taken;
    private int size = UNCOUNTED;
    private boolean isClosed;

    HeadMemory(MemoryBudget budget) {
        this.budget = budget;
    }

    /** What a header takes whose name and value have so many chars. */
    static int ofField(int length) {
        return 140 + 2 * length;
    }

    /** @throws EngineException OVERLOADED */
    void takeAtLeast(int bytes) {
        if (bytes > size) {
            take(bytes);
        }
    }

    private synchronized void take(int bytes) {
        while (bytes > size && !isClosed) {
            taken = taken == null ? budget.reservationForStream() : taken;
            taken.take(STEP);
            size += STEP;
        }
    }

    void giveBack() {
        if (size > UNCOUNTED) {
            release();
        }
    }

    private synchronized void release() {
        taken.close();
        size = UNCOUNTED;
    }

    synchronized void close() {
        isClosed = true;
        if (taken != null) {
            taken.close();
        }
    }
}
