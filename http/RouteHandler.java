package http;

import http.jetty.BodyDrain;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.pathmap.MatchedResource;
import org.eclipse.jetty.http.pathmap.PathMappings;
import org.eclipse.jetty.http.pathmap.UriTemplatePathSpec;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Dispatches requests to the routes. It passes requests for pages on to Javalin, and refuses all others: see {@link NotRouted}.
 *
 * <p>Threading: the thread of a connection's selector reads a request, runs its action and answers it. No thread ever waits for a client.
 * A servlet would wake a second thread for each request, which costs as much as the rest of the request. Two kinds of requests run on other
 * threads, because they would delay other connections. Large bodies and long lists run on the pool of the server. Requests that may wait for
 * a disk run on the disk threads of the engine, so that they do not occupy the pool. Their answers are written by the selector's thread
 * again: see {@link http.jetty.SelectorQueue}.
 */
final class RouteHandler extends Handler.Wrapper {
    /** By path, then by method. */
    private final Map<String, Map<String, Route>> routes = new HashMap<>();

    private final PathMappings<Map<String, Route>> routesWithParameters = new PathMappings<>();
    private final Exchange.Serving serving;
    private final NotRouted notRouted;

    RouteHandler(List<Route> routes, Exchange.Serving serving, NotRouted notRouted) {
        this.serving = serving;
        this.notRouted = notRouted;
        for (Route route : routes) {
            this.routes.computeIfAbsent(route.path(), path -> new TreeMap<>()).put(route.method(), route);
        }
        this.routes.forEach((path, methods) -> {
            if (path.contains("{")) {
                routesWithParameters.put(new UriTemplatePathSpec(path), methods);
            }
        });
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Problem refusal = UriCheck.refusal(request.getHttpURI());
        if (refusal != null) {
            serving.stats().addOther(refusal.status(), request);
            Answers.refuseUnread(refusal, request, response, callback, serving.bodies());
            return true;
        }
        String path = Request.getPathInContext(request);
        Map<String, Route> methods = routes.get(path);
        Map<String, String> parameters = Map.of();
        if (methods == null) {
            MatchedResource<Map<String, Route>> match = routesWithParameters.getMatched(path);
            methods = match == null ? Map.of() : match.getResource();
            parameters = match == null ? Map.of() : ((UriTemplatePathSpec) match.getPathSpec()).getPathParams(path);
        }
        Route route = methods.get(request.getMethod().equals("HEAD") ? "GET" : request.getMethod());
        if (route == null) {
            serveElsewhere(methods.keySet(), request, response, callback);
            return true;
        }
        if (route.hasHtmlInstead()) {
            response.getHeaders().put(HttpHeader.VARY, HttpHeader.ACCEPT.asString());
            if (MediaTypes.isPreferredToJson(MediaTypes.HTML, request.getHeaders())) {
                passOn(request, response, callback);
                return true;
            }
        }
        new Exchange(serving, route, parameters, request, response, callback).read();
        return true;
    }

    /** @param methods the methods of the routes with this path */
    private void serveElsewhere(Set<String> methods, Request request, Response response, Callback callback) {
        if (notRouted.isPage(request)) {
            passOn(request, response, callback);
            return;
        }
        Problem problem = notRouted.problem(request, response, methods);
        serving.stats().addOther(problem.status(), request);
        Answers.refuseUnread(problem, request, response, callback, serving.bodies());
    }

    /** The next handler may block, so it runs on a thread of the pool. */
    private void passOn(Request request, Response response, Callback callback) {
        Callback afterBody = BodyDrain.before(request, response, callback);
        Callback counted = Callback.from(
                () -> {
                    serving.stats().addOther(response.getStatus(), request);
                    afterBody.succeeded();
                },
                callback::failed);
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
}
