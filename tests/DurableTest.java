package tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import storage.DataDirectory;
import tests.Http.Reply;
import tests.Scripts.Result;

/** A broker with a data directory, and what is there after it has ended. */
class DurableTest {
    private static final List<String> READS = List.of(
            "/topics",
            "/stats",
            "/topics/demo/messages",
            "/topics/orders/messages?partition=0",
            "/topics/orders/messages?partition=1",
            "/topics/orders/messages?partition=2",
            "/consumers/alice",
            "/consumers/bob",
            "/consumers/dora");

    private static final ExecutorService THREADS = Executors.newCachedThreadPool();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"always", "interval", "never"})
    void after_a_kill_everything_is_there(String fsync) {
        List<String> before;
        try (BrokerProcess broker = start("--fsync", fsync)) {
            fill(broker.http());
            before = readAll(broker.http());
            broker.kill();
        }
        try (BrokerProcess broker = start("--fsync", fsync)) {
            assertEquals(before, readAll(broker.http()));
            broker.kill();
        }
        try (EmbeddedBroker broker = startEmbedded()) {
            assertEquals(before, readAll(broker.http()), "also what was read back once");
        }
    }

    /** Leaves topics, consumers and groups, all of which stand where they have committed. */
    private static void fill(Http http) {
        http.post("/topics/register", "topic", "demo", "max_bytes", 1_000_000);
        http.post(
                "/topics/register", "topic", "orders", "partitions", 3, "max_messages", 4, "when_full", "drop_oldest");
        http.post("/topics/register", "topic", "empty");
        http.post("/produce", "topic", "demo", "value", "tab\t, quote\", line\n, \ud83d\ude00, \u0000");
        http.post("/produce", "topic", "demo", "value", "", "key", "k", "headers", Map.of("from", "here"));
        http.post("/produce", "topic", "demo", "value", ",\"crc32c\":\"12345678\"}");
        http.post("/produce", "{\"topic\":\"demo\",\"value\":\"x\",\"headers\":{\"a\":\"b\",\"crc32c\":\"1234567\"}}");
        http.post("/produce", "{\"topic\":\"demo\",\"value\":\"x\",\"headers\":{\"a\":\"b\",\"crc32c\":\"12345678\"}}");
        http.post("/produce/batch?topic=demo", "text/plain", "one\n\nthree".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 30; i++) {
            http.post("/produce", "topic", "orders", "value", "v" + i, "key", "k" + i % 7);
        }
        http.post("/consumers/register", "topic", "demo", "consumer_id", "alice");
        http.post("/consume/batch", "consumer_id", "alice", "max_messages", 2);
        http.post(
                "/consumers/register",
                "topic",
                "orders",
                "consumer_id",
                "bob",
                "group",
                "g",
                "auto_commit",
                false,
                "session_timeout_ms",
                600_000);
        http.post("/consume/batch", "consumer_id", "bob", "max_messages", 3);
        http.post("/consumers/commit", "consumer_id", "bob");
        http.post("/consumers/register", "topic", "demo", "consumer_id", "dora", "start", "latest");
        http.post("/consumers/register", "topic", "demo", "consumer_id", "emil");
        http.post("/consumers/unregister", "consumer_id", "emil");
    }

    private static List<String> readAll(Http http) {
        return READS.stream().map(path -> path + ": " + http.get(path).text()).collect(Collectors.toList());
    }

    @Test
    void what_was_delivered_and_not_committed_comes_again() {
        try (BrokerProcess broker = start()) {
            broker.http().produce("t", 5);
            broker.http().post("/consumers/register", "topic", "t", "consumer_id", "c", "auto_commit", false);
            broker.http().post("/consumers/commit", "consumer_id", "c", "offset", 2);
            assertEquals(5, broker.http().consumeAll("c").size());
            broker.kill();
        }
        try (EmbeddedBroker broker = startEmbedded()) {
            assertEquals(3, broker.http().consumeAll("c").size());
        }
    }

    @Test
    void what_a_consumer_has_missed_is_the_same_after_a_restart() {
        try (BrokerProcess broker = start()) {
            Http http = broker.http();
            http.post("/topics/register", "topic", "t", "max_messages", 4, "when_full", "drop_oldest");
            for (String id : List.of("back", "manual", "earlier", "behind")) {
                http.post("/consumers/register", "topic", "t", "consumer_id", id, "auto_commit", id.equals("back"));
            }
            http.produce("t", 4);
            for (String id : List.of("back", "manual", "earlier")) {
                assertEquals(4, http.consumeAll(id).size());
            }
            http.post("/consumers/seek", "consumer_id", "back", "offset", "earliest");
            http.post("/consumers/commit", "consumer_id", "earlier");
            http.post("/consumers/commit", "consumer_id", "earlier", "offset", 1);
            http.produce("t", 3);
            assertEquals(List.of(0, 0, 0, 3), missed(http));
            broker.kill();
        }
        try (EmbeddedBroker broker = startEmbedded()) {
            assertEquals(List.of(0, 0, 0, 3), missed(broker.http()));
            broker.http().produce("t", 4);
            assertEquals(
                    List.of(3, 3, 3, 7), missed(broker.http()), "4, 5 and 6 were dropped before any of them got them");
        }
    }

    private static List<Integer> missed(Http http) {
        return Stream.of("back", "manual", "earlier", "behind")
                .map(id -> http.get("/consumers/" + id).get("missed").asInt())
                .collect(Collectors.toList());
    }

    @ParameterizedTest
    @CsvSource({"a,b,", "b,a,", "a,b,g", "b,a,g"})
    void a_consumer_whose_removal_was_not_on_disk_is_where_it_registered_last(String first, String second, String group)
            throws IOException {
        Path data = folder.resolve("data");
        try (BrokerProcess broker = start()) {
            broker.http().produce("a", 1);
            broker.http().produce("b", 1);
            register(broker.http(), first, group);
            broker.kill();
        }
        Map<Path, byte[]> before = files(data, first);
        try (BrokerProcess broker = start()) {
            broker.http().post("/consumers/unregister", "consumer_id", "c");
            register(broker.http(), second, group);
            broker.kill();
        }
        for (Path file : files(data, first).keySet()) {
            Files.delete(file);
        }
        for (Map.Entry<Path, byte[]> file : before.entrySet()) {
            Files.write(file.getKey(), file.getValue());
        }
        for (int restart = 0; restart < 2; restart++) {
            try (EmbeddedBroker broker = startEmbedded()) {
                Http http = broker.http();
                assertEquals(second, http.get("/consumers/c").get("topic").asText());
                assertEquals(
                        1,
                        http.get("/consumers").get("consumers").size(),
                        http.get("/consumers").text());
                assertEquals(
                        0,
                        http.get("/topics/" + first).get("consumers").size(),
                        http.get("/topics/" + first).text());
                assertEquals(1, http.get("/consumers/c").get("positions").size());
                broker.terminate();
                assertEquals(
                        restart == 0,
                        broker.stderr().contains("consumer c was registered with topic"),
                        broker.stderr());
            }
        }
    }

    private static void register(Http http, String topic, String group) {
        Object[] fields = {"topic", topic, "consumer_id", "c", "session_timeout_ms", 3_600_000, "group", group};
        assertEquals(
                200,
                http.post("/consumers/register", group == null ? Arrays.copyOf(fields, 6) : fields)
                        .status());
    }

    private static Map<Path, byte[]> files(Path data, String topic) throws IOException {
        Map<Path, byte[]> files = new HashMap<>();
        try (Stream<Path> paths = Files.walk(data.resolve("topics"))) {
            for (Path path : paths.filter(Files::isRegularFile)
                    .filter(path -> path.getParent().getFileName().toString().endsWith("-" + topic))
                    .collect(Collectors.toList())) {
                files.put(path, Files.readAllBytes(path));
            }
        }
        return files;
    }

    @Test
    void line_separators_that_an_earlier_version_kept_raw_are_escaped() throws IOException {
        Path topic = Files.createDirectories(folder.resolve("data/topics/00000001-t"));
        Files.writeString(folder.resolve("data/format"), "mini-kafka 1\n");
        Files.writeString(
                topic.resolve("00000001.ndjson"),
                record(
                                "{\"topic\":{\"format\":1,\"name\":\"t\",\"settings\":{},\"partitions\":[{\"start_offset\":0,\"end_offset\":0,\"timestamp\":0}],\"producers\":[]}")
                        + record("{\"consumers\":{\"groups\":[],\"consumers\":[]}")
                        + record(
                                "{\"value\":\"a\u0085b\u2028c\u2029d\u00e9\",\"headers\":{\"\u0085\":\"\u2028\"}}\n{\"value\":\"plain\"}\n"
                                        + "{\"appended\":[{\"partition\":0,\"base_offset\":0,\"count\":2}],\"timestamp\":1795474064171"));
        try (EmbeddedBroker broker = startEmbedded()) {
            Http http = broker.http();
            JsonNode message = http.get("/topics/t/messages").get("messages").path(0);
            assertEquals("a\u0085b\u2028c\u2029d\u00e9", message.path("value").asText());
            assertEquals("\u2028", message.path("headers").path("\u0085").asText());
            http.post("/consumers/register", "topic", "t", "consumer_id", "c");
            String lines = http.postAccepting("application/x-ndjson", "/consume/batch", "{\"consumer_id\":\"c\"}")
                    .text();
            assertEquals(2, lines.split("[\n\u0085\u2028\u2029]").length, lines);
        }
    }

    /** A record of a file, in UTF-8, whose closing line lacks its checksum. */
    static String record(String lines) {
        CRC32C crc = new CRC32C();
        crc.update(lines.getBytes(StandardCharsets.UTF_8));
        return lines + String.format(",\"crc32c\":\"%08x\"}\n", crc.getValue());
    }

    @Test
    void the_session_of_a_consumer_that_reads_alone_outlives_a_restart() {
        try (BrokerProcess broker = start()) {
            broker.http().produce("t", 1);
            broker.http()
                    .post("/consumers/register", "topic", "t", "consumer_id", "mortal", "session_timeout_ms", 3000);
            broker.http().post("/consumers/register", "topic", "t", "consumer_id", "immortal");
            broker.kill();
        }
        try (BrokerProcess broker = start()) {
            assertEquals(200, broker.http().get("/consumers/mortal").status(), "its session began with the restart");
            Await.until(
                    "it is removed",
                    () -> broker.http().get("/consumers/mortal").status() == 404);
            broker.kill();
        }
        try (EmbeddedBroker broker = startEmbedded()) {
            assertEquals(404, broker.http().get("/consumers/mortal").status(), "it stays removed");
            assertEquals(200, broker.http().get("/consumers/immortal").status());
        }
    }

    @Test
    void the_session_timeout_that_an_earlier_version_wrote_of_a_consumer_that_reads_alone_does_not_count()
            throws IOException {
        Path topic = Files.createDirectories(folder.resolve("data/topics/00000001-t"));
        Files.writeString(folder.resolve("data/format"), "mini-kafka 1\n");
        String consumer = "\"auto_commit\":true,\"session_timeout_ms\":300";
        Files.writeString(
                topic.resolve("00000001.ndjson"),
                record(
                                "{\"topic\":{\"format\":1,\"name\":\"t\",\"settings\":{},\"partitions\":[{\"start_offset\":0,\"end_offset\":0,\"timestamp\":0}],\"producers\":[]}")
                        + record(
                                "{\"consumers\":{\"groups\":[{\"consumer_id\":\"old\",\"committed\":[0]}],\"consumers\":[{\"consumer_id\":\"old\","
                                        + consumer + "}]}")
                        + record("{\"registered\":{\"consumer_id\":\"asked\"," + consumer
                                + ",\"has_session\":true,\"committed\":[0]}"));
        try (EmbeddedBroker broker = startEmbedded()) {
            Await.until(
                    "the consumer that has asked for it is removed",
                    () -> broker.http().get("/consumers/asked").status() == 404);
            assertEquals(200, broker.http().get("/consumers/old").status());
        }
    }

    @Test
    void a_group_whose_members_have_gone_goes_on() {
        try (EmbeddedBroker broker = startEmbedded()) {
            broker.http().produce("t", 5);
            broker.http().post("/consumers/register", "topic", "t", "consumer_id", "c", "group", "g");
            broker.http().post("/consume/batch", "consumer_id", "c", "max_messages", 3);
            broker.http().post("/consumers/unregister", "consumer_id", "c");
        }
        try (EmbeddedBroker broker = startEmbedded()) {
            broker.http().post("/consumers/register", "topic", "t", "consumer_id", "d", "group", "g");
            assertEquals(2, broker.http().consumeAll("d").size());
        }
    }

    @Test
    void a_request_that_is_sent_again_after_a_restart_is_still_known() {
        try (BrokerProcess broker = start()) {
            broker.http().post("/topics/register", "topic", "t");
            assertEquals(
                    0,
                    broker.http()
                            .post("/produce", "topic", "t", "value", "v", "producer_id", "p", "sequence", 0)
                            .get("offset")
                            .asInt());
            broker.kill();
        }
        try (EmbeddedBroker broker = startEmbedded()) {
            Reply repeat =
                    broker.http().post("/produce", "topic", "t", "value", "v", "producer_id", "p", "sequence", 0);
            assertTrue(repeat.get("duplicate").asBoolean(), repeat.text());
            assertEquals(
                    409,
                    broker.http()
                            .post("/produce", "topic", "t", "value", "v", "producer_id", "p", "sequence", 2)
                            .status());
            assertEquals(
                    1,
                    broker.http()
                            .post("/produce", "topic", "t", "value", "v", "producer_id", "p", "sequence", 1)
                            .get("offset")
                            .asInt());
        }
    }

    /** An earlier version wrote tests/fixtures/empty-batches, and gave batches of no messages records that are no JSON. */
    @ParameterizedTest
    @ValueSource(strings = {"always", "interval", "never"})
    void a_directory_with_records_of_empty_batches_starts_with_all_later_messages(String fsync) throws IOException {
        Path data = Files.createDirectory(folder.resolve("data"));
        Scripts.copy(Scripts.ROOT.resolve("tests/fixtures/empty-batches"), data);
        Map<Path, byte[]> before = contents(data);
        Result repair = Commands.run("Broker.java", "--data-dir", data.toString(), "--repair");
        assertEquals(0, repair.exitCode(), repair.stderr());
        assertEquals("Nothing in " + data + " is damaged.\n", repair.out());
        for (boolean isKilled : new boolean[] {true, false, false}) {
            String stderr = isKilled ? readEmptyBatchesAndKill(fsync) : readEmptyBatches(fsync);
            assertFalse(stderr.contains("truncated"), stderr);
            assertTrue(Files.notExists(data.resolve("damaged")));
            for (Map.Entry<Path, byte[]> file : before.entrySet()) {
                byte[] now = Files.readAllBytes(file.getKey());
                assertArrayEquals(
                        file.getValue(), Arrays.copyOf(now, file.getValue().length), file.getKey() + " only grows");
            }
        }
    }

    /** Returns what the broker has written to stderr. */
    private String readEmptyBatchesAndKill(String fsync) {
        try (BrokerProcess broker = start("--fsync", fsync)) {
            assertEmptyBatchesAreRead(broker.http());
            broker.kill();
            return broker.stderr();
        }
    }

    private String readEmptyBatches(String fsync) {
        EmbeddedBroker broker = startEmbedded("--fsync", fsync);
        try (broker) {
            assertEmptyBatchesAreRead(broker.http());
        }
        return broker.stderr();
    }

    private static void assertEmptyBatchesAreRead(Http http) {
        assertEquals("a0 a1 a2", values(http, "/topics/a/messages"));
        assertEquals("only", values(http, "/topics/last/messages"));
        assertEquals(
                "m0 m1 m2 m2b",
                IntStream.range(0, 3)
                        .mapToObj(p -> values(http, "/topics/m/messages?partition=" + p))
                        .collect(Collectors.joining(" ")));
        assertEquals(1, http.get("/consumers/alice").get("offset").asInt());
        assertEquals(1, http.get("/consumers/bob").get("offset").asInt());
        assertEquals(
                "[0,1,2]",
                http.get("/stats")
                        .get("consumers")
                        .path("carl")
                        .path("positions")
                        .findValues("committed")
                        .toString()
                        .replace(" ", ""));
        assertEquals(
                2,
                http.post("/producers/register", "topic", "a", "producer_id", "p")
                        .get("next_sequence")
                        .asInt());
        assertTrue(http.post("/producers/register", "topic", "a", "producer_id", "q")
                .get("next_sequence")
                .isMissingNode());
        Reply repeat =
                http.post("/produce", "topic", "a", "value", "a1", "key", "k", "producer_id", "p", "sequence", 1);
        assertTrue(repeat.get("duplicate").asBoolean() && repeat.get("offset").asInt() == 1, repeat.text());
    }

    private static String values(Http http, String path) {
        return StreamSupport.stream(http.get(path).get("messages").spliterator(), false)
                .map(message -> message.path("value").asText())
                .collect(Collectors.joining(" "));
    }

    private static Map<Path, byte[]> contents(Path folder) throws IOException {
        Map<Path, byte[]> contents = new HashMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).collect(Collectors.toList())) {
                contents.put(path, Files.readAllBytes(path));
            }
        }
        return contents;
    }

    @Test
    void an_empty_batch_is_not_written_down() throws IOException {
        Path journal = folder.resolve("data/topics/00000001-t/00000001.ndjson");
        try (EmbeddedBroker broker = startEmbedded("--fsync", "never")) {
            Http http = broker.http();
            http.produce("t", 1);
            String before = Files.readString(journal).replaceAll("\\{\"synced\".*\n", "");
            http.post("/produce/batch", "{\"topic\":\"t\",\"messages\":[]}");
            http.post("/produce/batch", "{\"topic\":\"t\",\"messages\":[],\"producer_id\":\"p\",\"sequence\":0}");
            http.post("/produce/batch?topic=t", "text/plain", new byte[0]);
            http.post("/produce/batch?topic=t", "application/x-ndjson", new byte[0]);
            assertEquals(before, Files.readString(journal).replaceAll("\\{\"synced\".*\n", ""));
        }
    }

    @Test
    void what_could_not_be_synced_was_refused_and_has_changed_nothing() throws IOException {
        Path log = Files.createFile(folder.resolve("sync.log"));
        Path fails = folder.resolve("sync.log.fails");
        String[] options = {"--data-dir", folder.resolve("data").toString(), "--fsync", "always"};
        try (BrokerProcess broker = BrokerProcess.startWithSyncLog(log, options)) {
            Http http = broker.http();
            http.produce("t", 3);
            http.post("/consumers/register", "topic", "t", "consumer_id", "c", "auto_commit", false);
            http.consumeAll("c");
            Files.createFile(fails);
            for (int i = 0; i < 3; i++) {
                Reply refused =
                        http.post("/produce", "topic", "t", "value", "refused", "producer_id", "p", "sequence", 0);
                assertEquals("STORAGE_FULL", refused.code(), refused.text());
                assertTrue(refused.detail().contains("Input/output error"), refused.detail());
            }
            assertEquals(507, http.post("/consumers/commit", "consumer_id", "c").status());
            assertEquals(507, http.post("/topics/register", "topic", "another").status());
            assertEquals(3, http.get("/topics/t").get("end_offset").asInt());
            Files.delete(fails);
            assertEquals(
                    3,
                    http.post("/produce", "topic", "t", "value", "accepted", "producer_id", "p", "sequence", 0)
                            .get("offset")
                            .asInt());
            assertEquals(200, http.post("/consumers/commit", "consumer_id", "c").status());
            Files.createFile(fails);
            assertEquals(
                    507, http.post("/produce", "topic", "t", "value", "refused").status());
            broker.kill();
            Files.delete(fails);
        }
        try (EmbeddedBroker broker = startEmbedded()) {
            assertEquals(
                    "v0 v1 v2 accepted",
                    StreamSupport.stream(
                                    broker.http()
                                            .get("/topics/t/messages")
                                            .get("messages")
                                            .spliterator(),
                                    false)
                            .map(message -> message.path("value").asText())
                            .collect(Collectors.joining(" ")));
            assertEquals(3, broker.http().get("/consumers/c").get("offset").asInt());
            assertEquals(404, broker.http().get("/topics/another").status());
        }
    }

    @Test
    void a_disk_that_hangs_holds_up_those_who_wait_for_it_and_nobody_else() throws IOException {
        Path log = Files.createFile(folder.resolve("sync.log"));
        Path hangs = folder.resolve("sync.log.hangs");
        Path fails = folder.resolve("sync.log.fails");
        int requests = 150; // more of one producer than the broker remembers
        try (BrokerProcess broker = BrokerProcess.startWithSyncLog(
                log, "--data-dir", folder.resolve("data").toString(), "--fsync", "always")) {
            Http http = broker.http();
            http.produce("t", 3);
            http.post("/consumers/register", "topic", "t", "consumer_id", "c");
            Files.createFile(hangs);
            List<CompletableFuture<Reply>> waiting = new ArrayList<>();
            long end = System.nanoTime()
                    + TimeUnit.MILLISECONDS.toNanos(2 * DataDirectory.SYNC_INTERVAL_MS + 500); // maintenance comes by
            while (waiting.size() < requests || System.nanoTime() < end) {
                if (waiting.size() < requests) {
                    int sequence = waiting.size();
                    waiting.add(CompletableFuture.supplyAsync(
                            () -> http.post(
                                    "/produce", "topic", "t", "value", "v", "producer_id", "p", "sequence", sequence),
                            THREADS));
                }
                Await.until(
                        "it has arrived",
                        () -> http.post("/producers/register", "topic", "t", "producer_id", "p")
                                        .get("next_sequence")
                                        .asInt()
                                == waiting.size());
                assertEquals(3, http.get("/topics/t").get("end_offset").asInt(), "what is not on disk is not shown");
            }
            assertEquals(3, http.consumeAll("c").size());
            Files.createFile(fails);
            Files.delete(hangs);
            waiting.forEach(answer ->
                    assertEquals(507, answer.join().status(), answer.join().text()));
            Files.delete(fails);
            assertEquals(
                    3,
                    http.post("/produce", "topic", "t", "value", "v3", "producer_id", "p", "sequence", 0)
                            .get("offset")
                            .asInt());
            broker.kill();
        }
        try (EmbeddedBroker broker = startEmbedded()) {
            assertEquals(4, broker.http().get("/topics/t").get("end_offset").asInt());
        }
    }

    @Test
    void a_sync_that_fails_first_thing_after_a_restart_takes_nothing_with_it() throws IOException {
        Path log = Files.createFile(folder.resolve("sync.log"));
        Path fails = folder.resolve("sync.log.fails");
        String[] options = {"--data-dir", folder.resolve("data").toString(), "--fsync", "always"};
        try (BrokerProcess broker = BrokerProcess.startWithSyncLog(log, options)) {
            broker.http().produce("t", 3);
            broker.kill();
        }
        try (BrokerProcess broker = BrokerProcess.startWithSyncLog(log, options)) {
            Files.createFile(fails);
            assertEquals(
                    507,
                    broker.http()
                            .post("/produce", "topic", "t", "value", "refused")
                            .status());
            Files.delete(fails);
            assertEquals(
                    3,
                    broker.http()
                            .post("/produce", "topic", "t", "value", "v3")
                            .get("offset")
                            .asInt());
            broker.kill();
        }
        try (EmbeddedBroker broker = startEmbedded()) {
            assertEquals(4, broker.http().get("/topics/t").get("messages").asInt());
        }
    }

    @Test
    void a_deleted_topic_stays_deleted_and_its_name_can_be_used_again() {
        try (BrokerProcess broker = start()) {
            broker.http().produce("t", 3);
            broker.http().post("/topics/register", "topic", "T");
            broker.http().post("/consumers/register", "topic", "t", "consumer_id", "c");
            broker.http().send("DELETE", "/topics/t", BodyPublishers.noBody());
            broker.kill();
        }
        try (BrokerProcess broker = start()) {
            assertEquals(
                    "{\"topics\":{\"T\":0},\"consumers\":{}}",
                    broker.http().get("/stats").text());
            broker.http().produce("t", 1);
            broker.kill();
        }
        try (EmbeddedBroker broker = startEmbedded()) {
            assertEquals(
                    "{\"topics\":{\"T\":0,\"t\":1},\"consumers\":{}}",
                    broker.http().get("/stats").text());
        }
    }

    @Test
    void retention_and_deletion_give_the_disk_back() throws IOException {
        try (BrokerProcess broker = start()) {
            Http http = broker.http();
            http.post(
                    "/topics/register",
                    "topic",
                    "t",
                    "partitions",
                    2,
                    "max_bytes",
                    100_000,
                    "when_full",
                    "drop_oldest");
            http.post("/topics/register", "topic", "aged", "max_age_ms", 100);
            byte[] lines =
                    "a line of forty bytes, more or less...\n".repeat(1000).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 100; i++) {
                assertEquals(
                        200,
                        http.post("/produce/batch?topic=t", "text/plain", lines).status());
                assertEquals(
                        200,
                        http.post("/produce/batch?topic=aged", "text/plain", lines)
                                .status());
            }
            Await.until("the disk is given back", () -> size(folder) < 3_000_000);
            String before = http.get("/topics/t").text();
            broker.kill();
            try (EmbeddedBroker again = startEmbedded()) {
                assertEquals(before, again.http().get("/topics/t").text());
                again.http().send("DELETE", "/topics/t", BodyPublishers.noBody());
                again.http().send("DELETE", "/topics/aged", BodyPublishers.noBody());
                assertEquals(0, size(folder.resolve("data/topics")));
            }
        }
    }

    @Test
    void what_a_consumer_does_over_and_over_takes_no_more_disk() throws IOException {
        try (BrokerProcess broker = start();
                RawConnection connection = new RawConnection(broker.port())) {
            broker.http().produce("t", 100);
            for (int number = 0; number < 8; number++) {
                String consumer = "c" + number;
                broker.http().post("/consumers/register", "topic", "t", "consumer_id", consumer);
                connection.postAll(
                        "/consumers/seek",
                        3_700,
                        i -> "{\"consumer_id\":\"" + consumer + "\",\"offset\":" + i % 100 + "}");
            }
            Await.until("the files of commits alone are dropped", () -> size(folder) < 2_500_000);
            broker.kill();
        }
        try (EmbeddedBroker broker = startEmbedded()) {
            for (int number = 0; number < 8; number++) {
                assertEquals(
                        99,
                        broker.http().get("/consumers/c" + number).get("offset").asInt());
            }
            assertEquals(100, broker.http().get("/topics/t").get("messages").asInt());
        }
    }

    @Test
    void files_are_their_owners_alone() throws IOException {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"), "no POSIX here");
        try (EmbeddedBroker broker = startEmbedded()) {
            broker.http().produce("t", 1);
        }
        try (Stream<Path> paths = Files.walk(folder.resolve("data"))) {
            for (Path path : paths.collect(Collectors.toList())) {
                assertEquals(
                        Files.isDirectory(path) ? "rwx------" : "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(path)),
                        path.toString());
            }
        }
    }

    @Test
    void every_line_of_a_file_is_json() throws IOException {
        try (EmbeddedBroker broker = startEmbedded()) {
            fill(broker.http());
        }
        try (Stream<Path> paths = Files.walk(folder.resolve("data/topics"))) {
            for (Path path : paths.filter(Files::isRegularFile).collect(Collectors.toList())) {
                for (String line : Files.readAllLines(path)) {
                    assertTrue(Http.JSON.readTree(line).isObject(), line);
                }
            }
        }
    }

    @Test
    void a_second_broker_is_refused() {
        try (BrokerProcess broker = start()) {
            Result second = Commands.run(
                    "Broker.java",
                    "--port",
                    "0",
                    "--data-dir",
                    folder.resolve("data").toString());
            assertEquals(1, second.exitCode());
            LifecycleTest.assertOneLine(second.stderr());
            assertTrue(second.stderr().contains("in use by another broker, process " + broker.pid()), second.stderr());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mini-kafka 0,version that wrote it",
        "mini-kafka 2,version that wrote it",
        "nonsense,version that wrote it"
    })
    void another_format_is_recognised(String format, String advice) throws IOException {
        Files.createDirectories(folder.resolve("data"));
        Files.writeString(folder.resolve("data/format"), format + "\n");
        assertRefused(format, "--data-dir", folder.resolve("data").toString());
        assertRefused(advice, "--data-dir", folder.resolve("data").toString());
    }

    @Test
    void a_folder_that_is_none_is_refused() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertRefused(file.toString(), "--data-dir", file.toString());
        assertRefused(file.toString(), "--data-dir", file.resolve("below").toString());
    }

    @Test
    void a_folder_of_others_is_refused_and_left_as_it_is() throws IOException {
        Path theirs = Files.writeString(
                Files.createDirectory(folder.resolve("theirs")).resolve("lock"), "their own");
        Files.writeString(theirs.resolveSibling("notes.txt"), "x");
        assertRefused("new or empty", "--data-dir", theirs.getParent().toString());
        assertEquals("their own", Files.readString(theirs));
        Path none = folder.resolve("none");
        assertRefused(none.toString(), "--data-dir", none.toString(), "--repair");
        assertTrue(Files.notExists(none));
        assertRefused("it is empty", "--data-dir", "");
    }

    @Test
    void options_that_need_a_folder_say_so() {
        assertRefused("--data-dir", "--fsync", "always");
        assertRefused("--data-dir", "--repair");
        assertRefused("sometimes", "--data-dir", folder.toString(), "--fsync", "sometimes");
    }

    @Test
    void the_environment_can_name_the_folder() throws IOException {
        String file = Files.writeString(folder.resolve("file"), "x").toString();
        Result result = Commands.run(Map.of("MINI_KAFKA_DATA_DIR", file), new byte[0], "Broker.java", "--port", "0");
        assertNotEquals(0, result.exitCode());
        assertTrue(result.stderr().contains("file"), result.stderr());
    }

    @Test
    void a_producer_goes_on_with_a_broker_that_comes_back() throws IOException {
        int count = 2_000_000;
        BrokerProcess broker = start();
        Process producer = Scripts.start(
                "Producer.java", "--broker", broker.url(), "--topic", "t", "--count", String.valueOf(count));
        for (int kills = 0; kills < 3; kills++) {
            Http http = broker.http();
            long before = messages(http);
            Await.until("some more arrive", () -> messages(http) > before);
            broker.kill();
            broker = BrokerProcess.startAt(
                    broker.port(), "--data-dir", folder.resolve("data").toString());
        }
        Result produced = Scripts.finish(producer, new byte[0]);
        assertEquals(0, produced.exitCode(), produced.stderr());
        Result consumed = Commands.run("Consumer.java", "--broker", broker.url(), "--topic", "t", "--exit-at-end");
        broker.close();
        List<String> lines = consumed.out().lines().collect(Collectors.toList());
        assertEquals(count, lines.size());
        for (int i = 0; i < count; i++) {
            assertEquals("message-" + i, lines.get(i));
        }
    }

    private static long messages(Http http) {
        JsonNode topics = http.get("/stats").get("topics");
        return topics.path("t").asLong(0);
    }

    private BrokerProcess start(String... options) {
        return BrokerProcess.start(
                Stream.concat(Stream.of("--data-dir", folder.resolve("data").toString()), Stream.of(options))
                        .toArray(String[]::new));
    }

    private EmbeddedBroker startEmbedded(String... options) {
        return EmbeddedBroker.start(
                Stream.concat(Stream.of("--data-dir", folder.resolve("data").toString()), Stream.of(options))
                        .toArray(String[]::new));
    }

    private static void assertRefused(String word, String... options) {
        Result result = Commands.run(Stream.concat(Stream.of("Broker.java", "--port", "0"), Stream.of(options))
                .toArray(String[]::new));
        assertNotEquals(0, result.exitCode());
        LifecycleTest.assertOneLine(result.stderr());
        assertTrue(result.stderr().contains(word), result.stderr());
        assertFalse(result.out().contains("ready"), result.out());
    }

    /** All files below a folder, in bytes. */
    static long size(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.mapToLong(
                            path -> path.toFile().isFile() ? path.toFile().length() : 0)
                    .sum();
        }
    }
}
