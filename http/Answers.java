package http;

import engine.ErrorCode;
import http.jetty.BodyDrain;
import http.jetty.DetachedCallback;
import java.nio.ByteBuffer;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Sends answers that are completely in memory. Stateless. */
final class Answers {
    static final HttpField JSON =
            new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, MediaTypes.withCharset(MediaTypes.JSON));
    static final HttpField NDJSON =
            new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, MediaTypes.withCharset(MediaTypes.NDJSON));

    private static final HttpField PROBLEM = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, Problems.CONTENT_TYPE);
    private static final long RETRY_AFTER_SECONDS = 1;
    private static final Set<String> RETRYABLE =
            Set.of(ErrorCode.OVERLOADED.name(), ErrorCode.UPSTREAM_UNAVAILABLE.name());

    private Answers() {}

    /** Refuses a request whose body was not read to its end. The rest of the body is discarded as it arrives. */
    static void refuseUnread(
            Problem problem, Request request, Response response, Callback callback, JsonBodies bodies) {
        refuse(problem, response, BodyDrain.before(request, response, callback), bodies);
    }

    static void refuse(Problem problem, Response response, Callback callback, JsonBodies bodies) {
        if (problem.status() == 429 || RETRYABLE.contains(problem.code())) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        send(problem.status(), PROBLEM, bodies.write(problem.body()), response, callback, callback);
    }

    /** See {@link DetachedCallback#write}. */
    static void send(
            int status,
            HttpField contentType,
            ByteBuffer body,
            Response response,
            Callback callback,
            Callback whenWritten) {
        response.setStatus(status);
        response.getHeaders().put(contentType).put(HttpHeader.CONTENT_LENGTH, body.remaining());
        DetachedCallback.write(response, body, callback, whenWritten);
    }
}
