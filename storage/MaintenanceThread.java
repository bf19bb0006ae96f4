package storage;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that runs the maintenance of a data directory, at regular intervals and on request. It logs a failure once,
 * until maintenance succeeds or fails for another reason. Safe for any number of threads.
 */
final class MaintenanceThread {
    private static final long STOP_TIMEOUT_MS = 5000;

    private static final Logger LOG = LoggerFactory.getLogger("mini-kafka");

    private final Runnable maintenance;
    private final ScheduledExecutorService executor = new ScheduledThreadPoolExecutor(
            1,
            task -> {
                Thread thread = new Thread(task, "storage");
                thread.setDaemon(true);
                return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy()); // a request after the stop is ignored

    /**
     * The last failure that was logged; empty if maintenance has succeeded since. Used only by the maintenance thread.
     */
    private String lastNotice = "";

    MaintenanceThread(Runnable maintenance) {
        this.maintenance = maintenance;
    }

    /**
     * Starts the regular runs.
     *
     * @param intervalMs between the end of a run and the start of the next, in ms
     */
    void start(long intervalMs) {
        executor.scheduleWithFixedDelay(this::run, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
    }

    /** Runs the maintenance as soon as the thread is free. Does nothing after {@link #stop}. */
    void runSoon() {
        try {
            executor.execute(this::run);
        } catch (OutOfMemoryError e) {
            // the next regular run does it
        }
    }

    /** Starts no more runs, and waits up to 5 s for the current one. */
    void stop() {
        executor.shutdown();
        try {
            executor.awaitTermination(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            maintenance.run();
            lastNotice = "";
        } catch (RuntimeException | Error e) { // the next run may succeed
            if (!e.toString().equals(lastNotice)) {
                LOG.error("The maintenance of the data directory failed: {}", e.getMessage());
            }
            lastNotice = e.toString();
        }
    }
}
