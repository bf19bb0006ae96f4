package http;

import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Drops the body of a request that needs none, as it comes, so that its sender can read the answer and use the connection again: Jetty
 * would close it without notice if the body is not there yet. If it is larger than a bound, the connection is closed.
 */
final class BodyDrain implements Invocable.Task {
    static final long MAX_BYTES = 64L << 20;

    private final Request request;
    private final Runnable whenDone;
    private final Consumer<Throwable> whenFailed;
    private long dropped;

    private BodyDrain(Request request, Runnable whenDone, Consumer<Throwable> whenFailed) {
        this.request = request;
        this.whenDone = whenDone;
        this.whenFailed = whenFailed;
    }

    /** The callback for the answer to a request whose body nobody reads; the given one completes after the body has ended. */
    static Callback before(Request request, Response response, Callback callback) {
        // Jetty closes the connection if there is more to come, or never will be
        return isDue(request, response) ? Callback.from(new BodyDrain(request, callback::succeeded, failure -> callback.succeeded()), callback::failed)
                : callback;
    }

    /**
     * Drops the body, if there is one, and then acts. What another thread answers needs that: if a body turns out to be malformed after
     * the answer, Jetty 12.1.13 may complete the request twice.
     */
    static void first(Request request, Response response, Runnable action, Consumer<Throwable> whenFailed) {
        if (isDue(request, response)) {
            new BodyDrain(request, action, whenFailed).run();
        } else {
            action.run();
        }
    }

    private static boolean isDue(Request request, Response response) {
        HttpFields headers = request.getHeaders();
        if (!headers.contains(HttpHeader.CONTENT_LENGTH) && !headers.contains(HttpHeader.TRANSFER_ENCODING)) {
            return false;
        }
        if (request.getLength() > MAX_BYTES) {
            response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
            return false;
        }
        return true;
    }

    @Override
    public void run() {
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                whenFailed.accept(chunk.getFailure());
                return;
            }
            dropped += chunk.remaining();
            boolean isLast = chunk.isLast();
            chunk.release();
            if (isLast || dropped > MAX_BYTES) {
                whenDone.run();
                return;
            }
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
