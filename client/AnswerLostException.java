package client;

/** A request may have been carried out, but its answer did not arrive; to send it again would not be the same. */
@SuppressWarnings("serial") // an exception is not serialized here
public final class AnswerLostException extends RuntimeException {
    /** @param reason why there is no answer, in words */
    AnswerLostException(String reason, Throwable cause) {
        super("The answer of the broker was lost: " + reason + ".", cause);
    }
}
