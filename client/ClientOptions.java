package client;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What both clients ask for: which broker, which topic, how much patience. A picocli mixin. */
public final class ClientOptions {
    @Option(names = {"-t", "--topic"}, paramLabel = "TOPIC", required = true, description = "Topic; made if it is not there.")
    private String topic;

    @Option(names = {"-b", "--broker"}, paramLabel = "URL", defaultValue = "${env:BROKER_URL:-http://127.0.0.1:8000}",
            converter = UrlConverter.class,
            description = "The broker (default: http://127.0.0.1:8000; environment BROKER_URL).")
    private URI broker;

    @Option(names = "--retry-for", paramLabel = "TIME", defaultValue = "30s",
            description = "How long to go on trying while the broker is away: 500ms, 10s, 2m (default: 30s).")
    private Duration patience;

    public String topic() {
        return topic;
    }

    /** A client for the broker, which tells on stderr when it has to wait. */
    public BrokerClient connect(String name, ObjectMapper json) {
        return new BrokerClient(broker, json, patience, notice -> System.err.println(name + ": " + notice));
    }

    static final class UrlConverter implements ITypeConverter<URI> {
        @Override
        public URI convert(String text) {
            try {
                URI url = new URI(text.contains("://") ? text : "http://" + text);
                if (url.getHost() != null && url.getScheme().matches("https?")) {
                    return url;
                }
            } catch (URISyntaxException e) {
                // the next line says so
            }
            throw new TypeConversionException("'" + text + "' is not a URL such as http://127.0.0.1:8000");
        }
    }
}
