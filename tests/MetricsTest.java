package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
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
    private static final String REQUESTS = "mini_kafka_http_request_duration_seconds";
    private static final String STREAM = "{method=\"GET\",route=\"/topics/{topic}/stream\",status=\"200\"";

    @TempDir
    private Path folder;

    @Test
    void they_tell_what_goes_on() {
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            Http http = broker.http();
            http.post("/topics/register", "topic", "t", "partitions", 2);
            http.post("/produce/batch?topic=t", "text/plain", "one\ntwo\nthree".getBytes(StandardCharsets.UTF_8));
            http.post("/consumers/register", "topic", "t", "consumer_id", "c");
            http.post("/consumers/register", "topic", "t", "consumer_id", "d", "group", "g", "auto_commit", false);
            http.post("/consume", "consumer_id", "c");
            http.post("/consume", "consumer_id", "nobody");
            http.get("/no/such/path/" + "x".repeat(50));
            http.get("/no/such/path/" + "y".repeat(50));
            http.get("/produce");
            http.get("/docs");

            Map<String, String> metrics = scrape(http);
            assertEquals("3.0", metrics.get("mini_kafka_topic_messages_in_total{topic=\"t\"}"));
            assertEquals("41.0", metrics.get("mini_kafka_topic_bytes_in_total{topic=\"t\"}"));
            assertEquals("1.0", metrics.get("mini_kafka_topic_messages_out_total{topic=\"t\"}"));
            assertEquals("3.0", metrics.get("mini_kafka_topic_messages{topic=\"t\"}"));
            assertEquals("2.0", metrics.get("mini_kafka_consumer_lag{consumer=\"c\",topic=\"t\"}"));
            assertEquals("3.0", metrics.get("mini_kafka_group_lag{group=\"g\",topic=\"t\"}"));
            assertEquals("1", metrics.get(REQUESTS + "_count{method=\"POST\",route=\"/consume\",status=\"200\"}"));
            assertEquals("1", metrics.get(REQUESTS + "_count{method=\"POST\",route=\"/consume\",status=\"404\"}"));
            assertEquals("2", metrics.get(REQUESTS + "_count{method=\"(any)\",route=\"(other)\",status=\"404\"}"));
            assertEquals("1", metrics.get(REQUESTS + "_count{method=\"(any)\",route=\"(other)\",status=\"405\"}"));
            assertEquals("1", metrics.get(REQUESTS + "_count{method=\"(any)\",route=\"(other)\",status=\"200\"}"));
            assertEquals(
                    "1",
                    metrics.get(REQUESTS + "_bucket{method=\"POST\",route=\"/consume\",status=\"404\",le=\"+Inf\"}"));
            assertTrue(Double.parseDouble(metrics.get("mini_kafka_memory_limit_bytes"))
                    > Double.parseDouble(metrics.get("mini_kafka_memory_used_bytes")));
            assertTrue(metrics.keySet().stream().anyMatch(name -> name.startsWith("jvm_memory_used_bytes")));
            assertFalse(
                    metrics.keySet().stream().anyMatch(name -> name.contains("xxx")),
                    "paths that are no routes are no labels");
        }
    }

    @Test
    void names_beyond_a_bound_are_added_up() {
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            Http http = broker.http();
            for (int i = 0; i < 510; i++) {
                http.produce(String.format("t%03d", i), 1);
            }
            Map<String, String> metrics = scrape(http);
            assertEquals(
                    501,
                    metrics.keySet().stream()
                            .filter(name -> name.startsWith("mini_kafka_topic_messages{"))
                            .count());
            assertEquals("10.0", metrics.get("mini_kafka_topic_messages{topic=\"(other)\"}"));
            assertEquals(
                    500,
                    metrics.keySet().stream()
                            .filter(name -> name.startsWith("mini_kafka_topic_messages_in_total{"))
                            .count());
        }
    }

    @Test
    void counters_count_from_the_start_of_the_broker() {
        String[] options = {"--data-dir", folder.resolve("data").toString()};
        try (EmbeddedBroker broker = EmbeddedBroker.start(options)) {
            broker.http().produce("t", 3);
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(options)) {
            broker.http().produce("t", 1);
            Map<String, String> metrics = scrape(broker.http());
            assertEquals("4.0", metrics.get("mini_kafka_topic_messages{topic=\"t\"}"));
            assertEquals("1.0", metrics.get("mini_kafka_topic_messages_in_total{topic=\"t\"}"));
            assertEquals("12.0", metrics.get("mini_kafka_topic_bytes_in_total{topic=\"t\"}"));
        }
    }

    @Test
    void a_stream_is_counted_when_it_ends() throws IOException {
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            broker.http().produce("t", 1);
            Socket client = openStream(broker);
            try (client) {
                broker.http().send("DELETE", "/topics/t", BodyPublishers.noBody());
                Await.until(
                        "it is counted",
                        () -> "1".equals(scrape(broker.http()).get(REQUESTS + "_count" + STREAM + "}")));
            }
        }
    }

    @Test
    void a_stream_ends_when_its_client_leaves() throws IOException {
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            broker.http().produce("t", 1);
            openStream(broker).close();
            Await.until(
                    "it is counted", () -> "1".equals(scrape(broker.http()).get(REQUESTS + "_count" + STREAM + "}")));
            assertEquals(
                    "1",
                    scrape(broker.http()).get(REQUESTS + "_bucket" + STREAM + ",le=\"10.0\"}"),
                    "before a comment is due, which would fail");
        }
    }

    /** A client that has got the first event. */
    private static Socket openStream(EmbeddedBroker broker) throws IOException {
        Socket client = new Socket("127.0.0.1", broker.port());
        client.getOutputStream()
                .write("GET /topics/t/stream HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
        while (!lines.readLine().startsWith("data:")) {}

        return client;
    }

    @Test
    void a_real_prometheus_scrapes_it() throws IOException {
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            broker.http().produce("t", 3);
            Path config = Files.writeString(
                    folder.resolve("prometheus.yml"),
                    "scrape_configs:\n- {job_name: mini-kafka, scrape_interval: 1s, static_configs: "
                            + "[{targets: ['127.0.0.1:" + broker.port() + "']}]}\n");
            Path log = folder.resolve("log");
            Process prometheus;
            try {
                prometheus = new ProcessBuilder(
                                "prometheus",
                                "--config.file=" + config,
                                "--storage.tsdb.path=" + folder.resolve("tsdb"),
                                "--web.listen-address=127.0.0.1:0")
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
            } catch (IOException e) {
                assumeTrue(false, "prometheus is not here (Debian has it in prometheus)");
                return;
            }
            try {
                Pattern listening = Pattern.compile("Listening on\" address=127\\.0\\.0\\.1:(\\d+)");
                Await.until(
                        "Prometheus listens",
                        () -> listening.matcher(Files.readString(log)).find());
                Matcher port = listening.matcher(Files.readString(log));
                assertTrue(port.find());
                Http http = new Http("http://127.0.0.1:" + port.group(1));
                Await.until(
                        "Prometheus has what the broker says",
                        () -> http.get("/api/v1/query?query=mini_kafka_topic_messages_in_total")
                                .json()
                                .at("/data/result/0/value/1")
                                .asText()
                                .equals("3"));
                JsonNode target = http.get("/api/v1/targets").json().at("/data/activeTargets/0");
                assertEquals("up", target.path("health").asText(), target.toString());
            } finally {
                prometheus.destroy();
            }
        }
    }

    @Test
    void prometheus_own_check_is_content() {
        try (EmbeddedBroker broker = EmbeddedBroker.start()) {
            broker.http().produce("t", 3);
            Result result;
            try {
                result = Scripts.finish(
                        Scripts.startProcess(new ProcessBuilder("promtool", "check", "metrics")),
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
        return http.get("/metrics")
                .text()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.lastIndexOf(' ')),
                        line -> line.substring(line.lastIndexOf(' ') + 1)));
    }
}
