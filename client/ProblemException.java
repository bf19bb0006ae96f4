package client;

/** The broker refused a request. The message is the explanation of the broker. */
@SuppressWarnings("serial") // an exception is not serialized here
public final class ProblemException extends RuntimeException {
    private final int status;
    private final String code;

    ProblemException(int status, String code, String detail) {
        super(detail);
        this.status = status;
        this.code = code;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The stable error code, such as {@code TOPIC_NOT_FOUND}. */
    public String code() {
        return code;
    }
}
