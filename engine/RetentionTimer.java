package engine;

import java.util.Collection;

/**
 * Frees the memory of messages that are older than their topic keeps them, although nobody looks at the topic. It runs about once a
 * second, and only while there is a topic with a maximum age. Safe for any number of threads.
 */
final class RetentionTimer {
    private static final long INTERVAL_MS = 1000;

    private final Collection<Topic> topics;
    private boolean isScheduled;

    /** @param topics a live view of all topics, whose locks are never held during a write to disk */
    RetentionTimer(Collection<Topic> topics) {
        this.topics = topics;
    }

    /** Has to be called when a topic with a maximum age was added. */
    synchronized void start() {
        if (!isScheduled) {
            Deadlines.after(INTERVAL_MS, this::run);
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
