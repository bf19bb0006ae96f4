package cli;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that say where a broker listens. A picocli mixin. For one thread. */
public final class ListenOptions {
    @Option(
            names = {"-p", "--port"},
            paramLabel = "N",
            defaultValue = "8000",
            descriptionKey = "MINI_KAFKA_PORT",
            description = "Port to listen on; 0 selects a free port (default: 8000; environment MINI_KAFKA_PORT).")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            descriptionKey = "MINI_KAFKA_HOST",
            description =
                    "Address to listen on; with 0.0.0.0 other machines can connect (default: 127.0.0.1; environment MINI_KAFKA_HOST).")
    private String host;

    @Option(
            names = "--port-file",
            paramLabel = "FILE",
            descriptionKey = "MINI_KAFKA_PORT_FILE",
            description = "Write the port to this file when the broker is ready (environment MINI_KAFKA_PORT_FILE).")
    private Path portFile;

    @Option(
            names = "--allow-host",
            paramLabel = "NAME",
            split = ",",
            descriptionKey = "MINI_KAFKA_ALLOW_HOST",
            description =
                    "Also accept requests for this host name, and from pages of a proxy with this name. The broker always accepts IP addresses, "
                            + "and names that no site on the internet can have, such as localhost, pc.lan or kafka.default. Separate several names "
                            + "with commas (environment MINI_KAFKA_ALLOW_HOST).")
    private Set<String> allowedHosts = Set.of();

    private InetAddress address;

    /**
     * Checks the options, and resolves the host.
     *
     * @throws ParameterException if an option is not valid
     */
    public void check(CommandSpec spec) {
        OptionCheck.requireRange(spec, "--port", port, 0, 65535);
        host = host.strip().replaceFirst("^\\[(.*)\\]$", "$1");
        OptionCheck.require(spec, !host.isEmpty(), "--host", "it is empty");
        address = HostName.resolve(host);
        OptionCheck.require(spec, address != null, "--host", "'" + host + "' cannot be resolved to an address");
        allowedHosts = allowedHosts.stream()
                .map(name -> OptionCheck.requireHostName(spec, "--allow-host", name))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** 0 for a free port. */
    public int port() {
        return port;
    }

    /** As the user wrote it, without brackets. */
    public String host() {
        return host;
    }

    /** The address of the host. */
    public InetAddress address() {
        return address;
    }

    public Set<String> allowedHosts() {
        return allowedHosts;
    }

    /**
     * The port file, which is deleted if it exists.
     *
     * @return null without the option
     * @throws ParameterException if the file cannot be written
     * @throws IOException if it cannot be deleted
     */
    public PortFile clearedPortFile(CommandSpec spec) throws IOException {
        return PortFile.cleared(portFile, spec);
    }
}
