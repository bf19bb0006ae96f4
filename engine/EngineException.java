package engine;

/**
 * A refusal by the engine, thrown where the fault is known and rendered by whoever faces the user. It carries a stable
 * {@link ErrorCode} and a detail in words that says what to do next. A refused call has changed nothing.
 */
@SuppressWarnings("serial") // an exception is not serialized here
public final class EngineException extends RuntimeException {
    private final ErrorCode code;

    public EngineException(ErrorCode code, String detail) {
        super(detail, null, false, false); // no stack trace: it is an answer, not an accident
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }

    /** A field that breaks its rule: the detail starts with the field's name. */
    public static EngineException invalid(String field, String rule) {
        return new EngineException(ErrorCode.INVALID, field + " " + rule);
    }
}
