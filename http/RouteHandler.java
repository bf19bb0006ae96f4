package http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;

/**
 * Serves the routes; what is none of them goes on to the next handler. The declared content type of a request does not
 * matter: curl's is a form's.
 *
 * <p>Threading: a request is read, acted upon and answered by the thread that found it on its connection, and no thread
 * ever waits for a client. A servlet would have a second thread woken for each request, which costs as much as all the
 * rest. Large bodies go to the pool, so that parsing them holds up nobody else's connection.
 */
final class RouteHandler extends Handler.Wrapper {
    private static final HttpField JSON = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");
    private static final HttpField PROBLEM = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, Problems.CONTENT_TYPE);

    /** From here on a body is large. */
    private static final int LARGE = 64 << 10;

    /** So much of a refused body is read and dropped, lest its sender is cut off before it can read the answer. */
    private static final long MAX_DRAINED_BYTES = 64L << 20;

    /** By path, then by method. */
    private final Map<String, Map<String, Route>> routes = new HashMap<>();
    private final JsonBodies bodies;
    private final int maxBodyBytes;

    RouteHandler(List<Route> routes, JsonBodies bodies, int maxBodyBytes) {
        for (Route route : routes) {
            this.routes.computeIfAbsent(route.path(), path -> new TreeMap<>()).put(route.method(), route);
        }
        this.bodies = bodies;
        this.maxBodyBytes = maxBodyBytes;
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Map<String, Route> methods = routes.get(Request.getPathInContext(request));
        if (methods == null) {
            passOn(request, response, callback);
            return true;
        }
        Route route = methods.get(request.getMethod().equals("HEAD") ? "GET" : request.getMethod());
        if (route == null) {
            refuse(methodNotAllowed(request, response, methods.keySet()), request, response, callback);
        } else if (route.request() == null) {
            answer(route, null, request, response, callback);
        } else {
            read(route, request, response, callback);
        }
        return true;
    }

    /** The next handler may block, and so it gets a thread to do it in. */
    private void passOn(Request request, Response response, Callback callback) {
        request.getComponents().getExecutor().execute(() -> {
            try {
                if (!super.handle(request, response, callback)) {
                    Response.writeError(request, response, callback, 404);
                }
            } catch (Exception e) {
                Response.writeError(request, response, callback, e);
            }
        });
    }

    /** Reads the body if it is within the limit; one that declares to be over it is refused unread. */
    private void read(Route route, Request request, Response response, Callback callback) {
        if (request.getLength() > maxBodyBytes) {
            refuse(Problems.tooLarge(maxBodyBytes), request, response, callback);
            return;
        }
        Content.Source.asByteArrayAsync(request, maxBodyBytes, new Promise.Invocable<>() {
            @Override
            public void succeeded(byte[] body) {
                if (body.length < LARGE) {
                    answer(route, body, request, response, callback);
                } else {
                    request.getComponents().getExecutor().execute(() -> answer(route, body, request, response, callback));
                }
            }

            @Override
            public void failed(Throwable failure) {
                if (failure instanceof IOException) { // the client is gone
                    callback.failed(failure);
                } else {
                    refuse(Problems.tooLarge(maxBodyBytes), request, response, callback);
                }
            }

            @Override
            public InvocationType getInvocationType() {
                return InvocationType.NON_BLOCKING;
            }
        });
    }

    private void answer(Route route, byte[] body, Request request, Response response, Callback callback) {
        try {
            Object answer = route.action().apply(body == null ? null : bodies.read(body, route.request()));
            if (answer == null) {
                response.setStatus(204);
                callback.succeeded();
            } else {
                send(200, JSON, bodies.write(answer), response, callback);
            }
        } catch (RuntimeException e) {
            refuse(Problems.of(e), request, response, callback);
        }
    }

    private void refuse(Problem problem, Request request, Response response, Callback callback) {
        boolean isUnread = problem.status() == 413 && request.getLength() <= MAX_DRAINED_BYTES;
        Callback then = isUnread ? Callback.from(() -> Content.Source.consumeAll(request, callback), callback::failed) : callback;
        send(problem.status(), PROBLEM, bodies.write(problem.body()), response, then);
    }

    private static void send(int status, HttpField contentType, byte[] body, Response response, Callback callback) {
        response.setStatus(status);
        response.getHeaders().put(contentType).put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
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
