package http.jetty;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Completes a request whose answer another thread makes than the one that has read it. The thread of the connection's selector writes the
 * answer and completes the request, so that only one thread at a time acts on a connection:
 *
 * <ol>
 * <li>When a request is complete, the connection's next one is read.
 * <li>If the answer's thread were still in the write, what the next request has to do after a write would be left to the answer's thread.
 *     If the next request is not proper HTTP, Jetty 12.1.13 may then complete it twice, and log a stack trace.
 * <li>So the request is completed after the write has returned, by the thread that wrote.
 * </ol>
 */
public final class DetachedCallback implements Callback {
    private final Callback callback;
    private final Executor selector;

    public DetachedCallback(Callback callback, Request request) {
        this.callback = callback;
        this.selector = SelectorQueue.of(request);
    }

    /**
     * Writes all of an answer.
     *
     * @param callback of the request
     * @param whenWritten completes the callback of the request
     */
    public static void write(Response response, ByteBuffer body, Callback callback, Callback whenWritten) {
        if (callback instanceof DetachedCallback) {
            ((DetachedCallback) callback).write(response, body, whenWritten);
        } else {
            response.write(true, body, whenWritten);
        }
    }

    private void write(Response response, ByteBuffer body, Callback whenWritten) {
        selector.execute(() -> {
            try {
                response.write(true, body, whenWritten);
            } catch (Throwable e) { // an OutOfMemoryError, say: the connection ends
                whenWritten.failed(e);
            }
        });
    }

    @Override
    public void succeeded() {
        selector.execute(callback::succeeded);
    }

    @Override
    public void failed(Throwable failure) {
        callback.failed(failure);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
