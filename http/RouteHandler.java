package http;

import engine.EncodedMessages;
import engine.EngineException;
import engine.ErrorCode;
import engine.MemoryBudget;
import engine.MessageStream;
import engine.Reservation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.http.pathmap.MatchedResource;
import org.eclipse.jetty.http.pathmap.PathMappings;
import org.eclipse.jetty.http.pathmap.UriTemplatePathSpec;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;

/**
 * Serves the routes; what is none of them goes on to the next handler.
 *
 * <p>Threading: a request is read, acted upon and answered by the thread that found it on its connection, and no thread
 * ever waits for a client. A servlet would have a second thread woken for each request, which costs as much as all the
 * rest. Three kinds of requests go to other threads, because they would hold up other connections: large bodies and long lists go
 * to the pool of the server, and what may wait for a disk goes to threads of its own, so that the pool has threads for all else.
 */
final class RouteHandler extends Handler.Wrapper {
    private static final HttpField JSON = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, MediaTypes.withCharset(MediaTypes.JSON));
    private static final HttpField PROBLEM = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, Problems.CONTENT_TYPE);
    private static final HttpField NDJSON = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, MediaTypes.withCharset(MediaTypes.NDJSON));

    private static final int METHOD_NOT_ALLOWED = 405;
    private static final long RETRY_AFTER_SECONDS = 1;

    /** From here on a body is large. */
    private static final int LARGE = 64 << 10;

    /** What a stream takes, in bytes: objects, and small buffers for what is sent. */
    private static final int STREAM = 12 << 10;

    /** By path, then by method. */
    private final Map<String, Map<String, Route>> routes = new HashMap<>();
    private final PathMappings<Map<String, Route>> routesWithParameters = new PathMappings<>();
    private final JsonBodies bodies;
    private final int maxBodyBytes;
    private final RequestStats stats;
    private final MemoryBudget budget;

    /**
     * @param budget for what requests take
     */
    RouteHandler(List<Route> routes, JsonBodies bodies, int maxBodyBytes, RequestStats stats, MemoryBudget budget) {
        this.budget = budget;
        for (Route route : routes) {
            this.routes.computeIfAbsent(route.path(), path -> new TreeMap<>()).put(route.method(), route);
        }
        this.routes.forEach((path, methods) -> {
            if (path.contains("{")) {
                routesWithParameters.put(new UriTemplatePathSpec(path), methods);
            }
        });
        this.bodies = bodies;
        this.maxBodyBytes = maxBodyBytes;
        this.stats = stats;
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Problem refusal = UriCheck.refusal(request.getHttpURI());
        if (refusal != null) {
            stats.addOther(refusal.status(), request);
            refuseUnread(refusal, request, response, callback, bodies);
            return true;
        }
        String path = Request.getPathInContext(request);
        Map<String, Route> methods = routes.get(path);
        Map<String, String> parameters = Map.of();
        if (methods == null) {
            MatchedResource<Map<String, Route>> match = routesWithParameters.getMatched(path);
            if (match == null) {
                passOn(request, response, callback);
                return true;
            }
            methods = match.getResource();
            parameters = ((UriTemplatePathSpec) match.getPathSpec()).getPathParams(path);
        }
        Route route = methods.get(request.getMethod().equals("HEAD") ? "GET" : request.getMethod());
        if (route != null && route.hasHtmlInstead()) {
            response.getHeaders().put(HttpHeader.VARY, HttpHeader.ACCEPT.asString());
        }
        if (route == null) {
            stats.addOther(METHOD_NOT_ALLOWED, request);
            refuseUnread(methodNotAllowed(request, response, methods.keySet()), request, response, callback, bodies);
        } else if (route.hasHtmlInstead() && MediaTypes.isPreferredToJson(MediaTypes.HTML, request.getHeaders())) {
            passOn(request, response, callback);
        } else {
            new Exchange(route, parameters, request, response, callback).read();
        }
        return true;
    }

    /** The next handler may block, and so it gets a thread to do it in. */
    private void passOn(Request request, Response response, Callback callback) {
        Callback afterBody = BodyDrain.before(request, response, callback);
        Callback counted = Callback.from(() -> {
            stats.addOther(response.getStatus(), request);
            afterBody.succeeded();
        }, callback::failed);
        request.getComponents().getExecutor().execute(() -> {
            try {
                if (!super.handle(request, response, counted)) {
                    Response.writeError(request, response, counted, 404);
                }
            } catch (Throwable e) {
                Response.writeError(request, response, counted, e);
            }
        });
    }

    /** One request on its way through its route. */
    private final class Exchange implements Promise.Invocable<ByteBuffer> {
        private final Route route;
        private final Map<String, String> parameters;
        private final Request request;
        private final Response response;
        private final int limit;
        private final Reservation memory = budget.reservation();

        /** Detached once another thread than this one may answer. */
        private Callback callback;

        /** What the body is read as; null without a body. */
        private String bodyType;

        private final long start = System.nanoTime();

        Exchange(Route route, Map<String, String> parameters, Request request, Response response, Callback callback) {
            this.route = route;
            this.parameters = parameters;
            this.request = request;
            this.response = response;
            this.callback = route.request() == null ? BodyDrain.before(request, response, callback) : callback;
            this.limit = Math.max(maxBodyBytes, route.maxBody());
        }

        /** Reads the body if it is within the limit; one that declares to be over it is refused unread. */
        void read() {
            Problem refusal = route.request() == null ? null : refusalOfBody();
            if (route.request() == null) {
                succeeded(null);
            } else if (refusal != null) {
                refuseUnread(refusal);
            } else {
                new BodyReader(request, limit, memory, this).run();
            }
        }

        /** Null if the body is to be read. */
        private Problem refusalOfBody() {
            String coding = MediaTypes.codingOfBody(request.getHeaders());
            if (coding != null) {
                response.getHeaders().put(HttpHeader.ACCEPT_ENCODING, "identity");
                return MediaTypes.unsupported("The broker does not decode bodies, and this one has " + coding + ". Send it as it is, without that header.");
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
            detach();
            try {
                executor.execute(() -> actAndGiveBack(body));
            } catch (RuntimeException e) { // the pool is stopping
                memory.close();
                callback.failed(e);
            }
        }

        private void detach() {
            if (!(callback instanceof DetachedCallback)) {
                callback = new DetachedCallback(callback, request.getComponents().getExecutor());
            }
        }

        /** Who acts, so that other connections need not wait: see the class comment. Null for this thread. */
        private Executor executor(ByteBuffer body) {
            return route.isSlow() || body != null && body.remaining() >= LARGE ? request.getComponents().getExecutor() : null;
        }

        @Override
        public void failed(Throwable failure) {
            memory.close();
            if (failure instanceof Problem || failure instanceof EngineException) {
                refuseUnread(Problems.of(failure));
            } else { // the client is gone, or too slow: the server's error handler knows
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
                Object answer = route.action().apply(new Call(request, body, bodyType, parameters, bodies, memory));
                if (answer instanceof CompletableFuture) {
                    answerLater((CompletableFuture<?>) answer);
                } else {
                    answer(answer);
                }
            } catch (Throwable e) { // an OutOfMemoryError, too, has somebody waiting for an answer
                Problem problem = Problems.of(e);
                refuse(problem.isOfBody() ? BodyHints.explain(problem, body, MediaTypes.isDeclaredAsForm(request.getHeaders()), route) : problem);
            }
        }

        private void answerLater(CompletableFuture<?> answer) {
            if (answer.isDone()) {
                finish(answer);
                return;
            }
            detach();
            request.addIdleTimeoutListener(timeout -> false); // it is meant to be idle, and a disk that hangs is no reason to give no answer
            if (!route.isWaiting()) {
                answer.whenComplete((value, failure) -> finish(answer));
                return;
            }
            request.addFailureListener(failure -> answer.cancel(false));
            HangUp hangUp = HangUp.watch(request, () -> answer.cancel(false));
            answer.whenComplete((value, failure) -> {
                hangUp.end();
                finish(answer);
            });
        }

        private void finish(CompletableFuture<?> answer) {
            try {
                answer(answer.join());
            } catch (CancellationException clientIsGone) {
                request.getConnectionMetaData().getConnection().getEndPoint().close(); // a client that has half-closed could read a 500
                callback.failed(new EofException(clientIsGone)); // Jetty does not log it
            } catch (Throwable e) { // an OutOfMemoryError, too, has somebody waiting for an answer
                refuse(Problems.of(e));
            }
        }

        private void answer(Object answer) {
            try {
                if (answer instanceof MessageStream) {
                    stream((MessageStream) answer);
                } else if (answer == null) {
                    count(204);
                    response.setStatus(204);
                    DetachedCallback.write(response, BufferUtil.EMPTY_BUFFER, callback, callback); // without a write, Jetty 12.1.13 may complete a request twice
                } else if (answer instanceof EncodedMessages) {
                    count(200);
                    send(Payload.of((EncodedMessages) answer));
                } else if (answer instanceof LongAnswer) {
                    send((LongAnswer) answer);
                } else {
                    Reservation taken = budget.reservation();
                    ByteBuffer body = write(answer, taken);
                    count(200);
                    if (taken.held() > 0) {
                        send(new Payload(MediaTypes.JSON, body, taken));
                    } else {
                        RouteHandler.send(200, JSON, body, response, callback, callback);
                    }
                }
            } catch (IOException | RuntimeException e) {
                refuse(Problems.of(e));
            }
        }

        private ByteBuffer write(Object answer, Reservation taken) {
            try {
                return bodies.write(answer, taken);
            } catch (Throwable e) { // an OutOfMemoryError, say
                taken.close();
                throw e;
            }
        }

        private void send(Payload payload) {
            int size = payload.bytes().remaining();
            boolean isTurnOver = size >= LARGE && HttpConnections.isTurnOver(request, size);
            Callback sent = Callback.from(InvocationType.NON_BLOCKING, () -> {
                payload.sent();
                if (isTurnOver) { // the next request of a client that reads fast must not keep this thread from others
                    request.getComponents().getExecutor().execute(callback::succeeded);
                } else {
                    callback.succeeded();
                }
            }, e -> {
                payload.failed();
                callback.failed(e);
            });
            RouteHandler.send(200, payload.mediaType().equals(MediaTypes.NDJSON) ? NDJSON : JSON, payload.bytes(), response, callback, sent);
        }

        private void send(LongAnswer answer) throws IOException {
            Reservation taken = budget.reservation();
            taken.take(answer.memory());
            response.setStatus(200);
            response.getHeaders().put(JSON);
            count(200);
            try {
                answer.send(bodies.mapper(), taken, response, callback, request.getComponents().getExecutor());
            } catch (Throwable e) { // an OutOfMemoryError, say
                taken.close();
                throw e;
            }
        }

        private void stream(MessageStream messages) {
            Reservation streaming = budget.reservationForStream();
            streaming.take(STREAM);
            try {
                EventStream.begin(messages, streaming, request, response, Callback.from(callback, () -> count(200)));
            } catch (Throwable e) {
                streaming.close();
                throw e;
            }
        }

        private void count(int status) {
            stats.add(route.method(), route.path(), status, System.nanoTime() - start);
        }

        private void refuse(Problem problem) {
            count(problem.status());
            RouteHandler.refuse(problem, response, callback, bodies);
        }

        private void refuseUnread(Problem problem) {
            count(problem.status());
            RouteHandler.refuseUnread(problem, request, response, callback, bodies);
        }
    }

    /** Refuses a request whose body was not read to its end: the rest is dropped as it comes. */
    static void refuseUnread(Problem problem, Request request, Response response, Callback callback, JsonBodies bodies) {
        refuse(problem, response, BodyDrain.before(request, response, callback), bodies);
    }

    static void refuse(Problem problem, Response response, Callback callback, JsonBodies bodies) {
        if (problem.status() == 429 || problem.code().equals(ErrorCode.OVERLOADED.name())) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        send(problem.status(), PROBLEM, bodies.write(problem.body()), response, callback, callback);
    }

    /** See {@link DetachedCallback#write}. */
    private static void send(int status, HttpField contentType, ByteBuffer body, Response response, Callback callback, Callback whenWritten) {
        response.setStatus(status);
        response.getHeaders().put(contentType).put(HttpHeader.CONTENT_LENGTH, body.remaining());
        DetachedCallback.write(response, body, callback, whenWritten);
    }

    private static Problem methodNotAllowed(Request request, Response response, Set<String> methods) {
        Set<String> allowed = new TreeSet<>(methods);
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        String list = String.join(", ", allowed);
        response.getHeaders().put(HttpHeader.ALLOW, list);
        return Problems.methodNotAllowed(request.getMethod(), Request.getPathInContext(request), list);
    }
}
