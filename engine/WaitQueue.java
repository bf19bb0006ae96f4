package engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Calls that wait for a change of a topic, such as a new message or partition. Safe for any number of threads.
 *
 * <p>A call waits as follows, so that no thread is blocked and no wake-up is lost:
 * <ol>
 * <li>The call reads the number of {@link #changes}. Then it looks for messages and finds none.
 * <li>It calls {@link #await}. If there was a change since step 1, it is woken at once, so that it does not miss the change.
 * <li>Otherwise it is added to the queue.
 * <li>A thread that changes the topic makes the change first and then calls {@link #wake}. That counts the change, empties the queue,
 *     and wakes the calls after it has released the lock.
 * <li>Each call continues at step 1, because another call of the same consumer may have taken the message.
 * <li>A call that ends, at its deadline or because its client is gone, calls {@link #forget}.
 * </ol>
 */
public final class WaitQueue {
    private final Scheduler scheduler;

    @GuardedBy("this")
    private Set<Runnable> waiting = new LinkedHashSet<>();

    @GuardedBy("this")
    private long changes;

    /** @param scheduler for the deadlines of the calls */
    public WaitQueue(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** For the deadlines of the calls. */
    Scheduler scheduler() {
        return scheduler;
    }

    /** The number of changes so far. */
    public synchronized long changes() {
        return changes;
    }

    /** Runs the waiter once, when there is a change after {@code seenChanges}. Runs it at once if there was one already. */
    public void await(long seenChanges, Runnable waiter) {
        synchronized (this) {
            if (changes == seenChanges) {
                waiting.add(waiter);
                return;
            }
        }
        waiter.run();
    }

    /** Removes a waiter. If it is being woken at this moment, it may still run. */
    public synchronized void forget(Runnable waiter) {
        waiting.remove(waiter);
    }

    /** Counts a change and wakes all waiters. */
    public void wake() {
        Set<Runnable> woken;
        synchronized (this) {
            changes++;
            if (waiting.isEmpty()) {
                return;
            }
            woken = waiting;
            waiting = new LinkedHashSet<>();
        }
        woken.forEach(Runnable::run);
    }
}
