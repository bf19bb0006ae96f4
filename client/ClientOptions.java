package client;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.function.Consumer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options of both clients: broker, topic and retry time. A picocli mixin. For one thread. */
public final class ClientOptions {
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

    @Option(
            names = "--retry-for",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "How long to retry while the broker does not answer: 500ms, 10s, 2m (default: 30s).")
    private Duration retryTimeout;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

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
     * @throws ParameterException if --partitions is below 1
     */
    public BrokerClient connect(Consumer<String> notice, ObjectMapper json) {
        if (partitions != null && partitions < 1) {
            throw new ParameterException(
                    spec.commandLine(), "Invalid value for option '--partitions': " + partitions + " is below 1");
        }
        return new BrokerClient(broker, json, retryTimeout, notice);
    }

    /** A client for the broker that prints nothing, and retries no longer than this. */
    public BrokerClient connectQuietly(ObjectMapper json, Duration maxRetryTime) {
        return new BrokerClient(broker, json, maxRetryTime, notice -> {});
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
