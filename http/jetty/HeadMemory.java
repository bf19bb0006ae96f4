package http.jetty;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import engine.EngineException;
import engine.MemoryBudget;
import engine.Reservation;

/** The memory of the head of a request, if it is large. It is held until the next request, or the end of the connection. */
final class HeadMemory {
    /** The size up to which a head is not counted, in bytes. */
    private static final int UNCOUNTED = 4 << 10;

    /** Memory is taken for so many bytes at a time. */
    private static final int STEP = 8 << 10;

    private final MemoryBudget budget;

    @GuardedBy("this")
    private Reservation taken;

    /** Only the thread that serves the connection uses this field. */
    private int size = UNCOUNTED;

    @GuardedBy("this")
    private boolean isClosed;

    HeadMemory(MemoryBudget budget) {
        this.budget = budget;
    }

    /** The memory of a header, in bytes. Its name and value have {@code length} chars. */
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
