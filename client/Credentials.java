package client;

import cli.PemFile;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/**
 * How a client proves who it is, and whom it trusts. Immutable.
 *
 * @param token a bearer token (RFC 6750); null if there is none
 * @param trust verifies the certificate of the broker; null for the authorities that the JDK trusts
 */
record Credentials(String token, SSLSocketFactory trust) {
    void addTo(HttpURLConnection connection) {
        if (token != null) {
            connection.setRequestProperty("Authorization", "Bearer " + token);
        }
        if (trust != null && connection instanceof HttpsURLConnection https) {
            https.setSSLSocketFactory(trust);
        }
    }

    /**
     * Trusts the certificates of a PEM file (RFC 7468), and no others.
     *
     * @throws InputException if the file cannot be read or has no certificate
     */
    static SSLSocketFactory trustIn(Path file) {
        try {
            return PemFile.trust(file).getSocketFactory();
        } catch (IOException e) {
            throw new InputException(e.getMessage());
        }
    }
}
