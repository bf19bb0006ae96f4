package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tests.Scripts.Result;

/** The producer and the consumer, as processes. */
class ClientsTest {
    private final BrokerProcess broker = BrokerProcess.shared();
    private final Http http = broker.http();

    @TempDir
    private Path folder;

    @Test
    void arguments_become_messages_in_their_order() {
        Result produced = producer("clients.args", "one", "two words", "@file", "ü 😀", "$HOME '\"*", "");
        assertEquals(0, produced.exitCode(), produced.stderr());
        assertEquals("", produced.out());
        assertTrue(produced.stderr().contains("6 messages"), produced.stderr());
        assertEquals(
                "one\ntwo words\n@file\nü 😀\n$HOME '\"*\n\n",
                consumer("clients.args", "--exit-at-end").out());
    }

    @Test
    void a_file_comes_back_to_the_byte() throws IOException {
        byte[] input = difficultLines();
        Path file = folder.resolve("input");
        Files.write(file, input);
        assertEquals(0, producer("clients.file", "--file", file.toString()).exitCode());
        assertArrayEquals(input, consumer("clients.file", "--exit-at-end").stdout());
    }

    @Test
    void stdin_comes_back_to_the_byte() throws IOException {
        byte[] input = difficultLines();
        assertEquals(
                0,
                Commands.runWithInput(input, producerCommand("clients.stdin")).exitCode());
        assertArrayEquals(input, consumer("clients.stdin", "--exit-at-end").stdout());
    }

    @Test
    void line_separators_of_unicode_come_back_as_they_are() {
        String text = "a\u0085b\u2028c\u2029d";
        producer("clients.separators", text);
        assertEquals(
                text + "\n", consumer("clients.separators", "--exit-at-end").out());
        assertEquals(
                text + "|",
                consumer("clients.separators", "--exit-at-end", "--format", "%s|")
                        .out());
    }

    @Test
    void a_last_line_without_line_feed_is_a_message_too() {
        Commands.runWithInput("a\nb".getBytes(UTF_8), producerCommand("clients.lf"));
        assertEquals("a\nb\n", consumer("clients.lf", "--exit-at-end").out());
    }

    @Test
    void a_line_that_is_not_utf8_stops_with_its_number_and_what_went_before() {
        Result result = Commands.runWithInput(
                new byte[] {'a', '\n', (byte) 0xff, '\n', 'b', '\n'}, producerCommand("clients.latin"));
        assertEquals(1, result.exitCode());
        assertTrue(result.stderr().contains("1 message") && result.stderr().contains("Line 2"), result.stderr());
    }

    @Test
    void keys_come_from_an_option_or_from_the_line() {
        producer("clients.keys", "--key", "k", "v1");
        Commands.runWithInput("a:b:c\nnone\n".getBytes(UTF_8), producerCommand("clients.keys", "--key-separator", ":"));
        Result result = consumer("clients.keys", "--exit-at-end", "--format", "%t %o %k/%K=%s/%S%%\\t|%n");
        assertEquals(
                "clients.keys 0 k/1=v1/2%\t|\nclients.keys 1 a/1=b:c/3%\t|\nclients.keys 2 /-1=none/4%\t|\n",
                result.out());
    }

    @Test
    void generated_messages_are_numbered_and_padded() {
        assertEquals(
                0,
                producer("clients.numbers", "--count", "1002", "--value-size", "10")
                        .exitCode());
        String expected = IntStream.range(0, 1002)
                .mapToObj(number -> String.format("%-10s\n", "message-" + number))
                .collect(Collectors.joining());
        assertEquals(
                expected,
                consumer("clients.numbers", "--from", "earliest", "--exit-at-end")
                        .out());
    }

    @Test
    void generated_messages_are_counted() {
        Result result = producer("clients.count", "--count", "3", "--rate", "100", "--producer-id", "gen");
        assertEquals(0, result.exitCode(), result.stderr());
        assertEquals(
                "message-0\nmessage-1\nmessage-2\n",
                consumer("clients.count", "--exit-at-end").out());
    }

    @Test
    void the_consumer_goes_on_where_it_was_and_stops_after_max() {
        producer("clients.max", "--count", "5");
        assertEquals(
                "message-0\nmessage-1\n",
                consumer("clients.max", "--consumer-id", "clients.c", "--max", "2")
                        .out());
        assertEquals(
                "message-2\nmessage-3\nmessage-4\n",
                consumer("clients.max", "--consumer-id", "clients.c", "--exit-at-end")
                        .out());
        assertEquals(
                "message-4\n",
                consumer("clients.max", "--from", "4", "--exit-at-end").out());
        assertEquals(
                "", consumer("clients.max", "--from", "latest", "--exit-at-end").out());
    }

    @Test
    void a_topic_that_is_new_is_said_to_be() {
        assertTrue(producer("clients.new", "x").stderr().contains("Created topic clients.new."));
        assertFalse(producer("clients.new", "x").stderr().contains("Created topic"));
        assertTrue(consumer("clients.new2", "--exit-at-end")
                .stderr()
                .contains("Created topic clients.new2, which is empty."));
    }

    @Test
    void from_does_not_count_for_a_consumer_that_is_known() {
        producer("clients.known", "--count", "3");
        consumer("clients.known", "--consumer-id", "clients.k", "--max", "2");
        Result again = consumer("clients.known", "--consumer-id", "clients.k", "--from", "0", "--exit-at-end");
        assertEquals("message-2\n", again.out());
        assertTrue(again.stderr().contains("--from 0 is ignored"), again.stderr());
    }

    @Test
    void a_file_that_is_not_there_is_said_to_be_missing() {
        Result result = producer("clients.nofile", "--file", "/no/such/file");
        assertEquals(1, result.exitCode());
        assertEquals("producer: Cannot read /no/such/file: no such file\n", result.stderr());
        assertEquals(404, http.get("/topics/clients.nofile").status());
    }

    @Test
    void json_is_a_line_a_message() {
        producer("clients.json", "--key", "k", "say \"hi\"");
        assertEquals(
                "{\"topic\":\"clients.json\",\"offset\":0,\"value\":\"say \\\"hi\\\"\",\"key\":\"k\"}\n",
                Http.withoutTimestamps(
                        consumer("clients.json", "--json", "--exit-at-end").out()));
    }

    @Test
    void bytes_that_are_not_text_are_printed_as_they_are() {
        produceBytes("clients.bytes");
        assertArrayEquals(
                new byte[] {'a', 0x1b, '\n', (byte) 0xff, (byte) 0xfe, 0, '\n', '\n'},
                consumer("clients.bytes", "--exit-at-end").stdout());
        assertArrayEquals(
                "\u0080=\u00ff\u00fe\u0000".getBytes(StandardCharsets.ISO_8859_1),
                consumer("clients.bytes", "--from", "1", "--max", "1", "--format", "%k=%s")
                        .stdout());
        assertEquals(
                "-1 2|1 3|3 -1|",
                consumer("clients.bytes", "--exit-at-end", "--format", "%K %S|").out());
    }

    @Test
    void headers_are_printed_as_kcat_does() {
        produceBytes("clients.headers");
        assertArrayEquals(
                "||b=\u00ff,a=text,c=NULL,b=|".getBytes(StandardCharsets.ISO_8859_1),
                consumer("clients.headers", "--exit-at-end", "--format", "%h|").stdout());
    }

    /** One message with a control character, one that is not UTF-8, and one without a value. */
    private void produceBytes(String topic) {
        http.post("/topics/register", "topic", topic);
        for (String members : new String[] {
            "\"value\":\"a\\u001b\"",
            "\"value_base64\":\"//4A\",\"key_base64\":\"gA==\"",
            "\"value\":null,\"key\":\"key\",\"headers\":{\"a\":\"text\"},"
                    + "\"headers_base64\":{\"b\":[\"/w==\",\"\"],\"c\":null},\"header_order\":[\"b\",\"a\",\"c\",\"b\"]"
        }) {
            assertEquals(
                    200,
                    http.post("/produce", "{\"topic\":\"" + topic + "\"," + members + "}")
                            .status());
        }
    }

    @Test
    void a_terminal_shows_bytes_that_it_would_obey_or_cannot_show() {
        assumeTrue(Files.exists(Path.of("/usr/bin/script")), "there is no script(1), which makes a terminal");
        produceBytes("clients.terminal");
        String command = "./jbang Consumer.java --broker " + broker.url()
                + " --topic clients.terminal --exit-at-end --format \"%k=%s %h%n\"";
        String shown = Scripts.finish(
                        Scripts.startProcess(new ProcessBuilder("script", "-qec", command, "/dev/null")), new byte[0])
                .out();
        assertTrue(
                shown.contains("=a\\u001b \r\n\\x80=\\xff\\xfe\\u0000 \r\nkey= b=\\xff,a=text,c=NULL,b=\r\n"), shown);
    }

    @Test
    void messages_are_printed_as_they_come() throws IOException {
        Process consumer = Scripts.start(
                "Consumer.java", "--broker", broker.url(), "--topic", "clients.live", "--poll-interval", "50ms");
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(consumer.getInputStream(), StandardCharsets.UTF_8))) {
            http.post("/topics/register", "topic", "clients.live");
            http.post("/produce", "topic", "clients.live", "value", "first");
            assertEquals("first", out.readLine());
            http.post("/produce", "topic", "clients.live", "value", "second");
            assertEquals("second", out.readLine());
        } finally {
            consumer.destroy();
        }
    }

    @Test
    void a_closed_pipe_ends_the_consumer_quietly() {
        producer("clients.pipe", "--count", "2000");
        Result result = Scripts.finish(
                Scripts.startProcess(new ProcessBuilder(
                        "bash",
                        "-c",
                        "set -o pipefail; ./jbang Consumer.java --broker " + broker.url()
                                + " --topic clients.pipe --poll-interval 50ms | head -1")),
                new byte[0]);
        assertEquals("message-0\n", result.out());
        assertEquals(0, result.exitCode(), result.stderr());
        LifecycleTest.assertOneLine(result.stderr());
    }

    @Test
    void a_consumer_without_a_name_is_forgotten_when_it_ends() {
        producer("clients.nameless", "--count", "3");
        assertEquals("message-0\n", consumer("clients.nameless", "--max", "1").out());
        assertEquals(
                0,
                broker.http().get("/topics/clients.nameless").get("consumers").size());
    }

    @Test
    void a_broker_that_was_restarted_is_met_with_a_line_and_a_new_registration() throws IOException {
        BrokerProcess first = BrokerProcess.start();
        Process consumer =
                Scripts.start("Consumer.java", "--broker", first.url(), "--topic", "t", "--consumer-id", "c");
        try (first;
                BufferedReader err =
                        new BufferedReader(new InputStreamReader(consumer.getErrorStream(), StandardCharsets.UTF_8))) {
            awaitLine(err, "from offset 0");
            first.terminate();
            meetsItsSuccessor(first.port(), consumer, err);
        } finally {
            consumer.destroy();
        }
    }

    private static void meetsItsSuccessor(int port, Process consumer, BufferedReader err) throws IOException {
        try (BrokerProcess second = BrokerProcess.startAt(port);
                BufferedReader out =
                        new BufferedReader(new InputStreamReader(consumer.getInputStream(), StandardCharsets.UTF_8))) {
            second.http().post("/topics/register", "topic", "t");
            second.http().post("/produce", "topic", "t", "value", "after the restart");
            assertEquals("after the restart", out.readLine());
            awaitLine(err, "registering again");
        }
    }

    @Test
    void after_a_restart_offsets_are_checked_from_the_new_start() throws IOException {
        BrokerProcess first = BrokerProcess.start();
        first.http().produce("t", 2);
        Process consumer = Scripts.start(
                "Consumer.java",
                "--broker",
                first.url(),
                "--topic",
                "t",
                "--consumer-id",
                "c",
                "--count-only",
                "--max",
                "3");
        Await.until(
                "it has read two",
                () -> first.http().get("/consumers/c").get("offset").asInt() == 2);
        first.terminate();
        try (BrokerProcess second = BrokerProcess.startAt(first.port())) {
            second.http().produce("t", 1);
            Result result = Scripts.finish(consumer, new byte[0]);
            assertEquals(0, result.exitCode(), result.stderr());
            assertTrue(result.stderr().contains("3 messages read"), result.stderr());
        }
    }

    @Test
    void without_a_broker_both_clients_say_so_in_a_line_and_give_up() {
        for (String script : new String[] {"Producer.java", "Consumer.java"}) {
            Result result = Commands.runWithInput(
                    "x\n".getBytes(UTF_8), script, "--broker", "127.0.0.1:1", "--topic", "t", "--retry-for", "100ms");
            assertEquals(1, result.exitCode());
            String last = result.stderr().lines().reduce((a, b) -> b).orElse("");
            assertTrue(last.contains("No broker answers at http://127.0.0.1:1"), result.stderr());
        }
    }

    @Test
    void a_producer_whose_broker_goes_away_names_how_many_messages_were_accepted() throws IOException {
        Process producer;
        try (BrokerProcess own = BrokerProcess.start()) {
            producer = Scripts.start("Producer.java", "--broker", own.url(), "--topic", "t", "--retry-for", "200ms");
            producer.getOutputStream().write("one\ntwo\n".getBytes(UTF_8));
            producer.getOutputStream().flush();
            Await.until(
                    "two messages are there",
                    () -> own.http().get("/stats").get("topics").path("t").asInt() == 2);
        }
        Result result = Scripts.finish(producer, "three\n".getBytes(UTF_8));
        assertEquals(1, result.exitCode());
        assertTrue(result.stderr().contains("After 2 messages"), result.stderr());
    }

    @Test
    void a_consumer_that_is_stopped_has_printed_what_was_delivered() throws Exception {
        producer("clients.stopped", "--count", "20000");
        Process consumer = Scripts.start(command("Consumer.java", "clients.stopped", "--consumer-id", "clients.s"));
        Await.until(
                "it has begun",
                () -> http.get("/consumers/clients.s").get("offset").asInt() > 0);
        consumer.toHandle().destroy();
        long printed = Scripts.finish(consumer, new byte[0]).out().lines().count();
        assertEquals(http.get("/consumers/clients.s").get("offset").asInt(), printed);
    }

    @Test
    void output_that_cannot_be_written_is_a_line_and_exit_code_1() {
        assumeTrue(Files.exists(Path.of("/dev/full")), "no /dev/full here");
        producer("clients.full", "x");
        Result result = Scripts.finish(
                Scripts.startProcess(new ProcessBuilder(
                        "sh",
                        "-c",
                        "exec ./jbang Consumer.java --broker " + broker.url()
                                + " --topic clients.full --exit-at-end > /dev/full")),
                new byte[0]);
        assertEquals(1, result.exitCode());
        assertTrue(result.stderr().contains("Cannot write"), result.stderr());
    }

    @Test
    void a_producer_waits_while_its_topic_is_full() throws Exception {
        http.post("/topics/register", "topic", "clients.backpressure", "max_messages", 2);
        http.post("/consumers/register", "topic", "clients.backpressure", "consumer_id", "clients.b");
        Process producer =
                Scripts.start(command("Producer.java", "clients.backpressure", "--batch-size", "1", "--count", "4"));
        try (BufferedReader err =
                new BufferedReader(new InputStreamReader(producer.getErrorStream(), StandardCharsets.UTF_8))) {
            awaitLine(err, "has not read offset");
            Await.until(
                    "all of it is read",
                    () -> http.post("/consume", "consumer_id", "clients.b")
                                    .get("offset")
                                    .asInt()
                            == 3);
            awaitLine(err, "4 messages accepted");
        }
        assertEquals(0, producer.waitFor());
    }

    @Test
    void bad_usage_is_one_line_and_exit_code_2() {
        String[][] commands = {
            {"Producer.java", "no topic"},
            {"Producer.java", "--topik", "t", "x"},
            {"Producer.java", "-t", "t", "--rate", "0", "x"},
            {"Producer.java", "-t", "t", "--count", "1", "x"},
            {"Producer.java", "-t", "t", "--broker", "a b", "x"},
            {"Consumer.java"},
            {"Consumer.java", "-t", "t", "--format", "%q"},
            {"Consumer.java", "-t", "t", "--poll-interval", "soon"},
            {"Consumer.java", "-t", "t", "--max", "-1"}
        };
        for (String[] command : commands) {
            Result result = Commands.run(command);
            assertEquals(2, result.exitCode(), String.join(" ", command) + ": " + result.stderr());
            LifecycleTest.assertOneLine(result.stderr());
        }
    }

    @Test
    void what_the_broker_refuses_is_one_line_and_exit_code_1() {
        Result badTopic = producer("no topic", "x");
        assertEquals(1, badTopic.exitCode());
        LifecycleTest.assertOneLine(badTopic.stderr());
        producer("clients.past", "x");
        Result past = consumer("clients.past", "--from", "5", "--exit-at-end");
        assertEquals(1, past.exitCode());
        LifecycleTest.assertOneLine(past.stderr());
    }

    private Result producer(String topic, String... arguments) {
        return Commands.run(producerCommand(topic, arguments));
    }

    private String[] producerCommand(String topic, String... arguments) {
        return command("Producer.java", topic, arguments);
    }

    private Result consumer(String topic, String... arguments) {
        return Commands.run(command("Consumer.java", topic, arguments));
    }

    private String[] command(String script, String topic, String... arguments) {
        String[] command = new String[5 + arguments.length];
        System.arraycopy(new String[] {script, "--broker", broker.url(), "--topic", topic}, 0, command, 0, 5);
        System.arraycopy(arguments, 0, command, 5, arguments.length);
        return command;
    }

    private static void awaitLine(BufferedReader in, String text) throws IOException {
        for (String line; (line = in.readLine()) != null; ) {
            if (line.contains(text)) {
                return;
            }
        }
        throw new AssertionError("it ended without saying: " + text);
    }

    /** Lines that break careless code, among 1,000 ordinary ones. */
    private static byte[] difficultLines() throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            line(lines, "line " + i + " " + "x".repeat(random.nextInt(200)));
        }
        for (String difficult : new String[] {
            "",
            "\"",
            "\\",
            "\\n",
            "\ttab\t",
            "'",
            "carriage return\r",
            "\u0000",
            "\u007f",
            "\b\f\u001f",
            "ümläut",
            "\u0080 \u07ff \u0800 \ud7ff \ue000 \uffff",
            "😀 𝄞 \uDBFF\uDFFF",
            "\u2028",
            " leading and trailing ",
            "%s %n",
            "x".repeat(900_000),
            "\"".repeat(100_000),
            ""
        }) {
            line(lines, difficult);
        }
        return lines.toByteArray();
    }

    private static void line(ByteArrayOutputStream lines, String text) throws IOException {
        lines.write(text.getBytes(StandardCharsets.UTF_8));
        lines.write('\n');
    }
}
