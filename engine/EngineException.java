package engine;

/**
 * An error of the engine. It has a stable {@link ErrorCode}, and a message for the user that says what happened and what to do. A call
 * that throws it has changed nothing.
 */
@SuppressWarnings("serial") // an exception is not serialized here
public final class EngineException extends RuntimeException {
    private final ErrorCode code;

    public EngineException(ErrorCode code, String detail) {
        super(detail, null, false, false); // no stack trace, because it is an expected answer
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }

    /** Creates an exception for a malformed argument. The message starts with the name of the field. */
    public static EngineException invalid(String field, String rule) {
        return new EngineException(ErrorCode.INVALID, field + " " + rule);
    }
}
