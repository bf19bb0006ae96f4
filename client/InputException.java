package client;

/** What the user gave cannot be sent; the message says what, and where it stands in the input. */
public final class InputException extends RuntimeException {
    public InputException(String message) {
        super(message);
    }
}
