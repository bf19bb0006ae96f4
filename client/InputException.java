package client;

/** The user's input cannot be sent. The message says what is wrong, and where in the input. */
@SuppressWarnings("serial") // an exception is not serialized here
public final class InputException extends RuntimeException {
    public InputException(String message) {
        super(message);
    }
}
