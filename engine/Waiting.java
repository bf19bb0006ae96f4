package engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Supplier;

/**
 * The result of something that is tried again whenever a topic has changed, until it gives one or the deadline passes. No
 * thread is held meanwhile; the steps are told at {@link Waiters}. An attempt may move a consumer on, so that its result must
 * not be lost: attempts, the deadline and {@link #cancel} take turns, and whoever comes first decides.
 *
 * @param <T> the result
 */
final class Waiting<T> extends CompletableFuture<T> implements Runnable {
    /** What a call that waits takes, with its request and its deadline, in bytes. */
    private static final int MEMORY = 4 << 10;

    private final Waiters waiters;
    private final Supplier<T> attempt;
    private final Supplier<T> atDeadline;

    private Waiting(Waiters waiters, Supplier<T> attempt, Supplier<T> atDeadline) {
        this.waiters = waiters;
        this.attempt = attempt;
        this.atDeadline = atDeadline;
    }

    /**
     * @param budget has room for what waiting takes
     * @param attempt gives null if there is too little yet; called by one thread at a time
     * @param atDeadline gives the result, or null, if none of the attempts has
     * @param waitMs 0 to try once
     * @return the result; cancelling it, and not what was made from it, ends the waiting
     * @throws EngineException OVERLOADED if there is no memory to wait; what an attempt throws comes through the result
     */
    static <T> CompletableFuture<T> until(
            Waiters waiters, MemoryBudget budget, Supplier<T> attempt, Supplier<T> atDeadline, long waitMs) {
        if (waitMs == 0) {
            T found = attempt.get();
            return CompletableFuture.completedFuture(found == null ? atDeadline.get() : found);
        }
        Reservation memory = budget.reservationForStream();
        memory.take(MEMORY); // first: an attempt may deliver a message, and must not be refused then
        Waiting<T> waiting = new Waiting<>(waiters, attempt, atDeadline);
        waiting.tryAgain();
        if (waiting.isDone()) {
            memory.close();
            return waiting;
        }
        ScheduledFuture<?> deadline = Deadlines.after(waitMs, waiting::giveUp);
        waiting.whenComplete((result, failure) -> {
            memory.close();
            waiters.forget(waiting);
            deadline.cancel(false);
        });
        return waiting;
    }

    /** Something has changed. Whoever changed it is not held up. */
    @Override
    public void run() {
        ForkJoinPool.commonPool().execute(this::tryAgain);
    }

    @Override
    public synchronized boolean cancel(boolean mayInterrupt) {
        return super.cancel(mayInterrupt);
    }

    private synchronized void tryAgain() {
        if (isDone()) {
            return;
        }
        long seen = waiters.changes(); // before the attempt: what comes after it has to wake us
        completeWith(attempt);
        if (!isDone()) {
            waiters.await(seen, this);
        }
    }

    /** Ends the waiting now, as the deadline would. */
    synchronized void giveUp() {
        if (!isDone()) {
            completeWith(atDeadline);
            complete(null);
        }
    }

    private void completeWith(Supplier<T> source) {
        try {
            T found = source.get();
            if (found != null) {
                complete(found);
            }
        } catch (Throwable e) { // an OutOfMemoryError, say: whoever waits is told
            completeExceptionally(e);
        }
    }
}
