package http;

import http.jetty.BodyDrain;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
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
final class RouteHandler extends RefusingHandler {
    private final RouteTable routes;
    private final Exchange.Serving serving;
    private final NotRouted notRouted;

    /** @param routes for requests whose owner has no routes of its own: see {@link AuthenticationFilter} */
    RouteHandler(RouteTable routes, Exchange.Serving serving, NotRouted notRouted) {
        super(serving.bodies(), serving.stats());
        this.routes = routes;
        this.serving = serving;
        this.notRouted = notRouted;
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        return handle(routes, request, response, callback);
    }

    /** @param table the routes of the owner of the request */
    boolean handle(RouteTable table, Request request, Response response, Callback callback) {
        Problem refusal = UriCheck.refusal(request.getHttpURI());
        if (refusal != null) {
            return refuse(refusal, request, response, callback);
        }
        RouteTable.Match match = table.match(Request.getPathInContext(request));
        Route route = match.route(request.getMethod());
        if (route == null) {
            serveElsewhere(match.routes().keySet(), request, response, callback);
            return true;
        }
        if (route.hasHtmlInstead()) {
            response.getHeaders().put(HttpHeader.VARY, HttpHeader.ACCEPT.asString());
            if (isForHtml(route, request)) {
                passOn(request, response, callback);
                return true;
            }
        }
        new Exchange(serving, route, match.parameters(), request, response, callback).read();
        return true;
    }

    /** Whether everybody may send this request: it is for a page or for a public route. */
    boolean isPublic(Request request) {
        Route route = routes.match(Request.getPathInContext(request)).route(request.getMethod());
        return route == null ? notRouted.isPage(request) : route.isPublic() || isForHtml(route, request);
    }

    private static boolean isForHtml(Route route, Request request) {
        return route.hasHtmlInstead() && MediaTypes.isPreferredToJson(MediaTypes.HTML, request.getHeaders());
    }

    /** @param methods the methods of the routes with this path */
    private void serveElsewhere(Set<String> methods, Request request, Response response, Callback callback) {
        if (notRouted.isPage(request)) {
            passOn(request, response, callback);
            return;
        }
        refuse(notRouted.problem(request, response, methods), request, response, callback);
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
