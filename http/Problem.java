package http;

import java.util.Locale;

/**
 * An error that a request is answered with (RFC 9457). It is thrown where the fault is known, and {@link Problems} converts other
 * exceptions. The code is stable and for programs. The detail is for people and says what to do next.
 */
@SuppressWarnings("serial") // an exception is not serialized here
final class Problem extends RuntimeException {
    static final String NOT_JSON = "NOT_JSON";
    static final String NOT_JSON_TEXT = "The body is not JSON";
    static final String NOT_AN_OBJECT = "The body must be a JSON object";

    private final int status;
    private final String code;

    Problem(int status, String code, String detail) {
        super(detail, null, false, false); // no stack trace, because it is an expected answer
        this.status = status;
        this.code = code;
    }

    /** Tells whether the body as a whole is invalid, because it is not JSON or not a JSON object. */
    boolean isOfBody() {
        return getMessage().startsWith(NOT_JSON_TEXT) || getMessage().startsWith(NOT_AN_OBJECT);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    /** The JSON body. The type is a URN, because a broker on a laptop has no permanent address. */
    record Body(String type, String title, int status, String detail, String code) {}

    Body body() {
        String name = code.toLowerCase(Locale.ROOT).replace('_', '-');
        String title = Character.toUpperCase(name.charAt(0))
                + name.substring(1).replace('-', ' ').replace("json", "JSON");
        return new Body("urn:mini-kafka:problem:" + name, title, status, getMessage(), code);
    }
}
