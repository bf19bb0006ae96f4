package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tests.Http.Reply;

/** Topics as such: looking into them, their limits, their end. */
class TopicsTest {
    private final Http http = BrokerProcess.shared().http();

    @Test
    void browsing_moves_nobody_and_says_where_to_go_on() {
        filled("topics.browse", 5);
        http.post("/consumers/register", "topic", "topics.browse", "consumer_id", "topics.b");
        Reply page = http.get("/topics/topics.browse/messages?offset=1&max_messages=2");
        assertEquals("[v1, v2]", page.get("messages").findValuesAsText("value").toString());
        assertEquals(3, page.get("next_offset").asInt());
        assertEquals(5, page.get("end_offset").asInt());
        assertEquals(0, http.get("/consumers/topics.b").get("offset").asInt());
    }

    @Test
    void browsing_starts_where_it_is_told() {
        filled("topics.start", 3);
        assertEquals("v0", first("topics.start", ""));
        assertEquals("v0", first("topics.start", "?offset=earliest"));
        assertEquals("v2", first("topics.start", "?offset=2"));
        assertEquals("", first("topics.start", "?offset=latest"));
        assertEquals("", first("topics.start", "?offset=3"));
        assertEquals(416, http.get("/topics/topics.start/messages?offset=4").status());
        assertEquals(422, http.get("/topics/topics.start/messages?offset=soon").status());
        assertEquals(
                422, http.get("/topics/topics.start/messages?max_messages=x").status());
        assertEquals(
                422, http.get("/topics/topics.start/messages?max_messages=0").status());
        assertEquals(404, http.get("/topics/topics.nowhere/messages").status());
    }

    @Test
    void browsing_by_time_starts_at_the_first_message_not_older() {
        filled("topics.time", 2);
        long between = System.currentTimeMillis() + 1;
        Await.until("the clock has moved on", () -> System.currentTimeMillis() > between);
        http.post("/produce", "topic", "topics.time", "value", "later");
        assertEquals("v0", first("topics.time", "?timestamp=0"));
        assertEquals("later", first("topics.time", "?timestamp=" + between));
        assertEquals("", first("topics.time", "?timestamp=" + (System.currentTimeMillis() + 10_000)));
    }

    @Test
    void offsets_are_looked_up_in_each_partition() {
        http.post("/topics/register", "topic", "topics.offsets", "partitions", 2);
        http.post("/produce", "topic", "topics.offsets", "partition", 0, "value", "early");
        long between = System.currentTimeMillis() + 1;
        Await.until("the clock has moved on", () -> System.currentTimeMillis() > between);
        http.post("/produce", "topic", "topics.offsets", "partition", 0, "value", "late");
        assertEquals("[[0,0],[1,0]]", offsets("timestamp=0"));
        assertEquals("[[0,1],[1,0]]", offsets("timestamp=" + between));
        assertEquals("[[0,2],[1,0]]", offsets("timestamp=" + Long.MAX_VALUE));
        assertEquals("[[0,0],[1,0]]", offsets("offset=earliest"));
        assertEquals("[[0,2],[1,0]]", offsets("offset=latest"));
        assertEquals(416, http.get("/topics/topics.offsets/offsets?offset=1").status());
        assertEquals(404, http.get("/topics/topics.nowhere/offsets").status());
    }

    private String offsets(String query) {
        List<String> offsets = new ArrayList<>();
        http.get("/topics/topics.offsets/offsets?" + query)
                .get("offsets")
                .forEach(one -> offsets.add("[" + one.get("partition") + "," + one.get("offset") + "]"));
        return offsets.toString().replace(" ", "");
    }

    @Test
    void browsing_never_returns_what_was_dropped_while_it_waited() throws Exception {
        http.post("/topics/register", "topic", "topics.gone", "max_messages", 2, "when_full", "drop_oldest");
        CompletableFuture<Reply> byOffset = browseLater("topics.gone", "offset=0&min_messages=3&wait_ms=3000");
        CompletableFuture<Reply> fromStart = browseLater("topics.gone", "offset=earliest&min_messages=3&wait_ms=3000");
        CompletableFuture<Reply> byTime = browseLater("topics.gone", "timestamp=0&min_messages=3&wait_ms=3000");
        CompletableFuture<Reply> more = browseLater("topics.gone", "offset=0&min_messages=4&wait_ms=60000");
        produce("topics.gone", 3);
        assertEquals(410, byOffset.get().status(), byOffset.get().text());
        assertEquals("OFFSET_TRIMMED", byOffset.get().code());
        assertEquals(410, more.get().status(), "it does not wait for what cannot come");
        for (Reply reply : List.of(fromStart.get(), byTime.get())) {
            assertEquals(
                    "[1, 2]", reply.get("messages").findValuesAsText("offset").toString(), reply.text());
        }
        assertEquals(410, http.get("/topics/topics.gone/stream?offset=0").status());
    }

    @Test
    void what_is_too_old_is_never_returned() throws Exception {
        http.post("/topics/register", "topic", "topics.old", "max_age_ms", 300);
        http.post("/consumers/register", "topic", "topics.old", "consumer_id", "topics.o");
        produce("topics.old", 2);
        CompletableFuture<Reply> waiting = browseLater("topics.old", "offset=0&min_messages=3&wait_ms=1500");
        CompletableFuture<Reply> fromStart = browseLater("topics.old", "min_messages=3&wait_ms=1500");
        assertEquals(410, waiting.get().status(), waiting.get().text());
        assertEquals("[]", fromStart.get().get("messages").toString());
        assertEquals(2, fromStart.get().get("next_offset").asInt());
        assertEquals(204, http.post("/consume", "consumer_id", "topics.o").status());
        assertEquals(0, http.get("/topics/topics.old").get("bytes").asInt());
    }

    private CompletableFuture<Reply> browseLater(String topic, String query) {
        return CompletableFuture.supplyAsync(() -> http.get("/topics/" + topic + "/messages?" + query));
    }

    @Test
    void a_deleted_topic_is_gone_with_its_consumers_and_can_be_made_anew() {
        filled("topics.deleted", 2);
        http.post("/consumers/register", "topic", "topics.deleted", "consumer_id", "topics.d");
        Reply deleted = http.send("DELETE", "/topics/topics.deleted", BodyPublishers.noBody());
        assertEquals("{\"status\":\"ok\",\"topic\":\"topics.deleted\"}", deleted.text());
        assertEquals(404, http.get("/topics/topics.deleted").status());
        assertEquals(404, http.post("/consume", "consumer_id", "topics.d").status());
        assertEquals(
                404,
                http.send("DELETE", "/topics/topics.deleted", BodyPublishers.noBody())
                        .status());
        assertTrue(http.post("/topics/register", "topic", "topics.deleted")
                .get("created")
                .asBoolean());
        assertEquals(
                0,
                http.post("/produce", "topic", "topics.deleted", "value", "new")
                        .get("offset")
                        .asInt());
    }

    @Test
    void the_list_shows_each_topic_and_its_limits() {
        http.post("/topics/register", "topic", "topics.listed", "max_messages", 7, "when_full", "drop_oldest");
        assertEquals(
                "{\"topic\":\"topics.listed\",\"messages\":0,\"bytes\":0,\"start_offset\":0,\"end_offset\":0,"
                        + "\"max_messages\":7,\"when_full\":\"drop_oldest\",\"consumers\":[]}",
                http.get("/topics/topics.listed").text());
        assertTrue(http.get("/topics").get("topics").findValuesAsText("topic").contains("topics.listed"));
    }

    @Test
    void other_settings_than_a_topic_has_are_a_conflict() {
        http.post("/topics/register", "topic", "topics.settings", "max_messages", 5);
        assertEquals(
                200, http.post("/topics/register", "topic", "topics.settings").status());
        assertEquals(
                200,
                http.post("/topics/register", "topic", "topics.settings", "max_messages", 5)
                        .status());
        assertEquals(
                409,
                http.post("/topics/register", "topic", "topics.settings", "max_messages", 6)
                        .status());
        assertEquals(
                409,
                http.post("/topics/register", "topic", "topics.settings", "max_bytes", 5)
                        .status());
        assertEquals(
                409,
                http.post("/topics/register", "topic", "topics.settings", "when_full", "drop_oldest")
                        .status());
        assertEquals(
                422,
                http.post("/topics/register", "topic", "topics.new", "max_messages", 0)
                        .status());
        assertEquals(
                422,
                http.post("/topics/register", "topic", "topics.new", "max_age_ms", -1)
                        .status());
        assertEquals(
                422,
                http.post("/topics/register", "topic", "topics.new", "when_full", "explode")
                        .status());
    }

    @Test
    void a_full_topic_refuses_until_every_consumer_has_read() {
        http.post("/topics/register", "topic", "topics.reject", "max_messages", 2);
        produce("topics.reject", 2);
        assertFull("topics.reject");
        http.post("/consumers/register", "topic", "topics.reject", "consumer_id", "topics.fast");
        http.post("/consumers/register", "topic", "topics.reject", "consumer_id", "topics.slow");
        http.post("/consume", "consumer_id", "topics.fast");
        assertFull("topics.reject");
        http.post("/consume", "consumer_id", "topics.slow");
        assertEquals(
                2,
                http.post("/produce", "topic", "topics.reject", "value", "fits")
                        .get("offset")
                        .asInt());
        assertEquals(1, http.get("/topics/topics.reject").get("start_offset").asInt());
        assertFull("topics.reject");
        assertEquals(
                "v1",
                http.post("/consume", "consumer_id", "topics.slow").get("value").asText());
    }

    @Test
    void a_batch_that_does_not_fit_is_refused_whole() {
        http.post("/topics/register", "topic", "topics.whole", "max_messages", 3);
        produce("topics.whole", 2);
        assertEquals(
                429,
                http.post("/produce/batch?topic=topics.whole", "text/plain", "a\nb\n".getBytes(UTF_8))
                        .status());
        assertEquals(2, http.get("/topics/topics.whole").get("messages").asInt());
    }

    @Test
    void dropping_the_oldest_keeps_the_newest_and_tells_who_missed_how_many() {
        http.post("/topics/register", "topic", "topics.drop", "max_messages", 3, "when_full", "drop_oldest");
        http.post("/consumers/register", "topic", "topics.drop", "consumer_id", "topics.left");
        produce("topics.drop", 10);
        assertEquals(3, http.get("/topics/topics.drop").get("messages").asInt());
        assertEquals(410, http.get("/topics/topics.drop/messages?offset=6").status());
        assertEquals(7, http.get("/consumers/topics.left").get("missed").asInt());
        assertEquals(
                7,
                http.get("/stats")
                        .get("consumers")
                        .path("topics.left")
                        .path("missed")
                        .asInt());
        assertEquals(
                "v7",
                http.post("/consume", "consumer_id", "topics.left").get("value").asText());
        assertEquals(7, http.get("/consumers/topics.left").get("missed").asInt());
    }

    @Test
    void bytes_are_limited_too() {
        http.post("/topics/register", "topic", "topics.bytes", "max_bytes", 1000, "when_full", "drop_oldest");
        for (int i = 0; i < 50; i++) {
            http.post("/produce", "topic", "topics.bytes", "value", "x".repeat(100));
        }
        Reply topic = http.get("/topics/topics.bytes");
        assertTrue(topic.get("bytes").asInt() <= 1000 && topic.get("messages").asInt() >= 8, topic.text());
        assertEquals(
                429,
                http.post("/produce", "topic", "topics.bytes", "value", "x".repeat(2000))
                        .status());
    }

    @Test
    void old_messages_go_by_themselves() {
        http.post("/topics/register", "topic", "topics.age", "max_age_ms", 100);
        produce("topics.age", 3);
        Await.until(
                "they are too old",
                () -> http.get("/topics/topics.age").get("messages").asInt() == 0);
        assertEquals(3, http.get("/topics/topics.age").get("start_offset").asInt());
        assertEquals(
                3,
                http.post("/produce", "topic", "topics.age", "value", "new")
                        .get("offset")
                        .asInt());
    }

    @Test
    void what_is_too_old_frees_its_memory_though_nobody_looks_at_the_topic() {
        try (BrokerProcess broker = BrokerProcess.startWithHeap("64m")) {
            Http own = broker.http();
            own.post("/topics/register", "topic", "old", "max_age_ms", 8000);
            own.post("/topics/register", "topic", "other");
            byte[] batch = ("x".repeat(1000) + "\n").repeat(1000).getBytes(UTF_8);
            for (String topic : List.of("old", "other")) {
                int sent = 0;
                while (own.post("/produce/batch?topic=" + topic, "text/plain", batch)
                                .status()
                        == 200) {
                    assertTrue(++sent < 200, "the broker refuses what it cannot keep");
                }
            }
            Await.until(
                    "the old messages have made room",
                    () -> own.post("/produce/batch?topic=other", "text/plain", batch)
                                    .status()
                            == 200);
        }
    }

    @Test
    void at_the_budget_of_all_topics_producing_is_507_and_all_else_goes_on() {
        try (BrokerProcess broker = BrokerProcess.startWithHeap("64m")) {
            Http own = broker.http();
            own.post("/topics/register", "topic", "t");
            own.post("/consumers/register", "topic", "t", "consumer_id", "c");
            byte[] batch = ("x".repeat(1000) + "\n").repeat(1000).getBytes(UTF_8);
            Reply reply = null;
            for (int i = 0;
                    i < 200 && (reply = own.post("/produce/batch?topic=t", "text/plain", batch)).status() == 200;
                    i++) {
                assertFalse(reply.get("count").isMissingNode());
            }
            assertEquals(507, reply.status());
            assertEquals("STORAGE_FULL", reply.code());
            assertEquals(200, own.post("/consume", "consumer_id", "c").status());
            assertEquals(
                    200,
                    own.send("DELETE", "/topics/t", BodyPublishers.noBody()).status());
            own.post("/topics/register", "topic", "t");
            assertEquals(
                    200, own.post("/produce/batch?topic=t", "text/plain", batch).status());
        }
    }

    private void filled(String topic, int messages) {
        http.post("/topics/register", "topic", topic);
        produce(topic, messages);
    }

    private void produce(String topic, int messages) {
        for (int i = 0; i < messages; i++) {
            assertEquals(
                    200, http.post("/produce", "topic", topic, "value", "v" + i).status());
        }
    }

    private String first(String topic, String query) {
        Reply page = http.get("/topics/" + topic + "/messages" + query);
        assertEquals(200, page.status(), page.text());
        return page.get("messages").path(0).path("value").asText();
    }

    private void assertFull(String topic) {
        Reply reply = http.post("/produce", "topic", topic, "value", "too much");
        assertEquals(429, reply.status());
        assertEquals("TOPIC_FULL", reply.code());
        assertTrue(reply.response().headers().firstValueAsLong("Retry-After").orElse(0) >= 1);
    }
}
