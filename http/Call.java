package http;

import engine.Reservation;
import java.nio.ByteBuffer;
import java.util.Map;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/** The request, as the action of a route sees it. Not thread-safe. */
public final class Call {
    private final Request request;
    private final ByteBuffer body;
    private final String bodyType;
    private final Map<String, String> pathParameters;
    private final JsonBodies bodies;
    private final Reservation memory;
    private Fields query;

    /**
     * @param body null if absent
     * @param bodyType null without a body
     * @param memory the memory of the request, which is released when its action returns
     */
    Call(
            Request request,
            ByteBuffer body,
            String bodyType,
            Map<String, String> pathParameters,
            JsonBodies bodies,
            Reservation memory) {
        this.memory = memory;
        this.request = request;
        this.body = body;
        this.bodyType = bodyType;
        this.pathParameters = pathParameters;
        this.bodies = bodies;
    }

    /** The body as it was received, from index 0 of an array; null if absent. Both are valid until the action returns. */
    public ByteBuffer body() {
        return body;
    }

    /**
     * Parses the JSON body into a record.
     *
     * @throws Problem 400 if the body is not JSON, 422 if it does not match the type
     * @throws engine.EngineException TOO_LARGE, OVERLOADED
     */
    public <T> T body(Class<T> type) {
        return bodies.read(body, type, memory);
    }

    /** The memory of the request. All of it is released when the action returns. */
    public Reservation memory() {
        return memory;
    }

    /** A reservation for memory that the action takes and other code releases later. An action may have only one. */
    public Reservation newReservation() {
        return memory.sibling();
    }

    /** The path and the query, as they were received. */
    public String pathAndQuery() {
        return request.getHttpURI().getPathQuery();
    }

    /** A parameter of the path. */
    public String path(String name) {
        return pathParameters.get(name);
    }

    /** A parameter of the query; null if absent. */
    public String query(String name) {
        if (query == null) {
            query = Request.extractQueryParameters(request);
        }
        return query.getValue(name);
    }

    /**
     * A parameter of the query that is a whole number from 0.
     *
     * @param defaultValue the result if the parameter is absent
     * @throws Problem 422 if it is not such a number
     */
    public long query(String name, long defaultValue) {
        Long number = queryNumber(name);
        return number == null ? defaultValue : number;
    }

    /**
     * A parameter of the query that is a whole number from 0; null if absent.
     *
     * @throws Problem 422 if it is not such a number
     */
    public Long queryNumber(String name) {
        String text = query(name);
        if (text == null) {
            return null;
        }
        try {
            if (text.matches("\\d{1,19}")) {
                return Long.parseLong(text);
            }
        } catch (NumberFormatException beyondLong) {
            // refused below
        }
        throw Problems.invalid(name, "must be a whole number from 0 to " + Long.MAX_VALUE + ", but is \"" + text + '"');
    }

    /** A header; null if absent. */
    public String header(String name) {
        return request.getHeaders().get(name);
    }

    /** Tells whether the body has this media type. Without a Content-Type it is JSON. */
    public boolean isOf(String mediaType) {
        return bodyType.equals(mediaType);
    }

    /** Tells whether the client wants this media type at least as much as JSON. */
    public boolean accepts(String mediaType) {
        return MediaTypes.isPreferredToJson(mediaType, request.getHeaders());
    }
}
