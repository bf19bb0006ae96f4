package cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A file with certificates or a key in PEM (RFC 7468). Stateless. */
public final class PemFile {
    private PemFile() {}

    /** @throws IOException if the file cannot be read; the message says so */
    public static byte[] bytes(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException(file + " does not exist", e);
        } catch (IOException e) {
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * The certificates of a file, one or more.
     *
     * @throws IOException if the file cannot be read or has no certificate; the message says so
     */
    public static Certificate[] certificates(Path file) throws IOException {
        try {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes(file)));
            if (!certificates.isEmpty()) {
                return certificates.toArray(Certificate[]::new);
            }
        } catch (CertificateException e) {
            // reported below
        }
        throw new IOException(file + " has no certificate in PEM, such as -----BEGIN CERTIFICATE-----");
    }

    /**
     * Trusts the certificates of a file, and no others.
     *
     * @throws IOException as {@link #certificates}
     */
    public static SSLContext trust(Path file) throws IOException {
        Certificate[] certificates = certificates(file);
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
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has these algorithms
        }
    }
}
