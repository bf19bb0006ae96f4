package engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A call that waits: it is attempted again whenever the topic changes, until it has a result or its deadline passes. No thread is
 * blocked meanwhile: {@link WaitQueue} lists the steps. An attempt may advance a consumer, so its result must not be lost. An attempt
 * may wait for a disk, but the deadline must not:
 * <ol>
 * <li>An attempt takes the locks that it needs, which may block. Then it claims the call, see {@link Attempt}.
 * <li>The deadline and {@link #cancel} end the call at once if no attempt has claimed it. A later attempt changes nothing.
 * <li>If an attempt has claimed the call, its result is the answer. If it has no result, the deadline ends the call after it.
 * </ol>
 *
 * @param <T> the result
 */
public final class PendingPoll<T> extends CompletableFuture<T> implements Runnable {
    /** The memory of a call that waits, with its request and its deadline, in bytes. */
    private static final int MEMORY = 2 << 10;

    /** No attempt has claimed the call. */
    private static final int OPEN = 0;

    /** An attempt has claimed the call. */
    private static final int CLAIMED = 1;

    /** An attempt has claimed the call, and is the last one because the deadline has passed. */
    private static final int CLAIMED_LAST = 2;

    /** The call has a result, or gets it at once. */
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

    /** Tries to get a result. Called by one thread at a time. */
    public interface Attempt<T> {
        /**
         * @param claim must be called before any change, with all locks held. If it returns false, the call has ended
         * @return null if there is no result yet, or if the call has ended
         */
        T make(BooleanSupplier claim);
    }

    /**
     * Makes the first attempt at once, in this thread.
     *
     * @param budget for the memory of a waiting call
     * @param atDeadline gives the result, which may be null, if no attempt has one; does not block
     * @param waitMs in ms; 0 for a single attempt
     * @param executor for the attempts after the first one
     * @return the result; cancelling it ends the wait, but cancelling a future that was derived from it does not
     * @throws EngineException OVERLOADED if there is no memory to wait; an exception of a later attempt completes the future
     */
    static <T> CompletableFuture<T> start(
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
        Reservation memory = reserve(budget); // first, because an attempt may deliver a message, which must not be lost
        PendingPoll<T> waiting = new PendingPoll<>(waiters, attempt, atDeadline, executor);
        waiting.tryAgain();
        waiting.endAfter(waitMs, memory);
        return waiting;
    }

    /** As {@link #start}, but the executor makes the first attempt, too, because it may wait for a disk. */
    static <T> CompletableFuture<T> startOnExecutor(
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
                waiting.attemptOnce();
            }
        });
        return waiting;
    }

    /**
     * As {@link #start}, but the executor makes the first attempt, which may take longer than the wait. The wait begins after it. So a
     * call finds what is there, however short its wait is. The executor runs {@code atDeadline}, too, which may block.
     *
     * @param attempt has a time limit of its own
     */
    public static <T> PendingPoll<T> startAfterAttempt(
            WaitQueue waiters,
            MemoryBudget budget,
            Attempt<T> attempt,
            Supplier<T> atDeadline,
            long waitMs,
            Executor executor) {
        PendingPoll<T> waiting = new PendingPoll<>(waiters, attempt, atDeadline, executor);
        if (waitMs == 0) {
            executor.execute(waiting::attemptOnce);
            return waiting;
        }
        Reservation memory = reserve(budget);
        try {
            executor.execute(() -> {
                waiting.tryAgain();
                waiting.endAfter(waitMs, memory, waiting::giveUpOnExecutor);
            });
        } catch (Throwable e) { // for example, too many tasks wait
            memory.close();
            throw e;
        }
        return waiting;
    }

    /** Schedules an attempt after a change. Does not block the thread that made the change. */
    @Override
    public void run() {
        executeOrFail(this::tryAgain);
    }

    /** @return false if the call has ended, or if an attempt has claimed it */
    @Override
    public boolean cancel(boolean mayInterrupt) {
        return tryEnd() && super.cancel(mayInterrupt);
    }

    /** Ends the call as the deadline does. */
    public void giveUp() {
        if (tryEnd()) {
            end();
        }
    }

    private void attemptOnce() {
        makeAttempt();
        giveUp();
    }

    private void giveUpOnExecutor() {
        executeOrFail(this::giveUp);
    }

    private void executeOrFail(Runnable task) {
        try {
            executor.execute(task);
        } catch (RuntimeException e) { // for example, too many tasks wait
            if (tryEnd()) {
                completeExceptionally(e);
            }
        }
    }

    private static Reservation reserve(MemoryBudget budget) {
        Reservation memory = budget.reservationForStream();
        memory.take(MEMORY);
        return memory;
    }

    /** Schedules the deadline, unless the call has ended already. */
    private void endAfter(long waitMs, Reservation memory) {
        endAfter(waitMs, memory, this::giveUp);
    }

    private void endAfter(long waitMs, Reservation memory, Runnable end) {
        if (isDone()) {
            memory.close();
            return;
        }
        Future<?> deadline = waiters.scheduler().after(waitMs, end);
        whenComplete((result, failure) -> {
            memory.close();
            waiters.forget(this);
            deadline.cancel(false);
        });
    }

    private void tryAgain() {
        long seen = waiters.changes(); // before the attempt, so that a change during the attempt wakes this call
        if (makeAttempt()) {
            waiters.await(seen, this);
            if (isDone()) {
                waiters.forget(this); // it has ended meanwhile
            }
        }
    }

    /** @return true if another attempt is needed */
    private boolean makeAttempt() {
        T found = null;
        try {
            found = attempt.make(() -> STATE.compareAndSet(this, OPEN, CLAIMED));
        } catch (Throwable e) { // for example, an OutOfMemoryError
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

    /** Returns true if the caller ends the call now. If an attempt has claimed the call, makes it the last one and returns false. */
    private boolean tryEnd() {
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
