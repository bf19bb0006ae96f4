package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tests.Scripts.Result;

/** Data directories in which there is what the broker has not put there, or not what it has. */
class StrayFilesTest {
    @TempDir
    private Path folder;

    private Path data;
    private Path topics;

    @Test
    void what_is_not_the_brokers_is_ignored_and_named_once_and_goes_with_its_topic() throws IOException {
        Path outside = write(folder.resolve("outside/precious.txt"));
        makeTopics("a", "b");
        Path a = topics.resolve("00000001-a");
        write(a.resolve("@eaDir/00000001.ndjson/meta"));
        write(a.resolve(".snapshot/deep/er/file"));
        write(a.resolve("00000002.ndjson/inside"));
        write(a.resolve("00000003.dropped/inside"));
        write(a.resolve("00000001.ndjson~"));
        write(a.resolve("000000001.ndjson"));
        Files.createSymbolicLink(a.resolve("link"), outside.getParent());
        Files.createSymbolicLink(a.resolve("nowhere"), folder.resolve("nothing"));
        write(topics.resolve(".DS_Store"));
        write(topics.resolve("00000003-x"));
        write(topics.resolve("00000001"));
        write(topics.resolve("notes/00000001.ndjson"));
        write(topics.resolve(".deleted-notes"));
        write(topics.resolve("1234567890123456789012345-y/file"));
        Files.createDirectories(topics.resolve("00000009-empty"));
        write(topics.resolve("00000010-other/@eaDir/file"));
        write(topics.resolve("999999999999999999-z"));
        write(topics.resolve(".deleted-00000020-gone/@eaDir/file"));
        write(topics.resolve(".new-00000021/@eaDir/file"));
        Files.createSymbolicLink(topics.resolve(".deleted-00000022-link"), outside.getParent());
        Files.createSymbolicLink(topics.resolve("link"), outside.getParent());

        Result repair = repair("");
        assertEquals(0, repair.exitCode(), repair.stderr());
        assertTrue(
                repair.out().endsWith("Nothing in " + data + " is damaged.\n")
                        && repair.out().contains("topics/.DS_Store"),
                repair.out());
        BrokerProcess broker = start();
        Http http = broker.http();
        assertEquals("{\"a\":3,\"b\":3}", http.get("/stats").get("topics").toString());
        Path next = a.resolve("00000003.ndjson");
        Await.until("the topic goes on in a file whose name is free", () -> {
            http.post(
                    "/produce/batch?topic=a",
                    "text/plain",
                    "a line\n".repeat(50_000).getBytes(StandardCharsets.US_ASCII));
            return Files.exists(next);
        });
        for (String name : List.of("x", "new")) {
            assertEquals(200, http.post("/topics/register", "topic", name).status());
            assertEquals(200, http.post("/produce", "topic", name, "value", "v").status());
        }
        broker.kill();
        String stderr = broker.stderr();
        LifecycleTest.assertOneLine(stderr);
        assertTrue(
                stderr.contains("Ignored in " + data
                                + ", because it is not the broker's: topics/.DS_Store, topics/.deleted-notes, ")
                        && stderr.contains(" more."),
                stderr);

        broker = start();
        long count = broker.http().get("/topics/a").get("messages").asLong();
        assertTrue(count >= 50_003, count + " messages");
        assertEquals(
                200,
                broker.http()
                        .send("DELETE", "/topics/a", BodyPublishers.noBody())
                        .status());
        assertTrue(Files.notExists(a));
        broker.kill();
        try (EmbeddedBroker again = startEmbedded()) {
            assertEquals(
                    "{\"b\":3,\"new\":1,\"x\":1}",
                    again.http().get("/stats").get("topics").toString());
            assertEquals(
                    200, again.http().post("/topics/register", "topic", "a").status());
        }
        assertTrue(Files.exists(outside));
        try (var left = Files.list(topics)) {
            assertEquals(
                    List.of(".deleted-notes"),
                    left.map(path -> path.getFileName().toString())
                            .filter(name -> name.matches("\\.(new|deleted)-.*"))
                            .toList());
        }
    }

    @Test
    void a_topic_whose_folder_somebody_has_removed_can_be_deleted() throws IOException {
        makeTopics("a");
        try (BrokerProcess broker = start()) {
            Files.delete(topics.resolve("00000001-a/00000001.ndjson"));
            Files.delete(topics.resolve("00000001-a"));
            assertEquals(
                    200,
                    broker.http()
                            .send("DELETE", "/topics/a", BodyPublishers.noBody())
                            .status());
            assertEquals(404, broker.http().get("/topics/a").status());
            broker.http().produce("a", 2);
            broker.kill();
        }
        try (EmbeddedBroker broker = startEmbedded()) {
            assertEquals("{\"a\":2}", broker.http().get("/stats").get("topics").toString());
        }
    }

    @Test
    void what_cannot_be_removed_does_not_stop_a_start() throws IOException {
        makeTopics("a");
        Path file = write(topics.resolve(".deleted-00000007-old/@eaDir/file"));
        Path inTopic = write(topics.resolve("00000001-a/@eaDir/file"));
        fix(file.getParent());
        fix(inTopic.getParent());
        try {
            EmbeddedBroker broker = startEmbedded();
            assertEquals(3, broker.http().get("/topics/a").get("messages").asInt());
            assertEquals(
                    200,
                    broker.http()
                            .send("DELETE", "/topics/a", BodyPublishers.noBody())
                            .status());
            broker.http().produce("b", 1);
            broker.close();
            assertTrue(
                    broker.stderr().contains(topics.resolve(".deleted-00000007-old") + " could not be removed"),
                    broker.stderr());
            broker = startEmbedded();
            assertEquals("{\"b\":1}", broker.http().get("/stats").get("topics").toString());
            broker.close();
            assertTrue(
                    broker.stderr().contains(topics.resolve(".deleted-00000001-a") + " could not be removed"),
                    broker.stderr());
            assertEquals(0, repair("").exitCode());
        } finally {
            unfix(file.getParent());
            unfix(topics.resolve(".deleted-00000001-a/@eaDir"));
        }
    }

    /** Sees to it that nothing in a folder can be removed, not even by root. */
    private static void fix(Path folder) {
        boolean isRoot = System.getProperty("user.name").equals("root");
        Result result = run(
                isRoot
                        ? new String[] {"chattr", "+i", folder.toString()}
                        : new String[] {"chmod", "a-w", folder.toString()});
        assumeTrue(result.exitCode() == 0, result.stderr());
    }

    private static void unfix(Path folder) {
        boolean isRoot = System.getProperty("user.name").equals("root");
        run(
                isRoot
                        ? new String[] {"chattr", "-i", folder.toString()}
                        : new String[] {"chmod", "u+w", folder.toString()});
    }

    private static Result run(String... command) {
        return Scripts.finish(Scripts.startProcess(new ProcessBuilder(command)), new byte[0]);
    }

    @Test
    void of_two_folders_with_the_same_topic_a_repair_moves_the_copy_away() throws IOException {
        makeTopics("a", "b");
        Scripts.copy(topics.resolve("00000001-a"), Files.createDirectory(topics.resolve("00000001-a.bak")));
        Scripts.copy(topics.resolve("00000001-a"), Files.createDirectory(topics.resolve("00000005-a")));
        assertRefused(topics.resolve("00000001-a.bak").toString(), "named a", "--repair");
        assertTrue(repair("n\n").out().contains(topics.resolve("00000001-a") + " with 3 messages"));
        Result repaired = repair("y\n");
        assertEquals(0, repaired.exitCode(), repaired.stderr());
        try (EmbeddedBroker broker = startEmbedded()) {
            assertEquals(
                    "{\"a\":3,\"b\":3}",
                    broker.http().get("/stats").get("topics").toString());
        }
        assertTrue(Files.exists(data.resolve("damaged/00000001-a/00000001.ndjson"))
                && Files.exists(data.resolve("damaged/00000001-a.bak/00000001.ndjson")));
        assertTrue(Files.exists(topics.resolve("00000005-a")), "the later one stays");
    }

    @Test
    void a_link_to_nowhere_in_place_of_messages_stops_the_start_and_a_repair_names_it() throws IOException {
        makeTopics("a");
        Path file = topics.resolve("00000001-a/00000001.ndjson");
        Path elsewhere = folder.resolve("elsewhere");
        Files.move(file, elsewhere);
        Files.createSymbolicLink(file, elsewhere);
        try (EmbeddedBroker broker = startEmbedded()) {
            broker.http().post("/produce", "topic", "a", "value", "through the link");
        }
        Path kept = folder.resolve("kept");
        Files.move(elsewhere, kept);
        assertNamedByStartAndRepair(file.toString());
        Files.move(kept, elsewhere);
        Path topic = Files.move(file.getParent(), folder.resolve("topic"));
        Files.createSymbolicLink(file.getParent(), topic);
        try (EmbeddedBroker broker = startEmbedded()) {
            assertEquals(4, broker.http().get("/topics/a").get("messages").asInt());
        }
        Files.move(topic, folder.resolve("away"));
        assertNamedByStartAndRepair(file.getParent().toString());
        Files.move(folder.resolve("away"), topic);
        try (EmbeddedBroker broker = startEmbedded()) {
            assertEquals(
                    200,
                    broker.http()
                            .send("DELETE", "/topics/a", BodyPublishers.noBody())
                            .status());
        }
        assertTrue(Files.exists(elsewhere) && Files.exists(topic), "links are not followed");
        try (EmbeddedBroker broker = startEmbedded()) {
            assertEquals("{}", broker.http().get("/stats").get("topics").toString());
        }
    }

    @Test
    void folders_in_place_of_files_and_files_in_place_of_folders_are_named() throws IOException {
        for (String name : List.of("lock", "format", "topics")) {
            makeTopics("a");
            Path path = data.resolve(name);
            if (name.equals("topics")) {
                Files.move(path, folder.resolve("moved"));
                write(path);
            } else {
                Files.delete(path);
                Files.createDirectory(path);
            }
            assertNamedByStartAndRepair(path.toString());
            data = null;
        }
        makeTopics("b");
        Path journal = topics.resolve("00000001-b/00000001.ndjson");
        Files.writeString(journal, Files.readString(journal) + "{\"value\":\"torn");
        Files.writeString(
                journal,
                Files.readString(journal).replaceAll("\\{\"synced\".*\n", "").replace("\"v2\"", "\"v3\""));
        write(data.resolve("damaged"));
        try (EmbeddedBroker broker = startEmbedded()) {
            assertEquals(2, broker.http().get("/topics/b").get("messages").asInt());
        }
        assertTrue(Files.readString(data.resolve("damaged.2/00000001-b/00000001.ndjson"))
                .contains("v3"));
    }

    @Test
    void a_link_to_a_folder_is_as_good_as_the_folder() throws IOException {
        makeTopics("a");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Files.move(data, folder.resolve("real")));
        Files.createSymbolicLink(link.resolve("topics"), Files.move(link.resolve("topics"), folder.resolve("topics")));
        try (EmbeddedBroker broker = EmbeddedBroker.start("--data-dir", link.toString())) {
            assertEquals(3, broker.http().get("/topics/a").get("messages").asInt());
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(
                "--data-dir",
                Files.createSymbolicLink(folder.resolve("parent"), folder)
                        .resolve("new/data")
                        .toString())) {
            broker.http().produce("a", 1);
        }
        assertTrue(Files.exists(folder.resolve("new/data/topics/00000001-a")));
    }

    @Test
    void a_folder_that_has_only_what_systems_put_there_is_empty() throws IOException {
        data = Files.createDirectory(folder.resolve("fresh"));
        for (String name : List.of(
                ".gitkeep",
                ".gitignore",
                ".DS_Store",
                "._data",
                "desktop.ini",
                "Desktop.ini",
                "Thumbs.db",
                "THUMBS.DB",
                ".nfs000000000001",
                ".keep",
                ".stignore",
                ".localized",
                ".directory",
                ".fuse_hidden0001")) {
            Files.writeString(data.resolve(name), "x");
        }
        for (String name : List.of(
                "@eaDir",
                "#recycle",
                "$RECYCLE.BIN",
                "$Recycle.Bin",
                "System Volume Information",
                "lost+found",
                ".Trash-1000",
                ".Trashes",
                ".snapshot",
                ".fseventsd",
                ".Spotlight-V100",
                ".TemporaryItems",
                ".stfolder",
                ".snapshots")) {
            write(data.resolve(name).resolve("file"));
        }
        try (EmbeddedBroker broker = startEmbedded()) {
            broker.http().produce("a", 1);
        }
        try (EmbeddedBroker broker = startEmbedded()) {
            assertEquals(1, broker.http().get("/topics/a").get("messages").asInt());
        }
        data = folder.resolve("theirs");
        for (String name : List.of(".DS_Store", "first.txt", "second.txt", "third.txt", ".gitkeeper")) {
            write(data.resolve(name));
        }
        assertRefused("first.txt", "new or empty");
        assertTrue(Files.notExists(data.resolve("lock")), "nothing was changed");
    }

    private void makeTopics(String... names) throws IOException {
        data = Files.createTempDirectory(folder, "data");
        topics = data.resolve("topics");
        try (EmbeddedBroker broker = startEmbedded()) {
            for (String name : names) {
                broker.http().produce(name, 3);
            }
        }
    }

    private static Path write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "x");
    }

    private BrokerProcess start() {
        return BrokerProcess.start("--data-dir", data.toString());
    }

    private EmbeddedBroker startEmbedded() {
        return EmbeddedBroker.start("--data-dir", data.toString());
    }

    private Result repair(String answer) {
        return Commands.runWithInput(
                answer.getBytes(StandardCharsets.US_ASCII), "Broker.java", "--data-dir", data.toString(), "--repair");
    }

    private void assertNamedByStartAndRepair(String path) {
        assertRefused(path);
        Result repair = repair("");
        assertNotEquals(0, repair.exitCode());
        assertTrue(repair.stderr().contains(path), repair.stderr());
        LifecycleTest.assertOneLine(repair.stderr());
        assertFalse(repair.out().contains("Nothing in"), repair.out());
    }

    private void assertRefused(String... words) {
        Result result = Commands.run("Broker.java", "--port", "0", "--data-dir", data.toString());
        assertEquals(1, result.exitCode(), result.out());
        LifecycleTest.assertOneLine(result.stderr());
        for (String word : words) {
            assertTrue(result.stderr().contains(word), result.stderr());
        }
    }
}
