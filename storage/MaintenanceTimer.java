package storage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import engine.Scheduler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the maintenance of a data directory, at regular intervals and on request, one run at a time. It logs a failure
 * once, until maintenance succeeds or fails for another reason. Safe for any number of threads.
 */
final class MaintenanceTimer {
    private static final long STOP_TIMEOUT_MS = 5000;

    private static final Logger LOG = LoggerFactory.getLogger("mini-kafka");

    private final Supplier<CompletableFuture<Void>> maintenance;
    private final Scheduler scheduler;

    @GuardedBy("this")
    private Future<?> timer = CompletableFuture.completedFuture(null);

    /** The last run. */
    @GuardedBy("this")
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

    @GuardedBy("this")
    private boolean isRunning;

    @GuardedBy("this")
    private boolean isRequested;

    @GuardedBy("this")
    private boolean isStopped;

    /** The last failure that was logged; empty if maintenance has succeeded since. */
    @GuardedBy("this")
    private String lastNotice = "";

    /** @param maintenance may wait for a disk; the result completes when it is done */
    MaintenanceTimer(Supplier<CompletableFuture<Void>> maintenance, Scheduler scheduler) {
        this.maintenance = maintenance;
        this.scheduler = scheduler;
    }

    /**
     * Starts the regular runs.
     *
     * @param intervalMs between the starts of two runs, in ms; a longer run delays the next one
     */
    synchronized void start(long intervalMs) {
        timer = scheduler.every(intervalMs, this::run);
    }

    /** Runs the maintenance at once, or after the current run. Does nothing after {@link #stop}. */
    synchronized void runSoon() {
        isRequested = true;
        run();
    }

    /** Starts no more runs, and waits up to 5 s for the current one. */
    void stop() {
        CompletableFuture<Void> current;
        synchronized (this) {
            isStopped = true;
            timer.cancel(false);
            current = last;
        }
        try {
            current.get(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // the failure was logged, or the disk does not respond
        }
    }

    private synchronized void run() {
        if (isRunning || isStopped) {
            return;
        }
        isRunning = true;
        isRequested = false;
        try {
            last = CompletableFuture.supplyAsync(maintenance, scheduler.disk())
                    .thenCompose(Function.identity())
                    .handle((nothing, failure) -> ended(failure));
        } catch (RuntimeException | Error e) { // for example, no thread can be started
            ended(e); // the next regular run may succeed
        }
    }

    private synchronized Void ended(Throwable failure) {
        isRunning = false;
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        String notice = cause == null ? "" : cause.toString();
        if (cause != null && !notice.equals(lastNotice)) {
            LOG.error("The maintenance of the data directory failed: {}", cause.getMessage());
        }
        lastNotice = notice;
        if (isRequested) {
            run();
        }
        return null;
    }
}
