package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tests.Scripts.Result;

/** The broker over HTTPS, with certificates of its command {@code cert}. */
class TlsTest {
    @TempDir
    private Path folder;

    // Certificates.

    @Test
    void the_clients_speak_https_with_a_certificate_for_a_classroom() throws IOException {
        Certificate made = certificate("a");
        assertTrue(made.output.contains("--cacert " + made.certificate), made.output);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(made.key)));
        try (EmbeddedBroker broker = EmbeddedBroker.start(made.options())) {
            for (String host : List.of("localhost", "127.0.0.1")) {
                String[] where = {
                    "--broker", "https://" + host + ":" + broker.port(), "--cacert", made.certificate.toString()
                };
                assertSucceeds(with("Producer.java", where, "--topic", "t", "--create", "from " + host));
            }
            Result consumed = assertSucceeds(with(
                    "Consumer.java",
                    new String[] {
                        "--broker", "https://localhost:" + broker.port(), "--cacert", made.certificate.toString()
                    },
                    "--topic",
                    "t",
                    "--exit-at-end"));
            assertEquals("from localhost\nfrom 127.0.0.1\n", consumed.out());
        }
    }

    @Test
    void the_clients_refuse_what_they_cannot_verify_with_one_line() throws IOException {
        Certificate made = certificate("a");
        Certificate other = certificate("b");
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(Stream.concat(Arrays.stream(made.options()), Stream.of("--host", "0.0.0.0"))
                        .toArray(String[]::new))) {
            String port = ":" + broker.port();
            assertRefused("certificate is not trusted. Use --cacert FILE", "https://localhost" + port);
            assertRefused(
                    "certificate is not trusted", "https://localhost" + port, "--cacert", other.certificate.toString());
            assertRefused(
                    "certificate is for another name than 127.0.0.2. Use a name or an address of the certificate",
                    "https://127.0.0.2" + port,
                    "--cacert",
                    made.certificate.toString());
            assertRefused("This port expects TLS. Use https:// in the URL.", "http://localhost" + port);
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            assertRefused(
                    "the server does not use TLS",
                    "https://localhost:" + broker.port(),
                    "--cacert",
                    made.certificate.toString());
        }
    }

    @Test
    void a_request_without_tls_is_refused_even_if_its_target_claims_https() throws IOException {
        Certificate made = certificate("a");
        try (EmbeddedBroker broker = EmbeddedBroker.start(made.options());
                RawConnection connection = new RawConnection(broker.port())) {
            assertEquals(400, connection.get("https://localhost/topics"));
        }
    }

    /** The head is larger than what is read to detect TLS. */
    @Test
    void a_large_request_without_tls_gets_an_error() throws IOException {
        Certificate made = certificate("a");
        try (EmbeddedBroker broker = EmbeddedBroker.start(made.options());
                RawConnection connection = new RawConnection(broker.port())) {
            String large = "{\"topic\":\"t\",\"more\":\"" + "x".repeat(100_000) + "\"}";
            connection.send(RawConnection.head(
                            "POST",
                            "/topics/register",
                            "X-Large: " + "x".repeat(5_000),
                            "Content-Length: " + large.length())
                    + large);
            assertEquals(400, connection.readAnswer());
        }
    }

    private static void assertRefused(String message, String url, String... options) {
        for (String[] command : new String[][] {{"Producer.java", "x"}, {"Consumer.java", "--exit-at-end"}}) {
            Result refused = Commands.run(
                    Stream.of(new String[] {command[0], "--broker", url, "--topic", "t"}, options, new String[] {
                                command[1]
                            })
                            .flatMap(Arrays::stream)
                            .toArray(String[]::new));
            assertEquals(1, refused.exitCode(), refused.stderr());
            List<String> lines = refused.stderr()
                    .lines()
                    .filter(line -> !line.contains("trying again"))
                    .toList();
            assertTrue(lines.size() == 1 && lines.get(0).contains(message), refused.stderr());
        }
    }

    @Test
    void keys_in_pkcs8_and_pkcs1_are_read() throws Exception {
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            Certificate made = keytool(algorithm, algorithm);
            assertServes(made);
        }
        Certificate made = keytool("RSA", "pkcs1");
        byte[] pkcs8 = Base64.getMimeDecoder().decode(Files.readString(made.key).replaceAll("-----.*-----", ""));
        Files.writeString(made.key, pem("RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, 26, pkcs8.length)));
        assertServes(made);
    }

    @Test
    void what_is_wrong_with_the_files_is_said_in_one_line() throws Exception {
        Certificate made = certificate("a");
        Certificate other = certificate("b");
        Path empty = Files.createFile(folder.resolve("empty"));
        Path encrypted = Files.writeString(
                folder.resolve("encrypted"),
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
        Path old = Files.writeString(
                folder.resolve("old"), "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");
        Path broken = Files.writeString(
                folder.resolve("broken"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        assertFails(2, "--tls-cert requires --tls-key", "--tls-cert", made.certificate.toString());
        assertFails(2, "--tls-key requires --tls-cert", "--tls-key", made.key.toString());
        assertFails(2, "the file none does not exist", "--tls-cert", "none", "--tls-key", made.key.toString());
        assertFails(1, "does not belong to the first certificate", files(made.certificate, other.key));
        assertFails(1, "has no certificate in PEM", files(empty, made.key));
        assertFails(1, "has no certificate in PEM", files(made.key, made.key));
        assertFails(1, "has no private key in PEM", files(made.certificate, empty));
        assertFails(1, "is encrypted. Convert it with: openssl", files(made.certificate, encrypted));
        assertFails(1, "has the form EC PRIVATE KEY", files(made.certificate, old));
        assertFails(1, "is neither an EC nor an RSA nor an EdDSA key", files(made.certificate, broken));
        assertFails(2, "exists. Use --force to replace it", "cert", "--tls-cert", empty.toString());
        assertFails(2, "0 is not from 1 to 3650", "cert", "--days", "0");
        assertFails(
                2,
                "is neither a host name nor an address",
                "cert",
                "--name",
                "a b",
                "--tls-cert",
                folder.resolve("new").toString());
        assertFalse(Files.exists(folder.resolve("new")));
    }

    private static String[] files(Path certificate, Path key) {
        return new String[] {"--tls-cert", certificate.toString(), "--tls-key", key.toString()};
    }

    private static void assertFails(int exitCode, String message, String... options) {
        boolean isCommand = options[0].equals("cert");
        Result failed = Commands.run(Stream.concat(
                        isCommand ? Stream.of("Broker.java") : Stream.of("Broker.java", "--port", "0"),
                        Arrays.stream(options))
                .toArray(String[]::new));
        assertEquals(exitCode, failed.exitCode(), failed.stderr());
        assertTrue(failed.stderr().contains(message) && failed.stderr().lines().count() == 1, failed.stderr());
    }

    // The server.

    @Test
    void a_renewed_certificate_is_used_without_a_restart() throws Exception {
        Certificate made = certificate("a");
        Certificate next = certificate("b");
        try (EmbeddedBroker broker = EmbeddedBroker.start(made.options());
                SSLSocket open = connect(broker.port(), made)) {
            assertEquals(made.serial(), serialOf(open));
            Files.delete(made.key);
            Await.until("the broken key is reported", () -> broker.stderr().contains("the old one stays"));
            try (SSLSocket still = connect(broker.port(), made)) {
                assertEquals(made.serial(), serialOf(still));
            }
            assertEquals(1, broker.stderr().lines().count(), broker.stderr());
            BigInteger before = made.serial();
            Files.copy(next.certificate, made.certificate, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(next.key, made.key, StandardCopyOption.REPLACE_EXISTING);
            Await.until("the new certificate is used", () -> {
                try (SSLSocket fresh = connect(broker.port(), next)) {
                    return serialOf(fresh).equals(next.serial());
                } catch (SSLHandshakeException notYet) {
                    return false;
                }
            });
            assertEquals(before, serialOf(open));
            assertEquals("HTTP/1.1 200 OK", get(open, "/health")); // an open connection is not affected
        }
    }

    @Test
    void only_tls_1_2_and_1_3_are_spoken() throws Exception {
        Certificate made = certificate("a");
        try (EmbeddedBroker broker = EmbeddedBroker.start(made.options())) {
            for (String version : List.of("TLSv1.2", "TLSv1.3")) {
                try (SSLSocket socket = connect(broker.port(), made, version)) {
                    assertEquals(version, socket.getSession().getProtocol());
                    assertEquals("HTTP/1.1 200 OK", get(socket, "/health"));
                }
            }
            assertThrows(
                    IOException.class,
                    () -> connect(broker.port(), made, "TLSv1.1").close());
        }
    }

    /** A client could otherwise make the broker negotiate keys again and again on one connection. */
    @Test
    void a_client_cannot_renegotiate() throws Exception {
        Certificate made = certificate("a");
        try (EmbeddedBroker broker = EmbeddedBroker.start(made.options());
                SSLSocket socket = connect(broker.port(), made, "TLSv1.2")) {
            assertEquals("HTTP/1.1 200 OK", get(socket, "/health"));
            assertThrows(IOException.class, () -> {
                socket.startHandshake();
                get(socket, "/health");
            });
        }
    }

    /** What reads from or writes to the connection itself: large bodies, calls that wait, streams, disconnects. */
    @Test
    void large_bodies_waiting_calls_and_streams_work_over_tls() throws Exception {
        Certificate made = certificate("a");
        String access = Access.rules(Access.principal("a", Access.rule("*", "*", "*")));
        Path file = Files.writeString(folder.resolve("access.json"), access);
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(Stream.concat(Arrays.stream(made.options()), Stream.of("--auth", file.toString()))
                        .toArray(String[]::new))) {
            String[] where = {
                "--broker",
                "https://localhost:" + broker.port(),
                "--cacert",
                made.certificate.toString(),
                "--token",
                "token-a"
            };
            assertSucceeds(with("Producer.java", where, "--topic", "t", "--count", "20000", "--value-size", "500"));
            Result counted =
                    assertSucceeds(with("Consumer.java", where, "--topic", "t", "--exit-at-end", "--count-only"));
            assertTrue(counted.stderr().contains("20000 messages read"), counted.stderr());
            SSLSocket waiting = connect(broker.port(), made);
            try (SSLSocket stream = connect(broker.port(), made)) {
                send(
                        stream,
                        "GET /topics/t/stream?offset=latest HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer token-a\r\n\r\n");
                assertTrue(readUntil(stream, "retry: 1000").contains("200 OK"));
                String register = "{\"topic\":\"t\",\"consumer_id\":\"c\",\"start\":\"latest\"}";
                post(waiting, "/consumers/register", register);
                assertTrue(readUntil(waiting, "\"offset\"").contains("200 OK"));
                post(waiting, "/consume", "{\"consumer_id\":\"c\",\"wait_ms\":30000}");
                assertSucceeds(with("Producer.java", where, "--topic", "t", "woken"));
                assertTrue(readUntil(waiting, "woken").contains("200 OK"));
                assertTrue(readUntil(stream, "woken").contains("data:"));
                post(waiting, "/consume", "{\"consumer_id\":\"c\",\"wait_ms\":30000}");
                Await.until("it waits", () -> isWaiting(broker, made));
            } finally {
                waiting.close();
            }
            Await.until("the broker has noticed the disconnect", () -> !isWaiting(broker, made));
        }
    }

    private static boolean isWaiting(EmbeddedBroker broker, Certificate made) throws Exception {
        try (SSLSocket asking = connect(broker.port(), made)) {
            send(asking, "GET /consumers/c HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer token-a\r\n\r\n");
            readUntil(asking, "\"waiting\":");
            return asking.getInputStream().read() == '1';
        }
    }

    // Help.

    private record Certificate(Path certificate, Path key, String output) {
        String[] options() {
            return new String[] {"--tls-cert", certificate.toString(), "--tls-key", key.toString()};
        }

        BigInteger serial() throws Exception {
            try (InputStream in = Files.newInputStream(certificate)) {
                return ((X509Certificate)
                                CertificateFactory.getInstance("X.509").generateCertificate(in))
                        .getSerialNumber();
            }
        }
    }

    /** A certificate of the command {@code cert}. */
    private Certificate certificate(String name) {
        Path certificate = folder.resolve(name + "-cert.pem");
        Path key = folder.resolve(name + "-key.pem");
        Result made = assertSucceeds(
                "Broker.java",
                "cert",
                "--tls-cert",
                certificate.toString(),
                "--tls-key",
                key.toString(),
                "--name",
                "broker.lan,10.1.2.3");
        return new Certificate(certificate, key, made.out());
    }

    /** A certificate for localhost with another key. */
    private Certificate keytool(String algorithm, String name) throws Exception {
        Path store = folder.resolve(name + ".p12");
        TlsServer.keytool(
                store,
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=a",
                "-ext",
                "san=dns:localhost");
        KeyStore keys = KeyStore.getInstance(store.toFile(), TlsServer.PASSWORD.toCharArray());
        Path certificate = Files.writeString(
                folder.resolve(name + "-cert.pem"),
                pem("CERTIFICATE", keys.getCertificate("a").getEncoded()));
        Path key = Files.writeString(
                folder.resolve(name + "-key.pem"),
                pem(
                        "PRIVATE KEY",
                        keys.getKey("a", TlsServer.PASSWORD.toCharArray()).getEncoded()));
        return new Certificate(certificate, key, "");
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label
                + "-----\n";
    }

    private static void assertServes(Certificate made) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(made.options());
                SSLSocket socket = connect(broker.port(), made)) {
            assertEquals("HTTP/1.1 200 OK", get(socket, "/health"));
        }
    }

    private static SSLSocket connect(int port, Certificate trusted, String... versions) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(trusted.certificate)) {
            store.setCertificateEntry(
                    "a", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", port);
        socket.setSoTimeout(30_000);
        if (versions.length > 0) {
            socket.setEnabledProtocols(versions);
        }
        socket.startHandshake();
        return socket;
    }

    private static BigInteger serialOf(SSLSocket socket) throws IOException {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }

    private static void send(SSLSocket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
    }

    private static void post(SSLSocket socket, String path, String body) throws IOException {
        send(
                socket,
                "POST " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer token-a\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body);
    }

    /** The first line of the answer to a GET. */
    private static String get(SSLSocket socket, String path) throws IOException {
        send(socket, "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
        return readUntil(socket, "\"ok\"}").lines().findFirst().orElse("");
    }

    private static String readUntil(SSLSocket socket, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int next = socket.getInputStream().read();
            assertTrue(next >= 0, "the connection ended after " + text);
            text.append((char) next);
        }
        return text.toString();
    }

    private static String[] with(String command, String[] where, String... more) {
        return Stream.of(new String[] {command}, where, more)
                .flatMap(Arrays::stream)
                .toArray(String[]::new);
    }

    private static Result assertSucceeds(String... command) {
        Result result = Commands.run(command);
        assertEquals(0, result.exitCode(), result.stderr());
        return result;
    }
}
