package client;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** What both clients ask for: which broker, which topic, how much patience. A picocli mixin. */
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
    private Duration patience;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    public String topic() {
        return topic;
    }

    /** Creates the topic if need be. */
    public TopicCreation topicCreation(BrokerClient client) {
        return new TopicCreation(client, topic, partitions, create);
    }

    /** How long to go on trying. */
    public Duration patience() {
        return patience;
    }

    /** A client for the broker, which tells on stderr when it has to wait. */
    public BrokerClient connect(String name, ObjectMapper json) {
        if (partitions != null && partitions < 1) {
            throw new ParameterException(
                    spec.commandLine(), "Invalid value for option '--partitions': " + partitions + " is below 1");
        }
        return new BrokerClient(broker, json, patience, notice -> System.err.println(name + ": " + notice));
    }

    /** A client for the broker that says nothing when it has to wait, and waits no longer than this. */
    public BrokerClient connectQuietly(ObjectMapper json, Duration longestWait) {
        return new BrokerClient(broker, json, longestWait, notice -> {});
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
