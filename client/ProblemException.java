package client;

/** The broker refused a request; the message is its own explanation. */
@SuppressWarnings("serial") // an exception is not serialized here
public final class ProblemException extends RuntimeException {
    private final int status;
    private final String code;

    ProblemException(int status, String code, String detail) {
        super(detail);
        this.status = status;
        this.code = code;
    }

    public int status() {
        return status;
    }

    /** The stable name of the problem, such as {@code TOPIC_NOT_FOUND}. */
    public String code() {
        return code;
    }
}
