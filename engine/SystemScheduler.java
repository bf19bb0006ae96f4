package engine;

import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** See {@link Scheduler#SYSTEM}. Its threads start with the first tasks. They do not keep the process alive. */
final class SystemScheduler implements Scheduler {
    private static final int MAX_DISK_THREADS = 256;

    private final ForkJoinPool disk = new ForkJoinPool(MAX_DISK_THREADS, SystemScheduler::newDiskThread, null, true);
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "deadlines");
        thread.setDaemon(true);
        return thread;
    });

    SystemScheduler() {
        timer.setRemoveOnCancelPolicy(true);
    }

    private static ForkJoinWorkerThread newDiskThread(ForkJoinPool pool) {
        ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
        thread.setName("disk-" + thread.getPoolIndex());
        return thread;
    }

    @Override
    public Instant instant() {
        return Instant.now();
    }

    @Override
    public long millis() {
        return System.currentTimeMillis();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Future<?> after(long ms, Runnable task) {
        return timer.schedule(task, ms, TimeUnit.MILLISECONDS);
    }

    @Override
    public Future<?> every(long ms, Runnable task) {
        return timer.scheduleWithFixedDelay(task, ms, ms, TimeUnit.MILLISECONDS);
    }

    @Override
    public Executor processor() {
        return ForkJoinPool.commonPool();
    }

    @Override
    public Executor disk() {
        return disk;
    }
}
