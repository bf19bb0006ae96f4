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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;

/**
 * One request on its way through its route: it is read, acted upon and answered.
 *
 * <p>Threading: see {@link RouteHandler}.
 */
final class Exchange implements Promise.Invocable<ByteBuffer> {
    /** From here on a body is large. */
    private static final int LARGE = 64 << 10;

    /** What a stream takes, in bytes: objects, and small buffers for what is sent. */
    private static final int STREAM = 12 << 10;

    private final Serving serving;
    private final Route route;
    private final Map<String, String> parameters;
    private final Request request;
    private final Response response;
    private final int limit;
    private final Reservation memory;

    /** Detached once another thread than this one may answer. */
    private Callback callback;

    /** Whether a thread of the pool acts on the request, which also answers it. */
    private boolean isOnPool;

    /** What the body is read as; null without a body. */
    private String bodyType;

    private final long start = System.nanoTime();

    /**
     * What all exchanges share.
     *
     * @param maxBodyBytes larger bodies are refused, unless their route takes larger ones
     * @param budget for what requests take
     */
    record Serving(JsonBodies bodies, int maxBodyBytes, RequestStats stats, MemoryBudget budget) {}

    /** @param parameters of the path */
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

    /** Reads the body if it is within the limit; one that declares to be over it is refused unread. */
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

    /** Null if the body is to be read. */
    private Problem refusalOfBody() {
        String coding = MediaTypes.codingOfBody(request.getHeaders());
        if (coding != null) {
            response.getHeaders().put(HttpHeader.ACCEPT_ENCODING, "identity");
            return MediaTypes.unsupported("The broker does not decode bodies, and this one has " + coding
                    + ". Send it as it is, without that header.");
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
            actAndGiveBack(body);
            return;
        }
        callback = DetachedCallback.onPool(callback, request);
        isOnPool = true;
        try {
            executor.execute(() -> actAndGiveBack(body));
        } catch (RuntimeException e) { // the pool is stopping
            memory.close();
            callback.failed(e);
        }
    }

    /** Who acts, so that other connections need not wait: see the class comment. Null for this thread. */
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
            refuseUnread(Problems.tooSlow());
        } else { // the client is gone: the server's error handler knows
            callback.failed(failure);
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    /** What the action makes of the body, it has made when it returns. */
    private void actAndGiveBack(ByteBuffer body) {
        try {
            act(body);
        } catch (Throwable e) { // an OutOfMemoryError, say, so that there is not even a refusal: the connection ends
            callback.failed(new EofException(e));
        } finally {
            if (body != null) {
                memory.release(body.array());
            }
            memory.close();
        }
    }

    private void act(ByteBuffer body) {
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
        } catch (Throwable e) { // an OutOfMemoryError, too, has somebody waiting for an answer
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
        request.addIdleTimeoutListener(
                timeout -> false); // it is meant to be idle, and a disk that hangs is no reason to give no answer
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

    /** Finishes on the thread that has completed the answer, perhaps a disk thread: another one would take longer to wake than the answer takes. */
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
        } catch (CancellationException clientIsGone) {
            request.getConnectionMetaData()
                    .getConnection()
                    .getEndPoint()
                    .close(); // a client that has half-closed could read a 500
            callback.failed(new EofException(clientIsGone)); // Jetty does not log it
        } catch (Throwable e) { // an OutOfMemoryError, too, has somebody waiting for an answer
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
                DetachedCallback.write(
                        response,
                        BufferUtil.EMPTY_BUFFER,
                        callback,
                        callback); // without a write, Jetty 12.1.13 may complete a request twice
            } else if (answer instanceof EncodedMessages messages) {
                count(200);
                send(Payload.of(messages));
            } else if (answer instanceof LongAnswer parts) {
                send(parts);
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
        } catch (Throwable e) { // an OutOfMemoryError, say
            taken.close();
            throw e;
        }
    }

    private void send(Payload payload) {
        int size = payload.bytes().remaining();
        boolean isTurnOver = size >= LARGE && HttpConnections.isTurnOver(request, size);
        Callback sent = Callback.from(
                InvocationType.NON_BLOCKING,
                () -> {
                    payload.sent();
                    if (isTurnOver) { // the next request of a client that reads fast must not keep this thread from
                        // others
                        request.getComponents().getExecutor().execute(callback::succeeded);
                    } else {
                        callback.succeeded();
                    }
                },
                e -> {
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

    private void send(LongAnswer answer) throws IOException {
        Reservation taken = serving.budget.reservation();
        taken.take(answer.memory());
        response.setStatus(200);
        response.getHeaders().put(Answers.JSON);
        count(200);
        try {
            answer.send(
                    serving.bodies.mapper(),
                    taken,
                    response,
                    callback,
                    request.getComponents().getExecutor());
        } catch (Throwable e) { // an OutOfMemoryError, say
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
        serving.stats.add(route.method(), route.path(), status, System.nanoTime() - start);
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
