package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Http.Reply;

/** The core of the HTTP contract, a call at a time. */
class CoreTest {
    private final Http http = BrokerProcess.sharedBy(CoreTest.class).http();

    @Test
    void the_root_says_that_the_broker_is_up() {
        Reply reply = http.get("/");
        assertEquals(200, reply.status());
        assertFalse(reply.get("message").asText().isEmpty());
    }

    @Test
    void health_is_ok() {
        Reply reply = http.get("/health");
        assertEquals(200, reply.status());
        assertEquals("{\"status\":\"ok\"}", reply.text());
        assertEquals("application/json;charset=utf-8", reply.contentType());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/health",
                "/stats",
                "/topics",
                "/openapi.json",
                "/docs",
                "/metrics",
                "/nowhere",
                "/topics/core.none",
                "/produce"
            })
    void an_answer_ends_in_a_line_feed_and_names_its_charset(String path) {
        HttpResponse<byte[]> response = http.get(path).response();
        assertEquals('\n', response.body()[response.body().length - 1]);
        assertTrue(
                response.headers().firstValue("Content-Type").orElse("").contains("charset=utf-8"),
                response.headers().toString());
        String length = String.valueOf(response.body().length);
        String ofHead = http.send("HEAD", path, BodyPublishers.noBody())
                .response()
                .headers()
                .firstValue("Content-Length")
                .orElse(length);
        assertTrue(response.statusCode() != 200 || ofHead.equals(length), ofHead + " is not " + length);
    }

    @Test
    void a_topic_registered_again_keeps_its_messages() {
        Reply first = http.post("/topics/register", "topic", "core.again");
        assertEquals("{\"status\":\"ok\",\"topic\":\"core.again\",\"created\":true}", first.text());
        http.post("/produce", "topic", "core.again", "value", "kept");

        Reply second = http.post("/topics/register", "topic", "core.again");

        assertEquals(200, second.status());
        assertFalse(second.get("created").asBoolean());
        assertEquals(1, http.get("/stats").get("topics").path("core.again").asInt());
    }

    @Test
    void a_hundred_registrations_at_once_create_a_topic_once() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(100);
        Callable<Boolean> register = () -> http.post("/topics/register", "topic", "core.hundred")
                .get("created")
                .asBoolean();
        List<Future<Boolean>> answers =
                pool.invokeAll(IntStream.range(0, 100).mapToObj(i -> register).collect(Collectors.toList()));
        int created = 0;
        for (Future<Boolean> answer : answers) {
            created += answer.get() ? 1 : 0;
        }
        pool.shutdown();
        assertEquals(1, created);
    }

    @Test
    void names_may_have_249_characters_of_kafkas_alphabet() {
        String longest = "A".repeat(240) + "z09._-Az.";
        assertEquals(200, http.post("/topics/register", "topic", longest).status());
        assertEquals(
                200,
                http.post("/consumers/register", "topic", longest, "consumer_id", longest)
                        .status());
        assertEquals(
                200,
                http.post("/producers/register", "topic", longest, "producer_id", longest)
                        .status());
        assertEquals(422, http.post("/topics/register", "topic", longest + "x").status());
    }

    @Test
    void a_producer_gets_the_id_that_it_asks_for_or_a_fresh_one() {
        topic("core.producers");
        Reply named = http.post("/producers/register", "topic", "core.producers", "producer_id", "p1");
        assertEquals("{\"status\":\"ok\",\"topic\":\"core.producers\",\"producer_id\":\"p1\"}", named.text());
        String fresh = http.post("/producers/register", "topic", "core.producers")
                .get("producer_id")
                .asText();
        assertTrue(fresh.matches("producer-[0-9a-f]{8}"), fresh);
    }

    @Test
    void a_consumer_gets_the_id_that_it_asks_for_or_a_fresh_one() {
        topic("core.consumers");
        Reply named = http.post("/consumers/register", "topic", "core.consumers", "consumer_id", "core.named");
        assertEquals(
                "{\"status\":\"ok\",\"topic\":\"core.consumers\",\"consumer_id\":\"core.named\",\"offset\":0}",
                named.text());
        String fresh = http.post("/consumers/register", "topic", "core.consumers")
                .get("consumer_id")
                .asText();
        assertTrue(fresh.matches("consumer-[0-9a-f]{8}"), fresh);
        assertNotEquals(
                fresh,
                http.post("/consumers/register", "topic", "core.consumers")
                        .get("consumer_id")
                        .asText());
    }

    @Test
    void messages_come_back_in_order_with_their_offsets_and_then_nothing() {
        topic("core.order");
        assertEquals(
                "{\"status\":\"ok\",\"topic\":\"core.order\",\"offset\":0}",
                http.post("/produce", "topic", "core.order", "value", "a").text());
        assertEquals(
                1,
                http.post("/produce", "topic", "core.order", "value", "b", "key", "k")
                        .get("offset")
                        .asInt());
        consumer("core.order", "core.reader");

        Reply first = consume("core.reader");
        Reply second = consume("core.reader");
        Reply third = consume("core.reader");

        assertEquals("core.order", first.get("topic").asText());
        assertEquals(0, first.get("offset").asInt());
        assertEquals("a", first.get("value").asText());
        assertTrue(first.get("key").isMissingNode(), "no key, no field");
        assertEquals(1, second.get("offset").asInt());
        assertEquals("k", second.get("key").asText());
        assertEquals(204, third.status());
        assertEquals("", third.text());
        assertEquals("", third.contentType());
    }

    @Test
    void each_consumer_has_an_offset_of_its_own() {
        topic("core.own");
        http.post("/produce", "topic", "core.own", "value", "only");
        consumer("core.own", "core.own1");
        consumer("core.own", "core.own2");
        assertEquals("only", consume("core.own1").get("value").asText());
        assertEquals("only", consume("core.own2").get("value").asText());
        assertEquals(204, consume("core.own1").status());
    }

    @Test
    void a_consumer_that_registers_again_goes_on_where_it_was() {
        topic("core.resume");
        http.post("/produce", "topic", "core.resume", "value", "a");
        http.post("/produce", "topic", "core.resume", "value", "b");
        consumer("core.resume", "core.resumer");
        consume("core.resumer");
        assertEquals(1, consumer("core.resume", "core.resumer").get("offset").asInt());
        assertEquals("b", consume("core.resumer").get("value").asText());
    }

    @Test
    void a_consumer_of_another_topic_is_a_conflict_and_stays_where_it_is() {
        topic("core.here");
        topic("core.there");
        consumer("core.here", "core.busy");
        Reply reply = consumer("core.there", "core.busy");
        assertEquals(409, reply.status());
        assertTrue(reply.detail().contains("core.here"), reply.detail());
        assertEquals(
                "core.here",
                http.get("/stats")
                        .get("consumers")
                        .path("core.busy")
                        .path("topic")
                        .asText());
    }

    @Test
    void a_new_consumer_starts_where_it_asks_to() {
        topic("core.start");
        http.post("/produce", "topic", "core.start", "value", "a");
        http.post("/produce", "topic", "core.start", "value", "b");
        assertEquals(0, start("earliest").get("offset").asInt());
        assertEquals(2, start("latest").get("offset").asInt());
        assertEquals(1, start(1).get("offset").asInt());
        assertEquals(1, start("1").get("offset").asInt());
        assertEquals(2, start(2).get("offset").asInt());
        Reply past = start(3);
        assertEquals(416, past.status());
        assertEquals("OFFSET_OUT_OF_RANGE", past.code());
        assertEquals(422, start("soon").status());
        assertEquals(422, start(-1).status());
    }

    @Test
    void stats_show_messages_per_topic_and_the_lag_of_each_consumer() {
        topic("core.stats");
        for (int i = 0; i < 3; i++) {
            http.post("/produce", "topic", "core.stats", "value", "v" + i);
        }
        consumer("core.stats", "core.alice");
        consume("core.alice");
        Reply stats = http.get("/stats");
        assertEquals(3, stats.get("topics").path("core.stats").asInt());
        assertEquals(
                "{\"topic\":\"core.stats\",\"offset\":1,\"lag\":2}",
                stats.get("consumers").path("core.alice").toString());
    }

    @Test
    void unknown_fields_are_ignored_and_null_is_as_good_as_absent() {
        assertEquals(
                200,
                http.post("/topics/register", "topic", "core.null", "partitions_wanted", List.of(1, 2))
                        .status());
        assertEquals(
                200,
                http.post("/produce", "topic", "core.null", "value", "v", "key", null, "x", true)
                        .status());
        Reply registered = http.post("/consumers/register", "topic", "core.null", "consumer_id", null, "start", null);
        assertEquals(200, registered.status());
        Reply message = consume(registered.get("consumer_id").asText());
        assertTrue(message.get("key").isMissingNode());
    }

    @Test
    void text_of_every_kind_comes_back_as_it_was() {
        topic("core.text");
        consumer("core.text", "core.texter");
        List<String> texts = List.of(
                "",
                " ",
                "\"quoted\"",
                "back\\slash",
                "tab\tand\nnewline\r",
                "\u0000\u001f\u007f",
                "ümläut",
                "\u2028\u2029",
                "😀👩‍👩‍👧 𝄞",
                "</script>&amp;",
                "x".repeat(100_000),
                "é".repeat(50_000));
        for (String text : texts) {
            assertEquals(
                    200,
                    http.post("/produce", "topic", "core.text", "value", text, "key", text)
                            .status());
        }
        for (String text : texts) {
            Reply message = consume("core.texter");
            assertEquals(text, message.get("value").asText());
            assertEquals(text, message.get("key").asText());
        }
    }

    @Test
    void escapes_in_a_request_mean_the_characters() {
        topic("core.escapes");
        consumer("core.escapes", "core.escaper");
        http.post("/produce", "{\"topic\":\"core.escapes\",\"value\":\"\\u0041\\ud83d\\ude00\\/\"}");
        assertEquals("A😀/", consume("core.escaper").get("value").asText());
    }

    private void topic(String topic) {
        assertEquals(200, http.post("/topics/register", "topic", topic).status());
    }

    private Reply consumer(String topic, String id) {
        return http.post("/consumers/register", "topic", topic, "consumer_id", id);
    }

    private Reply consume(String id) {
        return http.post("/consume", "consumer_id", id);
    }

    private Reply start(Object position) {
        return http.post("/consumers/register", "topic", "core.start", "start", position);
    }
}
