package engine;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One thread for everything that happens after a time. It is there once somebody asks for it. */
final class Deadlines {
    private static final ScheduledThreadPoolExecutor TIMER = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "deadlines");
        thread.setDaemon(true);
        return thread;
    });

    static {
        TIMER.setRemoveOnCancelPolicy(true);
    }

    private Deadlines() {}

    /** Runs a short task after so many ms, unless it is cancelled before. */
    static ScheduledFuture<?> after(long ms, Runnable task) {
        return TIMER.schedule(task, ms, TimeUnit.MILLISECONDS);
    }
}
