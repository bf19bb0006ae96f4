package engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The session timeout of a consumer, the time of its last request, and the next check. Safe for any number of threads. */
public final class SessionTimeout {
    /** The session timeout of a consumer that never expires. */
    private static final long UNLIMITED = Long.MAX_VALUE;

    private final Scheduler scheduler;
    private volatile long timeoutMs;
    private volatile long lastSeenNanos;

    @GuardedBy("this")
    private Future<?> check;

    /** @param isLimited whether the consumer expires if its settings name no timeout */
    public SessionTimeout(ConsumerSettings settings, boolean isLimited, Scheduler scheduler) {
        this.scheduler = scheduler;
        this.lastSeenNanos = scheduler.nanoTime();
        this.timeoutMs =
                settings.sessionTimeoutMsOr(isLimited ? ConsumerSettings.DEFAULT_SESSION_TIMEOUT_MS : UNLIMITED);
    }

    /** Whether the consumer has a session timeout. */
    boolean isLimited() {
        return timeoutMs != UNLIMITED;
    }

    /** In ms, if the consumer has a session timeout. */
    public long ms() {
        return timeoutMs;
    }

    public void setMs(long timeoutMs) {
        this.timeoutMs = timeoutMs;
    }

    /** As a setting of the consumer: null for no timeout. */
    static Long asSetting(long timeoutMs) {
        return timeoutMs == UNLIMITED ? null : timeoutMs;
    }

    /** Restarts the session timeout. */
    public void heartbeat() {
        lastSeenNanos = scheduler.nanoTime();
    }

    /** The time since the last request, in ms. */
    public long sinceLastHeartbeatMs() {
        return TimeUnit.NANOSECONDS.toMillis(scheduler.nanoTime() - lastSeenNanos);
    }

    /** Replaces the scheduled check and cancels the previous one; null for none. */
    public synchronized void setCheck(Future<?> next) {
        if (check != null) {
            check.cancel(false);
        }
        check = next;
    }
}
