package tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import engine.BrowseRequest;
import engine.ConsumerSettings;
import engine.EngineException;
import engine.ErrorCode;
import engine.MemoryBroker;
import engine.MemoryBudget;
import engine.MessageLayout;
import engine.OffsetSpec;
import engine.ReadLimits;
import engine.Scheduler;
import engine.Storage;
import engine.TopicState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import storage.DataDirectory;
import storage.DataDirectory.Recovery;
import storage.Fsync;
import tests.Scripts.Result;

/**
 * Journals that are not as they were written. They are read back thousands of times, and so by the broker's own classes in this
 * process, where a broker of its own would take an hour.
 */
class DamageTest {
    private static final int[] FLIPS = {0x01, 0xFF};
    private static final Pattern DAMAGE = Pattern.compile(".*/00000001\\.ndjson: damaged at byte (\\d+): [^\n]+");

    @TempDir
    private static Path writtenOnce;

    @TempDir
    private Path folder;

    private Path data;
    private Path file;
    private byte[] journal;
    private State whole;

    /** What can be read of a topic. */
    private record State(List<List<String>> messages, String consumers) {}

    /** A small journal with something of everything, made by a real broker. */
    @BeforeAll
    static void writeJournal() {
        try (EmbeddedBroker broker =
                EmbeddedBroker.start("--data-dir", writtenOnce.resolve("data").toString())) {
            Http http = broker.http();
            http.post("/topics/register", "topic", "t", "partitions", 2);
            http.post("/consumers/register", "topic", "t", "consumer_id", "c", "auto_commit", false);
            http.post(
                    "/produce/batch?topic=t", "text/plain", "one\ntwo \u00fc\nthree".getBytes(StandardCharsets.UTF_8));
            http.post("/consume/batch", "consumer_id", "c", "max_messages", 2);
            http.post("/consumers/commit", "consumer_id", "c");
            http.post("/produce", "topic", "t", "value", "four", "key", "k", "producer_id", "p", "sequence", 0);
            http.post("/consumers/register", "topic", "t", "consumer_id", "d", "group", "g");
            http.post("/consumers/unregister", "consumer_id", "d");
            http.post("/produce", "topic", "t", "value", "the last one");
        }
    }

    @BeforeEach
    void copyJournal() throws IOException {
        data = folder.resolve("data");
        file = data.resolve("topics/00000001-t/00000001.ndjson");
        Files.createDirectories(file.getParent());
        for (Path copied : List.of(data.resolve("format"), file)) {
            Files.copy(writtenOnce.resolve(folder.relativize(copied)), copied);
        }
        journal = Files.readAllBytes(file);
        whole = readBack().orElseThrow();
        assertEquals(5, whole.messages.get(0).size() + whole.messages.get(1).size());
    }

    @Test
    void a_flipped_byte_is_found_wherever_it_is() throws IOException {
        int refused = 0;
        int lastMark = text(journal).lastIndexOf("{\"synced\":");
        assertTrue(lastMark > text(journal).lastIndexOf("the last one"));
        for (int i = 0; i < journal.length; i++) {
            for (int flip : FLIPS) {
                byte[] damaged = journal.clone();
                damaged[i] ^= (byte) flip;
                Files.write(file, damaged);
                Outcome outcome = readBack();
                if (outcome.failure == null) {
                    assertTrue(
                            i >= lastMark,
                            i + ": only the last line, which says that all before it is on disk, may be gone");
                    assertTrue(outcome.recovery.notices().get(0).contains("truncated"), outcome.recovery.toString());
                    assertEquals(whole, outcome.state);
                } else {
                    Matcher message = DAMAGE.matcher(outcome.failure);
                    assertTrue(message.matches(), outcome.failure);
                    assertTrue(
                            Integer.parseInt(message.group(1)) <= i,
                            i + " of " + journal.length + ": " + outcome.failure);
                    assertEquals(
                            Arrays.hashCode(damaged), Arrays.hashCode(Files.readAllBytes(file)), "nothing was changed");
                    refused++;
                }
            }
        }
        assertEquals(lastMark * FLIPS.length, refused);
    }

    @Test
    void what_was_not_on_disk_when_the_machine_ended_may_be_missing_anywhere() throws IOException {
        CRC32C crc = new CRC32C();
        String untrue = "{\"synced\":99999999";
        crc.update(untrue.getBytes(StandardCharsets.US_ASCII));
        try (EmbeddedBroker broker = EmbeddedBroker.start("--data-dir", data.toString())) {
            broker.http()
                    .post(
                            "/produce",
                            "topic",
                            "t",
                            "value",
                            untrue + String.format(",\"crc32c\":\"%08x\"}", crc.getValue()));
        }
        journal = withoutMarks(Files.readAllBytes(file));
        Files.write(file, journal);
        whole = readBack().orElseThrow();
        List<Integer> recordEnds = recordEnds();
        for (int record = 2; record < recordEnds.size(); record++) {
            int start = recordEnds.get(record - 1);
            byte[] holed = journal.clone();
            Arrays.fill(holed, start + 3, Math.min(start + 20, holed.length), (byte) 0);
            Files.write(file, holed);
            Outcome outcome = readBack();
            assertPrefix(outcome.orElseThrow());
            assertEquals(messagesIn(start), outcome.recovery.messages());
            assertTrue(text(Files.readAllBytes(file))
                    .matches("(?s)\\Q" + text(Arrays.copyOf(journal, start)) + "\\E(\\{\"synced\":.*)?"));
            Matcher notice = Pattern.compile(".* not all on disk when the machine ended; a copy of them is in (.*)")
                    .matcher(outcome.recovery.notices().get(0));
            assertTrue(notice.matches(), outcome.recovery.toString());
            assertArrayEquals(
                    Arrays.copyOfRange(holed, start, holed.length),
                    Files.readAllBytes(Path.of(notice.group(1), "00000001.ndjson")));
        }
    }

    @Test
    void wherever_a_journal_ends_what_was_whole_before_is_there() throws IOException {
        List<Integer> recordEnds = recordEnds();
        for (int length = 0; length < journal.length; length++) {
            Files.write(file, Arrays.copyOf(journal, length));
            Outcome outcome = readBack();
            int end = length;
            int expectedLength = recordEnds.stream()
                    .filter(recordEnd -> recordEnd <= end)
                    .mapToInt(Integer::intValue)
                    .max()
                    .orElse(0);
            if (expectedLength == 0) {
                assertTrue(
                        outcome.failure != null
                                && DAMAGE.matcher(outcome.failure).matches(),
                        "without its first line it is no journal");
                continue;
            }
            assertEquals(null, outcome.failure);
            assertEquals(
                    expectedLength == length ? 0 : 1,
                    outcome.recovery.notices().size(),
                    "one line, if something was cut off");
            assertPrefix(outcome.state);
            assertEquals(messagesIn(expectedLength), outcome.recovery.messages());
            State again = readBack().orElseThrow();
            assertEquals(outcome.state, again, "what was read back once");
        }
    }

    @Test
    void a_record_of_an_empty_batch_of_an_earlier_version_is_whole_wherever_it_is() throws IOException {
        String[] records = {
            "{\"appended\":],\"timestamp\":1795580306644",
            "{\"appended\":],\"timestamp\":1795580306644,\"producer_id\":\"p\",\"sequence\":1"
        };
        for (String record : records) {
            byte[] line = withChecksum(record);
            for (int end : recordEnds().subList(1, recordEnds().size())) {
                byte[] bytes = Arrays.copyOf(journal, journal.length + line.length);
                System.arraycopy(line, 0, bytes, end, line.length);
                System.arraycopy(journal, end, bytes, end + line.length, journal.length - end);
                assertWhole(bytes);
                assertWhole(withoutMarks(bytes));
            }
            byte[] damaged = Arrays.copyOf(journal, journal.length + line.length);
            System.arraycopy(line, 0, damaged, journal.length, line.length);
            damaged[journal.length + 15] ^= 1;
            Files.write(file, damaged);
            assertTrue(readBack().recovery.notices().get(0).contains("truncated"), "its checksum counts");
        }
    }

    private void assertWhole(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        Outcome outcome = readBack();
        assertEquals(whole, outcome.orElseThrow());
        assertEquals(List.of(), outcome.recovery.notices());
    }

    private static byte[] withChecksum(String record) {
        CRC32C crc = new CRC32C();
        crc.update(record.getBytes(StandardCharsets.US_ASCII));
        return (record + String.format(",\"crc32c\":\"%08x\"}\n", crc.getValue())).getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void zeros_at_the_end_are_what_a_machine_leaves_that_lost_its_power() throws IOException {
        Files.write(file, Arrays.copyOf(journal, journal.length + 5000));
        Outcome outcome = readBack();
        assertEquals(whole, outcome.orElseThrow());
        assertTrue(outcome.recovery.notices().get(0).contains("5000 bytes"), outcome.recovery.toString());
    }

    @Test
    void a_file_that_is_gone_is_missed() throws IOException {
        Path second = twoFiles();
        Path first = second.resolveSibling("00000001.ndjson");
        byte[] bytes = Files.readAllBytes(first);
        Files.delete(first);
        Outcome outcome = readBack();
        assertTrue(
                outcome.failure.contains("before offset") && outcome.failure.contains("00000002.ndjson"),
                outcome.failure);
        Files.write(first, Arrays.copyOf(bytes, bytes.length - 1));
        assertTrue(readBack().failure.contains("not the last file"));
        Files.write(first, new byte[0]);
        assertTrue(readBack().failure.contains("not the last file"), "no file is ever left empty");
    }

    @Test
    void a_repair_of_a_gap_keeps_what_it_takes_out_and_can_be_done_again() throws IOException {
        Path second = twoFiles();
        Path third = second.resolveSibling("00000003.ndjson");
        try (EmbeddedBroker broker = EmbeddedBroker.start("--data-dir", data.toString())) {
            for (int i = 0; i < 20 && Files.notExists(third); i++) {
                broker.http()
                        .post(
                                "/produce/batch?topic=two",
                                "text/plain",
                                "a line\n".repeat(100_000).getBytes(StandardCharsets.US_ASCII));
            }
            Await.until("the third file is there", () -> Files.exists(third) && Files.size(third) > 0);
        }
        Files.delete(second);
        assertTrue(readBack().failure.contains("00000003.ndjson"));
        Result repaired = repair("y\n");
        assertEquals(0, repaired.exitCode(), repaired.stderr());
        assertTrue(repaired.out().contains("100000 readable messages"), repaired.out());
        assertTrue(Files.exists(data.resolve("damaged/00000002-two/00000001.ndjson")));
        readBack().orElseThrow();

        Files.writeString(third, "x" + Files.readString(third).substring(1));
        assertEquals(0, repair("y\n").exitCode());
        readBack().orElseThrow();
        assertTrue(
                Files.exists(data.resolve("damaged/00000002-two.2/00000003.ndjson")),
                "what was taken out first is there still");
    }

    @Test
    void a_gap_in_one_partition_leaves_the_others_alone_and_what_shows_after_a_repair_is_asked_for_too()
            throws IOException {
        Path first = data.resolve("topics/00000002-p/00000001.ndjson");
        Path second = first.resolveSibling("00000002.ndjson");
        Path third = first.resolveSibling("00000003.ndjson");
        try (EmbeddedBroker broker = EmbeddedBroker.start("--data-dir", data.toString())) {
            Http http = broker.http();
            http.post("/topics/register", "topic", "p", "partitions", 2);
            http.post("/produce", "topic", "p", "partition", 0, "value", "the first one");
            produceUntil(http, second);
            produceUntil(http, third);
            http.post("/produce", "topic", "p", "partition", 0, "value", "another one");
            http.post("/produce", "topic", "p", "partition", 0, "value", "the last one");
        }
        State before = readBack().orElseThrow();
        Files.delete(second);
        byte[] bytes = Files.readAllBytes(third);
        bytes[text(bytes).lastIndexOf("the last one")] = '-';
        Files.write(third, bytes);
        Result half = repair("y\n");
        assertEquals(1, half.exitCode());
        assertTrue(half.out().contains("Nothing else was changed"), half.out());
        Result repaired = repair("y\n");
        assertEquals(0, repaired.exitCode(), repaired.stderr());
        assertTrue(repaired.out().contains("partition 1 before offset"), repaired.out());
        List<List<String>> after = readBack().orElseThrow().messages;
        List<String> partition0 = before.messages.get(0);
        assertEquals(3, partition0.size());
        assertEquals(partition0.subList(0, 2), after.get(0));
        List<String> partition1 = before.messages.get(1);
        assertEquals(partition1.subList(partition1.size() - after.get(1).size(), partition1.size()), after.get(1));
        assertTrue(Files.exists(first) && Files.exists(data.resolve("damaged/00000002-p.2/00000001.ndjson")));
    }

    private static void produceUntil(Http http, Path file) {
        Await.until(file + " is there", () -> {
            http.post(
                    "/produce/batch?topic=p",
                    "application/x-ndjson",
                    "{\"partition\":1,\"value\":\"a line\"}\n".repeat(10_000).getBytes(StandardCharsets.US_ASCII));
            return Files.exists(file) && Files.size(file) > 0;
        });
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Test
    void a_file_that_was_being_begun_is_not_the_last_one() throws IOException {
        for (int length : new int[] {0, 10}) {
            Files.write(file, Arrays.copyOf(journal, journal.length - 5));
            Path next = Files.write(file.resolveSibling("00000002.ndjson"), Arrays.copyOf(journal, length));
            Outcome outcome = readBack();
            assertEquals(whole, outcome.orElseThrow());
            assertEquals(1, outcome.recovery.notices().size());
            assertTrue(Files.notExists(next));
        }
    }

    @Test
    void a_repair_of_a_gap_keeps_what_was_not_on_disk_when_the_machine_ended() throws IOException {
        Path second = twoFiles();
        try (EmbeddedBroker broker = EmbeddedBroker.start("--data-dir", data.toString())) {
            broker.http().post("/produce", "topic", "two", "value", "in between");
            broker.http().post("/produce", "topic", "two", "value", "readable");
        }
        Files.delete(second.resolveSibling("00000001.ndjson"));
        byte[] bytes = withoutMarks(Files.readAllBytes(second));
        bytes[text(bytes).indexOf("in between")] = 0;
        Files.write(second, bytes);
        Result repaired = repair("y\n");
        assertTrue(repaired.out().contains("00000002.ndjson, which were not all written"), repaired.out());
        readBack().orElseThrow();
        assertTrue(Files.readString(data.resolve("damaged/00000002-two/00000002.ndjson"))
                .contains("readable"));
    }

    @Test
    void a_closed_folder_takes_no_more() throws IOException {
        MemoryBroker broker = new MemoryBroker(new MemoryBudget(Long.MAX_VALUE), 10, Storage.NONE);
        DataDirectory directory = new DataDirectory(data, Fsync.INTERVAL, Scheduler.SYSTEM);
        directory.restore(broker);
        directory.close();
        byte[] before = Files.readAllBytes(file);
        ConsumerSettings late = new ConsumerSettings("late", null, false, OffsetSpec.parse("start", "earliest"), null);
        CompletionException refused = assertThrows(
                CompletionException.class,
                () -> broker.registerConsumer("t", late).join());
        assertEquals(ErrorCode.SHUTTING_DOWN, ((EngineException) refused.getCause()).code());
        assertArrayEquals(before, Files.readAllBytes(file));
    }

    private static byte[] withoutMarks(byte[] bytes) {
        return text(bytes).replaceAll("\\{\"synced\":\\d+,.*\n", "").getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void a_file_that_was_not_begun_whole_is_done_without() throws IOException {
        Path second = twoFiles();
        State before = readBack().orElseThrow();
        byte[] bytes = Files.readAllBytes(second);
        int begun = text(bytes).indexOf("\n{\"consumers\"") + 1;
        for (int length : new int[] {0, 10, begun - 1}) {
            Files.write(second, Arrays.copyOf(bytes, length));
            State after = readBack().orElseThrow();
            assertEquals(before.consumers, after.consumers);
            assertEquals(before.messages, after.messages);
            assertTrue(Files.notExists(second) || Files.size(second) > begun, "it is gone, or was begun anew by now");
        }
    }

    @Test
    void a_repair_says_what_it_loses_and_then_does_it() throws IOException {
        int at = text(journal).indexOf("four");
        byte[] damaged = journal.clone();
        damaged[at] ^= 1;
        Files.write(file, damaged);

        Result start = Commands.run("Broker.java", "--port", "0", "--data-dir", data.toString());
        assertEquals(1, start.exitCode());
        LifecycleTest.assertOneLine(start.stderr());
        assertTrue(start.stderr().contains("--repair"), start.stderr());

        for (String answer : new String[] {"", "n\n", "what?\n"}) {
            Result declined = repair(answer);
            assertNotEquals(0, declined.exitCode());
            assertTrue(
                    declined.out().contains("keeps the 3 messages")
                            && declined.out().contains("2 messages"),
                    declined.out());
            assertEquals(Arrays.hashCode(damaged), Arrays.hashCode(Files.readAllBytes(file)));
        }
        Result repaired = repair("y\n");
        assertEquals(0, repaired.exitCode(), repaired.stderr());
        State state = readBack().orElseThrow();
        assertEquals(3, state.messages.get(0).size() + state.messages.get(1).size());
        assertPrefix(state);
        String takenOut =
                Files.readString(data.resolve("damaged/00000001-t/00000001.ndjson"), StandardCharsets.ISO_8859_1);
        assertTrue(takenOut.contains("the last one"), takenOut);
        Result again = repair("");
        assertEquals(0, again.exitCode());
        assertTrue(again.out().contains("Nothing") && again.out().contains("damaged"), again.out());
    }

    /** A repair keeps the copy, because its folder has the higher number. */
    @Test
    void one_repair_mends_a_damaged_topic_and_removes_the_other_folder_of_its_name() throws IOException {
        Path copy = data.resolve("topics/00000002-t/00000001.ndjson");
        Files.createDirectories(copy.getParent());
        for (Path damagedFile : List.of(file, copy)) {
            Files.write(file, journal);
            Files.write(copy, journal);
            byte[] damaged = journal.clone();
            damaged[text(journal).indexOf("four")] ^= 1;
            Files.write(damagedFile, damaged);
            Result repaired = repair("y\n");
            assertEquals(0, repaired.exitCode(), repaired.stderr());
            State state = readBack().orElseThrow();
            assertEquals(
                    damagedFile.equals(copy) ? 3 : 5,
                    state.messages.get(0).size() + state.messages.get(1).size());
            Files.createDirectories(file.getParent());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"assigned\":{\"group\":\"g\",\"generation\":9,\"owned\":{\"d\":[7]}}",
                "{\"registered\":{\"consumer_id\":\"x\",\"auto_commit\":true,\"session_timeout_ms\":1,\"committed\":[0]}",
                "{\"committed\":{\"group\":\"g\",\"offsets\":[{\"partition\":2,\"offset\":0}]}",
                "{\"missed\":{\"consumer_id\":\"c\",\"messages\":1,\"passed\":[{\"partition\":-1,\"offset\":0}]}",
                "{\"trimmed\":[{\"partition\":2,\"start_offset\":0}]",
                "{\"trimmed\":[{\"partition\":0,\"start_offset\":999}]",
                "{\"registered\":{\"auto_commit\":true,\"session_timeout_ms\":1}",
                "{\"registered\":{\"consumer_id\":\"a b\",\"auto_commit\":true,\"session_timeout_ms\":1}",
                "{\"registered\":{\"consumer_id\":\"x\",\"group\":\"g\",\"auto_commit\":true,\"session_timeout_ms\":0}"
            })
    void a_record_that_contradicts_its_topic_is_damage(String record) throws IOException {
        Files.writeString(file, text(journal) + DurableTest.record(record), StandardCharsets.ISO_8859_1);
        Outcome outcome = readBack();
        assertTrue(outcome.failure != null, record);
        assertTrue(outcome.failure.contains("damaged at byte " + journal.length), outcome.failure);
    }

    @Test
    void a_topic_with_a_name_that_no_topic_can_have_is_damage() throws IOException {
        String header = text(journal).split("\n")[0];
        Files.writeString(
                file,
                DurableTest.record(
                        header.replace("\"name\":\"t\"", "\"name\":\"../t\"").replaceFirst(",\"crc32c\".*", "")));
        assertTrue(readBack().failure.contains("damaged at byte 0"));
    }

    @Test
    void what_a_repair_took_out_can_be_produced_again() throws IOException {
        byte[] damaged = journal.clone();
        damaged[text(journal).lastIndexOf("\"value\":\"four") + 8] = 'x'; // no JSON any more
        Files.write(file, damaged);
        assertEquals(0, repair("y\n").exitCode());
        produceAgainAsInReadme();
        List<String> messages =
                readBack().orElseThrow().messages.stream().flatMap(List::stream).collect(Collectors.toList());
        assertEquals(4, messages.size());
        assertTrue(messages.stream().anyMatch(message -> message.contains("the last one")), messages.toString());
    }

    @Test
    void a_repair_takes_out_a_topic_of_which_nothing_is_left_and_accepts_a_gap() throws IOException {
        Path second = twoFiles();
        Files.delete(second.resolveSibling("00000001.ndjson"));
        Files.write(file, "nonsense\n".getBytes(StandardCharsets.US_ASCII));
        assertEquals(0, repair("yes\n").exitCode());
        try (EmbeddedBroker broker = EmbeddedBroker.start("--data-dir", data.toString())) {
            assertEquals(404, broker.http().get("/topics/t").status());
            JsonNode topic = broker.http().get("/topics/two").json();
            assertEquals(topic.path("end_offset"), topic.path("start_offset"));
            assertTrue(topic.path("end_offset").asLong() > 0);
        }
    }

    private void produceAgainAsInReadme() throws IOException {
        Matcher block = Pattern.compile("<!-- after a repair -->\n```sh\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Scripts.ROOT.resolve("docs/durability.md")));
        assertTrue(block.find());
        try (EmbeddedBroker broker = EmbeddedBroker.start("--data-dir", data.toString())) {
            String command = block.group(1)
                    .replace("kept/damaged/00000001-kept", "data/damaged/00000001-t")
                    .replace("topic=kept", "topic=t")
                    .replace("http://127.0.0.1:8000", broker.url());
            Result result = Scripts.finish(
                    Scripts.startProcess(new ProcessBuilder("bash", "-euo", "pipefail", "-c", command), folder),
                    new byte[0]);
            assumeTrue(!result.stderr().contains("jq: command not found"), "jq is not here");
            assertEquals(0, result.exitCode(), result.stderr());
        }
    }

    private Result repair(String answer) {
        return Commands.runWithInput(
                answer.getBytes(StandardCharsets.US_ASCII), "Broker.java", "--data-dir", data.toString(), "--repair");
    }

    /** A topic whose second file has just begun, with messages and a consumer in the first one. */
    private Path twoFiles() {
        Path second = data.resolve("topics/00000002-two/00000002.ndjson");
        try (EmbeddedBroker broker = EmbeddedBroker.start("--data-dir", data.toString())) {
            broker.http().post("/topics/register", "topic", "two");
            broker.http().post("/consumers/register", "topic", "two", "consumer_id", "e");
            broker.http()
                    .post(
                            "/produce/batch?topic=two",
                            "text/plain",
                            "a line\n".repeat(100_000).getBytes(StandardCharsets.US_ASCII));
            Await.until("the second file is there", () -> Files.exists(second) && Files.size(second) > 0);
        }
        return second;
    }

    private static final ReadLimits ALL = new ReadLimits(MessageLayout.LIST, Integer.MAX_VALUE, Integer.MAX_VALUE);

    private record Outcome(State state, Recovery recovery, String failure) {
        State orElseThrow() {
            assertEquals(null, failure);
            return state;
        }
    }

    private Outcome readBack() throws IOException {
        MemoryBroker broker = new MemoryBroker(new MemoryBudget(Long.MAX_VALUE), 10, Storage.NONE);
        try (DataDirectory directory = new DataDirectory(data, Fsync.NEVER, Scheduler.SYSTEM)) {
            Recovery recovery = directory.restore(broker);
            return new Outcome(state(broker), recovery, null);
        } catch (IOException e) {
            return new Outcome(null, null, e.getMessage());
        }
    }

    private static State state(MemoryBroker broker) throws IOException {
        List<List<String>> messages = new ArrayList<>();
        StringBuilder consumers = new StringBuilder();
        for (TopicState topic : broker.topics().items().collect(Collectors.toList())) {
            for (TopicState.Partition partition : topic.partitions()) {
                String page = StandardCharsets.UTF_8
                        .decode(broker.browse(new BrowseRequest(
                                        topic.name(),
                                        partition.partition(),
                                        OffsetSpec.parse("offset", "earliest"),
                                        0,
                                        ALL,
                                        0))
                                .join()
                                .bytes())
                        .toString();
                List<String> texts = new ArrayList<>();
                Http.JSON.readTree(page).path("messages").forEach(message -> texts.add(message.toString()));
                messages.add(texts);
            }
        }
        broker.consumers(null, null)
                .items()
                .forEach(consumer -> consumers.append(consumer.consumerId()).append(consumer.positions()));
        return new State(messages, consumers.toString());
    }

    private void assertPrefix(State state) {
        for (int p = 0; p < state.messages.size(); p++) {
            assertEquals(whole.messages.get(p).subList(0, state.messages.get(p).size()), state.messages.get(p));
        }
    }

    private List<Integer> recordEnds() {
        List<Integer> ends = new ArrayList<>();
        int at = 0;
        for (String line : text(journal).split("(?<=\n)")) {
            at += line.length();
            if (line.contains("\"crc32c\":")) {
                ends.add(at);
            }
        }
        return ends;
    }

    private long messagesIn(int length) {
        return Stream.of(new String(journal, 0, length, StandardCharsets.ISO_8859_1).split("\n"))
                .filter(line -> line.startsWith("{\"partition\""))
                .collect(Collectors.counting());
    }
}
