package client;

/**
 * There is no broker that answers, either for as long as the client was told to go on trying, or for a reason that waiting
 * cannot remove, such as a certificate that is not trusted. The message says why.
 */
@SuppressWarnings("serial") // an exception is not serialized here
public final class BrokerUnavailableException extends RuntimeException {
    BrokerUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
