package tests;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for a condition that nothing announces. */
final class Await {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** The pauses between two checks grow up to this, because a check can be expensive, such as one in a browser. */
    private static final long MAX_PAUSE_MS = 80;

    private Await() {}

    static void until(String what, Callable<Boolean> condition) {
        until(what, TIMEOUT, condition);
    }

    static void until(String what, Duration timeout, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + timeout.toNanos();
        long pauseMs = 5;
        try {
            while (!condition.call()) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("not within " + timeout.toSeconds() + " s: " + what);
                }
                Thread.sleep(pauseMs);
                pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
