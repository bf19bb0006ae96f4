package http.jetty;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Drops the body of a request that was answered without it, as it comes, so that its sender can read the answer and use the connection
 * again: Jetty would close it without notice if the body is not there yet. If it is larger than a bound, the connection is closed.
 */
public final class BodyDrain implements Invocable.Task {
    static final long MAX_BYTES = 64L << 20;

    private final Request request;
    private final Callback callback;
    private long dropped;

    private BodyDrain(Request request, Callback callback) {
        this.request = request;
        this.callback = callback;
    }

    /** The callback for the answer to a request whose body nobody reads; the given one completes after the body has ended. */
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
            dropped += chunk.remaining();
            chunk.release();
            if (chunk.isLast() || Content.Chunk.isFailure(chunk) || dropped > MAX_BYTES) {
                callback.succeeded(); // Jetty closes the connection if there is more to come, or never will be
                return;
            }
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
