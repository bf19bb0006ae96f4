package http;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Refuses requests that arrive without TLS at a port for HTTPS. The error tells the client to use TLS. */
final class PlainHttpFilter extends RefusingHandler {
    PlainHttpFilter(Handler next, JsonBodies bodies, RequestStats stats) {
        super(next, bodies, stats);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        // Not Request.isSecure: a client can claim that in the target of its request, such as https://host/path.
        return request.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData() != null
                ? super.handle(request, response, callback)
                : refuse(noTls(), request, response, callback);
    }

    private static Problem noTls() {
        return new Problem(400, "BAD_REQUEST", "This port expects TLS. Use https:// in the URL.");
    }
}
