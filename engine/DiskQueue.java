package engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Runs tasks that may wait for a disk one after the other, in their order. Each topic has its own queue, because its lock would serialize
 * the tasks anyway. So a busy topic keeps one thread awake instead of waking one for each call. A disk that hangs blocks one thread for each topic.
 *
 * <p>Safe for any number of threads.
 */
final class DiskQueue implements Executor {
    private static final long RETRY_MS = 100;
    private static final long START_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Scheduler scheduler;
    private final Executor starter;
    private final Runnable start = this::start;
    private final Deque<Runnable> tasks = new ArrayDeque<>();

    @GuardedBy("tasks")
    private boolean isStarted;

    @GuardedBy("tasks")
    private boolean isRunning;

    @GuardedBy("tasks")
    private long startedAtNanos;

    /**
     * @param starter runs, at once or soon, a short task that takes a thread from the scheduler. If it delays that task, one start
     *     serves several tasks
     */
    DiskQueue(Scheduler scheduler, Executor starter) {
        this.scheduler = scheduler;
        this.starter = starter;
    }

    @Override
    public void execute(Runnable task) {
        long now = scheduler.nanoTime();
        synchronized (tasks) {
            tasks.add(task);
            if (isStarted
                    && (isRunning
                            || now - startedAtNanos < START_TIMEOUT_NANOS)) { // else the starter has lost the start
                return;
            }
            isStarted = true;
            startedAtNanos = now;
        }
        try {
            starter.execute(start);
        } catch (Throwable e) { // for example, an OutOfMemoryError
            start();
        }
    }

    private void start() {
        try {
            scheduler.disk().execute(this::runAll);
        } catch (Throwable e) { // no thread can be started: the timer retries
            retry();
        }
    }

    private void retry() {
        try {
            scheduler.after(RETRY_MS, start);
        } catch (Throwable e) {
            synchronized (tasks) {
                isStarted = isRunning; // if it is not running, the next task starts it
            }
        }
    }

    private void runAll() {
        synchronized (tasks) {
            if (isRunning) {
                return; // started twice
            }
            isRunning = true;
        }
        for (Runnable task; (task = next()) != null; ) {
            try {
                task.run();
            } catch (Throwable e) { // for example, an OutOfMemoryError: the next tasks still run
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            }
        }
    }

    private Runnable next() {
        synchronized (tasks) {
            Runnable task = tasks.poll();
            if (task == null) {
                isRunning = false;
                isStarted = false;
            }
            return task;
        }
    }
}
