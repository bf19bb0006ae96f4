package engine;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Those who wait for something to change: a message more, a partition more. Safe for any number of threads.
 *
 * <p>How a reader waits, so that no thread is held and no wake-up is lost:
 * <ol>
 * <li>It asks how many {@link #changes} there were, and then looks for what it wants, and finds nothing.
 * <li>{@link #await}: if there was a change since 1, the reader is woken at once: what came between is not missed.
 * <li>Else it joins those who wait.
 * <li>Whoever changes something does so first and then calls {@link #wake}, which counts the change and takes all who wait
 *     along, and wakes them when it has let go of the lock.
 * <li>Each looks again, from 1: another reader of the same consumer may have been faster.
 * <li>Who gives up, at a deadline or because the client is gone, calls {@link #forget}.
 * </ol>
 */
final class WaitQueue {
    private Set<Runnable> waiting = new LinkedHashSet<>();
    private long changes;

    synchronized long changes() {
        return changes;
    }

    /** Wakes the waiter once, when there has been a change after the one that it has seen. */
    void await(long seenChanges, Runnable waiter) {
        synchronized (this) {
            if (changes == seenChanges) {
                waiting.add(waiter);
                return;
            }
        }
        waiter.run();
    }

    /** Forgets a waiter that has given up. One that is being woken may be woken all the same. */
    synchronized void forget(Runnable waiter) {
        waiting.remove(waiter);
    }

    /** Something has changed. */
    void wake() {
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
