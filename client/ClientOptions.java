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
    private static final String URL_VARIABLE = "BROKER_URL";
    private static final String DEFAULT_URL = "http://127.0.0.1:8000";

    @Option(names = {"-t", "--topic"}, paramLabel = "TOPIC", required = true, description = "Topic; made if it is not there.")
    private String topic;

    @Option(names = {"-b", "--broker"}, paramLabel = "URL", converter = UrlConverter.class,
            description = "URL of the broker; a path is the prefix of every call (default: http://127.0.0.1:8000; environment BROKER_URL).")
    private BrokerUrl broker;

    @Option(names = "--retry-for", paramLabel = "TIME", defaultValue = "30s",
            description = "How long to go on trying while the broker is away: 500ms, 10s, 2m (default: 30s).")
    private Duration patience;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    public String topic() {
        return topic;
    }

    /** How long to go on trying. */
    public Duration patience() {
        return patience;
    }

    /** A client for the broker, which tells on stderr when it has to wait. */
    public BrokerClient connect(String name, ObjectMapper json) {
        return new BrokerClient(broker(), json, patience, notice -> System.err.println(name + ": " + notice));
    }

    private BrokerUrl broker() {
        String variable = System.getenv().getOrDefault(URL_VARIABLE, "");
        if (broker != null || variable.isBlank()) {
            return broker != null ? broker : BrokerUrl.parse(DEFAULT_URL);
        }
        try {
            return BrokerUrl.parse(variable);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "Invalid value of the environment variable " + URL_VARIABLE + ": " + e.getMessage());
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
