package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Http.Reply;

/** A disk that takes seconds for each operation that changes a file or a folder: whoever needs no disk does not wait for it. */
class SlowDiskTest {
    private static final long DELAY_MS = 10_000;

    /** Far from what an answer takes, and far from the delay. */
    private static final long AT_ONCE_MS = DELAY_MS / 2;

    private static final List<String> READS = List.of(
            "/health",
            "/stats",
            "/topics",
            "/topics/t",
            "/consumers",
            "/consumers/auto",
            "/consumers/member1",
            "/consumers/manual",
            "/groups",
            "/groups/g",
            "/topics/t/messages",
            "/metrics",
            "/");

    private static final ExecutorService THREADS = Executors.newCachedThreadPool();

    @TempDir
    private Path folder;

    /** The file operations of a broker, which take so long from now on, until it is closed. */
    private static final class SlowWrites implements AutoCloseable {
        private final Process strace;

        SlowWrites(BrokerProcess broker) throws IOException {
            String slowed = "pwrite64,fsync,fdatasync,ftruncate,rename,mkdir,unlink,rmdir";
            ProcessBuilder command = new ProcessBuilder(
                    "strace",
                    "-f",
                    "-p",
                    String.valueOf(broker.pid()),
                    "-o",
                    "/dev/null",
                    "-e",
                    "trace=" + slowed,
                    "-e",
                    "inject=" + slowed + ":delay_enter=" + TimeUnit.MILLISECONDS.toMicros(DELAY_MS));
            Process started = null;
            try {
                started = command.redirectErrorStream(true).start();
            } catch (IOException e) {
                assumeTrue(false, "there is no strace: " + e.getMessage());
            }
            strace = started;
            BufferedReader said = new BufferedReader(new InputStreamReader(strace.getInputStream(), UTF_8));
            String line = said.readLine();
            assumeTrue(line != null && line.contains("attached"), "strace cannot be used here: " + line);
            THREADS.submit(() -> {
                while (said.readLine() != null) {
                    // it tells of each thread, and would stop if nobody listened
                }
                return null;
            });
        }

        @Override
        public void close() {
            strace.destroy();
            try {
                strace.waitFor();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"interval", "always"})
    void who_needs_no_disk_does_not_wait_for_it(String fsync) throws Exception {
        try (BrokerProcess broker = start(fsync)) {
            Http http = broker.http();
            fill(http);
            List<CompletableFuture<Reply>> slow = new ArrayList<>();
            SlowWrites writes = new SlowWrites(broker);
            try (writes) {
                for (int i = 0; i < 20; i++) { // more than the server has threads
                    slow.add(later(() -> http.post("/produce", "topic", "t", "value", "slow")));
                    slow.add(later(() -> http.post(
                            "/produce/batch?topic=t",
                            "text/plain",
                            "slow\n".repeat(20_000).getBytes(UTF_8))));
                }
                slow.add(later(() -> http.post("/consume", "consumer_id", "auto")));
                slow.add(later(() -> http.post("/consume/batch", "consumer_id", "member1", "wait_ms", 100)));
                slow.add(later(
                        () -> http.post("/consume", "consumer_id", "late"))); // what it has missed is written down
                slow.add(later(() -> http.post("/consumers/commit", "consumer_id", "manual")));
                slow.add(later(() -> http.post("/consumers/seek", "consumer_id", "auto", "offset", "latest")));
                slow.add(later(() -> http.send("DELETE", "/topics/dropped", BodyPublishers.noBody())));
                slow.add(later(() -> http.post("/consumers/register", "topic", "t", "consumer_id", "new")));
                slow.add(later(() -> http.post("/topics/register", "topic", "new")));
                long end = System.nanoTime()
                        + TimeUnit.MILLISECONDS.toNanos(
                                DELAY_MS / 4); // sessions end and maintenance comes by meanwhile
                int message = 1;
                do {
                    for (String path : READS) {
                        assertAtOnce(200, path, () -> http.get(path));
                    }
                    assertAtOnce(
                            200, "a browse that waits", () -> http.get("/topics/t/messages?offset=latest&wait_ms=100"));
                    int offset = message++;
                    Reply read = assertAtOnce(
                            200, "a delivery without a commit", () -> http.post("/consume", "consumer_id", "reader"));
                    assertEquals(offset, read.get("offset").asInt());
                    assertAtOnce(
                            204,
                            "a call that waits for a message",
                            () -> http.post("/consume", "consumer_id", "idle", "wait_ms", 100));
                    assertAtOnce(
                            204,
                            "a call that waits beside a member that writes",
                            () -> http.post("/consume", "consumer_id", "member2", "wait_ms", 100));
                    assertAtOnce(404, "a mistake", () -> http.post("/consume", "consumer_id", "nobody"));
                } while (System.nanoTime() < end);
                assertFalse(slow.get(0).isDone(), "the disk is slow");
            }
            for (CompletableFuture<Reply> reply : slow) {
                assertTrue(
                        List.of(200, 204, 409).contains(reply.get().status()),
                        reply.get().text());
            }
            assertEquals(200, http.get("/consumers/member1").status());
            Await.until(
                    "the session has ended", () -> http.get("/consumers/mortal").status() == 404);
        }
    }

    private static void fill(Http http) {
        http.produce("t", 3);
        http.produce("other", 100);
        http.post("/topics/register", "topic", "shared", "partitions", 2);
        http.post("/consumers/register", "topic", "t", "consumer_id", "auto");
        http.post("/consumers/register", "topic", "t", "consumer_id", "manual", "auto_commit", false);
        http.post("/consumers/register", "topic", "other", "consumer_id", "reader", "auto_commit", false);
        http.post("/consumers/register", "topic", "other", "consumer_id", "idle", "start", "latest");
        http.post("/consumers/register", "topic", "t", "consumer_id", "mortal", "session_timeout_ms", 2000);
        for (String member : List.of("member1", "member2")) {
            http.post(
                    "/consumers/register",
                    "topic",
                    "shared",
                    "group",
                    "g",
                    "consumer_id",
                    member,
                    "session_timeout_ms",
                    60_000);
        }
        http.post("/produce", "topic", "shared", "value", "v", "partition", 0);
        http.produce("dropped", 1);
        http.post("/topics/register", "topic", "dropping", "max_messages", 1, "when_full", "drop_oldest");
        http.post("/consumers/register", "topic", "dropping", "consumer_id", "late", "auto_commit", false);
        http.produce("dropping", 3);
        assertEquals(200, http.post("/consume", "consumer_id", "manual").status());
        assertEquals(200, http.post("/consume", "consumer_id", "reader").status());
        for (String path : READS) { // its classes are loaded
            assertEquals(200, http.get(path).status());
        }
        assertEquals(
                204, http.post("/consume", "consumer_id", "idle", "wait_ms", 1).status());
        assertEquals(200, http.get("/topics/t/messages?offset=latest&wait_ms=1").status());
        assertEquals(404, http.post("/consume", "consumer_id", "nobody").status());
    }

    @Test
    void a_call_that_has_ended_at_its_deadline_takes_no_message() throws Exception {
        try (BrokerProcess broker = start("interval")) {
            Http http = broker.http();
            http.post("/topics/register", "topic", "t", "partitions", 2);
            for (String member : List.of("m1", "m2")) {
                http.post(
                        "/consumers/register",
                        "topic",
                        "t",
                        "group",
                        "g",
                        "consumer_id",
                        member,
                        "session_timeout_ms",
                        60_000);
            }
            for (int partition = 0; partition < 2; partition++) {
                http.post("/produce", "topic", "t", "value", "of " + partition, "partition", partition);
            }
            List<CompletableFuture<Reply>> replies = new ArrayList<>();
            SlowWrites writes = new SlowWrites(broker);
            try (writes) {
                replies.add(later(() -> http.post("/consume", "consumer_id", "m1")));
                replies.add(later(() -> http.post("/consume", "consumer_id", "m2")));
                for (String member : List.of("m1", "m2")) { // one of the two members waits for the other
                    replies.add(CompletableFuture.completedFuture(
                            http.post("/consume", "consumer_id", member, "wait_ms", 200)));
                }
            }
            List<String> delivered = new ArrayList<>();
            for (CompletableFuture<Reply> reply : replies) {
                if (reply.get().status() == 200) {
                    delivered.add(reply.get().get("value").asText());
                } else {
                    assertEquals(204, reply.get().status(), reply.get().text());
                }
            }
            for (String member : List.of("m1", "m2")) {
                http.consumeAll(member)
                        .forEach(message -> delivered.add(message.path("value").asText()));
            }
            assertEquals(
                    List.of("of 0", "of 1"),
                    delivered.stream().sorted().collect(Collectors.toList()),
                    "each message, and each once");
        }
    }

    private BrokerProcess start(String fsync) {
        return BrokerProcess.start("--data-dir", folder.resolve("data").toString(), "--fsync", fsync);
    }

    private static Reply assertAtOnce(int status, String what, Supplier<Reply> call) {
        long start = System.nanoTime();
        Reply reply = call.get();
        long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        assertEquals(status, reply.status(), what + ": " + reply.text());
        assertTrue(ms < AT_ONCE_MS, what + " took " + ms + " ms");
        return reply;
    }

    private static CompletableFuture<Reply> later(Supplier<Reply> call) {
        return CompletableFuture.supplyAsync(call, THREADS);
    }
}
