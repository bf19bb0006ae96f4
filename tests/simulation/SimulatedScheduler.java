package tests.simulation;

import engine.Scheduler;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Runs a broker in one thread. Tasks wait until {@link #runAll} runs them, in any order. Time passes only when
 * {@link #advance} is called. For one thread.
 */
final class SimulatedScheduler implements Scheduler {
    private final Random random;
    private final List<Runnable> tasks = new ArrayList<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(
            Comparator.comparingLong((Timer timer) -> timer.atNanos).thenComparingLong(timer -> timer.number));
    private long lastNumber;
    private long nanos;
    private long wallOffsetMs = 1_700_000_000_000L;
    private long highestWallOffsetMs = wallOffsetMs;

    /** A task with a time. */
    private final class Timer extends CompletableFuture<Void> {
        private final long number = ++lastNumber;
        private final Runnable task;
        private final long everyMs;
        private long atNanos;

        Timer(Runnable task, long delayMs, long everyMs) {
            this.task = task;
            this.everyMs = everyMs;
            this.atNanos = nanos + TimeUnit.MILLISECONDS.toNanos(delayMs);
        }

        void fire() {
            task.run();
            if (everyMs > 0 && !isDone()) {
                atNanos = nanos + TimeUnit.MILLISECONDS.toNanos(everyMs);
                timers.add(this);
            }
        }
    }

    /** @param random decides the order of the tasks */
    SimulatedScheduler(Random random) {
        this.random = random;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public long millis() {
        return wallOffsetMs + monotonicMs();
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public Future<?> after(long ms, Runnable task) {
        return add(new Timer(task, ms, 0));
    }

    @Override
    public Future<?> every(long ms, Runnable task) {
        return add(new Timer(task, ms, ms));
    }

    private Timer add(Timer timer) {
        timers.add(timer);
        return timer;
    }

    @Override
    public Executor processor() {
        return tasks::add;
    }

    @Override
    public Executor disk() {
        return tasks::add;
    }

    /** Runs tasks until none is left. */
    void runAll() {
        while (!tasks.isEmpty()) {
            runOne();
        }
    }

    private void runOne() {
        int chosen = random.nextInt(tasks.size());
        int last = tasks.size() - 1;
        Runnable task = tasks.get(chosen);
        tasks.set(chosen, tasks.get(last));
        tasks.remove(last);
        task.run();
    }

    /**
     * Lets time pass. Runs all timers that are due meanwhile, each at its time, and all tasks after each of them.
     *
     * @param afterTimer is run after each timer and its tasks
     */
    void advance(long ms, Runnable afterTimer) {
        long end = nanos + TimeUnit.MILLISECONDS.toNanos(ms);
        while (!timers.isEmpty() && timers.peek().atNanos <= end) {
            Timer timer = timers.poll();
            if (!timer.isDone()) {
                nanos = Math.max(nanos, timer.atNanos);
                timer.fire();
                runAll();
                afterTimer.run();
            }
        }
        nanos = Math.max(nanos, end);
    }

    /** Moves the wall clock, as an administrator or a time server does. Nothing runs meanwhile. */
    void jump(long ms) {
        wallOffsetMs += ms;
        highestWallOffsetMs = Math.max(highestWallOffsetMs, wallOffsetMs);
    }

    /** The time of the wall clock if it had never jumped back. */
    long highestMillis() {
        return highestWallOffsetMs + monotonicMs();
    }

    /** The time since the start, in ms. */
    long monotonicMs() {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    /** Forgets all tasks and timers, because the process has ended. */
    void clear() {
        tasks.clear();
        timers.clear();
    }
}
