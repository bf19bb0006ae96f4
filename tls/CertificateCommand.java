package tls;

import cli.HostName;
import cli.LaunchCommand;
import cli.OptionCheck;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command that makes a self-signed certificate for a classroom, with the keytool of the JDK. */
@Command(
        name = "cert",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Make a self-signed certificate for a classroom, and print how to trust it.",
            "It is for localhost, and for the name and the addresses of this machine.",
            ""
        })
public final class CertificateCommand implements Callable<Integer> {
    private static final String PASSWORD = "in a temporary file";
    private static final int MAX_DAYS = 3650;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            defaultValue = "broker-cert.pem",
            description = "Where to write the certificate (default: broker-cert.pem).")
    private Path certificate;

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            defaultValue = "broker-key.pem",
            description = "Where to write the private key; only you can read the file (default: broker-key.pem).")
    private Path key;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            split = ",",
            description = "Also for this host name or address. Separate several with commas.")
    private List<String> names = List.of();

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "90",
            description = "How long it is valid (default: 90).")
    private int days;

    @Option(names = "--force", description = "Replace existing files.")
    private boolean force;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        OptionCheck.requireRange(spec, "--days", days, 1, MAX_DAYS);
        requireFree(certificate);
        requireFree(key);
        OptionCheck.require(
                spec,
                !certificate
                        .toAbsolutePath()
                        .normalize()
                        .equals(key.toAbsolutePath().normalize()),
                "--tls-key",
                "it is the file of --tls-cert");
        Set<String> all = new LinkedHashSet<>(List.of("dns:localhost", "ip:127.0.0.1", "ip:::1"));
        for (String name : names) {
            all.add(alternativeName(name.strip()));
        }
        all.addAll(ofThisMachine());
        Path folder = Files.createTempDirectory("certificate");
        Path store = folder.resolve("keys.p12");
        try {
            generate(store, all);
            export(store);
        } catch (GeneralSecurityException e) {
            throw new IOException("The certificate could not be made: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(store);
            Files.deleteIfExists(folder);
        }
        report(all);
        return 0;
    }

    private void requireFree(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw new ParameterException(spec.commandLine(), "The folder " + folder + " does not exist");
        } else if (Files.exists(file) && !force) {
            throw new ParameterException(spec.commandLine(), file + " exists. Use --force to replace it");
        }
    }

    private String alternativeName(String name) {
        if (name.matches("[0-9.]+") || name.contains(":")) {
            OptionCheck.require(spec, HostName.resolve(name) != null, "--name", "'" + name + "' is not an address");
            return "ip:" + name;
        }
        OptionCheck.require(
                spec, HostName.isOne(name), "--name", "'" + name + "' is neither a host name nor an address");
        return "dns:" + name;
    }

    private static Set<String> ofThisMachine() throws IOException {
        Set<String> names = new LinkedHashSet<>();
        try {
            String host = InetAddress.getLocalHost().getHostName();
            if (HostName.isOne(host) && !host.contains("_")) {
                names.add("dns:" + host);
            }
        } catch (UnknownHostException e) {
            // the machine has no name that can be resolved
        }
        for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            for (InetAddress address : Collections.list(network.getInetAddresses())) {
                if (network.isUp() && !address.isLoopbackAddress() && !address.isLinkLocalAddress()) {
                    names.add("ip:" + address.getHostAddress().replaceFirst("%.*", ""));
                }
            }
        }
        return names;
    }

    /** The JDK has no public class that makes certificates. */
    private void generate(Path store, Set<String> alternativeNames) throws IOException, InterruptedException {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        store.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-alias",
                        "broker",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-sigalg",
                        "SHA256withECDSA",
                        "-dname",
                        "CN=mini-kafka",
                        "-validity",
                        String.valueOf(days),
                        "-ext",
                        "san=" + String.join(",", alternativeNames),
                        "-ext",
                        "eku=serverAuth",
                        "-ext",
                        "ku=digitalSignature")
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException(
                    "keytool could not make the certificate: " + output.strip().replaceAll("\\s+", " "));
        }
    }

    private void export(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        String alias = keys.aliases().nextElement();
        Files.deleteIfExists(key);
        createSecret(key);
        Files.writeString(
                key,
                pem("PRIVATE KEY", keys.getKey(alias, PASSWORD.toCharArray()).getEncoded()));
        Files.writeString(
                certificate, pem("CERTIFICATE", keys.getCertificate(alias).getEncoded()));
    }

    /** Where the system has no such permissions, those of the folder apply. */
    private static void createSecret(Path file) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + label + "-----\n";
    }

    private void report(Set<String> names) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("Made " + certificate + " and " + key + ", valid for " + days + " days, for "
                + names.stream()
                        .map(name -> name.substring(name.indexOf(':') + 1))
                        .collect(Collectors.joining(", ")) + ".");
        out.println("Start the broker:");
        out.println("  " + LaunchCommand.of("Broker") + " --tls-cert " + certificate + " --tls-key " + key);
        out.println("Give " + certificate + " to the others, but keep " + key + " secret. To trust the certificate:");
        out.println("  " + LaunchCommand.of("Consumer") + " --broker https://localhost:8000 --cacert " + certificate
                + " --topic greetings");
        out.println("  curl --cacert " + certificate + " https://localhost:8000/health");
        out.println("A browser shows a warning, unless you import the certificate as an authority in its settings.");
    }
}
