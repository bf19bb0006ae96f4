package http.jetty;

import java.util.concurrent.TimeUnit;

/**
 * How long a client may take to send a request. Jetty disconnects a client that sends nothing for its idle timeout, but not one that sends
 * a byte now and then, and so keeps a connection and memory. Stateless.
 */
final class TransferTime {
    /** The time for any request, in seconds. It is as long as the idle timeout of Jetty. */
    static final long GRACE_SECONDS = 30;

    /** The lowest rate, in bytes a second. A bad network is faster. */
    static final long MIN_RATE = 1024;

    private TransferTime() {}

    /**
     * Whether a transfer takes too long.
     *
     * @param startNanos when it began: see {@link System#nanoTime}
     * @param bytes transferred since then
     */
    static boolean isOver(long startNanos, long bytes) {
        return System.nanoTime() - startNanos > TimeUnit.SECONDS.toNanos(GRACE_SECONDS + bytes / MIN_RATE);
    }
}
