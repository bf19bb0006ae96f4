package tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * TLS 1.2 and 1.3 with a certificate and a key from PEM files. The files may be renewed while the server runs: see {@link #reload}. Jetty's
 * defaults exclude weak cipher suites. Safe for any number of threads.
 */
public final class ServerTls {
    private final Path certificates;
    private final Path key;
    private final Consumer<String> notices;
    private final SslContextFactory.Server context = new SslContextFactory.Server();

    /** The contents of the two files when they were last read. */
    private List<String> contents;

    /**
     * @param certificates the certificate of the server, and then those of its authorities, in PEM
     * @param key the private key, in PEM
     * @param notices receives what became of changed files
     * @throws IOException if a file cannot be read or is not valid, or if the two do not belong together; the message says which
     */
    public ServerTls(Path certificates, Path key, Consumer<String> notices) throws IOException {
        this.certificates = certificates;
        this.key = key;
        this.notices = notices;
        context.setKeyStore(PemKeyStore.load(certificates, key));
        context.setKeyStorePassword(new String(PemKeyStore.PASSWORD));
        context.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        context.addExcludeCipherSuites("^.*_CBC_.*$"); // Lucky 13
        context.setRenegotiationAllowed(false);
        contents = contents();
    }

    /** For the connector of a server, which starts and stops it. */
    public SslContextFactory.Server context() {
        return context;
    }

    /**
     * Puts TLS on a connection that a server has accepted without Jetty, after a connector has started {@link #context}.
     *
     * @throws IOException if the connection was closed
     */
    public SSLSocket accept(Socket socket) throws IOException {
        SSLSocket secured = (SSLSocket) context.getSslContext()
                .getSocketFactory()
                .createSocket(socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true);
        secured.setUseClientMode(false);
        secured.setSSLParameters(context.customize(secured.getSSLParameters()));
        return secured;
    }

    public List<Path> files() {
        return List.of(certificates, key);
    }

    /**
     * Reads the files again if they have changed. New connections use the new certificate, and open ones are not affected. If the files are
     * not valid, the old certificate stays, and a notice says so once for each change.
     */
    public synchronized void reload() {
        try {
            List<String> now = contents();
            if (now.equals(contents)) {
                return;
            }
            contents = now;
            KeyStore store = PemKeyStore.load(certificates, key);
            context.reload(changed -> changed.setKeyStore(store));
            notices.accept("read the changed certificate " + certificates);
        } catch (Exception e) { // the signature of Jetty's reload() has it
            notices.accept("the changed certificate is not used, and the old one stays: " + e.getMessage());
        }
    }

    private List<String> contents() {
        return files().stream().map(ServerTls::content).toList();
    }

    /** Empty if the file cannot be read. */
    private static String content(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
