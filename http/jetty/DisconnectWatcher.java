package http.jetty;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * Detects that a client disconnects while it waits for an answer or reads a stream. Jetty does not read from a connection whose request
 * is being served, and would detect this only at the next write. A client that half-closes the connection counts as disconnected.
 *
 * <ol>
 * <li>The watcher registers for the next read event of the connection.
 * <li>If the event is the end of the connection, the client has disconnected.
 * <li>If the event is the client's next request, the client is connected. The bytes that fit into the buffer are kept for Jetty. If Jetty
 *     already has a part of the next request, nothing more is read, and the end of the connection is not detected.
 * <li>{@link #end} must be called before the answer ends, because Jetty then reads from the connection again.
 * </ol>
 *
 * Safe for any number of threads.
 */
public final class DisconnectWatcher implements Callback {
    private final AbstractEndPoint endPoint;
    private final HttpConnection connection;
    private final Runnable onDisconnect;

    @GuardedBy("this")
    private boolean ended;

    private DisconnectWatcher(Request request, Runnable onDisconnect) {
        this.connection = (HttpConnection) request.getConnectionMetaData().getConnection();
        this.endPoint = (AbstractEndPoint) connection.getEndPoint();
        this.onDisconnect = onDisconnect;
    }

    /**
     * Starts watching.
     *
     * @param onDisconnect runs on the thread that detects the end of the connection
     */
    public static DisconnectWatcher watch(Request request, Runnable onDisconnect) {
        DisconnectWatcher watch = new DisconnectWatcher(request, onDisconnect);
        watch.endPoint.tryFillInterested(watch);
        return watch;
    }

    /** Stops watching. After it returns, nothing is read from the connection. */
    public void end() {
        synchronized (this) {
            ended = true;
        }
        endPoint.getFillInterest().onFail(new CancellationException());
    }

    @Override
    public void succeeded() {
        if (hasDisconnected()) {
            onDisconnect.run();
        }
    }

    private synchronized boolean hasDisconnected() {
        if (ended || !connection.isRequestBufferEmpty()) {
            return false;
        }
        ByteBuffer early = BufferUtil.allocate(connection.getInputBufferSize()); // Jetty keeps no more
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
