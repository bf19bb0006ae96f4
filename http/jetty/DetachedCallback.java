package http.jetty;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.SerializedExecutor;

/**
 * Completes a request whose answer another thread makes than the one that has read it, but never within the write of its answer:
 *
 * <ol>
 * <li>When a request is complete, the connection's next one is read, perhaps by another thread.
 * <li>If the answer's thread were still in the write, what the next request has to do after a write would be left to the answer's thread.
 *     If the next request is not proper HTTP, Jetty 12.1.13 may then complete it twice, and log a stack trace.
 * <li>So the write and what completes the request are tasks that run one after the other.
 * </ol>
 */
public final class DetachedCallback implements Callback {
    private final Callback callback;
    private final Executor executor;

    private DetachedCallback(Callback callback, Executor executor) {
        this.callback = callback;
        this.executor = executor;
    }

    /**
     * For a small request: the thread of the connection's selector writes the answer and reads the next request. The thread that makes the answer has
     * other things to do.
     */
    public static Callback onSelector(Callback callback, Request request) {
        return new DetachedCallback(callback, SelectorQueue.of(request));
    }

    /** For a request whose thread is of the pool: this thread writes the answer. The next request is read by the pool as well, because it is as large. */
    public static Callback onThisThread(Callback callback) {
        return new DetachedCallback(callback, new SerializedExecutor());
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
        executor.execute(() -> {
            try {
                response.write(true, body, whenWritten);
            } catch (Throwable e) { // an OutOfMemoryError, say: the connection ends
                whenWritten.failed(e);
            }
        });
    }

    @Override
    public void succeeded() {
        executor.execute(callback::succeeded);
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
