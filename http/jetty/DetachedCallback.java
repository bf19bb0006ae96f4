package http.jetty;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Completes a request that one thread has read and another thread answers. It never completes the request during the write of the answer:
 *
 * <ol>
 * <li>When a request is completed, the next request of its connection is read, possibly by another thread.
 * <li>If the answering thread were still in the write, Jetty would leave the work after the next request's write to the answering thread. If
 *     the next request is not valid HTTP, Jetty 12.1.13 may then complete it twice, and log a stack trace.
 * <li>Therefore the request is completed when the write has returned. If the write ends later, the executor completes the request.
 * </ol>
 */
public final class DetachedCallback implements Callback {
    private enum State {
        IDLE,
        WRITING,
        WRITTEN
    }

    private final Callback callback;
    private final Request request;
    private final Executor writer;
    private final Executor executor;
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

    private DetachedCallback(Callback callback, Request request, Executor writer, Executor executor) {
        this.callback = callback;
        this.request = request;
        this.writer = writer;
        this.executor = executor;
    }

    /** For a small request: the thread of the connection's selector writes the answer and reads the next request. */
    public static Callback onSelector(Callback callback, Request request) {
        SelectorQueue selector = SelectorQueue.of(request);
        return new DetachedCallback(callback, request, selector, selector);
    }

    /** For a large request, which a thread of the pool handles. The thread that creates the answer writes it. The pool reads the next request. */
    public static Callback onPool(Callback callback, Request request) {
        return new DetachedCallback(
                callback, request, Runnable::run, request.getComponents().getExecutor());
    }

    /**
     * Writes a complete answer.
     *
     * @param callback the callback of the request
     * @param whenWritten completes the callback of the request
     */
    public static void write(Response response, ByteBuffer body, Callback callback, Callback whenWritten) {
        if (callback instanceof DetachedCallback detached) {
            detached.writer.execute(() -> detached.write(response, body, whenWritten));
        } else {
            response.write(true, body, whenWritten);
        }
    }

    private void write(Response response, ByteBuffer body, Callback whenWritten) {
        state.set(State.WRITING);
        try {
            response.write(true, body, whenWritten);
        } catch (Throwable e) { // such as an OutOfMemoryError: the connection ends
            whenWritten.failed(e);
        }
        if (!state.compareAndSet(State.WRITING, State.IDLE)) {
            complete();
        }
    }

    @Override
    public void succeeded() {
        if (!state.compareAndSet(State.WRITING, State.WRITTEN)) {
            executor.execute(this::complete);
        }
    }

    private void complete() {
        try {
            callback.succeeded();
        } catch (Throwable e) { // otherwise the client would wait forever
            request.getConnectionMetaData().getConnection().getEndPoint().close(e);
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
