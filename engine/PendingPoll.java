package engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The result of something that is tried again whenever a topic has changed, until it gives one or the deadline passes. No
 * thread is held meanwhile; the steps are told at {@link WaitQueue}. An attempt may move a consumer on, so that its result must
 * not be lost, and an attempt may have to wait for a disk, for which the deadline must not wait:
 * <ol>
 * <li>An attempt takes the locks that it needs, for which it may have to wait. Then it claims the call, see {@link Attempt}.
 * <li>The deadline and {@link #cancel} end the call at once if no attempt has claimed it. An attempt that comes too late changes nothing.
 * <li>If an attempt has claimed the call, its result is the answer. Only if it finds nothing, the deadline ends the call after it.
 * </ol>
 *
 * @param <T> the result
 */
final class PendingPoll<T> extends CompletableFuture<T> implements Runnable {
    /** What a call that waits takes, with its request and its deadline, in bytes. */
    private static final int MEMORY = 2 << 10;

    /** Nobody has claimed the call. */
    private static final int OPEN = 0;

    /** An attempt has. */
    private static final int CLAIMED = 1;

    /** An attempt has, and it is the last one: the deadline has passed. */
    private static final int CLAIMED_LAST = 2;

    /** There is a result, or will be at once. */
    private static final int ENDED = 3;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(PendingPoll.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final WaitQueue waiters;
    private final Attempt<T> attempt;
    private final Supplier<T> atDeadline;
    private final Executor executor;
    private volatile int state = OPEN;

    private PendingPoll(WaitQueue waiters, Attempt<T> attempt, Supplier<T> atDeadline, Executor executor) {
        this.waiters = waiters;
        this.attempt = attempt;
        this.atDeadline = atDeadline;
        this.executor = executor;
    }

    /** Looks for a result. Called by one thread at a time. */
    interface Attempt<T> {
        /**
         * @param claim has to be asked before anything is changed, with all locks held: if it is false, the call has ended
         * @return null if there is too little yet, or the call has ended
         */
        T make(BooleanSupplier claim);
    }

    /**
     * Tries at once, in this thread.
     *
     * @param budget has room for what waiting takes
     * @param atDeadline gives the result, or null, if none of the attempts has; it waits for nothing
     * @param waitMs 0 to try once
     * @param executor for the attempts after the first one
     * @return the result; cancelling it, and not what was made from it, ends the waiting
     * @throws EngineException OVERLOADED if there is no memory to wait; what an attempt throws comes through the result
     */
    static <T> CompletableFuture<T> until(
            WaitQueue waiters,
            MemoryBudget budget,
            Attempt<T> attempt,
            Supplier<T> atDeadline,
            long waitMs,
            Executor executor) {
        if (waitMs == 0) {
            T found = attempt.make(() -> true);
            return CompletableFuture.completedFuture(found == null ? atDeadline.get() : found);
        }
        Reservation memory = reserve(budget); // first: an attempt may deliver a message, and must not be refused then
        PendingPoll<T> waiting = new PendingPoll<>(waiters, attempt, atDeadline, executor);
        waiting.tryAgain();
        waiting.endAfter(waitMs, memory);
        return waiting;
    }

    /** As {@link #until}, but the first attempt is made by the executor, too, because it may have to wait for a disk. */
    static <T> PendingPoll<T> elsewhere(
            WaitQueue waiters,
            MemoryBudget budget,
            Attempt<T> attempt,
            Supplier<T> atDeadline,
            long waitMs,
            Executor executor) {
        PendingPoll<T> waiting = new PendingPoll<>(waiters, attempt, atDeadline, executor);
        if (waitMs > 0) {
            waiting.endAfter(waitMs, reserve(budget));
        }
        executor.execute(() -> {
            if (waitMs > 0) {
                waiting.tryAgain();
            } else {
                waiting.makeAttempt();
                waiting.giveUp();
            }
        });
        return waiting;
    }

    /** Something has changed. Whoever changed it is not held up. */
    @Override
    public void run() {
        executor.execute(this::tryAgain);
    }

    /** @return false also if an attempt is about to give a result */
    @Override
    public boolean cancel(boolean mayInterrupt) {
        return mayEnd() && super.cancel(mayInterrupt);
    }

    /** Ends the waiting now, as the deadline would. */
    void giveUp() {
        if (mayEnd()) {
            end();
        }
    }

    private static Reservation reserve(MemoryBudget budget) {
        Reservation memory = budget.reservationForStream();
        memory.take(MEMORY);
        return memory;
    }

    /** Ends the waiting at its deadline, unless it has ended already. */
    private void endAfter(long waitMs, Reservation memory) {
        if (isDone()) {
            memory.close();
            return;
        }
        ScheduledFuture<?> deadline = Deadlines.after(waitMs, this::giveUp);
        whenComplete((result, failure) -> {
            memory.close();
            waiters.forget(this);
            deadline.cancel(false);
        });
    }

    private void tryAgain() {
        long seen = waiters.changes(); // before the attempt: what comes after it has to wake us
        if (makeAttempt()) {
            waiters.await(seen, this);
            if (isDone()) {
                waiters.forget(this); // it has ended in between
            }
        }
    }

    /** @return true if it is to be tried again */
    private boolean makeAttempt() {
        T found = null;
        try {
            found = attempt.make(() -> STATE.compareAndSet(this, OPEN, CLAIMED));
        } catch (Throwable e) { // an OutOfMemoryError, say: whoever waits is told
            state = ENDED;
            completeExceptionally(e);
        }
        if (found != null) {
            state = ENDED;
            complete(found);
        } else if (!isDone()
                && !STATE.compareAndSet(this, CLAIMED, OPEN)
                && STATE.compareAndSet(this, CLAIMED_LAST, ENDED)) {
            end();
        }
        return state == OPEN;
    }

    /** Whether the call can be ended now; if an attempt has claimed it, it ends after that. */
    private boolean mayEnd() {
        while (true) {
            if (STATE.compareAndSet(this, OPEN, ENDED)) {
                return true;
            }
            if (state != CLAIMED || STATE.compareAndSet(this, CLAIMED, CLAIMED_LAST)) {
                return false;
            }
        }
    }

    private void end() {
        try {
            complete(atDeadline.get());
        } catch (Throwable e) {
            completeExceptionally(e);
        }
    }
}
