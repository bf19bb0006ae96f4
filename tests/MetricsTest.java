package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tests.Scripts.Result;

/** What Prometheus reads. */
class MetricsTest {
    @Test
    void they_tell_what_goes_on() {
        try (BrokerProcess broker = BrokerProcess.start()) {
            Http http = broker.http();
            http.post("/topics/register", "topic", "t", "partitions", 2);
            http.post("/produce/batch?topic=t", "text/plain", "one\ntwo\nthree".getBytes(StandardCharsets.UTF_8));
            http.post("/consumers/register", "topic", "t", "consumer_id", "c");
            http.post("/consumers/register", "topic", "t", "consumer_id", "d", "group", "g", "auto_commit", false);
            http.post("/consume", "consumer_id", "c");
            http.post("/consume", "consumer_id", "nobody");
            http.get("/no/such/path/" + "x".repeat(50));

            Map<String, String> metrics = scrape(http);
            assertEquals("3.0", metrics.get("mini_kafka_topic_messages_in_total{topic=\"t\"}"));
            assertEquals("41.0", metrics.get("mini_kafka_topic_bytes_in_total{topic=\"t\"}"));
            assertEquals("1.0", metrics.get("mini_kafka_topic_messages_out_total{topic=\"t\"}"));
            assertEquals("3.0", metrics.get("mini_kafka_topic_messages{topic=\"t\"}"));
            assertEquals("2.0", metrics.get("mini_kafka_consumer_lag{consumer=\"c\",topic=\"t\"}"));
            assertEquals("3.0", metrics.get("mini_kafka_group_lag{group=\"g\",topic=\"t\"}"));
            assertEquals("1", metrics.get("mini_kafka_http_request_duration_seconds_count{method=\"POST\",route=\"/consume\",status=\"200\"}"));
            assertEquals("1", metrics.get("mini_kafka_http_request_duration_seconds_count{method=\"POST\",route=\"/consume\",status=\"404\"}"));
            assertEquals("1", metrics.get("mini_kafka_http_request_duration_seconds_bucket{method=\"POST\",route=\"/consume\",status=\"404\",le=\"+Inf\"}"));
            assertTrue(Double.parseDouble(metrics.get("mini_kafka_memory_limit_bytes")) > Double.parseDouble(metrics.get("mini_kafka_memory_used_bytes")));
            assertTrue(metrics.keySet().stream().anyMatch(name -> name.startsWith("jvm_memory_used_bytes")));
            assertFalse(metrics.keySet().stream().anyMatch(name -> name.contains("xxx")), "paths that are no routes are no labels");
        }
    }

    @Test
    void names_beyond_a_bound_are_added_up() {
        try (BrokerProcess broker = BrokerProcess.start()) {
            Http http = broker.http();
            for (int i = 0; i < 510; i++) {
                http.produce(String.format("t%03d", i), 1);
            }
            Map<String, String> metrics = scrape(http);
            assertEquals(501, metrics.keySet().stream().filter(name -> name.startsWith("mini_kafka_topic_messages{")).count());
            assertEquals("10.0", metrics.get("mini_kafka_topic_messages{topic=\"(other)\"}"));
        }
    }

    @Test
    void prometheus_own_check_is_content() {
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.http().produce("t", 3);
            Result result;
            try {
                result = Scripts.finish(Scripts.startProcess(new ProcessBuilder("promtool", "check", "metrics")),
                        broker.http().get("/metrics").text().getBytes(StandardCharsets.UTF_8));
            } catch (java.io.UncheckedIOException e) {
                assumeTrue(false, "promtool is not here (Debian has it in prometheus)");
                return;
            }
            assertEquals("", result.out() + result.stderr());
            assertEquals(0, result.exitCode());
        }
    }

    private static Map<String, String> scrape(Http http) {
        return http.get("/metrics").text().lines().filter(line -> !line.startsWith("#"))
                .collect(Collectors.toMap(line -> line.substring(0, line.lastIndexOf(' ')), line -> line.substring(line.lastIndexOf(' ') + 1)));
    }
}
