package http;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A handler that refuses some requests before they reach a route, and passes the others on. Safe for any number of threads. */
abstract class RefusingHandler extends Handler.Wrapper {
    private final JsonBodies bodies;
    private final RequestStats stats;

    RefusingHandler(JsonBodies bodies, RequestStats stats) {
        this.bodies = bodies;
        this.stats = stats;
    }

    RefusingHandler(Handler next, JsonBodies bodies, RequestStats stats) {
        super(next);
        this.bodies = bodies;
        this.stats = stats;
    }

    /**
     * Counts the request, and refuses it.
     *
     * @return true, because the request is handled
     */
    boolean refuse(Problem problem, Request request, Response response, Callback callback) {
        stats.addOther(problem.status(), request);
        Answers.refuseUnread(problem, request, response, callback, bodies);
        return true;
    }
}
