package kafka.gateway;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import engine.EngineException;
import engine.TopicSettings;
import engine.WhenFull;
import http.Difference;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** Where a gateway differs from a broker, and the checks that refuse with NOT_SUPPORTED. Stateless. */
public final class Differences {
    private Differences() {}

    /** The differences that {@code kafka/differences.json} lists. */
    public static List<Difference> all() {
        try (InputStream file = Differences.class.getResourceAsStream("/kafka/differences.json")) {
            return JsonMapper.builder()
                    .disable(
                            DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // the tests that a difference leaves out
                    .build()
                    .readValue(file, new TypeReference<List<Difference>>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e); // the file is a resource of this class
        }
    }

    /** @throws EngineException NOT_SUPPORTED if Kafka has no such setting */
    static void require(TopicSettings asked) {
        if (asked.maxMessages() != null) {
            throw UpstreamErrors.notSupported("max_messages", "Limit the topic with max_bytes or max_age_ms.");
        }
        if (asked.whenFull() == WhenFull.REJECT) {
            throw UpstreamErrors.notSupported("when_full=reject", "Kafka always drops the oldest messages.");
        }
    }
}
