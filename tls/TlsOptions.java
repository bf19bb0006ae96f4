package tls;

import cli.LaunchCommand;
import cli.OptionCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options for TLS. A picocli mixin. */
public final class TlsOptions {
    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            descriptionKey = "MINI_KAFKA_TLS_CERT",
            description =
                    "Serve HTTPS with this certificate, in PEM. Make one for a classroom with the command cert (environment MINI_KAFKA_TLS_CERT).")
    private Path certificates;

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            descriptionKey = "MINI_KAFKA_TLS_KEY",
            description = "The private key of the certificate, in PEM (environment MINI_KAFKA_TLS_KEY).")
    private Path key;

    /**
     * @throws ParameterException if only one of the options is given, or a file does not exist
     * @throws IOException if a file is not valid
     */
    public ServerTls tls(CommandSpec spec, Consumer<String> notices) throws IOException {
        requireFile(spec, "--tls-cert", certificates, "--tls-key");
        requireFile(spec, "--tls-key", key, "--tls-cert");
        return new ServerTls(certificates, key, notices);
    }

    private static void requireFile(CommandSpec spec, String option, Path file, String other) {
        if (file == null) {
            throw new ParameterException(spec.commandLine(), other + " requires " + option);
        }
        OptionCheck.require(
                spec,
                Files.isRegularFile(file),
                option,
                "the file " + file + " does not exist. Make a certificate for a classroom with: "
                        + LaunchCommand.of("Broker") + " cert");
    }
}
