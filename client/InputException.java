package client;

/** What the user gave cannot be sent; the message says what, and where it stands in the input. */
@SuppressWarnings("serial") // an exception is not serialized here
public final class InputException extends RuntimeException {
    public InputException(String message) {
        super(message);
    }
}
