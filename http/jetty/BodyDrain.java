package http.jetty;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Discards the body of a request that was answered before the body was read. The client can then read the answer and reuse the connection.
 * Jetty would close the connection without notice if the body has not arrived yet. If the body is larger than 64 MB, the connection is
 * closed. Not thread-safe.
 */
public final class BodyDrain implements Invocable.Task {
    static final long MAX_BYTES = 64L << 20;

    private final Request request;
    private final Callback callback;
    private final long startNanos = System.nanoTime();
    private long discarded;

    private BodyDrain(Request request, Callback callback) {
        this.request = request;
        this.callback = callback;
    }

    /** Returns the callback for the answer to a request whose body is not read. It completes the given callback when the body has ended. */
    public static Callback before(Request request, Response response, Callback callback) {
        HttpFields headers = request.getHeaders();
        if (!headers.contains(HttpHeader.CONTENT_LENGTH) && !headers.contains(HttpHeader.TRANSFER_ENCODING)) {
            return callback;
        }
        if (request.getLength() > MAX_BYTES) {
            response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
            return callback;
        }
        return Callback.from(new BodyDrain(request, callback), callback::failed);
    }

    @Override
    public void run() {
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this);
                return;
            }
            discarded += chunk.remaining();
            chunk.release();
            if (chunk.isLast()
                    || Content.Chunk.isFailure(chunk)
                    || discarded > MAX_BYTES
                    || TransferTime.isOver(startNanos, discarded)) {
                callback.succeeded(); // Jetty closes the connection if the body has not ended
                return;
            }
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
