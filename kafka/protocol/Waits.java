package kafka.protocol;

import engine.WaitQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits of the thread of a connection. Stateless. */
final class Waits {
    private Waits() {}

    /**
     * Waits for a change after {@code seen}.
     *
     * @param seen see {@link WaitQueue#changes}
     * @param deadline as {@link System#nanoTime}
     * @return false if the deadline came first, or if the thread was interrupted
     */
    static boolean forChange(WaitQueue waiters, long seen, long deadline) {
        CountDownLatch change = new CountDownLatch(1);
        Runnable waiter = change::countDown;
        waiters.await(seen, waiter);
        boolean hasChanged = await(change, deadline);
        waiters.forget(waiter);
        return hasChanged;
    }

    static boolean await(CountDownLatch change, long deadline) {
        try {
            return change.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
