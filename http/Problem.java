package http;

import java.util.Locale;

/**
 * A request that is answered with an error, as RFC 9457 describes it. Thrown where the fault is known, rendered by
 * {@link Problems}. The code is stable and for programs; the detail is for people and says what to do next.
 */
@SuppressWarnings("serial") // an exception is not serialized here
final class Problem extends RuntimeException {
    static final String NOT_JSON = "NOT_JSON";
    static final String NOT_JSON_TEXT = "The body is not JSON";
    static final String NOT_AN_OBJECT = "The body must be a JSON object";

    private final int status;
    private final String code;

    Problem(int status, String code, String detail) {
        super(detail, null, false, false); // no stack trace: it is an answer, not an accident
        this.status = status;
        this.code = code;
    }

    /** Tells whether the body as a whole is not what it should be: JSON, or a JSON object. */
    boolean isOfBody() {
        return getMessage().startsWith(NOT_JSON_TEXT) || getMessage().startsWith(NOT_AN_OBJECT);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    /** What goes over the wire; the type is a URN, since a broker on a laptop has no address that lasts. */
    record Body(String type, String title, int status, String detail, String code) {}

    Body body() {
        String name = code.toLowerCase(Locale.ROOT).replace('_', '-');
        String title = Character.toUpperCase(name.charAt(0))
                + name.substring(1).replace('-', ' ').replace("json", "JSON");
        return new Body("urn:mini-kafka:problem:" + name, title, status, getMessage(), code);
    }
}
