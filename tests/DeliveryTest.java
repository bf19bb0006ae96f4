package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tests.Http.Reply;

/** Commits, seeks, partitions, headers, and why nothing comes. */
class DeliveryTest {
    private final Http http = BrokerProcess.shared().http();

    @Test
    void what_was_not_committed_comes_again_after_a_new_registration() {
        http.produce("del.commit", 3);
        register("del.commit", "del.c1", "auto_commit", false);
        assertEquals(List.of(0, 1, 2), offsets(http.consumeAll("del.c1")));
        assertEquals(
                1,
                http.post("/consumers/commit", "consumer_id", "del.c1", "offset", 1)
                        .get("offset")
                        .asInt());
        assertEquals(
                204, http.post("/consume", "consumer_id", "del.c1").status(), "a commit does not move the position");
        assertEquals(
                1,
                register("del.commit", "del.c1", "auto_commit", false)
                        .get("offset")
                        .asInt());
        assertEquals(List.of(1, 2), offsets(http.consumeAll("del.c1")));
        assertEquals(
                3,
                http.post("/consumers/commit", "consumer_id", "del.c1")
                        .get("offset")
                        .asInt());
        register("del.commit", "del.c1");
        assertEquals(204, http.post("/consume", "consumer_id", "del.c1").status());
    }

    @Test
    void a_commit_past_the_end_is_refused_and_changes_nothing() {
        http.produce("del.past", 2);
        register("del.past", "del.c2", "auto_commit", false);
        http.consumeAll("del.c2");
        Reply reply = http.post("/consumers/commit", "consumer_id", "del.c2", "offset", 3);
        assertEquals(416, reply.status());
        assertEquals("OFFSET_OUT_OF_RANGE", reply.code());
        assertEquals(
                422,
                http.post("/consumers/commit", "consumer_id", "del.c2", "offset", -1)
                        .status());
        assertEquals(
                422,
                http.post(
                                "/consumers/commit",
                                "{\"consumer_id\":\"del.c2\",\"offsets\":[{\"partition\":1,\"offset\":0}]}")
                        .status());
        assertEquals(
                422,
                http.post("/consumers/commit", "{\"consumer_id\":\"del.c2\",\"offsets\":[null]}")
                        .status());
        assertEquals(0, register("del.past", "del.c2").get("offset").asInt());
    }

    @Test
    void a_limited_topic_keeps_what_was_delivered_and_not_committed() {
        http.post("/topics/register", "topic", "del.kept", "max_messages", 1);
        register("del.kept", "del.c3", "auto_commit", false);
        http.post("/produce", "topic", "del.kept", "value", "v");
        http.consumeAll("del.c3");
        assertEquals(
                429, http.post("/produce", "topic", "del.kept", "value", "v").status());
        http.post("/consumers/commit", "consumer_id", "del.c3");
        assertEquals(
                200, http.post("/produce", "topic", "del.kept", "value", "v").status());
    }

    @Test
    void a_seek_goes_to_an_offset_an_end_or_a_time() throws InterruptedException {
        http.produce("del.seek", 2);
        Thread.sleep(5); // the clock has to move on
        long time = System.currentTimeMillis();
        http.post("/produce", "topic", "del.seek", "value", "late");
        register("del.seek", "del.c4");
        assertEquals(
                1,
                http.post("/consumers/seek", "consumer_id", "del.c4", "offset", 1)
                        .get("offset")
                        .asInt());
        assertEquals(
                1, http.post("/consume", "consumer_id", "del.c4").get("offset").asInt());
        assertEquals(
                3,
                http.post("/consumers/seek", "consumer_id", "del.c4", "offset", "latest")
                        .get("offset")
                        .asInt());
        assertEquals(204, http.post("/consume", "consumer_id", "del.c4").status());
        assertEquals(
                2,
                http.post("/consumers/seek", "consumer_id", "del.c4", "timestamp", time)
                        .get("offset")
                        .asInt());
        assertEquals(
                0,
                http.post("/consumers/seek", "consumer_id", "del.c4", "offset", "earliest")
                        .get("offset")
                        .asInt());
        assertEquals(
                416,
                http.post("/consumers/seek", "consumer_id", "del.c4", "offset", 4)
                        .status());
        assertEquals(422, http.post("/consumers/seek", "consumer_id", "del.c4").status());
        assertEquals(
                422,
                http.post("/consumers/seek", "consumer_id", "del.c4", "offset", 1, "timestamp", 1)
                        .status());
        assertEquals(
                404,
                http.post("/consumers/seek", "consumer_id", "del.nobody", "offset", 1)
                        .status());
    }

    /** Made by Kafka 4.3.1: {@code Utils.toPositive(Utils.murmur2(key)) % 12}. */
    @ParameterizedTest
    @CsvSource({
        "'', 9",
        "a, 4",
        "ab, 2",
        "abc, 3",
        "abcd, 8",
        "user-1, 8",
        "order-4711, 7",
        "ключ, 8",
        "日本, 3",
        "😀, 9",
        "the quick brown fox, 1",
        "x-y-z-0123456789, 1"
    })
    void a_key_lands_where_kafka_puts_it(String key, int partition) {
        http.post("/topics/register", "topic", "del.keys", "partitions", 12);
        assertEquals(
                partition,
                http.post("/produce", "topic", "del.keys", "value", "v", "key", key)
                        .get("partition")
                        .asInt());
    }

    @Test
    void without_a_key_partitions_take_turns_and_order_is_kept_in_each() {
        http.post("/topics/register", "topic", "del.turns", "partitions", 3);
        Reply batch =
                http.post("/produce/batch?topic=del.turns", "text/plain", "0\n1\n2\n3\n4\n5\n6\n".getBytes(UTF_8));
        assertEquals(
                "[{\"partition\":0,\"base_offset\":0,\"count\":3},{\"partition\":1,\"base_offset\":0,\"count\":2},"
                        + "{\"partition\":2,\"base_offset\":0,\"count\":2}]",
                batch.get("partitions").toString());
        assertEquals(
                1,
                http.post("/produce", "topic", "del.turns", "value", "7")
                        .get("partition")
                        .asInt());
        Reply page = http.get("/topics/del.turns/messages?partition=1&offset=1");
        assertEquals(
                "[{\"topic\":\"del.turns\",\"partition\":1,\"offset\":1,\"value\":\"4\"},"
                        + "{\"topic\":\"del.turns\",\"partition\":1,\"offset\":2,\"value\":\"7\"}]",
                Http.withoutTimestamps(page.get("messages").toString()));
        assertEquals(422, http.get("/topics/del.turns/messages?partition=3").status());
        assertEquals(8, http.get("/topics/del.turns").get("messages").asInt());
        register("del.turns", "del.c5");
        assertEquals(8, http.consumeAll("del.c5").size());
        JsonNode stats = http.get("/stats").get("consumers").path("del.c5");
        assertEquals(
                "{\"partition\":2,\"offset\":2,\"committed\":2,\"lag\":0}",
                stats.path("positions").path(2).toString());
        assertFalse(stats.has("offset"));
    }

    @Test
    void an_offset_is_committed_with_its_partition() {
        http.post("/topics/register", "topic", "del.part", "partitions", 2);
        http.post("/produce/batch?topic=del.part", "text/plain", "0\n1\n2\n3\n".getBytes(UTF_8));
        register("del.part", "del.c9", "auto_commit", false);
        assertEquals(
                "[{\"partition\":1,\"offset\":2}]",
                http.post("/consumers/commit", "consumer_id", "del.c9", "partition", 1, "offset", 2)
                        .get("offsets")
                        .toString());
        assertEquals(
                422,
                http.post("/consumers/commit", "consumer_id", "del.c9", "partition", 2, "offset", 2)
                        .status());
        assertEquals(
                "offset is required with a partition",
                http.post("/consumers/commit", "consumer_id", "del.c9", "partition", 1)
                        .detail());
        Reply without = http.post("/consumers/commit", "consumer_id", "del.c9", "offset", 2);
        assertTrue(without.detail().contains("the consumer owns 2 partitions"), without.detail());
        Reply twice = http.post(
                "/consumers/commit",
                "{\"consumer_id\":\"del.c9\",\"offsets\":"
                        + "[{\"partition\":0,\"offset\":1},{\"partition\":0,\"offset\":2}]}");
        assertEquals(422, twice.status());
        assertTrue(twice.detail().contains("partition 0 twice"), twice.detail());
    }

    @Test
    void a_partition_may_be_asked_for() {
        http.post("/topics/register", "topic", "del.asked", "partitions", 3);
        assertEquals(
                2,
                http.post("/produce", "topic", "del.asked", "value", "v", "key", "k", "partition", 2)
                        .get("partition")
                        .asInt());
        Reply wrong = http.post("/produce", "topic", "del.asked", "value", "v", "partition", 3);
        assertEquals(422, wrong.status());
        assertTrue(wrong.detail().startsWith("partition must be from 0 to 2"), wrong.detail());
        assertEquals(
                422,
                http.post(
                                "/produce/batch",
                                "{\"topic\":\"del.asked\",\"messages\":[{\"value\":\"a\"},{\"value\":\"b\",\"partition\":7}]}")
                        .status());
        assertEquals(1, http.get("/topics/del.asked").get("messages").asInt(), "a refused batch has changed nothing");
    }

    @Test
    void a_topic_has_1_to_256_partitions_and_keeps_their_number() {
        assertEquals(
                422,
                http.post("/topics/register", "topic", "del.many", "partitions", 257)
                        .status());
        assertEquals(
                422,
                http.post("/topics/register", "topic", "del.many", "partitions", 0)
                        .status());
        assertEquals(
                256,
                http.post("/topics/register", "topic", "del.many", "partitions", 256)
                        .get("partitions")
                        .asInt());
        assertEquals(
                409,
                http.post("/topics/register", "topic", "del.many", "partitions", 2)
                        .status());
        assertEquals(200, http.post("/topics/register", "topic", "del.many").status());
    }

    @Test
    void a_call_that_waits_ends_when_its_consumer_registers_again() throws Exception {
        http.produce("del.taken", 0);
        register("del.taken", "del.c13");
        CompletableFuture<Reply> waiting =
                CompletableFuture.supplyAsync(() -> http.post("/consume", "consumer_id", "del.c13", "wait_ms", 50_000));
        Await.until(
                "it waits", () -> http.get("/consumers/del.c13").get("waiting").asInt() == 1);
        register("del.taken", "del.c13");
        assertEquals(204, waiting.get(5, TimeUnit.SECONDS).status());
        assertEquals(0, http.get("/consumers/del.c13").get("waiting").asInt());
        http.produce("del.taken", 1);
        assertEquals(
                0, http.post("/consume", "consumer_id", "del.c13").get("offset").asInt());
    }

    @Test
    void what_it_has_got_once_it_has_not_missed() {
        http.post("/topics/register", "topic", "del.missed", "max_messages", 2, "when_full", "drop_oldest");
        register("del.missed", "del.c10", "auto_commit", false);
        http.produce("del.missed", 3);
        for (int i = 0; i < 2; i++) {
            assertEquals(List.of(1, 2), offsets(http.consumeAll("del.c10")));
            assertEquals(1, http.get("/consumers/del.c10").get("missed").asInt());
            register("del.missed", "del.c10");
        }
        http.consumeAll("del.c10");
        http.produce("del.missed", 2);
        register("del.missed", "del.c10");
        assertEquals(1, http.get("/consumers/del.c10").get("missed").asInt());
    }

    @Test
    void who_went_with_its_topic_is_told() {
        http.produce("del.gone", 1);
        register("del.gone", "del.c11");
        http.send("DELETE", "/topics/del.gone", BodyPublishers.noBody());
        assertTrue(
                http.post("/consume", "consumer_id", "del.c11").detail().contains("topic del.gone, which was deleted"));
    }

    @Test
    void a_seek_to_a_time_in_words_says_where_a_time_goes() {
        http.produce("del.words", 1);
        register("del.words", "del.c12");
        Reply reply = http.post("/consumers/seek", "consumer_id", "del.c12", "offset", "2026-01-31T12:00:00Z");
        assertEquals(422, reply.status());
        assertTrue(reply.detail().contains("timestamp, in ms since 1970"), reply.detail());
    }

    @Test
    void a_consumer_that_reads_alone_is_removed_when_it_is_silent_for_as_long_as_it_has_said() {
        http.produce("del.session", 2);
        http.post(
                "/consumers/register", "topic", "del.session", "consumer_id", "del.mortal", "session_timeout_ms", 300);
        http.post(
                "/consumers/register",
                "topic",
                "del.session",
                "consumer_id",
                "del.patient",
                "session_timeout_ms",
                60_000);
        http.post("/consumers/register", "topic", "del.session", "consumer_id", "del.immortal");
        assertEquals(200, http.post("/consume", "consumer_id", "del.mortal").status());
        assertEquals(
                200,
                http.post("/consume", "consumer_id", "del.mortal", "wait_ms", 1000)
                        .status());
        assertEquals(
                204,
                http.post("/consume", "consumer_id", "del.mortal", "wait_ms", 1000)
                        .status(),
                "while it waits it is not silent");
        Await.until("it is removed", () -> http.get("/consumers/del.mortal").status() == 404);
        Reply gone = http.post("/consume", "consumer_id", "del.mortal");
        assertTrue(gone.detail().contains("it sent no request for 300 ms (session_timeout_ms)"), gone.detail());
        assertEquals(200, http.get("/consumers/del.patient").status());
        assertEquals(200, http.get("/consumers/del.immortal").status());
        http.post(
                "/consumers/register", "topic", "del.session", "consumer_id", "del.patient", "session_timeout_ms", 300);
        http.post(
                "/consumers/register",
                "topic",
                "del.session",
                "consumer_id",
                "del.immortal",
                "session_timeout_ms",
                300);
        Await.until(
                "they are removed, too",
                () -> http.get("/consumers?topic=del.session").get("consumers").isEmpty());
        assertEquals(
                0,
                http.post("/consumers/register", "topic", "del.session", "consumer_id", "del.mortal")
                        .get("offset")
                        .asInt());
    }

    @Test
    void a_consumer_that_is_gone_makes_room_in_a_full_topic() {
        http.post("/topics/register", "topic", "del.room", "max_messages", 1);
        http.post("/consumers/register", "topic", "del.room", "consumer_id", "del.gone", "session_timeout_ms", 300);
        http.post("/consumers/register", "topic", "del.room", "consumer_id", "del.here");
        http.produce("del.room", 1);
        http.post("/consume", "consumer_id", "del.here");
        Await.until(
                "there is room",
                () -> http.post("/produce", "topic", "del.room", "value", "v").status() == 200);
    }

    @Test
    void headers_come_back_and_the_timestamp_is_the_brokers() {
        http.produce("del.headers", 0);
        long before = System.currentTimeMillis();
        http.post(
                "/produce",
                "{\"topic\":\"del.headers\",\"value\":\"v\",\"timestamp\":1,\"headers\":{\"trace\":\"7\\\"f\",\"ü\":\"\"}}");
        http.post(
                "/produce/batch",
                "{\"topic\":\"del.headers\",\"messages\":[{\"value\":\"w\",\"headers\":{\"a\":\"b\"}},{\"value\":\"x\",\"headers\":{}}]}");
        register("del.headers", "del.c6");
        List<JsonNode> messages = http.consumeAll("del.c6");
        assertEquals(
                "{\"trace\":\"7\\\"f\",\"ü\":\"\"}",
                messages.get(0).path("headers").toString());
        assertEquals("{\"a\":\"b\"}", messages.get(1).path("headers").toString());
        assertFalse(messages.get(2).has("headers"));
        long timestamp = messages.get(0).path("timestamp").asLong();
        assertTrue(timestamp >= before && timestamp <= System.currentTimeMillis(), "was " + timestamp);
        assertEquals(
                422,
                http.post("/produce", "{\"topic\":\"del.headers\",\"value\":\"v\",\"headers\":{\"a\":1}}")
                        .status());
        assertEquals(
                422,
                http.post("/produce", "{\"topic\":\"del.headers\",\"value\":\"v\",\"headers\":{\"a\":null}}")
                        .status());
    }

    @Test
    void a_consumer_is_told_why_it_gets_nothing() {
        http.produce("del.why", 0);
        register("del.why", "del.c7", "auto_commit", false);
        assertEquals("TOPIC_EMPTY", why("del.c7"));
        http.post("/produce", "topic", "del.why", "value", "v");
        assertEquals("MESSAGES_WAIT", why("del.c7"));
        http.consumeAll("del.c7");
        assertEquals("WAITING_FOR_COMMIT", why("del.c7"));
        http.post("/consumers/commit", "consumer_id", "del.c7");
        assertEquals("CAUGHT_UP", why("del.c7"));
        http.post("/topics/register", "topic", "del.trimmed", "max_messages", 1, "when_full", "drop_oldest");
        register("del.trimmed", "del.c8");
        http.produce("del.trimmed", 3);
        http.consumeAll("del.c8");
        assertEquals("TRIMMED", why("del.c8"));
        assertEquals(2, http.get("/consumers/del.c8").get("missed").asInt());
    }

    private String why(String consumer) {
        return http.get("/consumers/" + consumer).get("why").path("code").asText();
    }

    private Reply register(String topic, String consumer, Object... more) {
        return http.registerConsumer(more, "topic", topic, "consumer_id", consumer);
    }

    private static List<Integer> offsets(List<JsonNode> messages) {
        List<Integer> offsets = new ArrayList<>();
        messages.forEach(message -> offsets.add(message.path("offset").asInt()));
        return offsets;
    }
}
