package http;

import engine.Reservation;
import java.nio.ByteBuffer;
import java.util.Map;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/** What the action of a route sees of a request. For one thread. */
public final class Call {
    private final Request request;
    private final ByteBuffer body;
    private final String bodyType;
    private final Map<String, String> pathParameters;
    private final JsonBodies bodies;
    private final Reservation memory;
    private Fields query;

    /**
     * @param bodyType null without a body
     * @param memory what the request takes until its action returns
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

    /** The body as it came, from the start of an array; both are valid until the action returns. */
    public ByteBuffer body() {
        return body;
    }

    /** The JSON body, read into a record. */
    public <T> T body(Class<T> type) {
        return bodies.read(body, type, memory);
    }

    /** What the request takes until its action returns; what is taken of it is given back then. */
    public Reservation memory() {
        return memory;
    }

    /** For what the action takes and somebody else gives back later. An action may have one of them. */
    public Reservation newReservation() {
        return memory.sibling();
    }

    /** A part of the path. */
    public String path(String name) {
        return pathParameters.get(name);
    }

    /** A parameter of the query; null if it is not given. */
    public String query(String name) {
        if (query == null) {
            query = Request.extractQueryParameters(request);
        }
        return query.getValue(name);
    }

    /**
     * A parameter of the query that is a whole number.
     *
     * @param otherwise what it is if it is not given
     */
    public long query(String name, long otherwise) {
        Long number = queryNumber(name);
        return number == null ? otherwise : number;
    }

    /** A parameter of the query that is a whole number; null if it is not given. */
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
            // it is refused below
        }
        throw Problems.invalid(name, "must be a whole number from 0 to " + Long.MAX_VALUE + ", but is \"" + text + '"');
    }

    /** A header; null if it is not given. */
    public String header(String name) {
        return request.getHeaders().get(name);
    }

    /** Tells whether the body is declared to be of this media type, which is JSON if nothing is declared. */
    public boolean isOf(String mediaType) {
        return bodyType.equals(mediaType);
    }

    /** Tells whether this media type is asked for, rather than JSON. */
    public boolean accepts(String mediaType) {
        return MediaTypes.isPreferredToJson(mediaType, request.getHeaders());
    }
}
