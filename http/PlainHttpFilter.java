package http;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Refuses requests that arrive without TLS at a port for HTTPS, so that the client learns what is wrong. Safe for any number of threads. */
final class PlainHttpFilter extends Handler.Wrapper {
    private static final int BAD_REQUEST = 400;

    private final JsonBodies bodies;
    private final RequestStats stats;

    PlainHttpFilter(Handler handler, JsonBodies bodies, RequestStats stats) {
        super(handler);
        this.bodies = bodies;
        this.stats = stats;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        // Not Request.isSecure: a client can claim that in the target of its request, such as https://host/path.
        if (request.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData() != null) {
            return super.handle(request, response, callback);
        }
        stats.addOther(BAD_REQUEST, request);
        Problem problem = new Problem(BAD_REQUEST, "BAD_REQUEST", "This port expects TLS. Use https:// in the URL.");
        Answers.refuseUnread(problem, request, response, callback, bodies);
        return true;
    }
}
