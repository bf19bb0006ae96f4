package tests;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A server with a certificate of an authority of its own, both made by the JDK's keytool. It serves nothing. */
final class TlsServer implements AutoCloseable {
    static final String PASSWORD = "changeit";

    private final HttpsServer server;
    private final Path authority;

    /**
     * @param name for which the certificate is
     * @param days how long it is valid from now on; below 0 it has expired
     */
    TlsServer(Path folder, String name, int days) throws Exception {
        Path keys = folder.resolve("keys.p12");
        authority = folder.resolve("authority.p12");
        Path certificate = folder.resolve("certificate.pem");
        keytool(
                authority,
                "-genkeypair",
                "-alias",
                "authority",
                "-keyalg",
                "EC",
                "-dname",
                "CN=authority",
                "-ext",
                "bc:c",
                "-validity",
                "100");
        keytool(authority, "-exportcert", "-alias", "authority", "-rfc", "-file", certificate.toString());
        keytool(keys, "-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=" + name);
        keytool(keys, "-importcert", "-noprompt", "-alias", "authority", "-file", certificate.toString());
        keytool(
                keys,
                "-certreq",
                "-alias",
                "server",
                "-file",
                folder.resolve("request.pem").toString());
        keytool(
                authority,
                "-gencert",
                "-alias",
                "authority",
                "-ext",
                "san=dns:" + name,
                "-startdate",
                "-20d",
                "-validity",
                String.valueOf(20 + days),
                "-infile",
                folder.resolve("request.pem").toString(),
                "-outfile",
                certificate.toString());
        keytool(keys, "-importcert", "-noprompt", "-alias", "server", "-file", certificate.toString());
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.setHttpsConfigurator(new HttpsConfigurator(context(keys)));
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** The options of a JVM that trusts the authority. */
    String trustOptions() {
        return "-Djavax.net.ssl.trustStore=" + authority + " -Djavax.net.ssl.trustStorePassword=" + PASSWORD;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /** Runs the keytool of the JDK on a store. */
    static void keytool(Path store, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put(Scripts.JVM_OPTIONS, Scripts.jvmOptions(Scripts.FAST_START));
        Scripts.Result made = Scripts.finish(Scripts.startProcess(builder), new byte[0]);
        if (made.exitCode() != 0) {
            throw new IOException(command + ": " + made.out() + made.stderr());
        }
    }

    private static SSLContext context(Path keys) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
