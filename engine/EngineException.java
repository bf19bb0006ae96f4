package engine;

/**
 * An error of the engine. It has a stable {@link ErrorCode}, and a message for the user that says what happened and what to do. A call
 * that throws it has changed nothing.
 */
@SuppressWarnings("serial") // an exception is not serialized here
public final class EngineException extends RuntimeException {
    private final ErrorCode code;
    private final boolean isComplete;

    public EngineException(ErrorCode code, String detail) {
        this(code, detail, false);
    }

    private EngineException(ErrorCode code, String detail, boolean isComplete) {
        super(detail, null, false, false); // no stack trace, because it is an expected answer
        this.code = code;
        this.isComplete = isComplete;
    }

    /** Creates an exception to whose message no advice may be added. */
    public static EngineException complete(ErrorCode code, String detail) {
        return new EngineException(code, detail, true);
    }

    public ErrorCode code() {
        return code;
    }

    /** Whether the message already says what to do. If not, the caller may add which call helps. */
    public boolean isComplete() {
        return isComplete;
    }

    /** Creates an exception for a malformed argument. The message starts with the name of the field. */
    public static EngineException invalid(String field, String rule) {
        return new EngineException(ErrorCode.INVALID, field + " " + rule);
    }
}
