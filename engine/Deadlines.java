package engine;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A timer with one thread, which starts with the first task. Safe for any number of threads. */
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

    /** Runs a task after {@code ms} milliseconds, unless it is cancelled before. The task must not block. */
    static ScheduledFuture<?> after(long ms, Runnable task) {
        return TIMER.schedule(task, ms, TimeUnit.MILLISECONDS);
    }
}
