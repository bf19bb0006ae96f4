package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Scripts.Result;
import tests.history.History;

/** The clients on a network that fails. */
class FaultTest {
    private static final int SEED = 7;
    private static final int MESSAGES = 1_000_000;

    private final BrokerProcess broker = BrokerProcess.shared();

    @Test
    void a_producer_whose_connections_are_cut_loses_nothing_and_doubles_nothing() throws IOException {
        try (CuttingProxy proxy = new CuttingProxy(broker.port(), 1_000_000, 3_000, SEED)) {
            Result produced = Scripts.run(
                    "Producer.java",
                    "--broker",
                    proxy.url(),
                    "--topic",
                    "fault.cut",
                    "--count",
                    String.valueOf(MESSAGES),
                    "--batch-size",
                    "30000");
            assertEquals(0, produced.exitCode(), produced.stderr());
            assertTrue(proxy.cuts() >= 20, "only " + proxy.cuts() + " cuts");
            assertTrue(produced.stderr().contains(MESSAGES + " messages accepted"), produced.stderr());
        }
        History history = new History();
        history.sent(
                "producer",
                IntStream.range(0, MESSAGES).mapToObj(i -> "message-" + i).toList());
        new RecordedClient(broker.http(), history).readToEnd("reader", "fault.cut", false);
        assertEquals(List.of(), history.findings());
        assertEquals(MESSAGES, history.polledMessages());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--commit=auto", "--commit=written", "--commit=written --group=g"})
    void a_consumer_whose_connections_are_cut_loses_nothing_and_gets_nothing_twice(String how) throws IOException {
        produceTo("fault.read", MESSAGES);
        try (CuttingProxy proxy = new CuttingProxy(broker.port(), 2_000, 12_000_000, SEED)) {
            Result consumed = Scripts.run(Stream.concat(
                            Stream.of(
                                    "Consumer.java", "--broker", proxy.url(), "--topic", "fault.read", "--exit-at-end"),
                            Stream.of(how.split(" ")))
                    .toArray(String[]::new));
            assertTrue(proxy.cuts() >= 10, "only " + proxy.cuts() + " cuts");
            assertInOrder(consumed, MESSAGES);
            assertEquals(0, consumed.exitCode(), consumed.stderr());
        }
    }

    private void produceTo(String topic, int count) {
        if (broker.http()
                .post("/topics/register", "topic", topic)
                .get("created")
                .asBoolean()) {
            assertEquals(
                    0,
                    Scripts.run(
                                    "Producer.java",
                                    "--broker",
                                    broker.url(),
                                    "--topic",
                                    topic,
                                    "--count",
                                    String.valueOf(count))
                            .exitCode());
        }
    }

    @Test
    void a_topic_that_is_full_now_and_then_gets_the_messages_in_their_order() throws Exception {
        Http http = broker.http();
        http.post("/topics/register", "topic", "fault.full", "max_messages", 3000);
        http.post("/consumers/register", "topic", "fault.full", "consumer_id", "fault.c");
        Process producer = Scripts.start(
                "Producer.java",
                "--broker",
                broker.url(),
                "--topic",
                "fault.full",
                "--count",
                "20000",
                "--batch-size",
                "12000");
        Process consumer = Scripts.start(
                "Consumer.java",
                "--broker",
                broker.url(),
                "--topic",
                "fault.full",
                "--consumer-id",
                "fault.c",
                "--max",
                "20000");
        assertInOrder(Scripts.finish(consumer, new byte[0]), 20000);
        assertEquals(0, Scripts.finish(producer, new byte[0]).exitCode());
    }

    private static void assertInOrder(Result consumed, int count) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(new ByteArrayInputStream(consumed.stdout()), UTF_8))) {
            for (int i = 0; i < count; i++) {
                assertEquals("message-" + i, lines.readLine());
            }
            assertEquals(null, lines.readLine());
        }
    }
}
