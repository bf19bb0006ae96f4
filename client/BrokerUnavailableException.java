package client;

/**
 * No broker has answered within the retry time, or none can be reached for a reason that waiting does not remove, such
 * as an untrusted certificate. The message gives the reason.
 */
@SuppressWarnings("serial") // an exception is not serialized here
public final class BrokerUnavailableException extends RuntimeException {
    BrokerUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
