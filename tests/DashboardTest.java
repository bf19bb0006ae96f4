package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page at / in a real browser. */
class DashboardTest {
    @TempDir
    private Path folder;

    @Test
    void create_produce_add_a_consumer_and_see_it_move() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            page.awaitText("#note", "There is no topic yet");
            assertEquals(List.of(), page.accessibilityFaults(), "of the empty page");
            page.type("#create [name=topic]", "demo");
            page.type("#create [name=partitions]", "1");
            page.click("#create button");
            page.awaitText("#lanes", "partition 0");
            page.awaitText(
                    "#done", "curl -d '{\"topic\":\"demo\",\"partitions\":1}' " + broker.url() + "/topics/register");
            page.awaitText("#done", "kafka-topics.sh");

            for (String value : new String[] {"first", "second", "third"}) {
                page.type("#produce [name=value]", value);
                page.type("#produce [name=key]", "k-" + value);
                page.click("#produce button");
                page.awaitText(".cells", value.substring(0, 5));
            }
            page.click(".cell");
            page.awaitText("#detail", "offset 0, key k-first");

            page.type("#add [name=consumer_id]", "alice");
            page.click("#add [name=auto_commit]");
            page.click("#add button");
            page.awaitText("#consumers", "lag 3");
            assertEquals("0", page.markerOffset("partition 0", "alice"));
            page.click("[data-consumer=alice] [data-do=step]");
            Await.until(
                    "the marker moves",
                    () -> page.markerOffset("partition 0", "alice").equals("1"));
            Await.until(
                    "the commit stays",
                    () -> page.markerOffset("partition 0", "alice committed").equals("0"));
            page.click("[data-consumer=alice] [data-do=commit]");
            Await.until(
                    "the commit follows",
                    () -> page.markerOffset("partition 0", "alice committed").equals("none"));
            page.click("[data-consumer=alice] [data-do=run]");
            Await.until(
                    "it runs to the end",
                    () -> page.markerOffset("partition 0", "alice").equals("3"));
            page.click("[data-consumer=alice] [data-do=run]");
            page.awaitText("#done", "consumer.pause(");
            page.click("[data-consumer=alice] [data-do=why]");
            page.awaitText("[data-consumer=alice] .why", "It has received all messages");
            page.type("[data-consumer=alice] [data-of=offset]", "1");
            page.click("[data-consumer=alice] [data-do=seek]");
            Await.until(
                    "the marker goes back",
                    () -> page.markerOffset("partition 0", "alice").equals("1"));
            page.type("[data-consumer=alice] [data-of=offset]", "99");
            page.click("[data-consumer=alice] [data-do=seek]");
            page.awaitText("#done .failed", "past the end");

            page.click("#trickle");
            page.awaitText(".cells", "third 2");
            page.click("#trickle");
            assertEquals(List.of(), page.accessibilityFaults());
            page.dark();
            assertEquals(List.of(), page.accessibilityFaults(), "in the dark");
            page.resize(400, 900);
            assertEquals(List.of(), page.accessibilityFaults(), "on a phone");
            assertEquals(
                    true, page.run("return document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out");
            // a refused request is logged by the browser itself
            assertEquals(List.of(), withoutRefusals(page.consoleErrors()));
        }
    }

    @Test
    void the_page_asks_for_a_token_and_keeps_it_for_the_tab() throws IOException {
        Path file = Files.writeString(
                folder.resolve("access.json"), Access.rules(Access.principal("a", Access.rule("*", "*", "*"))));
        try (EmbeddedBroker broker = EmbeddedBroker.start("--auth", file.toString());
                Page page = Page.open(broker.url())) {
            broker.http("token-a").produce("demo", 1);
            page.awaitText("#access", "This broker requires a token");
            assertEquals(List.of(), page.accessibilityFaults());
            page.type("#token", "wrong");
            page.click("#access-form button");
            page.awaitText("#access", "The broker does not accept the token");
            page.type("#token", "token-a");
            page.click("#access-form button");
            page.awaitText("#status", "Connected");
            page.awaitText(".cells", "v0");
            page.reload();
            page.awaitText(".cells", "v0");
            page.type("#add [name=consumer_id]", "alice");
            page.click("#add button");
            page.awaitText("#consumers", "alice");
            page.awaitText("#done", "$BROKER_TOKEN");
            assertFalse(page.text("body").contains("token-a"), "the token is shown");
        }
    }

    @Test
    void a_rebalance_is_seen_to_happen() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            Http http = broker.http();
            http.post("/topics/register", "topic", "orders", "partitions", 3);
            http.post(
                    "/consumers/register",
                    "topic",
                    "orders",
                    "group",
                    "g",
                    "consumer_id",
                    "bob",
                    "session_timeout_ms",
                    600_000);
            for (int p = 0; p < 3; p++) {
                page.awaitText(".lane:nth-child(" + (p + 1) + ")", "group g: bob");
            }
            http.post(
                    "/consumers/register",
                    "topic",
                    "orders",
                    "group",
                    "g",
                    "consumer_id",
                    "carol",
                    "session_timeout_ms",
                    600_000);
            page.awaitText("#lanes", "group g: carol");
            page.awaitText("#done", "Rebalance of group g: partition 2 went from bob to carol.");
            page.click("[data-consumer=bob] [data-do=remove]");
            for (int p = 0; p < 3; p++) {
                page.awaitText(".lane:nth-child(" + (p + 1) + ")", "group g: carol");
            }
            assertEquals(List.of(), page.consoleErrors());
        }
    }

    @Test
    void it_says_when_the_broker_is_away_and_finds_it_again() {
        String data = folder.resolve("data").toString();
        BrokerProcess broker = BrokerProcess.start("--data-dir", data);
        try (Page page = Page.open(broker.url())) {
            broker.http().produce("t", 3);
            page.awaitText(".cells", "v2");
            broker.kill();
            page.awaitText("#status", "does not answer");
            broker = BrokerProcess.startAt(broker.port(), "--data-dir", data);
            page.awaitText("#status", "Connected");
            broker.http().produce("t", 1);
            page.awaitText(".cells", "3");
            assertEquals(List.of(), page.consoleErrors());
        } finally {
            broker.close();
        }
    }

    @Test
    void a_trickle_stays_with_its_topic_and_ends_with_it() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            Http http = broker.http();
            http.produce("a", 0);
            http.produce("b", 0);
            page.awaitText("#topic", "b");
            page.select("#topic", "a");
            page.click("#trickle");
            page.awaitText("#trickle", "stop producing to a");
            page.select("#topic", "b");
            long before = http.get("/topics/a").get("messages").asLong();
            Await.until(
                    "it goes on", () -> http.get("/topics/a").get("messages").asLong() > before);
            assertEquals(0, http.get("/topics/b").get("messages").asLong());
            http.send("DELETE", "/topics/a", BodyPublishers.noBody());
            Await.until("it ends", () -> page.text("#trickle").equals("start producing"));
            assertEquals(404, http.get("/topics/a").status());
        }
    }

    @Test
    void what_is_refused_or_asked_is_answered_where_the_consumer_is_while_messages_come() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            broker.http().produce("t", 1);
            broker.http().post("/consumers/register", "topic", "t", "consumer_id", "c");
            page.awaitText("#topic", "t");
            page.click("#trickle");
            page.type("[data-consumer=c] [data-of=offset]", "banana");
            page.click("[data-consumer=c] [data-do=seek]");
            page.awaitText("[data-consumer=c] .why", "banana");
            page.click("[data-consumer=c] [data-do=why]");
            page.awaitText("[data-consumer=c] .why", "for it. POST /consume gets the next one.");
            Await.until(
                    "messages come",
                    () -> page.text("#done").matches("(?s).*Produce to t \\((\\d\\d+|[3-9]) times\\).*"));
            page.type("#add [name=consumer_id]", "c");
            page.type("#add [name=group]", "other");
            page.click("#add button");
            page.awaitText("#add .refusal", "c ");
            page.awaitText("[data-consumer=c] .why", "for it. POST /consume gets the next one.");
            page.awaitText("#done", "Seek c to banana");
        }
    }

    /** The next step of a running consumer cleared the answer after a fraction of a second. */
    @Test
    void what_was_asked_about_a_running_consumer_stays() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            broker.http().produce("t", 100);
            broker.http().post("/consumers/register", "topic", "t", "consumer_id", "c");
            page.click("[data-consumer=c] [data-do=run]");
            page.awaitText("[data-consumer=c] [data-do=run]", "pause");
            page.click("[data-consumer=c] [data-do=why]");
            page.awaitText("[data-consumer=c] .why", "At ");
            String answer = page.text("[data-consumer=c] .why");
            String positions = page.text("[data-consumer=c] .positions");
            Await.until(
                    "it goes on",
                    () -> !page.text("[data-consumer=c] .positions").equals(positions));
            assertEquals(answer, page.text("[data-consumer=c] .why"));
        }
    }

    @Test
    void what_is_not_visible_is_not_shown_at_a_wrong_place() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            broker.http().produce("t", 100);
            for (String start : List.of("earliest", "latest")) {
                broker.http().post("/consumers/register", "topic", "t", "consumer_id", start, "start", start);
            }
            page.awaitText("#lanes", "v99");
            assertEquals(1, page.findAll(".next").size());
            assertEquals("earliest", page.find(".marker.before").getDomAttribute("data-marker"));
            page.select("#view", " oldest");
            page.awaitText("#lanes", "v0");
            Await.until("the end is not visible", () -> page.findAll(".later").size() == 1);
            assertEquals(0, page.findAll(".next").size());
            assertEquals("latest", page.find(".marker.after").getDomAttribute("data-marker"));
            assertEquals(0, page.findAll(".marker.before").size());
        }
    }

    @Test
    void what_is_done_over_and_over_is_told_with_what_came_of_it() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            broker.http().produce("t", 1);
            broker.http().post("/consumers/register", "topic", "t", "consumer_id", "c");
            page.click("[data-consumer=c] [data-do=step]");
            page.awaitText("#done", "Step c: got \"v0\", offset 0");
            page.click("[data-consumer=c] [data-do=step]");
            page.awaitText("#done", "Step c: nothing new (204) (2 times, 1 of them with nothing new)");
            for (String value : new String[] {"x", "y", "x"}) {
                page.type("#produce [name=value]", value);
                page.type("#produce [name=key]", "a:b");
                page.click("#produce button");
            }
            page.awaitText("#done", "Produce to t (2 times)");
            page.awaitText("#done", "printf '%s\\n' 'a:b|y' | kafka-console-producer.sh");
            page.awaitText("#done", "key.separator='|'");
        }
    }

    @Test
    void a_topic_that_is_gone_takes_its_message_along() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            broker.http().post("/topics/register", "topic", "t", "partitions", 2);
            broker.http().post("/produce", "topic", "t", "value", "v", "partition", 1);
            page.click(".cell");
            page.awaitText("#detail", "partition 1, offset 0, no key");
            page.type("#create [name=topic]", "u");
            page.click("#create button");
            Await.until(
                    "the message of the other topic is not there",
                    () -> page.text("#detail").isEmpty());
            broker.http().post("/produce", "topic", "u", "value", "w", "key", "k");
            page.awaitText("#lanes", "w");
            Await.until(
                    "the other topic's messages have gone",
                    () -> page.findAll(".cell").size() == 1);
            page.click(".cell");
            page.awaitText("#detail", "offset 0, key k");
            broker.http().send("DELETE", "/topics/u", BodyPublishers.noBody());
            page.awaitText("#done", "Topic u no longer exists");
            assertEquals("", page.text("#detail"));
        }
    }

    @Test
    void long_names_stay_within_the_page() {
        String name = "n".repeat(200);
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            broker.http().produce(name, 1);
            broker.http()
                    .post(
                            "/consumers/register",
                            "topic",
                            name,
                            "consumer_id",
                            "c".repeat(200),
                            "group",
                            "g".repeat(200));
            page.awaitText("#consumers", "c".repeat(200));
            page.click("#trickle");
            page.awaitText("#done", "Produce to " + name);
            assertEquals(true, page.run("return document.documentElement.scrollWidth <= innerWidth"));
        }
    }

    @Test
    void a_topic_that_began_anew_shows_its_new_messages() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            broker.http().produce("t", 1);
            page.awaitText(".cells", "v0");
            broker.http().send("DELETE", "/topics/t", BodyPublishers.noBody());
            broker.http().post("/topics/register", "topic", "t");
            broker.http().post("/produce", "topic", "t", "value", "anew");
            page.awaitText(".cells", "anew");
        }
    }

    @Test
    void markup_is_text() {
        String markup = "<img src=x onerror=document.title='hacked'><script>document.title='hacked'</script>";
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            broker.http().post("/topics/register", "topic", "t");
            broker.http()
                    .post("/produce", "topic", "t", "value", markup, "key", markup, "headers", Map.of(markup, markup));
            page.awaitText(".cells", "<img");
            page.click(".cell");
            page.awaitText("#detail", markup);
            page.type("#produce [name=value]", markup);
            page.click("#produce button");
            page.awaitText("#done", "<script>");
            assertEquals("mini-kafka", page.run("return document.title"));
            assertEquals(0L, page.run("return document.querySelectorAll('main img, main script').length"));
            assertEquals(List.of(), page.consoleErrors());
        }
    }

    @Test
    void it_draws_a_part_of_a_long_topic_and_says_so() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            broker.http().produce("t", 0);
            broker.http()
                    .post(
                            "/produce/batch?topic=t",
                            "text/plain",
                            "x\n".repeat(100_000).getBytes(UTF_8));
            page.awaitText("#note", "100000 messages; each lane shows up to");
            page.awaitText(".cells", "99999");
            assertTrue(page.findAll(".cell").size() <= 30);
            broker.http().post("/consumers/register", "topic", "t", "consumer_id", "c");
            page.select("#view", "c");
            Await.until("the view goes there", () -> page.text(".cells .offset").equals("0"));
            Await.until(
                    "the marker is in view",
                    () -> page.markerOffset("partition 0", "c").equals("0"));
            assertFalse(page.text(".cells").contains("99999"));
        }
    }

    @Test
    void the_picture_and_the_controls_of_a_consumer_fit_on_one_screen() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            page.resizeViewport(1280, 720);
            fill(broker.http());
            page.click("[data-consumer=dave] .head");
            page.awaitText("[data-consumer=dave] .controls", "step");
            for (String part : List.of(
                    "#produce", "#create", ".lane:nth-of-type(3)", "[data-consumer=dave] .controls", "#events")) {
                double bottom = ((Number) page.run(
                                "return document.querySelector('" + part + "').getBoundingClientRect().bottom"))
                        .doubleValue();
                assertTrue(bottom <= 720, part + " ends at " + bottom);
            }
            for (String size : List.of("390,844", "1440,900", "1920,1080")) {
                page.resizeViewport(Integer.parseInt(size.split(",")[0]), Integer.parseInt(size.split(",")[1]));
                assertEquals(true, page.run("return document.documentElement.scrollWidth <= innerWidth"), size);
            }
        }
    }

    @Test
    void text_is_at_least_14_px_and_24_px_on_a_projector() {
        String smallest =
                "return Math.min(...[...document.querySelectorAll('body *')].filter(one => one.checkVisibility()"
                        + " && [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))"
                        + ".map(one => parseFloat(getComputedStyle(one).fontSize)))";
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            fill(broker.http());
            page.awaitText("#consumers", "dave");
            assertTrue(((Number) page.run(smallest)).doubleValue() >= 14);
            page.click("#projector");
            assertTrue(((Number) page.run(smallest)).doubleValue() >= 24);
            assertEquals(List.of(), page.accessibilityFaults());
            page.reload();
            page.awaitText("#consumers", "dave");
            assertTrue(((Number) page.run(smallest)).doubleValue() >= 24, "the address keeps it");
            page.click("#projector");
            assertEquals("?topic=orders", page.run("return location.search"));
        }
    }

    @Test
    void what_happens_on_the_broker_is_named() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            Http http = broker.http();
            http.post("/topics/register", "topic", "t", "max_messages", 3, "when_full", "drop_oldest");
            page.awaitText("#lanes", "partition 0");
            http.post("/produce", "topic", "t", "value", "v", "key", "k");
            page.awaitText("#events", "Produced: offset 0 of partition 0, key k.");
            http.post("/consumers/register", "topic", "t", "consumer_id", "c", "group", "g", "auto_commit", false);
            page.awaitText("#events", "c has joined group g.");
            http.post("/consume", "consumer_id", "c");
            page.awaitText("#events", "Delivered: offset 0 of partition 0 to c.");
            http.post("/consumers/commit", "consumer_id", "c");
            page.awaitText("#events", "Committed: c continues at offset 1 of partition 0 after a restart.");
            http.post("/consumers/seek", "consumer_id", "c", "offset", 0);
            page.awaitText("#events", "c went back from offset 1 to 0 of partition 0");
            http.post("/produce/batch?topic=t", "text/plain", "1\n2\n3\n".getBytes(UTF_8));
            page.awaitText("#events", "Retention dropped offsets 0 to 0 of partition 0.");
            page.awaitText("#note", "Limits of each partition: max_messages 3, when_full drop_oldest.");
            http.post("/consumers/unregister", "consumer_id", "c");
            page.awaitText("#events", "c has left group g.");
        }
    }

    @Test
    void a_message_is_shown_beside_its_cell_and_can_be_produced_again() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            broker.http().post("/topics/register", "topic", "t", "partitions", 2);
            broker.http()
                    .post(
                            "/produce",
                            "topic",
                            "t",
                            "partition",
                            0,
                            "value",
                            "{\"a\":{\"b\":1}}",
                            "key",
                            "k",
                            "headers",
                            Map.of("h", "1"));
            page.click(".cell");
            page.awaitText("#detail pre", "\"b\": 1");
            page.awaitText("#detail", "headers {\"h\":\"1\"}");
            assertEquals(
                    true,
                    page.run(
                            "return document.getElementById('detail').previousElementSibling.textContent.includes('partition 0')"),
                    "below its lane");
            page.click("#detail button");
            page.click("#produce button");
            page.awaitText("#placed", "offset");
            assertEquals(2, broker.http().get("/topics/t").get("messages").asInt());
            page.click(".cell");
            Await.until("a second click closes it", () -> page.text("#lanes").indexOf("produce again") < 0);
        }
    }

    @Test
    void bytes_and_tombstones_are_shown_and_can_be_produced_again() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            Http http = broker.http();
            http.post("/topics/register", "topic", "t", "partitions", 3);
            page.awaitText("#lanes", "partition 2");
            String bytes = "\"value_base64\":\"//4A\",\"key_base64\":\"gIE=\"";
            String headers = "\"headers\":{\"a\":\"text\"},\"headers_base64\":{\"b\":[\"/w==\",\"eA==\"],\"c\":null},"
                    + "\"header_order\":[\"b\",\"a\",\"c\",\"b\"]";
            int partition = http.post("/produce", "{\"topic\":\"t\"," + bytes + "," + headers + "}")
                    .get("partition")
                    .asInt();
            http.post("/produce", "{\"topic\":\"t\",\"value\":null,\"key_base64\":\"gIE=\"}");
            page.awaitText("#events", "offset 1 of partition");
            assertEquals(List.of("ff fe 00", "∅"), texts(page, ".cell"));
            page.click(".cell[data-kind=bytes]");
            page.awaitText("#detail", "key of 2 bytes: 80 81");
            page.awaitText("#detail", "bytes that are not UTF-8 text (3)");
            page.awaitText("#detail pre", "ff fe 00");
            page.awaitText("#detail", "headers b: 1 byte: ff, a: \"text\", c: no value, b: \"x\"");
            page.awaitText("#detail", "mod 3 = " + partition);
            assertFalse(page.text("#detail").contains("named another partition"));
            page.click("#detail button");
            page.awaitText("#placed", "partition " + partition + ", at offset 2.");
            page.awaitText("#done", "--topic t --json");
            page.click(".cell[data-kind='null']");
            page.awaitText("#detail", "tombstone: the message has a key, but no value");
            page.click("#detail button");
            Await.until(
                    "both are there again",
                    () -> http.get("/topics/t").get("messages").asInt() == 4);
            List<String> messages = new ArrayList<>();
            http.get("/topics/t/messages?partition=" + partition)
                    .get("messages")
                    .forEach(message -> messages.add(Http.withoutTimestamps(message.toString())
                            .replaceFirst("\"offset\":\\d+,", "")
                            .replaceFirst("\"partition\":\\d+,", "")));
            assertEquals(messages.get(0), messages.get(2));
            assertTrue(
                    messages.get(3).startsWith("{\"topic\":\"t\",\"value\":null,\"key_base64\":\"gIE=\""),
                    messages.get(3));
            page.type("#add [name=consumer_id]", "c");
            page.click("#add button");
            page.click("[data-consumer=c] [data-do=step]");
            page.awaitText("#done", ": got 3 bytes: ff fe 00, offset 0 of partition " + partition);
            page.click("[data-consumer=c] [data-do=step]");
            page.awaitText("#done", ": got tombstone, offset 1 of partition " + partition);
            String shown = (String)
                    page.run("return document.body.innerText + [...document.querySelectorAll('[title],[aria-label]')]"
                            + ".map(one => (one.title ?? '') + (one.ariaLabel ?? '')).join()");
            assertFalse(shown.replace("\":null", "").matches("(?s).*(undefined|NaN|null).*"), shown);
            assertEquals(List.of(), page.accessibilityFaults());
            assertEquals(List.of(), page.consoleErrors());
        }
    }

    private static List<String> texts(Page page, String css) {
        return page.findAll(css).stream().map(one -> one.getText()).toList();
    }

    @Test
    void consumers_differ_by_more_than_their_colours() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            fill(broker.http());
            page.awaitText("#consumers", "dave");
            assertEquals(
                    4L,
                    page.run("return new Set([...document.querySelectorAll('#consumers .badge')]"
                            + ".map(one => one.dataset.shape + one.textContent)).size"));
            assertEquals(
                    4L,
                    page.run("return new Set([...document.querySelectorAll('#consumers .badge')]"
                            + ".map(one => getComputedStyle(one).backgroundColor)).size"));
        }
    }

    @Test
    void a_reload_shows_the_same_topic_from_the_same_position() {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            broker.http().produce("a", 1);
            broker.http().produce("b", 50);
            page.awaitText("#topic", "b");
            page.select("#topic", "b");
            page.select("#view", " oldest");
            page.awaitText(".cells", "v0");
            page.reload();
            Await.until(
                    "the oldest messages are shown",
                    () -> page.text(".cells .offset").equals("0"));
            assertEquals("b", page.run("return document.getElementById('topic').value"));
            assertEquals(" oldest", page.run("return document.getElementById('view').value"));
        }
    }

    @Test
    void a_lesson_can_be_repeated_by_a_shell_script() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page page = Page.open(broker.url())) {
            page.type("#create [name=topic]", "t");
            page.click("#create button");
            page.awaitText("#lanes", "partition 2");
            List<String> sent = List.of("it's", "two\"quotes\"", "it\u2019s");
            for (String value : sent) {
                page.type("#produce [name=value]", value);
                page.type("#produce [name=key]", "k");
                page.click("#produce button");
                page.awaitText("#placed", "partition");
            }
            page.awaitText("#done", "PowerShell");
            page.awaitText("#done", "it\u2019\u2019s"); // PowerShell takes a typographic quote for a quote
            page.awaitText("#done", "irm '" + broker.url() + "/produce' -Method Post");
            page.awaitText("#done", "./jbang Producer.java --broker " + broker.url() + " --topic t --key 'k' --");
            Await.until(
                    "all are there",
                    () -> broker.http().get("/topics/t").get("messages").asInt() == 3);
            String script = (String) page.run("return import('/dashboard/history.js').then(one => one.asScript())");
            broker.http().send("DELETE", "/topics/t", BodyPublishers.noBody());
            Path file = Files.writeString(folder.resolve("lesson.sh"), script);
            Scripts.Result result =
                    Scripts.finish(Scripts.startProcess(new ProcessBuilder("sh", file.toString())), new byte[0]);
            assertEquals(0, result.exitCode(), result.stderr());
            List<String> values = new ArrayList<>();
            for (int partition = 0; partition < 3; partition++) {
                broker.http()
                        .get("/topics/t/messages?offset=0&partition=" + partition)
                        .get("messages")
                        .forEach(message -> values.add(message.path("value").asText()));
            }
            assertEquals(sent, values);
        }
    }

    @Test
    void a_message_flies_unless_the_system_asks_for_reduced_motion() {
        String flights =
                "window.flights = 0; new MutationObserver(changes => changes.forEach(change => change.addedNodes.forEach("
                        + "node => { if (node.className === 'flying') flights++; }))).observe(document.body, {childList: true})";
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                Page moving = Page.openMoving(broker.url());
                Page still = Page.open(broker.url())) {
            broker.http().produce("t", 1);
            broker.http().post("/consumers/register", "topic", "t", "consumer_id", "c");
            for (Page page : List.of(moving, still)) {
                page.awaitText("#consumers", "c");
                page.run(flights);
            }
            broker.http().post("/produce", "topic", "t", "value", "flies");
            Await.until(
                    "it flies to its lane", () -> moving.run("return flights").equals(1L));
            broker.http().post("/consume", "consumer_id", "c");
            Await.until(
                    "it flies to the consumer",
                    () -> moving.run("return flights").equals(2L));
            still.awaitText("#events", "Delivered: offset 0 of partition 0 to c.");
            assertEquals(0L, still.run("return flights"));
        }
    }

    /** A topic of three partitions with messages, and four consumers. */
    private static void fill(Http http) {
        http.post("/topics/register", "topic", "orders", "partitions", 3);
        for (int i = 0; i < 20; i++) {
            http.post("/produce", "topic", "orders", "key", "user-" + i % 5, "value", "order " + i);
        }
        for (String consumer : List.of("alice", "bob")) {
            http.post(
                    "/consumers/register",
                    "topic",
                    "orders",
                    "consumer_id",
                    consumer,
                    "group",
                    "shop",
                    "session_timeout_ms",
                    600_000);
        }
        for (String consumer : List.of("carol", "dave")) {
            http.post("/consumers/register", "topic", "orders", "consumer_id", consumer);
        }
    }

    @Test
    void the_documentation_works_under_its_policy() {
        try (Page page = Page.open(BrokerProcess.shared().url() + "/docs")) {
            page.awaitText("#swagger-ui", "/produce/batch");
            assertEquals(List.of(), page.consoleErrors());
        }
    }

    @Test
    void programs_still_get_json() {
        Http.Reply answer = BrokerProcess.shared().http().get("/");
        assertEquals("application/json;charset=utf-8", answer.contentType());
        assertEquals(
                "Accept",
                answer.response().headers().firstValue("Vary").orElse(""),
                "or a cache would give it to browsers");
    }

    static List<String> withoutRefusals(List<String> messages) {
        messages.removeIf(message -> message.contains("the server responded with a status of 4"));
        return messages;
    }
}
