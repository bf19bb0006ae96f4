package http;

import engine.EncodedMessages;
import engine.EngineException;
import engine.MemoryBudget;
import engine.MessageStream;
import engine.Reservation;
import http.jetty.BodyDrain;
import http.jetty.BodyReader;
import http.jetty.DetachedCallback;
import http.jetty.DisconnectWatcher;
import http.jetty.EventStream;
import http.jetty.HttpConnections;
import http.jetty.SlowReaderWatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;

/**
 * Serves one request of a route: reads the body, runs the action and sends the answer.
 *
 * <p>Threading: see {@link RouteHandler}.
 */
final class Exchange implements Promise.Invocable<ByteBuffer> {
    /** The size from which a body or an answer is large, in bytes. */
    private static final int LARGE = 64 << 10;

    /** The memory of a stream, in bytes: objects and small buffers for sending. */
    private static final int STREAM = 12 << 10;

    private final Serving serving;
    private final Route route;
    private final Map<String, String> parameters;
    private final Request request;
    private final Response response;
    private final int limit;
    private final Reservation memory;

    /** A {@link DetachedCallback} from when another thread may answer. */
    private Callback callback;

    /** Whether a thread of the pool runs the action and sends the answer. */
    private boolean isOnPool;

    /** The media type of the body; null without a body. */
    private String bodyType;

    /**
     * The state that all exchanges share.
     *
     * @param maxBodyBytes the maximum size of a body, in bytes, unless its route has a larger one
     * @param budget the budget for the memory of requests
     */
    record Serving(JsonBodies bodies, int maxBodyBytes, RequestStats stats, MemoryBudget budget) {}

    /** @param parameters the parameters of the path */
    Exchange(
            Serving serving,
            Route route,
            Map<String, String> parameters,
            Request request,
            Response response,
            Callback callback) {
        this.serving = serving;
        this.memory = serving.budget.reservation();
        this.route = route;
        this.parameters = parameters;
        this.request = request;
        this.response = response;
        this.callback = route.request() == null ? BodyDrain.before(request, response, callback) : callback;
        this.limit = Math.max(serving.maxBodyBytes, route.maxBody());
    }

    /** Reads the body. If its Content-Length is over the limit, the request is refused without reading it. */
    void read() {
        Problem refusal = route.request() == null ? null : refusalOfBody();
        if (route.request() == null) {
            succeeded(null);
        } else if (refusal != null) {
            refuseUnread(refusal);
        } else {
            new BodyReader(request, limit, () -> Problems.tooLarge(limit), memory, this).run();
        }
    }

    /** Why the body is refused before it is read; null if it is not. */
    private Problem refusalOfBody() {
        String coding = MediaTypes.codingOfBody(request.getHeaders());
        if (coding != null) {
            response.getHeaders().put(HttpHeader.ACCEPT_ENCODING, "identity");
            return MediaTypes.unsupported("The broker does not decode bodies, but the request has " + coding
                    + ". Send the body without this coding and without this header.");
        }
        try {
            bodyType = MediaTypes.ofBody(request.getHeaders(), route.method() + " " + route.path(), route.consumes());
        } catch (Problem unsupported) {
            return unsupported;
        }
        return request.getLength() > limit ? Problems.tooLarge(limit) : null;
    }

    /** @param body null if there is none */
    @Override
    public void succeeded(ByteBuffer body) {
        Executor executor = executor(body);
        if (executor == null) {
            runAndRelease(body);
            return;
        }
        callback = DetachedCallback.onPool(callback, request);
        isOnPool = true;
        try {
            executor.execute(() -> runAndRelease(body));
        } catch (RuntimeException e) { // the pool is stopping
            memory.close();
            callback.failed(e);
        }
    }

    /** The executor that runs the action, so that other connections do not wait: see {@link RouteHandler}. Null for this thread. */
    private Executor executor(ByteBuffer body) {
        return route.isSlow() || (body != null && body.remaining() >= LARGE)
                ? request.getComponents().getExecutor()
                : null;
    }

    @Override
    public void failed(Throwable failure) {
        memory.close();
        if (failure instanceof Problem || failure instanceof EngineException || failure instanceof OutOfMemoryError) {
            refuseUnread(Problems.of(failure));
        } else if (failure instanceof TimeoutException) {
            response.getHeaders().put(HttpFields.CONNECTION_CLOSE); // the rest is not worth waiting for
            refuse(Problems.tooSlow());
        } else { // the client has disconnected: the error handler of the server handles it
            callback.failed(failure);
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    /** Runs the action. The body is released afterwards, because the action does not use it after it has returned. */
    private void runAndRelease(ByteBuffer body) {
        try {
            runAction(body);
        } catch (Throwable e) { // such as an OutOfMemoryError: not even an error can be sent, so the connection ends
            callback.failed(new EofException(e));
        } finally {
            if (body != null) {
                memory.release(body.array());
            }
            memory.close();
        }
    }

    private void runAction(ByteBuffer body) {
        try {
            if (body != null && !bodyType.equals(MediaTypes.TEXT)) {
                JsonBodies.requireUtf8(body);
            }
            Object answer = route.action().apply(new Call(request, body, bodyType, parameters, serving.bodies, memory));
            if (answer instanceof CompletableFuture) {
                answerLater((CompletableFuture<?>) answer);
            } else {
                answer(answer);
            }
        } catch (Throwable e) { // also an OutOfMemoryError, because the client waits for an answer
            Problem problem = Problems.of(e);
            refuse(
                    problem.isOfBody()
                            ? BodyHints.explain(problem, body, MediaTypes.isDeclaredAsForm(request.getHeaders()), route)
                            : problem);
        }
    }

    private void answerLater(CompletableFuture<?> answer) {
        if (answer.isDone()) {
            finish(answer);
            return;
        }
        if (!isOnPool) {
            callback = DetachedCallback.onSelector(callback, request);
        }
        // The connection is idle on purpose, and the client gets an answer even if the disk is slow.
        request.addIdleTimeoutListener(timeout -> false);
        if (!route.isWaiting()) {
            answer.whenComplete((value, failure) -> finishNow(answer));
            return;
        }
        request.addFailureListener(failure -> answer.cancel(false));
        DisconnectWatcher disconnectWatcher = DisconnectWatcher.watch(request, () -> answer.cancel(false));
        answer.whenComplete((value, failure) -> {
            disconnectWatcher.end();
            finishNow(answer);
        });
    }

    /** Finishes on the thread that completed the answer, which may be a disk thread. Waking another thread takes longer than finishing. */
    private void finishNow(CompletableFuture<?> answer) {
        try {
            finish(answer);
        } catch (Throwable e) { // not even a refusal can be sent
            callback.failed(new EofException(e));
        }
    }

    private void finish(CompletableFuture<?> answer) {
        try {
            answer(answer.join());
        } catch (CancellationException disconnected) {
            // Otherwise a client that has half-closed the connection could read a 500.
            request.getConnectionMetaData().getConnection().getEndPoint().close();
            callback.failed(new EofException(disconnected)); // Jetty does not log it
        } catch (Throwable e) { // also an OutOfMemoryError, because the client waits for an answer
            refuse(Problems.of(e));
        }
    }

    private void answer(Object answer) {
        try {
            if (answer instanceof MessageStream messages) {
                stream(messages);
            } else if (answer == null) {
                count(204);
                response.setStatus(204);
                // Without a write, Jetty 12.1.13 may complete a request twice.
                DetachedCallback.write(response, BufferUtil.EMPTY_BUFFER, callback, callback);
            } else if (answer instanceof EncodedMessages messages) {
                count(200);
                send(Payload.of(messages));
            } else if (answer instanceof LongAnswer parts) {
                send(parts);
            } else if (answer instanceof TextAnswer text) {
                send(text);
            } else {
                Reservation taken = serving.budget.reservation();
                ByteBuffer body = write(answer, taken);
                count(200);
                if (taken.held() > 0) {
                    send(new Payload(MediaTypes.JSON, body, taken));
                } else {
                    Answers.send(200, Answers.JSON, body, response, callback, callback);
                }
            }
        } catch (IOException | RuntimeException e) {
            refuse(Problems.of(e));
        }
    }

    private ByteBuffer write(Object answer, Reservation taken) {
        try {
            return serving.bodies.write(answer, taken);
        } catch (Throwable e) { // such as an OutOfMemoryError
            taken.close();
            throw e;
        }
    }

    private void send(Payload payload) {
        int size = payload.bytes().remaining();
        SlowReaderWatch watch = size >= LARGE ? SlowReaderWatch.start(request) : null;
        boolean hasUsedQuantum = size >= LARGE && HttpConnections.hasUsedQuantum(request, size);
        Callback sent = Callback.from(
                InvocationType.NON_BLOCKING,
                () -> {
                    end(watch);
                    payload.sent();
                    if (hasUsedQuantum) {
                        // Otherwise the next requests of a fast client could occupy this thread.
                        request.getComponents().getExecutor().execute(callback::succeeded);
                    } else {
                        callback.succeeded();
                    }
                },
                e -> {
                    end(watch);
                    payload.failed();
                    callback.failed(e);
                });
        Answers.send(
                200,
                payload.mediaType().equals(MediaTypes.NDJSON) ? Answers.NDJSON : Answers.JSON,
                payload.bytes(),
                response,
                callback,
                sent);
    }

    private static void end(SlowReaderWatch watch) {
        if (watch != null) {
            watch.end();
        }
    }

    private void send(TextAnswer answer) {
        count(200);
        HttpField type = new HttpField(HttpHeader.CONTENT_TYPE, answer.contentType());
        boolean isHead = HttpMethod.HEAD.is(request.getMethod());
        if (isHead && request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1) {
            // Without a length, because the next text has another one.
            response.setStatus(200);
            response.getHeaders().put(type);
            response.getHeaders().put(HttpHeader.TRANSFER_ENCODING, HttpHeaderValue.CHUNKED.asString());
            DetachedCallback.write(response, BufferUtil.EMPTY_BUFFER, callback, callback);
        } else {
            Answers.send(200, type, ByteBuffer.wrap(answer.text()), response, callback, callback);
        }
    }

    private void send(LongAnswer answer) throws IOException {
        Reservation taken = serving.budget.reservation();
        taken.take(answer.memory());
        response.setStatus(200);
        response.getHeaders().put(Answers.JSON);
        count(200);
        try {
            answer.send(serving.bodies.mapper(), taken, request, response, callback);
        } catch (Throwable e) { // such as an OutOfMemoryError
            taken.close();
            throw e;
        }
    }

    private void stream(MessageStream messages) {
        Reservation streaming = serving.budget.reservationForStream();
        streaming.take(STREAM);
        try {
            EventStream.begin(messages, streaming, request, response, Callback.from(callback, () -> count(200)));
        } catch (Throwable e) {
            streaming.close();
            throw e;
        }
    }

    private void count(int status) {
        serving.stats.add(route.method(), route.path(), status, System.nanoTime() - request.getHeadersNanoTime());
    }

    private void refuse(Problem problem) {
        count(problem.status());
        Answers.refuse(problem, response, callback, serving.bodies);
    }

    private void refuseUnread(Problem problem) {
        count(problem.status());
        Answers.refuseUnread(problem, request, response, callback, serving.bodies);
    }
}
