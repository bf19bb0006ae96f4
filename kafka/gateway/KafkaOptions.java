package kafka.gateway;

import cli.TrustedCertificates;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import org.apache.kafka.clients.CommonClientConfigs;
import picocli.CommandLine.Option;

/** The options of the connection to Kafka. An argument group of picocli. */
public final class KafkaOptions {
    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            required = true,
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
                    "For calls of other gateways by https: trust the certificates in this PEM file, and no others (default: those that the JDK trusts).")
    private Path authorities;

    /**
     * What this gateway trusts when it calls other gateways by https; null for the authorities that the JDK trusts.
     *
     * @throws IOException if the file cannot be read or has no certificate; the message says so
     */
    public SSLContext trust() throws IOException {
        return authorities == null ? null : TrustedCertificates.context(authorities);
    }

    /** Null for an address of this machine. */
    public String advertisedUrl() {
        return advertisedUrl;
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
