package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A consumer of one run: it is forgotten when it was killed, and not when it is held up. */
class ConsumerSessionTest {
    private final BrokerProcess broker = BrokerProcess.shared();
    private final Http http = broker.http();

    @Test
    void one_that_was_killed_does_not_block_a_limited_topic() throws Exception {
        http.post("/topics/register", "topic", "session.limited", "max_messages", 2);
        http.post("/consumers/register", "topic", "session.limited", "consumer_id", "session.reader");
        Process killed = Scripts.start(command("session.limited", "--poll-interval", "1h"));
        awaitConsumers("session.limited", 2);
        killed.destroyForcibly().waitFor();
        http.post("/produce", "topic", "session.limited", "value", "a");
        http.post("/produce", "topic", "session.limited", "value", "b");
        assertEquals(2, http.consumeAll("session.reader").size());
        assertEquals(
                429,
                http.post("/produce", "topic", "session.limited", "value", "c").status());
        Await.until(
                "it is forgotten",
                () -> http.post("/produce", "topic", "session.limited", "value", "c")
                                .status()
                        == 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--commit=auto", "--poll-interval=1h"})
    void one_whose_output_is_not_read_stays_known(String how) throws Exception {
        String topic = "session.held" + how.replaceAll("[^a-z]", "");
        http.post("/topics/register", "topic", topic);
        Process consumer = Scripts.start(command(topic, how));
        awaitConsumers(topic, 1);
        http.post(
                "/produce/batch?topic=" + topic,
                "text/plain",
                "x".repeat(1000).concat("\n").repeat(2000).getBytes(UTF_8));
        Thread.sleep(13_000); // longer than its session: nothing can be waited for where nothing is to happen
        assertEquals(1, http.get("/topics/" + topic).get("consumers").size());
        consumer.destroyForcibly();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--commit=auto", "--commit=written", "--commit=none"})
    void one_that_was_forgotten_while_it_slept_goes_on_behind_what_it_has_printed(String how) throws Exception {
        String topic = "session.slept" + how.replaceAll("[^a-z]", "");
        http.post("/topics/register", "topic", topic, "partitions", 2);
        for (int i = 0; i < 4; i++) {
            http.post("/produce", "topic", topic, "value", "v" + i, "partition", i % 2);
        }
        Process consumer = Scripts.start(command(topic, how));
        try (BufferedReader out = reader(consumer.getInputStream());
                BufferedReader err = reader(consumer.getErrorStream())) {
            for (int i = 0; i < 4; i++) {
                out.readLine();
            }
            signal("STOP", consumer);
            awaitConsumers(topic, 0);
            for (int i = 4; i < 6; i++) {
                http.post("/produce", "topic", topic, "value", "v" + i, "partition", i % 2);
            }
            signal("CONT", consumer);
            String next = out.readLine();
            assertTrue((next + " " + out.readLine()).matches("v4 v5|v5 v4"), next);
            awaitLine(err, "registering again");
            awaitLine(err, "from partition 0 offset 2, partition 1 offset 2");
        } finally {
            consumer.destroy();
        }
        consumer.waitFor();
        assertEquals(0, http.get("/topics/" + topic).get("consumers").size());
    }

    private void awaitConsumers(String topic, int count) {
        Await.until(
                count + " consumers",
                () -> http.get("/topics/" + topic).get("consumers").size() == count);
    }

    private static void signal(String name, Process process) throws IOException, InterruptedException {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor());
    }

    private String[] command(String topic, String... options) {
        return Stream.concat(Stream.of("Consumer.java", "-b", broker.url(), "-t", topic), Stream.of(options))
                .toArray(String[]::new);
    }

    private static BufferedReader reader(InputStream in) {
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    private static void awaitLine(BufferedReader in, String text) throws IOException {
        for (String line; (line = in.readLine()) != null; ) {
            if (line.contains(text)) {
                return;
            }
        }
        throw new AssertionError("it ended without saying: " + text);
    }
}
