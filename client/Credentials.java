package client;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

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
        try (InputStream in = Files.newInputStream(file)) {
            return trusting(CertificateFactory.getInstance("X.509").generateCertificates(in), file);
        } catch (NoSuchFileException e) {
            throw new InputException(file + " does not exist");
        } catch (CertificateException e) {
            throw hasNone(file);
        } catch (IOException e) {
            throw new InputException(file + " cannot be read: " + e.getMessage());
        }
    }

    private static SSLSocketFactory trusting(Collection<? extends Certificate> certificates, Path file) {
        if (certificates.isEmpty()) {
            throw hasNone(file);
        }
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate certificate : certificates) {
                store.setCertificateEntry(String.valueOf(store.size()), certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e); // every JDK has these algorithms
        }
    }

    private static InputException hasNone(Path file) {
        return new InputException(file + " has no certificate in PEM, such as -----BEGIN CERTIFICATE-----");
    }
}
