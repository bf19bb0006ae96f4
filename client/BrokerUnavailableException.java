package client;

import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;

/** The broker did not answer for as long as the client was told to go on trying. */
public final class BrokerUnavailableException extends RuntimeException {
    BrokerUnavailableException(URI broker, Duration patience, Throwable cause) {
        super("No broker answers at " + broker + " (tried for " + patience.toMillis() / 1000.0 + " s)." + advice(broker, cause), cause);
    }

    private static String advice(URI broker, Throwable cause) {
        if (cause instanceof UnknownHostException) {
            return " There is no host " + broker.getHost() + ".";
        }
        int port = broker.getPort();
        return " Start one with: jbang Broker.java" + (port < 0 || port == 8000 ? "" : " --port " + port);
    }
}
