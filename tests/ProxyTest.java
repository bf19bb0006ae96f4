package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The broker behind nginx, below a path. */
class ProxyTest {
    @Test
    void the_page_works_below_a_path_if_its_name_is_allowed() throws IOException {
        try (EmbeddedBroker broker = EmbeddedBroker.start("--allow-host", "kafka.example");
                Nginx nginx = Nginx.before(broker, "");
                Page page = Page.open(nginx.urlByName())) {
            page.awaitText("#note", "There is no topic yet");
            page.type("#create [name=topic]", "demo");
            page.click("#create button");
            page.awaitText("#lanes", "partition 0");
            page.awaitText(
                    "#done",
                    "curl -d '{\"topic\":\"demo\",\"partitions\":3}' " + nginx.urlByName() + "topics/register");
            page.type("#produce [name=value]", "hello");
            page.click("#produce button");
            page.awaitText(".cells", "hello");
            assertEquals(List.of(), page.consoleErrors());
            page.click("nav a");
            page.awaitText("#swagger-ui", "/produce/batch");
            page.click("#operations-broker-health button");
            page.click("#operations-broker-health .execute");
            page.awaitText("#operations-broker-health .request-url", nginx.urlByName() + "health");
            page.awaitText("#operations-broker-health .live-responses-table", "\"status\": \"ok\"");
        }
    }

    @Test
    void without_that_the_pages_say_that_a_name_has_to_be_allowed() throws IOException {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Nginx nginx = Nginx.before(broker, "");
                Page page = Page.open(nginx.urlByName())) {
            page.awaitText("#trouble", "--allow-host NAME");
        }
    }

    @Test
    void a_page_without_its_script_says_so() throws IOException {
        try (EmbeddedBroker broker = EmbeddedBroker.start("--allow-host", "kafka.example");
                Nginx nginx = Nginx.before(broker, "location = /kafka/dashboard/broker.js { return 403; }");
                Page page = Page.open(nginx.urlByName())) {
            page.awaitText("#trouble", "--allow-host");
        }
    }

    @Test
    void a_page_whose_calls_are_refused_says_why() throws IOException {
        try (EmbeddedBroker broker = EmbeddedBroker.start("--allow-host", "127.0.0.1,kafka.example");
                Nginx nginx = Nginx.before(
                        broker,
                        "location = /kafka/stats { default_type application/problem+json; return 403 '{\"detail\":\"Because.\"}'; }");
                Page page = Page.open(nginx.url())) {
            page.awaitText("#status", "The broker refuses this page. Because.");
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start("--allow-host", "127.0.0.1");
                Nginx nginx = Nginx.before(broker, "location = /kafka/stats { return 502; }");
                Page page = Page.open(nginx.url())) {
            page.awaitText("#status", "status 502");
        }
    }

    @Test
    void an_event_passes_at_once() throws IOException {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Nginx nginx = Nginx.before(broker, "")) {
            broker.http().produce("t", 1);
            HttpURLConnection stream = (HttpURLConnection) new URL(nginx.url() + "topics/t/stream").openConnection();
            stream.setReadTimeout(10_000);
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(stream.getInputStream(), StandardCharsets.UTF_8));
            for (int i = 0; i < 3; i++) {
                String line = lines.readLine();
                while (!line.startsWith("data: ")) {
                    line = lines.readLine();
                }
                assertEquals(
                        "v" + i,
                        Http.JSON.readTree(line.substring(6)).path("value").asText());
                broker.http().post("/produce", "topic", "t", "value", "v" + (i + 1));
            }
            stream.disconnect();
        }
    }
}
