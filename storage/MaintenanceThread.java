package storage;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that maintains a data directory, at regular intervals and when it is asked to. It logs a failure once, until maintenance
 * succeeds or fails in another way. Safe for any number of threads.
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
            new ThreadPoolExecutor.DiscardPolicy()); // what is asked for after the stop is not needed

    /** The last failure that was logged; empty if maintenance has succeeded since. Only that thread uses it. */
    private String lastNotice = "";

    MaintenanceThread(Runnable maintenance) {
        this.maintenance = maintenance;
    }

    /**
     * Begins to run the maintenance regularly.
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
            // the next regular run comes soon in any case
        }
    }

    /** Starts no more runs, and waits up to 5 s for the one that is under way. */
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
                LOG.error("The data directory could not be synced: {}", e.getMessage());
            }
            lastNotice = e.toString();
        }
    }
}
