package engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Tries something again whenever a topic has grown, until it gives a result or the deadline passes. No thread is held
 * meanwhile; the steps are told at {@link Log}.
 *
 * @param <T> the result
 */
final class Waiting<T> implements Runnable {
    private final Topic topic;
    private final Supplier<T> attempt;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    private Waiting(Topic topic, Supplier<T> attempt) {
        this.topic = topic;
        this.attempt = attempt;
    }

    /**
     * @param attempt gives null if there is too little yet; called by one thread at a time
     * @param waitMs 0 to try once
     * @return the result, or null after so many ms; cancelling it ends the waiting
     */
    static <T> CompletableFuture<T> until(Topic topic, Supplier<T> attempt, long waitMs) {
        Waiting<T> waiting = new Waiting<>(topic, attempt);
        if (waitMs == 0) {
            return CompletableFuture.completedFuture(attempt.get());
        }
        waiting.tryAgain();
        if (!waiting.result.isDone()) {
            ScheduledFuture<?> deadline = Deadlines.TIMER.schedule(() -> waiting.result.complete(null), waitMs, TimeUnit.MILLISECONDS);
            waiting.result.whenComplete((result, failure) -> {
                topic.forget(waiting);
                deadline.cancel(false);
            });
        }
        return waiting.result;
    }

    /** The topic has grown. Whoever made it grow is not held up. */
    @Override
    public void run() {
        ForkJoinPool.commonPool().execute(this::tryAgain);
    }

    private void tryAgain() {
        if (result.isDone()) {
            return;
        }
        long seen = topic.endOffset(); // before the attempt: what comes after it has to wake us
        try {
            T found = attempt.get();
            if (found != null) {
                result.complete(found);
            } else {
                topic.await(seen, this);
            }
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    /** Made when somebody waits for the first time. */
    private static final class Deadlines {
        static final ScheduledThreadPoolExecutor TIMER = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "deadlines");
            thread.setDaemon(true);
            return thread;
        });

        static {
            TIMER.setRemoveOnCancelPolicy(true);
        }
    }
}
