package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Http.Reply;
import tests.Scripts.Result;

/** A disk that takes no more: a small one that is mounted for the test, or a limit on how large a file may get. */
class FullDiskTest {
    private static final int DISK_SIZE = 3 << 20;

    @TempDir
    private Path folder;

    private boolean isMounted;

    @AfterEach
    void unmount() {
        if (isMounted) {
            assertEquals(0, run("umount", folder.resolve("disk").toString()).exitCode());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"interval", "always"})
    void a_full_disk_refuses_what_it_cannot_take_and_loses_nothing(String fsync) throws IOException {
        Path disk = mountSmallDisk();
        String[] options = {"--data-dir", disk.resolve("data").toString(), "--fsync", fsync};
        List<String> accepted = new ArrayList<>();
        try (BrokerProcess broker = BrokerProcess.start(options)) {
            Http http = broker.http();
            http.post("/topics/register", "topic", "ballast");
            produceLarge(http, "ballast", 1 << 20);
            http.produce("t", 0);
            http.post("/consumers/register", "topic", "t", "consumer_id", "c");
            http.post("/consumers/register", "topic", "t", "consumer_id", "m", "auto_commit", false);

            Reply refused = fill(http, accepted);
            assertEquals("STORAGE_FULL", refused.code());
            assertTrue(
                    refused.detail().contains("No space left")
                            && refused.detail().contains("no restart"),
                    refused.detail());
            assertEquals(accepted, values(http));
            assertEquals(
                    accepted.size(),
                    http.consumeAll("c").size(),
                    "consuming goes on, though its commits cannot be written");
            assertEquals(507, http.post("/topics/register", "topic", "another").status());
            assertEquals(404, http.get("/topics/another").status());
            http.consumeAll("m");
            assertEquals(507, http.post("/consumers/commit", "consumer_id", "m").status());
            assertEquals(
                    0,
                    http.get("/consumers/m")
                            .get("positions")
                            .path(0)
                            .path("committed")
                            .asInt());
            assertEquals(200, http.get("/health").status());

            broker.kill();
        }
        try (BrokerProcess broker = BrokerProcess.start(options)) {
            Http http = broker.http();
            assertEquals(accepted, values(http), "a restart on a full disk");
            http.consumeAll("c");
            assertEquals(
                    507,
                    http.post("/produce", "topic", "t", "value", "x".repeat(5000))
                            .status());
            assertEquals(
                    200,
                    http.send("DELETE", "/topics/ballast", BodyPublishers.noBody())
                            .status());

            assertEquals(
                    accepted.size(),
                    http.post("/produce", "topic", "t", "value", "there is room again")
                            .get("offset")
                            .asInt());
            assertEquals(200, http.post("/topics/register", "topic", "another").status());
            accepted.add("there is room again");
            broker.kill();
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(options)) {
            assertEquals(accepted, values(broker.http()));
            assertEquals(
                    1,
                    broker.http().consumeAll("c").size(),
                    "what was consumed while the disk was full has been written since");
            assertEquals(200, broker.http().get("/topics/another").status());
        }
    }

    @Test
    void what_was_accepted_is_synced_though_the_commits_of_consumers_cannot_be_written() throws IOException {
        Path data = mountSmallDisk().resolve("data");
        Path log = Files.createFile(folder.resolve("sync.log"));
        try (BrokerProcess broker = BrokerProcess.startWithSyncLog(log, "--data-dir", data.toString())) {
            Http http = broker.http();
            http.produce("t", 0);
            http.post("/consumers/register", "topic", "t", "consumer_id", "c");
            List<String> accepted = new ArrayList<>();
            fill(http, accepted);
            for (int i = 0; i < accepted.size(); i++) { // one by one, until not even that fits
                assertEquals(200, http.post("/consume", "consumer_id", "c").status());
            }
            Await.until("it is synced", () -> {
                Path last = lastFile(data.resolve("topics/00000001-t"));
                return syncedSize(log, last) == Files.size(last);
            });
        }
    }

    private static Path lastFile(Path topic) throws IOException {
        try (Stream<Path> files = Files.list(topic)) {
            return files.max(Comparator.naturalOrder()).orElseThrow();
        }
    }

    private static long syncedSize(Path log, Path file) throws IOException {
        return Files.readAllLines(log).stream()
                .map(line -> line.split("\t"))
                .filter(fields -> fields[0].equals(file.toString()))
                .mapToLong(fields -> Long.parseLong(fields[1]))
                .max()
                .orElse(0);
    }

    @Test
    void a_topic_that_cannot_be_created_says_why() throws IOException {
        Path data = mountSmallDisk(",nr_inodes=20").resolve("data");
        try (EmbeddedBroker broker = EmbeddedBroker.start("--data-dir", data.toString())) {
            Reply refused = null;
            for (int i = 0; i < 20 && (refused == null || refused.status() == 200); i++) {
                refused = broker.http().post("/topics/register", "topic", "t" + i);
            }
            assertEquals(507, refused.status(), refused.text());
            assertTrue(refused.detail().contains("No space left on device"), refused.detail());
            int before = broker.http().get("/topics").get("topics").size();
            broker.terminate();
            try (EmbeddedBroker again = EmbeddedBroker.start("--data-dir", data.toString())) {
                assertEquals(before, again.http().get("/topics").get("topics").size());
            }
        }
    }

    @Test
    void a_topic_that_drops_its_oldest_makes_room_on_a_full_disk() throws IOException {
        Path disk = mountSmallDisk();
        try (BrokerProcess broker =
                BrokerProcess.start("--data-dir", disk.resolve("data").toString())) {
            Http http = broker.http();
            http.post("/topics/register", "topic", "t", "max_bytes", 400_000, "when_full", "drop_oldest");
            for (int i = 0; i < 300; i++) { // fifteen times the disk
                Await.until(
                        "there is room", () -> produceLarge(http, "t", 150_000).status() == 200);
            }
            String before = http.get("/topics/t").text();
            broker.kill();
            try (EmbeddedBroker again =
                    EmbeddedBroker.start("--data-dir", disk.resolve("data").toString())) {
                assertEquals(before, again.http().get("/topics/t").text());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"interval", "always"})
    void a_file_at_its_limit_goes_on_when_the_limit_goes(String fsync) throws IOException {
        List<String> accepted = new ArrayList<>();
        String[] options = {"--data-dir", folder.resolve("data").toString(), "--fsync", fsync};
        try (BrokerProcess broker = BrokerProcess.start(options)) {
            broker.http().produce("t", 0);
            limitFiles(broker, "300000");
            assertTrue(fill(broker.http(), accepted).detail().contains("File too large"));
            assertEquals(accepted, values(broker.http()));
            limitFiles(broker, "unlimited");
            assertEquals(
                    accepted.size(),
                    broker.http()
                            .post("/produce", "topic", "t", "value", "more")
                            .get("offset")
                            .asInt());
            accepted.add("more");
            broker.kill();
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(options)) {
            assertEquals(accepted, values(broker.http()));
        }
    }

    /** Sends ever smaller messages until not even a small one is taken. */
    private static Reply fill(Http http, List<String> accepted) {
        Reply refused = null;
        for (int size : new int[] {100_000, 5_000, 50, 1}) {
            for (Reply reply; ; ) {
                String value = accepted.size() + "." + "x".repeat(size);
                reply = http.post("/produce", "topic", "t", "value", value);
                if (reply.status() != 200) {
                    assertEquals(507, reply.status(), reply.text());
                    refused = reply;
                    break;
                }
                assertEquals(accepted.size(), reply.get("offset").asInt());
                accepted.add(value);
            }
        }
        return refused;
    }

    private static Reply produceLarge(Http http, String topic, int bytes) {
        return http.post(
                "/produce/batch?topic=" + topic,
                "text/plain",
                ("x".repeat(999) + "\n").repeat(bytes / 1000).getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> values(Http http) {
        List<String> values = new ArrayList<>();
        for (JsonNode page;
                (page = http.get("/topics/t/messages?max_messages=1000&offset=" + values.size())
                                        .json())
                                .path("messages")
                                .size()
                        > 0; ) {
            page.path("messages")
                    .forEach(message -> values.add(message.path("value").asText()));
        }
        return values;
    }

    private Path mountSmallDisk() throws IOException {
        return mountSmallDisk("");
    }

    private Path mountSmallDisk(String moreOptions) throws IOException {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Result mounted = run("mount", "-t", "tmpfs", "-o", "size=" + DISK_SIZE + moreOptions, "tmpfs", disk.toString());
        assumeTrue(
                mounted.exitCode() == 0,
                "a small disk cannot be mounted here: " + mounted.stderr().strip());
        isMounted = true;
        return disk;
    }

    private static void limitFiles(BrokerProcess broker, String bytes) {
        Result limited = run("prlimit", "--pid", String.valueOf(broker.pid()), "--fsize=" + bytes + ":unlimited");
        assumeTrue(
                limited.exitCode() == 0,
                "the size of files cannot be limited here: " + limited.stderr().strip());
    }

    private static Result run(String... command) {
        try {
            return Scripts.finish(Scripts.startProcess(new ProcessBuilder(command)), new byte[0]);
        } catch (UncheckedIOException e) { // there is no such command
            return new Result(127, new byte[0], e.getMessage());
        }
    }
}
