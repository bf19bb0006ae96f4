package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tests.Scripts.Result;

/** What Prometheus reads. */
class MetricsTest {
    @TempDir
    private Path folder;

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
            assertEquals(500, metrics.keySet().stream().filter(name -> name.startsWith("mini_kafka_topic_messages_in_total{")).count());
        }
    }

    @Test
    void counters_count_from_the_start_of_the_broker() {
        String[] options = {"--data-dir", folder.resolve("data").toString()};
        try (BrokerProcess broker = BrokerProcess.start(options)) {
            broker.http().produce("t", 3);
        }
        try (BrokerProcess broker = BrokerProcess.start(options)) {
            broker.http().produce("t", 1);
            Map<String, String> metrics = scrape(broker.http());
            assertEquals("4.0", metrics.get("mini_kafka_topic_messages{topic=\"t\"}"));
            assertEquals("1.0", metrics.get("mini_kafka_topic_messages_in_total{topic=\"t\"}"));
            assertEquals("12.0", metrics.get("mini_kafka_topic_bytes_in_total{topic=\"t\"}"));
        }
    }

    @Test
    void a_stream_is_counted_when_it_ends() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.http().produce("t", 1);
            new URL(broker.url() + "/topics/t/stream").openStream().close();
            broker.http().send("DELETE", "/topics/t", BodyPublishers.noBody());
            Await.until("it is counted", () -> "1".equals(scrape(broker.http())
                    .get("mini_kafka_http_request_duration_seconds_count{method=\"GET\",route=\"/topics/{topic}/stream\",status=\"200\"}")));
        }
    }

    @Test
    void a_real_prometheus_scrapes_it() throws IOException {
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.http().produce("t", 3);
            Path config = Files.writeString(folder.resolve("prometheus.yml"), "scrape_configs:\n- {job_name: mini-kafka, scrape_interval: 1s, static_configs: "
                    + "[{targets: ['127.0.0.1:" + broker.port() + "']}]}\n");
            Path log = folder.resolve("log");
            Process prometheus;
            try {
                prometheus = new ProcessBuilder("prometheus", "--config.file=" + config, "--storage.tsdb.path=" + folder.resolve("tsdb"),
                        "--web.listen-address=127.0.0.1:0").redirectErrorStream(true).redirectOutput(log.toFile()).start();
            } catch (IOException e) {
                assumeTrue(false, "prometheus is not here (Debian has it in prometheus)");
                return;
            }
            try {
                Pattern listening = Pattern.compile("Listening on\" address=127\\.0\\.0\\.1:(\\d+)");
                Await.until("Prometheus listens", () -> listening.matcher(Files.readString(log)).find());
                Matcher port = listening.matcher(Files.readString(log));
                assertTrue(port.find());
                Http http = new Http("http://127.0.0.1:" + port.group(1));
                Await.until("Prometheus has what the broker says", () -> http.get("/api/v1/query?query=mini_kafka_topic_messages_in_total").json()
                        .at("/data/result/0/value/1").asText().equals("3"));
                JsonNode target = http.get("/api/v1/targets").json().at("/data/activeTargets/0");
                assertEquals("up", target.path("health").asText(), target.toString());
            } finally {
                prometheus.destroy();
            }
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
            } catch (UncheckedIOException e) {
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
