package client;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocketFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options of both clients: broker, topic and retry time. A picocli mixin. For one thread. */
public final class ClientOptions {
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "TOPIC",
            required = true,
            description = "Topic. It is created if it does not exist and no existing topic has a similar name.")
    private String topic;

    @Option(names = "--create", description = "Create the topic even if an existing one has a similar name.")
    private boolean create;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "Number of partitions of a new topic (default: 1). An existing topic must have as many.")
    private Integer partitions;

    @Option(
            names = {"-b", "--broker"},
            paramLabel = "URL",
            converter = UrlConverter.class,
            defaultValue = "http://127.0.0.1:8000",
            descriptionKey = "BROKER_URL",
            description =
                    "URL of the broker; a path is the prefix of every call (default: http://127.0.0.1:8000; environment BROKER_URL).")
    private BrokerUrl broker;

    @ArgGroup(heading = "%nToken for a broker with access control:%n")
    private TokenOptions tokens = new TokenOptions();

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            descriptionKey = "BROKER_CACERT",
            description =
                    "For https: trust the certificates in this PEM file, and no others (default: those that the JDK trusts; environment BROKER_CACERT).")
    private Path authorities;

    @Option(
            names = "--retry-for",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "How long to retry while the broker does not answer: 500ms, 10s, 2m (default: 30s).")
    private Duration retryTimeout;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    private Credentials credentials;

    /** The options for the token. They exclude each other. */
    private static final class TokenOptions {
        @Option(
                names = "--token",
                paramLabel = "TOKEN",
                descriptionKey = "BROKER_TOKEN",
                description =
                        "The token. Other users of this machine can see it; --token-file and the variable hide it "
                                + "(environment BROKER_TOKEN).")
        private String token;

        @Option(
                names = "--token-file",
                paramLabel = "FILE",
                descriptionKey = "BROKER_TOKEN_FILE",
                description = "Read the token from this file (environment BROKER_TOKEN_FILE).")
        private Path file;
    }

    public String topic() {
        return topic;
    }

    /** Creates the topic if it does not exist. */
    public TopicCreation topicCreation(BrokerClient client) {
        return new TopicCreation(client, topic, partitions, create);
    }

    /** How long to retry while the broker does not answer. */
    public Duration retryTimeout() {
        return retryTimeout;
    }

    /**
     * A client for the broker.
     *
     * @param notice is told why a call waits
     * @throws ParameterException if --partitions is below 1, or if --token, --token-file or --cacert is not valid
     */
    public BrokerClient connect(Consumer<String> notice, ObjectMapper json) {
        if (partitions != null && partitions < 1) {
            throw new ParameterException(
                    spec.commandLine(), "Invalid value for option '--partitions': " + partitions + " is below 1");
        }
        return new BrokerClient(broker, credentials(), json, retryTimeout, notice);
    }

    /** A client for the broker that prints nothing, and retries no longer than this. */
    public BrokerClient connectQuietly(ObjectMapper json, Duration maxRetryTime) {
        return new BrokerClient(broker, credentials(), json, maxRetryTime, notice -> {});
    }

    private Credentials credentials() {
        if (credentials == null) {
            credentials = new Credentials(token(), authorities == null ? null : trust());
        }
        return credentials;
    }

    private SSLSocketFactory trust() {
        try {
            return Credentials.trustIn(authorities);
        } catch (InputException e) {
            throw new ParameterException(spec.commandLine(), "Invalid value for option '--cacert': " + e.getMessage());
        }
    }

    /** Null if there is none. No error shows the token. */
    private String token() {
        String found = tokens.file == null ? tokens.token : readTokenFile();
        if (found != null && !TOKEN.matcher(found).matches()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "The token in " + (tokens.file == null ? "--token or BROKER_TOKEN" : tokens.file)
                            + (found.isEmpty() ? " is empty" : " has spaces or other characters that no token has"));
        }
        return found;
    }

    private String readTokenFile() {
        try {
            return Files.readString(tokens.file).strip();
        } catch (IOException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid value for option '--token-file': " + tokens.file + " cannot be read"
                            + (e instanceof NoSuchFileException ? ", because it does not exist" : ""));
        }
    }

    static final class UrlConverter implements ITypeConverter<BrokerUrl> {
        @Override
        public BrokerUrl convert(String text) {
            try {
                return BrokerUrl.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
