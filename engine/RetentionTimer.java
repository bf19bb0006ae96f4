package engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Collection;

/**
 * Frees the memory of expired messages, also of topics that get no requests. It runs about once a second, and only while there is a
 * topic with a maximum age. Safe for any number of threads.
 */
final class RetentionTimer {
    private static final long INTERVAL_MS = 1000;

    private final Collection<Topic> topics;
    private final Scheduler scheduler;

    @GuardedBy("this")
    private boolean isScheduled;

    /** @param topics a live view of all topics. Their locks must never be held during a write to disk */
    RetentionTimer(Collection<Topic> topics, Scheduler scheduler) {
        this.topics = topics;
        this.scheduler = scheduler;
    }

    /** Must be called when a topic with a maximum age was added. */
    synchronized void start() {
        if (!isScheduled) {
            scheduler.after(INTERVAL_MS, this::run);
            isScheduled = true;
        }
    }

    private void run() {
        try {
            topics.forEach(Topic::trimExpired);
        } finally { // also after an OutOfMemoryError
            repeat();
        }
    }

    private synchronized void repeat() {
        isScheduled = false;
        if (topics.stream().anyMatch(Topic::hasMaxAge)) {
            start();
        }
    }
}
