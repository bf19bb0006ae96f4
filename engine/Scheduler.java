package engine;

import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;

/**
 * The clocks, the timer and the threads of a broker, as Kafka's {@code Time} and {@code Scheduler}. The broker uses no others, so
 * another implementation decides when time passes and which task runs next.
 *
 * <p>Safe for any number of threads.
 */
public interface Scheduler extends InstantSource {
    /** The clocks of this machine, and threads that all brokers of this process share. */
    Scheduler SYSTEM = new SystemScheduler();

    /** The wall clock, in ms since 1970. It may jump back or ahead. */
    @Override
    long millis();

    /** A clock that never jumps, in ns since any time. */
    long nanoTime();

    /** Runs a task after {@code ms} milliseconds, unless it is cancelled before. The task must not block. */
    Future<?> after(long ms, Runnable task);

    /** Runs a task again and again, with a pause of {@code ms} milliseconds, until it is cancelled. The task must not block. */
    Future<?> every(long ms, Runnable task);

    /** Runs tasks that do not block. */
    Executor processor();

    /**
     * Runs tasks that may wait for a disk, or for a lock that is held meanwhile. A disk may take seconds or hang, and no other thread
     * may wait for it. If all threads are busy, tasks wait.
     */
    Executor disk();
}
