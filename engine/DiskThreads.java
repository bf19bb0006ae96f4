package engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;

/**
 * Threads for what may wait for a disk, or for a lock that is held meanwhile: a disk may take seconds, or not answer at all, and no other
 * thread is to wait for it. Each topic has a {@link Queue} of its own: its calls run one after the other, as its lock would have it anyway.
 * So a busy topic keeps one thread awake in place of waking one for each call, and a disk that hangs keeps one thread for each topic.
 */
final class DiskThreads {
    private static final int MAX_THREADS = 256;
    private static final ForkJoinPool POOL = new ForkJoinPool(MAX_THREADS, DiskThreads::newThread, null, true);

    private DiskThreads() {}

    private static ForkJoinWorkerThread newThread(ForkJoinPool pool) {
        ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
        thread.setName("disk-" + thread.getPoolIndex());
        return thread;
    }

    /** Runs tasks at once, as far as there are threads. */
    static Executor pool() {
        return POOL;
    }

    /** Runs its tasks one after the other, in their order. Safe for any number of threads. */
    static final class Queue implements Executor {
        private static final long RETRY_MS = 100;
        private static final long START_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(1);

        private final Executor starter;
        private final Runnable start = this::start;
        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private boolean isStarted;
        private boolean isRunning;
        private long startedAtNanos;

        /** @param starter runs the task that takes a thread from the pool, at once or soon: one start then serves several tasks */
        Queue(Executor starter) {
            this.starter = starter;
        }

        @Override
        public void execute(Runnable task) {
            long now = System.nanoTime();
            synchronized (tasks) {
                tasks.add(task);
                if (isStarted
                        && (isRunning || now - startedAtNanos < START_TIMEOUT_NANOS)) { // else the starter has lost it
                    return;
                }
                isStarted = true;
                startedAtNanos = now;
            }
            try {
                starter.execute(start);
            } catch (Throwable e) { // an OutOfMemoryError, say
                start();
            }
        }

        private void start() {
            try {
                POOL.execute(this::runAll);
            } catch (Throwable e) { // no thread can be had: another thread tries again
                retry();
            }
        }

        private void retry() {
            try {
                Deadlines.after(RETRY_MS, start);
            } catch (Throwable e) {
                synchronized (tasks) {
                    isStarted = isRunning; // the next task starts it
                }
            }
        }

        private void runAll() {
            synchronized (tasks) {
                if (isRunning) {
                    return; // it was started twice
                }
                isRunning = true;
            }
            for (Runnable task; (task = next()) != null; ) {
                try {
                    task.run();
                } catch (Throwable e) { // an OutOfMemoryError, say: the others run all the same
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
}
