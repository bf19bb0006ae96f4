package http.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * Notices that a client has gone while its answer is waited for, or goes on. Jetty does not read from a connection whose request
 * is being served, and so would not see it before something is written. A client that closes its half of the connection has gone.
 *
 * <ol>
 * <li>It asks to be told when there is something to read.
 * <li>If that is the end of the connection, the client has gone.
 * <li>If it is the client's next request, it came early, and the client is there: what fits of it is kept for Jetty. If Jetty has a part
 *     of such a request already, nothing more is read, and so the end of the connection is not noticed.
 * <li>{@link #end} has to be called before the answer ends: from then on the connection is Jetty's again.
 * </ol>
 */
public final class DisconnectWatcher implements Callback {
    private final AbstractEndPoint endPoint;
    private final HttpConnection connection;
    private final Runnable whenGone;
    private boolean ended;

    private DisconnectWatcher(Request request, Runnable whenGone) {
        this.connection = (HttpConnection) request.getConnectionMetaData().getConnection();
        this.endPoint = (AbstractEndPoint) connection.getEndPoint();
        this.whenGone = whenGone;
    }

    /** Starts watching. */
    public static DisconnectWatcher watch(Request request, Runnable whenGone) {
        DisconnectWatcher watch = new DisconnectWatcher(request, whenGone);
        watch.endPoint.tryFillInterested(watch);
        return watch;
    }

    /** Stops watching. */
    public void end() {
        synchronized (this) {
            ended = true;
        }
        endPoint.getFillInterest().onFail(new CancellationException());
    }

    @Override
    public void succeeded() {
        if (isGone()) {
            whenGone.run();
        }
    }

    private synchronized boolean isGone() {
        if (ended || !connection.isRequestBufferEmpty()) {
            return false;
        }
        ByteBuffer early = BufferUtil.allocate(connection.getInputBufferSize()); // Jetty has room for no more
        try {
            if (endPoint.fill(early) < 0) {
                return true;
            }
        } catch (IOException e) {
            return true;
        }
        if (early.hasRemaining()) {
            connection.onUpgradeTo(early);
        } else {
            endPoint.tryFillInterested(this);
        }
        return false;
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
