package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
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
            page.awaitText("#done", "Produce to t (3 times)");
            page.type("#add [name=consumer_id]", "c");
            page.type("#add [name=group]", "other");
            page.click("#add button");
            page.awaitText("#add .refusal", "c ");
            page.awaitText("[data-consumer=c] .why", "for it. POST /consume gets the next one.");
            page.awaitText("#done", "Seek c to banana");
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
            page.awaitText("#note", "100000 messages. A lane shows");
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

    private static List<String> withoutRefusals(List<String> messages) {
        messages.removeIf(message -> message.contains("the server responded with a status of 4"));
        return messages;
    }
}
