package http;

import engine.EngineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Sends the errors that Jetty detects itself, such as a malformed request line or a stop in progress, as problems (RFC 9457). */
final class ProblemErrorHandler extends ErrorHandler {
    private final JsonBodies bodies;

    ProblemErrorHandler(JsonBodies bodies) {
        this.bodies = bodies;
    }

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request, Response response, int code, String message, Throwable cause, Callback callback)
            throws IOException {
        boolean isClientGone = cause instanceof EofException;
        boolean isOfBroker = code == 500 && cause != null && !isClientGone;
        Problem problem = isOfBroker
                ? Problems.of(cause)
                : isOfEngine(cause) ? Problems.of(cause.getCause()) : Problems.ofStatus(code, message);
        response.setStatus(problem.status());
        if (request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_1_1) {
            // Jetty closes the connection without this header, also if it has read no version.
            response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        }
        ByteBuffer body = bodies.write(problem.body());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problems.CONTENT_TYPE);
        response.write(true, body, callback);
    }

    /** Whether the engine has no memory for the head of the request at the moment. */
    private static boolean isOfEngine(Throwable cause) {
        return cause != null && cause.getCause() instanceof EngineException;
    }
}
