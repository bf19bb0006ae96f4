package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The overview of the page, its demo, the address for others, and what it keeps, in a real browser. */
class OverviewTest {
    @Test
    void a_class_of_thirty_is_found_by_search_and_a_consumer_can_be_removed() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            Http http = broker.http();
            for (int i = 1; i <= 30; i++) {
                http.post("/topics/register", "topic", "team-" + i, "partitions", 2);
                http.post("/produce", "topic", "team-" + i, "value", "v");
                http.post(
                        "/consumers/register",
                        "topic",
                        "team-" + i,
                        "consumer_id",
                        "c-" + i,
                        "group",
                        "g-" + i,
                        "session_timeout_ms",
                        600_000);
            }
            page.awaitText("#topic", "team-30");
            page.click("#open-overview");
            page.awaitText("#all-topics-count", "30");
            page.awaitText("#all-groups-count", "30");
            page.awaitText("#all-consumers-count", "30");
            assertEquals(List.of(), page.accessibilityFaults());
            page.type("#search", "17");
            Await.until(
                    "one topic is left", () -> page.findAll("#all-topics tr").size() == 1);
            page.awaitText("#all-topics", "team-17");
            page.awaitText("#all-consumers", "c-17");
            page.click("#all-consumers [data-remove=c-17]");
            Await.until(
                    "the consumer is removed", () -> http.get("/consumers/c-17").status() == 404);
            Await.until(
                    "the overview says so",
                    () -> page.findAll("#all-consumers tr").isEmpty());
            page.reload();
            page.awaitText("#all-topics-count", "30");
            page.resizeViewport(390, 844);
            assertEquals(
                    true, page.run("return document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out");
            page.type("#search", "c-23");
            page.click("#all-consumers [data-consumer=c-23]");
            page.awaitText("[data-consumer=c-23] .controls", "step");
            assertEquals("team-23", page.run("return document.getElementById('topic').value"));
        }
    }

    @Test
    void the_demo_fills_an_empty_broker() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            page.awaitText("#demo", "demo"); // it is shown when the page knows that the broker is empty
            page.click("#demo");
            for (String text : List.of("alice, group shop", "bob, group shop", "carol")) {
                page.awaitText("#consumers", text);
            }
            for (String event : List.of("Rebalance of group shop", "key user-8", "to carol", "to bob")) {
                page.awaitText("#events", event);
            }
            assertFalse(page.find("#demo-offer").isDisplayed(), "the broker is not empty any more");
            assertEquals(List.of(), page.accessibilityFaults());
        }
    }

    @Test
    void the_address_for_others_is_shown_only_if_there_is_one() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            page.awaitText("#status", "Connected");
            assertFalse(page.find("#open-share").isDisplayed(), "nobody else reaches it");
            assertTrue(
                    broker.http().get("/dashboard/addresses").get("addresses").isEmpty());
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start("--host", "0.0.0.0");
                Page page = Page.open(broker.url() + "/?projector")) {
            List<String> addresses = new ArrayList<>();
            broker.http().get("/dashboard/addresses").get("addresses").forEach(one -> addresses.add(one.asText()));
            if (addresses.isEmpty()) { // a machine without a network
                return;
            }
            page.click("#open-share");
            page.awaitText("#addresses", addresses.get(0) + "/?projector=");
            Await.until(
                    "the code is drawn",
                    () -> page.run("return document.querySelector('#addresses img').naturalWidth > 0")
                            .equals(true));
            assertEquals(List.of(), page.accessibilityFaults());
            page.click("#close-share");
            assertEquals(List.of(), page.consoleErrors());
        }
    }

    @Test
    void a_qr_code_needs_a_text_of_at_most_300_characters() {
        Http http = BrokerProcess.shared().http();
        assertEquals(
                "image/svg+xml;charset=utf-8",
                http.get("/dashboard/qr.svg?text=http://a/").contentType());
        assertEquals(422, http.get("/dashboard/qr.svg").status());
        assertEquals(200, http.get("/dashboard/qr.svg?text=" + "x".repeat(300)).status());
        assertEquals(422, http.get("/dashboard/qr.svg?text=" + "x".repeat(301)).status());
        assertEquals(
                200,
                http.get("/dashboard/qr.svg?text=" + "%F0%9F%98%80".repeat(150)).status(),
                "600 bytes");
    }

    @Test
    void the_page_computes_the_partition_of_a_key_as_the_broker_does() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                keys.add("k".repeat(i % 9) + "é".repeat(i % 4) + i);
            }
            broker.http().post("/topics/register", "topic", "t", "partitions", 7);
            List<String> expected = new ArrayList<>();
            for (String key : keys) {
                expected.add(broker.http()
                        .post("/produce", "topic", "t", "value", "v", "key", key)
                        .get("partition")
                        .asText());
            }
            Object computed = page.run(
                    "return import('/dashboard/murmur2.js').then(({partitionOf}) => ['" + String.join("','", keys)
                            + "'].map(key => String(partitionOf(new TextEncoder().encode(key), 7).partition)))");
            assertEquals(expected, computed);
            page.awaitText("#lanes", "partition 6");
            page.click("#producing summary");
            page.type("#produce [name=key]", keys.get(5));
            page.awaitText("#sum", "mod 7 = " + expected.get(5));
            page.click(".cell");
            page.awaitText("#detail", "mod 7 = ");
        }
    }

    @Test
    void a_topic_with_a_limit_drops_its_oldest_messages() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            page.type("#create [name=topic]", "short");
            page.type("#create [name=partitions]", "1");
            page.type("#create [name=max_messages]", "2");
            page.click("#create button");
            page.awaitText("#lanes", "next offset 0");
            for (int i = 0; i < 3; i++) {
                broker.http().post("/produce", "topic", "short", "value", "v");
            }
            page.awaitText("#lanes", "offsets before 1 were dropped");
            page.awaitText("#events", "Retention dropped offsets 0 to 0 of partition 0.");
        }
    }

    @Test
    void large_messages_do_not_hide_newer_ones() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            broker.http().post("/topics/register", "topic", "t");
            for (int i = 0; i < 7; i++) {
                broker.http().post("/produce", "topic", "t", "value", "large".repeat(150_000));
            }
            broker.http().post("/produce", "topic", "t", "value", "newest");
            page.awaitText(".cells", "newest");
            page.awaitText(".cells", "large");
            page.awaitText(".cells", "…");
            page.click(".cell");
            page.awaitText("#detail", "This is the beginning of 750000 characters.");
            page.click("#detail button");
            Await.until(
                    "the whole value is in the form",
                    () -> page.run("return document.querySelector('#produce [name=value]').value.length")
                            .equals(750_000L));
        }
    }

    @Test
    void a_reload_keeps_the_actions_of_the_session() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            page.type("#create [name=topic]", "kept");
            page.click("#create button");
            page.awaitText("#lanes", "partition 2");
            page.reload();
            page.awaitText("#lanes", "partition 2");
            String script = (String) page.run("return import('/dashboard/history.js').then(one => one.asScript())");
            assertTrue(script.contains("\"topic\":\"kept\""), script);
        }
    }

    @Test
    void the_pictures_of_the_documentation_can_be_made_again(@TempDir Path folder) throws Exception {
        Recording.record(folder, 1);
        assertTrue(Files.size(folder.resolve("screenshot.png")) > 10_000);
        try (ImageInputStream file =
                ImageIO.createImageInputStream(folder.resolve("rebalance.gif").toFile())) {
            ImageReader reader = ImageIO.getImageReaders(file).next();
            reader.setInput(file);
            assertTrue(reader.getNumImages(true) > 5, "the picture moves");
            assertEquals(1280, reader.getWidth(0));
        }
        assertTrue(Files.size(Scripts.ROOT.resolve("dashboard/rebalance.gif")) < 1_500_000);
    }

    @Test
    void all_files_of_the_page_are_served_and_weigh_less_than_200_kb() throws Exception {
        int bytes = 0;
        for (String file : ProjectFiles.names()) {
            if (file.matches("dashboard/.*\\.(html|css|js)")) {
                String text = ProjectFiles.read(file);
                bytes += text.getBytes(UTF_8).length;
                if (!file.endsWith(".html")) {
                    assertEquals(
                            text, BrokerProcess.shared().http().get("/" + file).text(), file);
                }
            }
        }
        assertTrue(bytes > 50_000 && bytes < 200_000, bytes + " bytes");
    }
}
