package engine;

import java.util.concurrent.atomic.AtomicLong;

/** The memory that all logs together may take. Safe for any number of threads. */
public final class MemoryBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /** @param limit in bytes */
    public MemoryBudget(long limit) {
        this.limit = limit;
    }

    /** In bytes. */
    public long limit() {
        return limit;
    }

    /** In bytes. */
    public long used() {
        return used.get();
    }

    /** @throws EngineException STORAGE_FULL if so much more would exceed the budget */
    void requireRoomFor(long bytes) {
        if (used.get() + bytes > limit) {
            throw new EngineException(ErrorCode.STORAGE_FULL, "All topics together hold " + used.get() + " of " + limit
                    + " bytes. Delete a topic, give topics limits, or start the broker with a larger heap (JAVA_TOOL_OPTIONS=-Xmx8g).");
        }
    }

    /** Notes that so many bytes more, or if negative fewer, are taken. */
    void add(long bytes) {
        used.addAndGet(bytes);
    }
}
