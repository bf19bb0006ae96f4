package tests;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/** Where a gateway to Kafka differs from the other engines: {@code kafka/differences.json}. Stateless. */
final class KafkaDifferences {
    private KafkaDifferences() {}

    /** The difference for which a class or a method of the contract does not hold, by its name. */
    static Map<String, String> byTest() {
        Map<String, String> byTest = new HashMap<>();
        try {
            for (JsonNode difference : Http.JSON.readTree(
                    Scripts.ROOT.resolve("kafka/differences.json").toFile())) {
                difference
                        .path("tests")
                        .forEach(test -> byTest.put(
                                test.asText(), difference.path("code").asText()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return byTest;
    }
}
