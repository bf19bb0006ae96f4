package client;

/**
 * The response to a request did not arrive. The broker may have carried out the request, and repeating it is not safe.
 */
@SuppressWarnings("serial") // an exception is not serialized here
public final class AnswerLostException extends RuntimeException {
    /** @param reason why there is no response, in words */
    AnswerLostException(String reason, Throwable cause) {
        super("The answer of the broker was lost: " + reason + ".", cause);
    }
}
