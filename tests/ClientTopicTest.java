package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Scripts.Result;

/** When the clients create their topic, and when they do not. */
class ClientTopicTest {
    private static final String PRODUCER = "Producer.java";
    private static final String CONSUMER = "Consumer.java";

    private final BrokerProcess broker = BrokerProcess.shared();
    private final Http http = broker.http();

    @ParameterizedTest
    @ValueSource(strings = {PRODUCER, CONSUMER})
    void a_new_topic_gets_its_partitions_and_an_old_one_must_have_them(String script) {
        String topic = "topic.of" + script.charAt(0);
        assertEquals(0, run(script, topic, "--partitions", "3").exitCode());
        assertEquals(3, http.get("/topics/" + topic).get("partitions").size());
        assertEquals(0, run(script, topic, "--partitions", "3").exitCode());
        Result other = run(script, topic, "--partitions", "2");
        assertEquals(1, other.exitCode());
        assertTrue(other.stderr().contains("exists and has 3 partitions, not 2"), other.stderr());
        LifecycleTest.assertOneLine(other.stderr());
        assertEquals(2, run(script, topic, "--partitions", "0").exitCode());
        assertEquals(0, http.get("/topics/" + topic).get("consumers").size());
    }

    @ParameterizedTest
    @CsvSource({
        "demo, dmoe",
        "demo, Demo",
        "demo, demos",
        "demo, dem",
        "demo, dem0",
        "my-topic, my_topic",
        "team-1, taem-2",
        "class.orders, class.ordres"
    })
    void a_name_that_is_similar_to_a_known_one_is_not_created(String known, String misspelt) {
        try (EmbeddedBroker own = EmbeddedBroker.start()) {
            own.http().post("/topics/register", "topic", known);
            for (String script : new String[] {PRODUCER, CONSUMER}) {
                Result result = runAt(own.url(), script, misspelt);
                assertEquals(1, result.exitCode());
                assertTrue(
                        result.stderr()
                                .endsWith(": Topic '" + misspelt + "' does not exist. Did you mean '" + known
                                        + "'? Use --create to create '" + misspelt + "'.\n"),
                        result.stderr());
                LifecycleTest.assertOneLine(result.stderr());
                assertEquals(404, own.http().get("/topics/" + misspelt).status());
            }
            assertEquals(0, runAt(own.url(), CONSUMER, misspelt, "--create").exitCode());
            assertEquals(0, runAt(own.url(), PRODUCER, misspelt).exitCode());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "team-1, team-2",
        "team-1, team-30",
        "demo, demo2",
        "round-1, round-12",
        "1, 2",
        "a, b",
        "group-a, group-b",
        "teamA, teamB",
        "orders, others",
        "x.y, x"
    })
    void a_name_that_is_numbered_or_another_is_created(String known, String wanted) {
        try (EmbeddedBroker own = EmbeddedBroker.start()) {
            own.http().post("/topics/register", "topic", known);
            Result result = runAt(own.url(), PRODUCER, wanted);
            assertEquals(0, result.exitCode(), result.stderr());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--commit=auto", "--consumer-id=topic.waiting", "--group=topic.g"})
    void a_consumer_whose_topic_is_deleted_waits_for_another_to_create_it(String how) throws IOException {
        String topic = "topic.deleted" + how.replaceAll("[^a-z]", "");
        http.produce(topic, 1);
        Process consumer = Scripts.start(command(broker.url(), CONSUMER, topic, how));
        try (BufferedReader out = reader(consumer.getInputStream());
                BufferedReader err = reader(consumer.getErrorStream())) {
            assertEquals("v0", out.readLine());
            http.send("DELETE", "/topics/" + topic, BodyPublishers.noBody());
            awaitLine(err, "does not exist any more; waiting for it to be created again");
            assertEquals(404, http.get("/topics/" + topic).status());
            assertTrue(http.post("/topics/register", "topic", topic, "partitions", 3)
                    .get("created")
                    .asBoolean());
            http.post("/produce", "topic", topic, "value", "new");
            assertEquals("new", out.readLine());
        } finally {
            consumer.destroy();
        }
    }

    @Test
    void a_consumer_whose_topic_stays_deleted_ends() throws IOException {
        http.produce("topic.gone", 1);
        Process consumer = Scripts.start(command(broker.url(), CONSUMER, "topic.gone", "--retry-for", "500ms"));
        Await.until(
                "it reads",
                () -> http.get("/topics/topic.gone").get("consumers").size() == 1);
        http.send("DELETE", "/topics/topic.gone", BodyPublishers.noBody());
        Result result = Scripts.finish(consumer, new byte[0]);
        assertEquals(1, result.exitCode());
        assertTrue(
                result.stderr().contains("Topic 'topic.gone' was deleted, and was not created again within 0.5 s"),
                result.stderr());
        assertEquals(404, http.get("/topics/topic.gone").status());
    }

    @Test
    void a_signal_ends_a_consumer_that_waits_for_its_topic() throws Exception {
        http.produce("topic.signal", 1);
        Process consumer = Scripts.start(command(broker.url(), CONSUMER, "topic.signal", "--commit", "written"));
        try (BufferedReader err = reader(consumer.getErrorStream())) {
            awaitLine(err, "reads topic");
            http.send("DELETE", "/topics/topic.signal", BodyPublishers.noBody());
            awaitLine(err, "waiting for it");
            long start = System.nanoTime();
            consumer.toHandle().destroy();
            consumer.waitFor();
            assertTrue(System.nanoTime() - start < 10e9);
        }
    }

    @Test
    void a_producer_whose_topic_is_deleted_ends_and_does_not_create_it() throws IOException {
        Process producer = Scripts.start(command(broker.url(), PRODUCER, "topic.producer"));
        producer.getOutputStream().write("one\n".getBytes(UTF_8));
        producer.getOutputStream().flush();
        Await.until(
                "the message is there",
                () -> http.get("/topics/topic.producer").get("messages").asInt() == 1);
        http.send("DELETE", "/topics/topic.producer", BodyPublishers.noBody());
        Result result = Scripts.finish(producer, "two\n".getBytes(UTF_8));
        assertEquals(1, result.exitCode());
        assertTrue(result.stderr().contains("After 1 message"), result.stderr());
        assertEquals(404, http.get("/topics/topic.producer").status());
    }

    @Test
    void after_a_restart_in_ram_a_consumer_reads_the_new_topic_from_its_start_however_long_it_is() throws IOException {
        BrokerProcess first = BrokerProcess.start();
        first.http().produce("t", 2);
        Process consumer = Scripts.start(command(first.url(), CONSUMER, "t"));
        try (first;
                BufferedReader out = reader(consumer.getInputStream())) {
            assertEquals("v0", out.readLine());
            assertEquals("v1", out.readLine());
            first.terminate();
            try (BrokerProcess second = BrokerProcess.startAt(first.port())) {
                second.http().post("/topics/register", "topic", "t");
                second.http().post("/produce/batch?topic=t", "text/plain", "n0\nn1\nn2\nn3\n".getBytes(UTF_8));
                for (int i = 0; i < 4; i++) {
                    assertEquals("n" + i, out.readLine());
                }
            }
        } finally {
            consumer.destroy();
        }
    }

    private Result run(String script, String topic, String... options) {
        return runAt(broker.url(), script, topic, options);
    }

    private static Result runAt(String url, String script, String topic, String... options) {
        String[] ending = script.equals(CONSUMER) ? new String[] {"--exit-at-end"} : new String[0];
        Result result = Commands.run(command(
                url,
                script,
                topic,
                Stream.of(options, ending).flatMap(Stream::of).toArray(String[]::new)));
        assertFalse(result.stderr().contains("Exception"), result.stderr());
        return result;
    }

    private static String[] command(String url, String script, String topic, String... options) {
        return Stream.concat(Stream.of(script, "-b", url, "-t", topic), Stream.of(options))
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
