package http.jetty;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes the connection of a client that receives a large answer too slowly, because the answer keeps its memory until it is sent. It checks
 * every {@value TransferTime#GRACE_SECONDS} seconds that at least {@value TransferTime#MIN_RATE} bytes a second were sent. Safe for any number
 * of threads.
 */
public final class SlowReaderWatch {
    private static final long MIN_PROGRESS = TransferTime.GRACE_SECONDS * TransferTime.MIN_RATE;

    private final SelectorQueue.QueuedEndPoint endPoint;
    private final Scheduler scheduler;

    @GuardedBy("this")
    private Scheduler.Task next;

    @GuardedBy("this")
    private boolean hasEnded;

    @GuardedBy("this")
    private long flushed;

    private SlowReaderWatch(Request request) {
        this.endPoint = SelectorQueue.endPointOf(request);
        this.scheduler = request.getComponents().getScheduler();
        this.flushed = endPoint.flushed();
    }

    /** Starts to watch the connection of a request. */
    public static SlowReaderWatch start(Request request) {
        SlowReaderWatch watch = new SlowReaderWatch(request);
        watch.schedule();
        return watch;
    }

    /** Ends the watch, when the answer was sent or has failed. */
    public synchronized void end() {
        hasEnded = true;
        next.cancel();
    }

    private synchronized void schedule() {
        next = scheduler.schedule(this::check, TransferTime.GRACE_SECONDS, TimeUnit.SECONDS);
    }

    private synchronized void check() {
        long now = endPoint.flushed();
        if (hasEnded) {
            return;
        }
        if (now - flushed < MIN_PROGRESS) {
            endPoint.close();
        } else {
            flushed = now;
            schedule();
        }
    }
}
