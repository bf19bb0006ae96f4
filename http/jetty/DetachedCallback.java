package http.jetty;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Completes a request that another thread answers than the one that has read it, but never within the write of its answer:
 *
 * <ol>
 * <li>When a request is complete, Jetty lets a third thread read the next one, if the client has sent it already.
 * <li>If the answer's thread were still in the write, what the next request has to do after a write would be left to the answer's thread.
 *     If the next request is not proper HTTP, Jetty 12.1.13 may then complete it twice, and log a stack trace.
 * <li>So the request is completed when the write has returned or, if it ended later, by the executor.
 * </ol>
 */
public final class DetachedCallback implements Callback {
    private enum State { IDLE, WRITING, WRITTEN }

    private final Callback callback;
    private final Executor executor;
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

    public DetachedCallback(Callback callback, Executor executor) {
        this.callback = callback;
        this.executor = executor;
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
        state.set(State.WRITING);
        response.write(true, body, whenWritten);
        if (!state.compareAndSet(State.WRITING, State.IDLE)) {
            callback.succeeded();
        }
    }

    @Override
    public void succeeded() {
        if (!state.compareAndSet(State.WRITING, State.WRITTEN)) {
            executor.execute(callback::succeeded);
        }
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
