package kafka.gateway;

import cli.OptionCheck;
import cli.PemFile;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.apache.kafka.clients.CommonClientConfigs;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of the connection to Kafka. An argument group of picocli. */
public final class KafkaOptions {
    private static final Pattern SERVER = Pattern.compile(".+:\\d{1,5}");
    private static final Pattern URL = Pattern.compile("https?://[^/?#\\s]+/?");

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            descriptionKey = "MINI_KAFKA_BOOTSTRAP_SERVERS",
            description =
                    "Some brokers of the Kafka cluster. Separate them with commas (environment MINI_KAFKA_BOOTSTRAP_SERVERS).")
    private String bootstrapServers;

    @Option(
            names = "--replication-factor",
            paramLabel = "N",
            defaultValue = "-1",
            description = "Replicas of each partition of a new topic (default: the default of the cluster).")
    private short replicationFactor;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "A properties file with settings of Kafka clients, such as security.protocol.")
    private Path file;

    @Option(
            names = "--kafka",
            paramLabel = "NAME=VALUE",
            description =
                    "A setting of Kafka clients, such as security.protocol=SASL_SSL. Can be repeated. It has precedence over the file.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--advertised-url",
            paramLabel = "URL",
            description =
                    "The URL at which other gateways reach this one, such as http://gateway-1:8000 (default: an address of this machine).")
    private String advertisedUrl;

    @Option(
            names = "--gateway-cacert",
            paramLabel = "FILE",
            description =
                    "For calls to other gateways by https: trust the certificates in this PEM file, and no others (default: those that the JDK trusts).")
    private Path authorities;

    /**
     * What this gateway trusts when it calls other gateways by https; null for the authorities that the JDK trusts.
     *
     * @throws IOException if the file cannot be read or has no certificate; the message says so
     */
    public SSLContext trust() throws IOException {
        return authorities == null ? null : PemFile.trust(authorities);
    }

    /** Without a slash at the end; null for an address of this machine. */
    public String advertisedUrl() {
        return advertisedUrl == null ? null : advertisedUrl.replaceFirst("/$", "");
    }

    /** @throws picocli.CommandLine.ParameterException if an option is missing or malformed */
    public void check(CommandSpec spec) {
        if (bootstrapServers == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Missing required option: '--bootstrap-servers=HOST:PORT', such as 127.0.0.1:9092."
                            + " 'jbang kafka-node' starts a Kafka there to try it.");
        }
        OptionCheck.require(
                spec,
                Arrays.stream(bootstrapServers.split(","))
                        .allMatch(server -> SERVER.matcher(server.strip()).matches()),
                "--bootstrap-servers",
                "'" + bootstrapServers + "' is not of the form HOST:PORT, such as 127.0.0.1:9092");
        OptionCheck.require(
                spec,
                advertisedUrl == null || URL.matcher(advertisedUrl).matches(),
                "--advertised-url",
                "'" + advertisedUrl + "' is not of the form http://HOST:PORT");
    }

    /** The number of replicas of a new topic; -1 for the default of the cluster. */
    public short replicationFactor() {
        return replicationFactor;
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    /**
     * The settings of all Kafka clients.
     *
     * @throws IOException if the file cannot be read; the message says why
     */
    public Map<String, Object> settings() throws IOException {
        Properties inFile = new Properties();
        if (file != null) {
            try (Reader reader = Files.newBufferedReader(file)) {
                inFile.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new IOException("The file " + file + " cannot be read: " + e.getMessage(), e);
            }
        }
        Map<String, Object> all = new HashMap<>();
        inFile.stringPropertyNames().forEach(name -> all.put(name, inFile.getProperty(name)));
        all.putAll(settings);
        all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return all;
    }
}
