package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URL;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tests.Http.Reply;

/** Every kind of request, and that a broker which was killed or stopped after it shows the same when it is back. */
class RestartTest {
    private static final String LONGEST = "n".repeat(249);
    private static final int NEVER_MS = 3_600_000;
    private static final String CONSUMER = "consumer ";

    @TempDir
    private Path folder;

    private BrokerProcess broker;
    private Http http;

    /** Requests with a sequence, which are answered alike whenever they are sent again. */
    private final List<Object[]> repeats = new ArrayList<>();

    @Test
    void topics_and_messages_are_the_same() {
        start("always");
        registerTopics();
        produceAll();
        assertSameAfterRestarts();
        deleteTopics();
        assertSameAfterRestarts();
        stop();
    }

    @Test
    void sequences_and_limits_are_the_same() {
        start("interval");
        produceWithSequences();
        reachLimits();
        assertSameAfterRestarts();
        roll("seq", "seq3");
        assertSameAfterRestarts();
        stop();
    }

    @Test
    void consumers_and_groups_are_the_same() {
        start("never");
        topic("c1", 1);
        topic("c3", 3);
        consumeAlone();
        shareInGroups();
        assertSameAfterRestarts();
        changeConsumers();
        assertSameAfterRestarts();
        roll("c1", "c3");
        assertSameAfterRestarts();
        changeConsumers();
        assertSameAfterRestarts();
        stop();
    }

    @Test
    void requests_that_read_and_requests_that_are_refused_change_nothing() throws IOException {
        start("interval");
        topic("r", 3);
        post(200, "/consumers/register", "topic", "r", "consumer_id", "r.alone", "session_timeout_ms", NEVER_MS);
        post(
                200,
                "/consumers/register",
                "topic",
                "r",
                "consumer_id",
                "r.member",
                "group",
                "g",
                "session_timeout_ms",
                NEVER_MS);
        post(200, "/topics/register", "topic", "r.full", "max_messages", 1);
        post(200, "/produce", "topic", "r.full", "value", "v");
        post(200, "/topics/register", "topic", "r.empty");
        post(200, "/consumers/register", "topic", "r.empty", "consumer_id", "r.waiting");
        repeat("/produce", "topic", "r", "value", "v", "partition", 0, "producer_id", "p", "sequence", 0);
        Map<String, String> before = texts(state());
        read();
        refuse();
        assertEquals(before, texts(state()));
        assertSameAfterRestarts();
        stop();
    }

    /** As an earlier version wrote it, or a broker that was killed between a registration and the rebalance that follows. */
    @Test
    void members_whose_assignment_was_not_written_share_the_partitions() throws IOException {
        Path topic = Files.createDirectories(folder.resolve("data/topics/00000001-t"));
        Files.writeString(folder.resolve("data/format"), "mini-kafka 1\n");
        String partition = "{\"start_offset\":0,\"end_offset\":0,\"timestamp\":0}";
        String member = "\",\"group\":\"%s\",\"auto_commit\":true,\"session_timeout_ms\":3600000";
        Files.writeString(
                topic.resolve("00000001.ndjson"),
                Stream.of(
                                "{\"topic\":{\"format\":1,\"name\":\"t\",\"settings\":{\"partitions\":2},\"partitions\":["
                                        + partition + "," + partition + "],\"producers\":[]}",
                                "{\"consumers\":{\"groups\":[{\"group\":\"old\",\"committed\":[0,0]}],\"consumers\":[{\"consumer_id\":\"a"
                                        + String.format(member, "old") + "}]}",
                                "{\"registered\":{\"consumer_id\":\"b" + String.format(member, "old") + "}",
                                "{\"registered\":{\"consumer_id\":\"c" + String.format(member, "cut")
                                        + ",\"committed\":[0,0]}",
                                "{\"assigned\":{\"group\":\"cut\",\"generation\":7,\"owned\":{\"c\":[0,1]}}",
                                "{\"registered\":{\"consumer_id\":\"d" + String.format(member, "cut") + "}",
                                "{\"registered\":{\"consumer_id\":\"e" + String.format(member, "gone")
                                        + ",\"committed\":[0,0]}",
                                "{\"assigned\":{\"group\":\"gone\",\"generation\":2,\"owned\":{\"f\":[0],\"e\":[1]}}")
                        .map(DurableTest::record)
                        .collect(Collectors.joining()));
        start("interval");
        for (String group : List.of("old", "cut", "gone")) {
            JsonNode state = http.get("/groups/" + group).get("groups").path(0);
            assertEquals(
                    group.equals("gone") ? "[[0,1]]" : "[[0],[1]]",
                    state.path("members").findValues("assigned").toString().replace(" ", ""),
                    state.toString());
        }
        assertEquals(
                8,
                http.get("/groups/cut").get("groups").path(0).path("generation").asInt());
        assertSameAfterRestarts();
        stop();
    }

    private void registerTopics() {
        post(200, "/topics/register", "topic", "plain");
        post(200, "/topics/register", "topic", "plain");
        post(200, "/topics/register", "topic", "Plain");
        post(200, "/topics/register", "topic", "wide", "partitions", 256);
        post(
                200,
                "/topics/register",
                "topic",
                "limited",
                "partitions",
                2,
                "max_messages",
                5,
                "max_bytes",
                1000,
                "max_age_ms",
                NEVER_MS,
                "when_full",
                "drop_oldest");
        post(
                200,
                "/topics/register",
                "topic",
                "huge",
                "max_messages",
                Long.MAX_VALUE,
                "max_bytes",
                Long.MAX_VALUE,
                "max_age_ms",
                Long.MAX_VALUE,
                "when_full",
                "reject");
        post(409, "/topics/register", "topic", "limited", "max_messages", 6);
        for (String name : List.of(
                LONGEST, LONGEST.substring(1) + "m", "...", "-", "_", "a.b-c_d", "00000001-x", ".new-00000001")) {
            post(200, "/topics/register", "topic", name);
            post(200, "/produce", "topic", name, "value", "of " + name);
        }
        post(200, "/topics/register", "topic", "gone");
        post(200, "/produce", "topic", "gone", "value", "v");
        post(200, "/consumers/register", "topic", "gone", "consumer_id", "gone.consumer");
        delete(200, "gone");
        post(200, "/topics/register", "topic", "again", "max_messages", 7);
        post(200, "/produce", "topic", "again", "value", "old", "producer_id", "p", "sequence", 0);
        post(
                200,
                "/consumers/register",
                "topic",
                "again",
                "consumer_id",
                "again.consumer",
                "group",
                "g",
                "session_timeout_ms",
                NEVER_MS);
        delete(200, "again");
        post(200, "/topics/register", "topic", "again", "partitions", 2);
        post(200, "/produce", "topic", "again", "value", "new", "producer_id", "p", "sequence", 0);
    }

    private void produceAll() {
        String[] texts = {
            "",
            " ",
            "x",
            "\u0000\u001f\"\\/\b\f\n\r\t",
            "grün 漢字 \ud83d\ude00",
            "\u0085\u2028\u2029\ufeff\uffff",
            "{\"value\":1}",
            "e\u0301",
            "\n\n",
            ",\"crc32c\":\"12345678\"}",
            "]},\"appended\":["
        };
        for (String text : texts) {
            post(200, "/produce", "topic", "plain", "value", text);
            post(200, "/produce", "topic", "plain", "value", text, "key", text, "headers", Map.of(text, text));
            post(200, "/produce", "topic", "wide", "value", text, "key", text);
            post(200, "/produce", "topic", "limited", "value", text);
        }
        post(
                200,
                "/produce",
                "{\"topic\":\"plain\",\"value\":\"\\u0041\",\"key\":null,\"headers\":null,\"partition\":null,\"unknown\":[{}]}");
        post(200, "/produce", "{\"topic\":\"plain\",\"value\":null,\"key\":\"\"}");
        post(200, "/produce", "{\"topic\":\"wide\",\"value\":null,\"key_base64\":\"/w==\",\"partition\":7}");
        post(
                200,
                "/produce",
                "{\"topic\":\"plain\",\"value_base64\":\"/w==\",\"headers_base64\":{\"crc32c\":[\"/w==\",null],\"a\":\"/w==\"},"
                        + "\"header_order\":[\"a\",\"crc32c\",\"crc32c\"]}");
        post(200, "/produce", "topic", "wide", "value", "last", "partition", 255);
        post(200, "/produce", "topic", "wide", "value", "first", "partition", 0, "key", "k");
        post(200, "/produce", "topic", "plain", "value", "v".repeat(1 << 20));
        post(200, "/produce", "topic", "plain", "value", "\u00fc".repeat(1 << 19));
        post(200, "/produce", "topic", "plain", "value", "", "key", "k".repeat(1 << 20));
        Map<String, String> headers =
                IntStream.range(0, 1000).boxed().collect(Collectors.toMap(i -> "header" + i, i -> "value" + i));
        post(200, "/produce", "topic", "plain", "value", "many headers", "headers", headers);
        batch(200, "plain", "text/plain", String.join("\n", texts[4], texts[6], "", "last"));
        batch(200, "wide", "text/plain", "a\nb\nc\n");
        batch(
                200,
                "plain",
                "application/x-ndjson",
                "{\"value\":\"a\"}\n\n{\"value\":\"\",\"key\":\"\",\"headers\":{}}\r\n{\"value\":\"\u2028\"}");
        batch(
                200,
                "wide",
                "application/x-ndjson",
                "{\"value\":\"a\",\"partition\":255}\n{\"value\":\"b\",\"key\":\"k\"}\n{\"value\":\"c\"}\n"
                        .repeat(300));
        post(
                200,
                "/produce/batch",
                "{\"topic\":\"wide\",\"messages\":[{\"value\":\"x\",\"partition\":7},{\"value\":\"y\"}]}");
        for (String topic : List.of("plain", "wide", "limited")) {
            post(200, "/produce/batch", "{\"topic\":\"" + topic + "\",\"messages\":[]}");
            batch(200, topic, "text/plain", "");
            batch(200, topic, "application/x-ndjson", "\n");
        }
        post(200, "/produce", "topic", "plain", "value", "after the empty batches");
    }

    private void deleteTopics() {
        for (String name : List.of(LONGEST, "...", "00000001-x", "wide")) {
            delete(200, name);
            delete(404, name);
        }
        post(200, "/topics/register", "topic", "wide", "partitions", 2);
        post(200, "/produce", "topic", "wide", "value", "another life");
    }

    private void produceWithSequences() {
        post(200, "/topics/register", "topic", "seq");
        post(200, "/topics/register", "topic", "seq3", "partitions", 3);
        for (String topic : List.of("seq", "seq3")) {
            post(200, "/producers/register", "topic", topic, "producer_id", "p");
            repeat("/produce", "topic", topic, "value", "v0", "producer_id", "p", "sequence", 0);
            repeat("/produce", "topic", topic, "value", "", "key", "k", "producer_id", "p", "sequence", 1);
            post(
                    200,
                    "/produce/batch",
                    "{\"topic\":\"" + topic + "\",\"messages\":[],\"producer_id\":\"p\",\"sequence\":2}");
            repeat(
                    "/produce/batch",
                    "topic",
                    topic,
                    "messages",
                    List.of(Map.of("value", "a"), Map.of("value", "b", "key", "k")),
                    "producer_id",
                    "p",
                    "sequence",
                    2);
            repeat("/produce", "topic", topic, "value", "v4", "producer_id", "p", "sequence", 4);
            post(409, "/produce", "topic", topic, "value", "gap", "producer_id", "p", "sequence", 6);
            post(409, "/produce", "topic", topic, "value", "gap", "producer_id", "unknown", "sequence", 1);
            batch(200, topic + "&producer_id=" + LONGEST + "&sequence=0", "text/plain", "one\ntwo");
            repeat("/produce", "topic", topic, "value", "v2", "producer_id", LONGEST, "sequence", 2);
        }
        for (int i = 0; i < 130; i++) { // more than are remembered
            post(200, "/produce", "topic", "seq", "value", "many", "producer_id", "many", "sequence", i);
        }
        repeat("/produce", "topic", "seq", "value", "many", "producer_id", "many", "sequence", 130);
        post(409, "/produce", "topic", "seq", "value", "many", "producer_id", "many", "sequence", 0);
    }

    private void reachLimits() {
        post(200, "/topics/register", "topic", "drop", "max_messages", 3, "when_full", "drop_oldest");
        post(
                200,
                "/topics/register",
                "topic",
                "drop.bytes",
                "partitions",
                2,
                "max_bytes",
                200,
                "when_full",
                "drop_oldest");
        post(200, "/topics/register", "topic", "reject", "max_messages", 3);
        post(200, "/topics/register", "topic", "expired", "max_age_ms", 200);
        post(200, "/consumers/register", "topic", "drop", "consumer_id", "drop.slow");
        post(200, "/consumers/register", "topic", "drop", "consumer_id", "drop.fast");
        post(200, "/consumers/register", "topic", "reject", "consumer_id", "reject.consumer");
        for (int i = 0; i < 5; i++) {
            post(200, "/produce", "topic", "drop", "value", "v" + i);
            post(200, "/produce", "topic", "drop.bytes", "value", "x".repeat(50) + i);
            post(200, "/produce", "topic", "drop.bytes", "value", "x".repeat(50) + i, "partition", 1);
            post(200, "/produce", "topic", "expired", "value", "v" + i);
        }
        post(200, "/consume/batch", "consumer_id", "drop.fast");
        batch(200, "drop", "text/plain", "a\nb");
        post(
                429,
                "/produce/batch",
                "{\"topic\":\"drop\",\"messages\":[" + "{\"value\":\"\"},".repeat(3) + "{\"value\":\"\"}]}");
        batch(200, "reject", "text/plain", "a\nb\nc");
        post(429, "/produce", "topic", "reject", "value", "refused", "producer_id", "p", "sequence", 0);
        post(200, "/consume/batch", "consumer_id", "reject.consumer", "max_messages", 2);
        post(200, "/produce", "topic", "reject", "value", "d", "producer_id", "p", "sequence", 0);
        post(429, "/produce/batch", "{\"topic\":\"reject\",\"messages\":[{\"value\":\"e\"},{\"value\":\"f\"}]}");
        Await.until(
                "all are too old",
                () -> http.get("/topics/expired").get("messages").asInt() == 0);
    }

    private void consumeAlone() {
        post(200, "/consumers/register", "topic", "c1", "consumer_id", "c1.new");
        post(200, "/consumers/register", "topic", "c1", "consumer_id", "c1.latest", "start", "latest");
        post(200, "/consumers/register", "topic", "c1", "consumer_id", "c1.offset", "start", 2);
        post(200, "/consumers/register", "topic", "c1", "consumer_id", LONGEST);
        post(200, "/consume", "consumer_id", LONGEST);
        post(200, "/consumers/register", "topic", "c3", "consumer_id", "c3.auto");
        post(200, "/consume/batch", "consumer_id", "c3.auto", "max_messages", 4);
        post(200, "/consumers/register", "topic", "c3", "consumer_id", "c3.manual", "auto_commit", false);
        post(200, "/consume/batch", "consumer_id", "c3.manual");
        post(
                200,
                "/consumers/commit",
                "{\"consumer_id\":\"c3.manual\",\"offsets\":[{\"partition\":0,\"offset\":1},{\"partition\":2,\"offset\":3}]}");
        post(200, "/consumers/register", "topic", "c3", "consumer_id", "c3.committed", "auto_commit", false);
        post(200, "/consume/batch", "consumer_id", "c3.committed", "max_messages", 5);
        post(200, "/consumers/commit", "consumer_id", "c3.committed");
        post(200, "/consumers/register", "topic", "c3", "consumer_id", "c3.sought");
        post(200, "/consumers/seek", "consumer_id", "c3.sought", "offset", "latest");
        post(200, "/consumers/seek", "consumer_id", "c3.sought", "partition", 1, "offset", 2);
        post(200, "/consumers/seek", "consumer_id", "c3.sought", "partition", 2, "timestamp", 0);
        post(200, "/consumers/register", "topic", "c3", "consumer_id", "c3.moved", "auto_commit", false);
        post(200, "/consumers/seek", "consumer_id", "c3.moved", "offset", "latest");
        post(200, "/consumers/register", "topic", "c1", "consumer_id", "c1.changed", "auto_commit", false);
        post(200, "/consume", "consumer_id", "c1.changed");
        post(
                200,
                "/consumers/register",
                "topic",
                "c1",
                "consumer_id",
                "c1.changed",
                "auto_commit",
                true,
                "session_timeout_ms",
                NEVER_MS);
        post(200, "/consumers/register", "topic", "c1", "consumer_id", "c1.gone");
        post(200, "/consumers/unregister", "consumer_id", "c1.gone");
        post(200, "/consumers/register", "topic", "c1", "consumer_id", "c1.back");
        post(200, "/consume", "consumer_id", "c1.back");
        post(200, "/consumers/unregister", "consumer_id", "c1.back");
        post(200, "/consumers/register", "topic", "c1", "consumer_id", "c1.back", "start", 1);
        post(200, "/consumers/register", "topic", "c1", "consumer_id", "c1.expired", "session_timeout_ms", 200);
        Await.until("it is removed", () -> http.get("/consumers/c1.expired").status() == 404);
    }

    private void shareInGroups() {
        for (String member : List.of("g.a", "g.b", "g.c")) {
            join("c3", "g", member);
        }
        post(200, "/consume/batch", "consumer_id", "g.a");
        post(200, "/consume/batch", "consumer_id", "g.b", "max_messages", 1);
        post(
                200,
                "/consumers/unregister",
                "consumer_id",
                "g.a"); // what it had goes to g.b, which has other partitions than if it had been the first
        for (String member : List.of("many.1", "many.2", "many.3", "many.4", "many.5")) {
            join("c3", "many", member);
        }
        post(200, "/consumers/unregister", "consumer_id", "many.2");
        join("c3", "left", "left.1");
        post(200, "/consume/batch", "consumer_id", "left.1", "max_messages", 2);
        post(200, "/consumers/unregister", "consumer_id", "left.1");
        join("c1", "g", "c1.g");
        post(200, "/consume/batch", "consumer_id", "c1.g", "max_messages", 3);
        post(
                200,
                "/consumers/register",
                "topic",
                "c3",
                "consumer_id",
                "manual.1",
                "group",
                "manual",
                "auto_commit",
                false,
                "start",
                "latest",
                "session_timeout_ms",
                NEVER_MS);
        post(
                200,
                "/consumers/register",
                "topic",
                "c3",
                "consumer_id",
                "manual.2",
                "group",
                "manual",
                "auto_commit",
                false,
                "session_timeout_ms",
                NEVER_MS);
        post(200, "/consumers/seek", "consumer_id", "manual.1", "offset", "earliest");
        post(200, "/consume/batch", "consumer_id", "manual.1", "max_messages", 2);
        post(200, "/consumers/commit", "consumer_id", "manual.1");
        post(
                200,
                "/consumers/register",
                "topic",
                "c3",
                "consumer_id",
                "expired.1",
                "group",
                "expired",
                "session_timeout_ms",
                200);
        join("c3", "expired", "expired.2");
        Await.until("it is removed", () -> http.get("/consumers/expired.1").status() == 404);
        join("c3", LONGEST, "of.longest");
    }

    /** Goes on where the earlier requests have ended. */
    private void changeConsumers() {
        for (String topic : List.of("c1", "c3")) {
            batch(200, topic, "text/plain", "x\ny\nz\nx\ny\nz");
        }
        post(200, "/consumers/unregister", "consumer_id", "g.b");
        join("c3", "g", "g.d");
        join("c3", "g", "g.b");
        post(200, "/consume/batch", "consumer_id", "g.d", "max_messages", 1);
        post(200, "/consumers/unregister", "consumer_id", "many.1");
        join("c3", "many", "many.1");
        post(200, "/consume/batch", "consumer_id", "c3.manual");
        post(200, "/consumers/commit", "consumer_id", "c3.manual");
        post(200, "/consume", "consumer_id", "c1.new");
        post(200, "/consumers/seek", "consumer_id", "c3.sought", "offset", "earliest");
        join("c3", "left", "left.1");
        post(200, "/consumers/register", "topic", "c1", "consumer_id", "c1.latest", "auto_commit", false);
        post(200, "/consume/batch", "consumer_id", "c1.latest", "max_messages", 2);
        post(200, "/consumers/register", "topic", "c1", "consumer_id", "c1.latest", "auto_commit", true);
    }

    private void read() throws IOException {
        for (String path : List.of(
                "/",
                "/health",
                "/stats",
                "/topics",
                "/topics/r",
                "/consumers",
                "/consumers?topic=r",
                "/consumers?group=g",
                "/consumers/r.alone",
                "/groups",
                "/groups/g",
                "/metrics",
                "/openapi.json",
                "/docs",
                "/topics/r/messages?partition=2&offset=latest",
                "/topics/r/messages?timestamp=0&min_messages=1&max_messages=2",
                "/topics/r/messages?offset=latest&wait_ms=10",
                "/topics/r/messages?partition=1&offset=1")) {
            assertEquals(200, http.get(path).status(), path);
        }
        new URL(broker.url() + "/topics/r/stream?offset=earliest").openStream().close();
        post(204, "/consume", "consumer_id", "r.waiting");
        post(204, "/consume", "consumer_id", "r.waiting", "wait_ms", 20);
        post(204, "/consume/batch", "consumer_id", "r.waiting", "wait_ms", 20);
        post(200, "/producers/register", "topic", "r");
        post(200, "/producers/register", "topic", "r", "producer_id", "p");
        post(200, "/topics/register", "topic", "r");
        post(200, "/consumers/register", "topic", "r", "consumer_id", "r.alone");
        post(200, "/consumers/register", "topic", "r", "consumer_id", "r.member", "group", "g");
        post(200, "/produce/batch", "{\"topic\":\"r\",\"messages\":[],\"producer_id\":\"new\",\"sequence\":0}");
    }

    private void refuse() {
        post(400, "/produce", "{\"topic\":\"r\"");
        post(404, "/produce", "topic", "nowhere", "value", "v");
        post(422, "/produce", "topic", "r");
        post(422, "/produce", "topic", "r", "value", "v", "partition", 3);
        post(413, "/produce", "topic", "r", "value", "v".repeat((1 << 20) + 1));
        post(409, "/produce", "topic", "r", "value", "v", "producer_id", "p", "sequence", 5);
        post(429, "/produce", "topic", "r.full", "value", "v");
        batch(415, "r", "image/png", "v");
        batch(422, "r", "application/x-ndjson", "{\"value\":\"good\"}\n{\"value\":\"bad\",\"partition\":9}");
        batch(400, "r", "application/x-ndjson", "{\"value\":\"good\"}\nbad");
        post(422, "/topics/register", "topic", "no/name");
        post(422, "/topics/register", "topic", LONGEST + "n");
        post(422, "/topics/register", "topic", "r.none", "partitions", 0);
        post(422, "/topics/register", "topic", "r.none", "partitions", 257);
        post(409, "/topics/register", "topic", "r", "partitions", 4);
        delete(404, "nowhere");
        post(404, "/consumers/register", "topic", "nowhere", "consumer_id", "c");
        post(409, "/consumers/register", "topic", "r.full", "consumer_id", "r.alone");
        post(409, "/consumers/register", "topic", "r", "consumer_id", "r.alone", "group", "g");
        post(422, "/consumers/register", "topic", "r", "consumer_id", "c", "start", "never");
        post(416, "/consumers/register", "topic", "r.full", "consumer_id", "c", "start", 9);
        post(404, "/consumers/commit", "consumer_id", "nobody");
        post(
                416,
                "/consumers/commit",
                "{\"consumer_id\":\"r.alone\",\"offsets\":[{\"partition\":0,\"offset\":1},{\"partition\":1,\"offset\":99}]}");
        post(
                422,
                "/consumers/commit",
                "{\"consumer_id\":\"r.alone\",\"offsets\":[{\"partition\":0,\"offset\":1},{\"partition\":3,\"offset\":0}]}");
        post(416, "/consumers/seek", "consumer_id", "r.alone", "partition", 0, "offset", 99);
        post(422, "/consumers/seek", "consumer_id", "r.alone", "partition", 3, "offset", 0);
        post(404, "/consumers/unregister", "consumer_id", "nobody");
        post(404, "/consume", "consumer_id", "nobody");
        assertEquals(404, http.get("/topics/nowhere").status());
        assertEquals(416, http.get("/topics/r/messages?offset=99").status());
        assertEquals(404, http.get("/groups/nobody").status());
    }

    private void assertSameAfterRestarts() {
        Map<String, String> before = texts(atCommitted(state()));
        broker.kill();
        EmbeddedBroker restarted =
                EmbeddedBroker.start("--data-dir", folder.resolve("data").toString());
        http = restarted.http();
        assertSame(before, "kill -9");
        assertEquals(0, restarted.terminate());
        start("always");
        assertSame(before, "a stop");
    }

    private void assertSame(Map<String, String> before, String after) {
        Map<String, String> now = texts(state());
        before.forEach((name, text) -> assertEquals(text, now.get(name), name + " after " + after));
        assertEquals(before.keySet(), now.keySet(), after);
    }

    private static Map<String, String> texts(ObjectNode state) {
        Map<String, String> texts = new TreeMap<>();
        state.properties()
                .forEach(part -> texts.put(part.getKey(), part.getValue().toPrettyString()));
        return texts;
    }

    /** All that the API shows, but for what a restart begins anew: counters of traffic, and what happens just now. */
    private ObjectNode state() {
        ObjectNode state = Http.JSON.createObjectNode();
        state.set("messages of topics", http.get("/stats").get("topics"));
        http.get("/consumers")
                .get("consumers")
                .forEach(consumer ->
                        state.set(CONSUMER + consumer.path("consumer_id").asText(), consumer));
        http.get("/groups")
                .get("groups")
                .forEach(group -> state.set(
                        "group " + group.path("group").asText() + " of "
                                + group.path("topic").asText(),
                        group));
        for (JsonNode topic : http.get("/topics").get("topics")) {
            state.set("topic " + topic.path("topic").asText(), topic);
            for (int p = 0; p < Math.max(1, topic.path("partitions").size()); p++) {
                String path = "/topics/" + topic.path("topic").asText() + "/messages?partition=" + p;
                state.set(path, messages(path));
            }
        }
        repeats.forEach(request -> addRepeat(state, request));
        return state;
    }

    private void addRepeat(ObjectNode state, Object[] request) {
        Reply reply = http.post((String) request[0], Stream.of(request).skip(1).toArray());
        assertTrue(reply.get("duplicate").asBoolean(), reply.text());
        state.set(Arrays.toString(request), reply.json());
        Map<Object, Object> members = new HashMap<>();
        for (int i = 1; i < request.length; i += 2) {
            members.put(request[i], request[i + 1]);
        }
        Object topic = members.get("topic");
        Object producer = members.get("producer_id");
        state.set(
                "sequence of " + producer + " in " + topic,
                http.post("/producers/register", "topic", topic, "producer_id", producer)
                        .json());
    }

    private ArrayNode messages(String path) {
        ArrayNode messages = Http.JSON.createArrayNode();
        String offset = "earliest";
        for (JsonNode page = null;
                page == null || !page.path("messages").isEmpty();
                offset = page.path("next_offset").asText()) {
            page = http.get(path + "&max_messages=1000000&offset=" + offset).json();
            messages.addAll((ArrayNode) page.path("messages"));
        }
        return messages;
    }

    /** By contract a consumer that does not commit by itself goes back to what it has committed. */
    private static ObjectNode atCommitted(ObjectNode state) {
        state.properties().forEach(part -> {
            if (part.getKey().startsWith(CONSUMER)
                    && !part.getValue().path("auto_commit").asBoolean()) {
                goBack((ObjectNode) part.getValue());
            }
        });
        return state;
    }

    private static void goBack(ObjectNode consumer) {
        long lag = 0;
        for (JsonNode position : consumer.path("positions")) {
            long committed = position.path("committed").asLong();
            long lagThere =
                    position.path("lag").asLong() + position.path("offset").asLong() - committed;
            ((ObjectNode) position).put("offset", committed).put("lag", lagThere);
            lag += lagThere;
            if (consumer.has("offset")) {
                consumer.put("offset", committed);
            }
        }
        consumer.put("lag", lag);
    }

    /** Lets topics begin their next file, which says what matters of the one before. */
    private void roll(String... topics) {
        for (String topic : topics) {
            batch(200, topic, "text/plain", "a line of forty bytes, more or less...\n".repeat(100_000));
        }
        for (String topic : topics) {
            Await.until(topic + " has a second file", () -> {
                try (Stream<Path> files = Files.walk(folder)) {
                    return files.anyMatch(file -> file.endsWith("00000002.ndjson")
                            && file.getParent().toString().endsWith("-" + topic)
                            && file.toFile().length() > 0);
                }
            });
        }
    }

    private void topic(String name, int partitions) {
        post(200, "/topics/register", "topic", name, "partitions", partitions);
        for (int i = 0; i < 4 * partitions; i++) {
            post(200, "/produce", "topic", name, "value", "v" + i, "partition", i % partitions);
        }
    }

    private void join(String topic, String group, String consumer) {
        post(
                200,
                "/consumers/register",
                "topic",
                topic,
                "consumer_id",
                consumer,
                "group",
                group,
                "session_timeout_ms",
                NEVER_MS);
    }

    private void repeat(String path, Object... namesAndValues) {
        post(200, path, namesAndValues);
        repeats.add(Stream.concat(Stream.of(path), Stream.of(namesAndValues)).toArray());
    }

    private void post(int status, String path, Object... namesAndValues) {
        Reply reply = http.post(path, namesAndValues);
        assertEquals(status, reply.status(), path + " " + reply.text());
    }

    private void post(int status, String path, String body) {
        Reply reply = http.post(path, body);
        assertEquals(status, reply.status(), path + " " + reply.text());
    }

    private void batch(int status, String query, String mediaType, String body) {
        Reply reply = http.post("/produce/batch?topic=" + query, mediaType, body.getBytes(StandardCharsets.UTF_8));
        assertEquals(status, reply.status(), reply.text());
    }

    private void delete(int status, String topic) {
        assertEquals(
                status,
                http.send("DELETE", "/topics/" + topic, BodyPublishers.noBody()).status());
    }

    private void start(String fsync) {
        broker = BrokerProcess.start("--data-dir", folder.resolve("data").toString(), "--fsync", fsync);
        http = broker.http();
    }

    private void stop() {
        broker.terminate();
        String stderr = broker.stderr();
        assertEquals(
                "",
                stderr.lines()
                        .filter(line -> !line.startsWith("Picked up ") && !line.startsWith("[jbang] "))
                        .collect(Collectors.joining("\n")));
    }
}
