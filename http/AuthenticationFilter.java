package http;

import java.util.function.Function;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Refuses requests without a valid bearer token (RFC 6750) with 401, and passes the others on with the routes of their owner. Public routes
 * and pages need no token, because a browser sends none when it loads a page. Safe for any number of threads.
 */
final class AuthenticationFilter extends RefusingHandler {
    private static final String SCHEME = "Bearer ";

    private final Function<String, RouteTable> authenticator;
    private final RouteHandler routes;

    /** @param authenticator returns the routes of the owner of a token; null if nobody has this token */
    AuthenticationFilter(
            Function<String, RouteTable> authenticator, RouteHandler routes, JsonBodies bodies, RequestStats stats) {
        super(routes, bodies, stats);
        this.authenticator = authenticator;
        this.routes = routes;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String credentials = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        boolean isBearer = credentials != null && credentials.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        RouteTable found = isBearer
                ? authenticator.apply(credentials.substring(SCHEME.length()).strip())
                : null;
        if (found == null && !routes.isPublic(request)) {
            response.getHeaders()
                    .put(HttpHeader.WWW_AUTHENTICATE, isBearer ? "Bearer error=\"invalid_token\"" : "Bearer");
            return refuse(refusal(credentials != null, isBearer), request, response, callback);
        }
        return found == null
                ? routes.handle(request, response, callback)
                : routes.handle(found, request, response, callback);
    }

    private static Problem refusal(boolean hasCredentials, boolean isBearer) {
        String reason = isBearer
                ? "The token in the header Authorization is not valid. The owner of the broker can make a new one."
                : (hasCredentials ? "The header Authorization has no bearer token." : "The broker requires a token.")
                        + " Send it in the header 'Authorization: Bearer TOKEN'.";
        return new Problem(401, "UNAUTHORIZED", reason);
    }
}
