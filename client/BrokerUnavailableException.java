package client;

import java.net.URI;
import java.time.Duration;

/** The broker did not answer for as long as the client was told to go on trying. */
public final class BrokerUnavailableException extends RuntimeException {
    BrokerUnavailableException(URI broker, Duration patience, Throwable cause) {
        super("No broker answers at " + broker + " (tried for " + patience.toMillis() / 1000.0
                + " s). Start one with: jbang Broker.java", cause);
    }
}
