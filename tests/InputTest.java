package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Scripts.Result;

/** What the producer makes of its input. */
class InputTest {
    private static final String BOM = "\uFEFF";

    private final BrokerProcess broker = BrokerProcess.shared();
    private final Http http = broker.http();

    @TempDir
    private Path folder;

    @Test
    void a_separator_has_the_escapes_of_a_format() {
        send("input.tab", "a\tb\tc\n", "-K", "\\t");
        send("input.tab", "a\\b\n", "-K", "\\\\");
        send("input.tab", "a\\tb\n", "-K", "\\\\t");
        assertEquals("a=b\tc\na=b\na=b\n", consume("input.tab", "--format", "%k=%s%n"));
    }

    @Test
    void an_empty_separator_is_bad_usage() {
        Result result = send("input.none", "a:b\n", "-K", "");
        assertEquals(2, result.exitCode());
        LifecycleTest.assertOneLine(result.stderr());
        assertEquals(404, http.get("/topics/input.none").status());
    }

    @Test
    void a_line_that_begins_with_the_separator_has_an_empty_key() {
        Result result = send("input.empty", ":value\n::\n", "-K", ":");
        assertEquals("0=value|0=:|", consume("input.empty", "--format", "%K=%s|"));
        assertFalse(result.stderr().contains("separator"), result.stderr());
    }

    @ParameterizedTest
    @CsvSource({"'a,b\nc\n', none of 2 messages", "'a:b\nc\nd\n', only 1 of 3 messages"})
    void lines_without_the_separator_are_counted(String lines, String expected) {
        Result result = send("input.missing", lines, "-K", ":");
        assertEquals(0, result.exitCode());
        assertTrue(result.stderr().contains(expected + " had the separator ':'"), result.stderr());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-K=:", "--key=x", "--rate=1000", "--batch-size=1", "--json"})
    void a_byte_order_mark_is_no_part_of_the_first_message(String how) throws IOException {
        String topic = "input.bom" + how.replaceAll("[^A-Za-z]", "");
        String line = how.equals("--json") ? "{\"value\":\"a:b\"}\n" : "a:b\n";
        Path file = Files.writeString(folder.resolve("input"), BOM + line + line);
        String[] options = how.isEmpty() ? new String[0] : new String[] {how};
        assertEquals(0, send(topic, BOM + line, options).exitCode());
        assertEquals(
                0,
                send(
                                topic,
                                "",
                                Stream.concat(Stream.of(options), Stream.of("--file", file.toString()))
                                        .toArray(String[]::new))
                        .exitCode());
        assertEquals(how.equals("-K=:") ? "b\nb\nb\n" : "a:b\na:b\na:b\n", consume(topic));
        assertEquals(how.equals("-K=:") ? "aaa" : how.equals("--key=x") ? "xxx" : "", consume(topic, "--format", "%k"));
    }

    @Test
    void only_a_whole_mark_at_the_start_is_one() {
        for (String text : new String[] {"\uFEFE", "\uFEFF\uFEFFx", "x\uFEFF", "ï", "\uF000\n"}) {
            send("input.nobom", text.endsWith("\n") ? text : text + "\n");
        }
        assertEquals("\uFEFE\n\uFEFFx\nx\uFEFF\nï\n\uF000\n", consume("input.nobom"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE"})
    void utf_16_is_named(String charset) {
        byte[] input = (BOM + "hello\n").getBytes(Charset.forName(charset));
        for (String[] options : new String[][] {{}, {"-K", ":"}, {"--json"}}) {
            Result result = Commands.runWithInput(input, command("input.utf16", options));
            assertEquals(1, result.exitCode());
            assertTrue(result.stderr().contains("The input is UTF-16"), result.stderr());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--key=k", "-K=:", "--rate=100000", "--json", "--batch-size=100", "--batch-size=1"})
    void a_line_that_is_too_large_is_named_and_all_before_it_is_sent(String how) {
        String large = "x".repeat(1_100_000);
        StringBuilder input = new StringBuilder();
        for (int i = 1; i <= 5000; i++) {
            String value = i == 4321 ? large : "line " + i;
            input.append(how.equals("--json") ? "{\"value\":\"" + value + "\"}\n" : value + "\n");
        }
        String topic = "input.large" + how.replaceAll("[^A-Za-z0-9]", "");
        Result result = send(topic, input.toString(), how.isEmpty() ? new String[0] : new String[] {how});
        assertEquals(1, result.exitCode());
        assertTrue(
                result.stderr().contains("After 4320 messages")
                        && result.stderr().contains("Line 4321 is too large (110000"),
                result.stderr());
        assertEquals(4320, http.get("/topics/" + topic).get("messages").asInt());
        assertTrue(consume(topic, "--from", "-1").endsWith("line 4320\n"));
    }

    @Test
    void a_line_that_no_request_can_hold_is_named_too() {
        Result result = send("input.huge", "good\n" + "x".repeat(40_000_000) + "\nbad\n");
        assertEquals(1, result.exitCode());
        assertTrue(
                result.stderr().contains("After 1 message ")
                        && result.stderr().contains("Line 2 is too large (40000000 bytes)"),
                result.stderr());
        assertEquals("good\n", consume("input.huge"));
    }

    @Test
    void an_argument_that_is_too_large_is_named() {
        try (EmbeddedBroker small = EmbeddedBroker.start("--max-message-bytes", "10")) {
            Result result = Commands.run(
                    "Producer.java", "-b", small.url(), "-t", "t", "good", "this is too large", "not sent");
            assertTrue(
                    result.stderr().contains("After 1 message ")
                            && result.stderr().contains("Message 2 is too large (17 bytes)"),
                    result.stderr());
        }
    }

    @Test
    void batches_that_a_proxy_finds_too_large_are_sent_in_parts() throws IOException {
        try (FrontProxy proxy = new FrontProxy(broker.url(), "", path -> null, 3000)) {
            Result result = Commands.runWithInput(
                    "0123456789\n".repeat(2000).getBytes(UTF_8),
                    "Producer.java",
                    "-b",
                    proxy.url(),
                    "-t",
                    "input.proxy");
            assertEquals(0, result.exitCode(), result.stderr());
            assertEquals(2000, http.get("/topics/input.proxy").get("messages").asInt());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--key=k", "--rate=100000", "--json"})
    void a_line_that_is_not_utf8_is_named_and_all_before_it_is_sent(String how) throws IOException {
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        String good = how.equals("--json") ? "{\"value\":\"good\"}\n" : "good\n";
        input.write(good.repeat(1000).getBytes(UTF_8));
        input.write(new byte[] {'b', (byte) 0xe4, 'd', '\n'});
        input.write(good.getBytes(UTF_8));
        String topic = "input.latin" + how.replaceAll("[^A-Za-z]", "");
        Result result = Commands.runWithInput(
                input.toByteArray(), command(topic, how.isEmpty() ? new String[0] : new String[] {how}));
        assertEquals(1, result.exitCode());
        assertTrue(
                result.stderr().contains("After 1000 messages")
                        && result.stderr().contains("Line 1001 is not UTF-8"),
                result.stderr());
    }

    @Test
    void what_the_consumer_prints_as_json_can_be_sent_back() throws IOException {
        http.post("/topics/register", "topic", "input.origin", "partitions", 3);
        for (String value : List.of(
                "",
                "two\nlines\r\n",
                "say \"hi\" \\ \\n",
                "\u2028 \u2029 \u0085",
                "😀 ünï",
                "\u0000\u001f",
                "{\"value\":1}",
                "x".repeat(500_000))) {
            http.post(
                    "/produce",
                    "topic",
                    "input.origin",
                    "value",
                    value,
                    "key",
                    value.substring(0, Math.min(5, value.length())));
            http.post(
                    "/produce",
                    "topic",
                    "input.origin",
                    "value",
                    value,
                    "headers",
                    Map.of("", value.substring(0, Math.min(9, value.length())), "näme", "", "x", "y"));
        }
        for (String members : List.of(
                "\"value_base64\":\"//4A\"",
                "\"value\":null,\"key_base64\":\"gA==\"",
                "\"value\":null,\"key\":\"\",\"headers_base64\":{\"b\":[\"/w==\",null],\"a\":null},\"headers\":{\"z\":\"t\"},"
                        + "\"header_order\":[\"b\",\"z\",\"a\",\"b\"]")) {
            assertEquals(
                    200,
                    http.post("/produce", "{\"topic\":\"input.origin\"," + members + "}")
                            .status());
        }
        byte[] dump = Commands.run("Consumer.java", "-b", broker.url(), "-t", "input.origin", "--json", "--exit-at-end")
                .stdout();
        Path file = Files.write(folder.resolve("dump"), dump);
        assertEquals(
                0,
                send(
                                "input.copyfile",
                                "",
                                "--json",
                                "--keep-partitions",
                                "--partitions",
                                "3",
                                "--file",
                                file.toString())
                        .exitCode());
        assertEquals(
                0,
                Commands.runWithInput(
                                dump,
                                command(
                                        "input.copystdin",
                                        "--json",
                                        "--keep-partitions",
                                        "--partitions",
                                        "3",
                                        "--batch-size",
                                        "2000"))
                        .exitCode());
        for (String copy : List.of("input.copyfile", "input.copystdin")) {
            assertEquals(
                    comparable(dump),
                    comparable(Commands.run("Consumer.java", "-b", broker.url(), "-t", copy, "--json", "--exit-at-end")
                            .stdout()));
        }
    }

    @Test
    void a_dump_fits_into_a_topic_with_other_partitions() {
        http.post("/topics/register", "topic", "input.three", "partitions", 3);
        for (int i = 0; i < 30; i++) {
            http.post("/produce", "topic", "input.three", "value", "v" + i, "key", "k" + i);
        }
        byte[] dump = Commands.run("Consumer.java", "-b", broker.url(), "-t", "input.three", "--json", "--exit-at-end")
                .stdout();
        Result one = Commands.runWithInput(dump, command("input.one", "--json"));
        assertEquals(0, one.exitCode(), one.stderr());
        assertEquals(30, http.get("/topics/input.one").get("messages").asInt());
        Result kept = Commands.runWithInput(dump, command("input.kept", "--json", "--keep-partitions"));
        assertEquals(1, kept.exitCode());
        assertTrue(kept.stderr().matches("(?s).*Line \\d+ was refused: .*partition.*"), kept.stderr());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello | not a JSON object",
                "42 | not a JSON object",
                "'' | is empty",
                "[] | not a JSON object",
                "{\"key\":\"k\"} | no value",
                "{\"value\":null} | no value. It may be null only if the message has a key",
                "{\"value_base64\":null,\"key\":\"k\"} | no value",
                "{\"value_base64\":1} | value_base64 that is not a string",
                "{\"value\":null,\"key_base64\":[]} | key_base64 that is not a string",
                "{\"value\":\"v\",\"value_base64\":\"\"} | value must be absent if there is",
                "{\"value_base64\":\"_\"} | value_base64 must be base64",
                "{\"value\":\"v\",\"headers_base64\":[]} | headers_base64 that are not an object",
                "{\"value\":\"v\",\"headers_base64\":{\"h\":1}} | headers_base64.h that is not a string",
                "{\"value\":\"v\",\"headers_base64\":{\"h\":[[]]}} | headers_base64.h that is not a string",
                "{\"value\":\"v\",\"header_order\":\"h\"} | header_order that is not a list",
                "{\"value\":\"v\",\"header_order\":[\"h\"]} | header_order must have the name of each header",
                "{\"value\":5} | value that is not a string",
                "{\"value\":\"v\",\"key\":[]} | key that is not a string",
                "{\"value\":\"v\",\"headers\":[]} | headers",
                "{\"value\":\"v\",\"headers\":{\"h\":1}} | headers.h",
                "{\"value\":\"v\" | not a JSON object",
                "{\"value\":\"v\"} x | not a JSON object",
                "{\"value\":\"v\"}{\"value\":\"w\"} | text after",
                "{\"value\":\"a\",\"value\":\"b\"} | Duplicate",
                "{\"value\":\"v\",\"partition\":-1} | partition",
                "{\"value\":\"v\",\"partition\":\"1\"} | partition",
                "{\"messages\":[{\"value\":\"v\"}]} | page of messages",
                "{\"value\":\"\\ud800\"} | Unicode"
            })
    void a_line_that_is_no_message_is_named_with_its_member(String line, String reason) {
        Result result = send(
                "input.json",
                "{\"value\":\"good\"}\n" + line + "\n{\"value\":\"never\"}\n",
                "--json",
                "--keep-partitions");
        assertEquals(1, result.exitCode());
        assertTrue(
                result.stderr().contains("After 1 message ")
                        && result.stderr().contains(": Line 2 ")
                        && result.stderr().contains(reason),
                result.stderr());
        LifecycleTest.assertOneLine(result.stderr().replaceFirst("^producer: Created topic .*\n", ""));
        assertFalse(consume("input.json").contains("never"));
    }

    @Test
    void a_message_in_base64_is_too_large_by_its_bytes() {
        try (EmbeddedBroker small = EmbeddedBroker.start("--max-message-bytes", "10")) {
            String fits = "{\"value_base64\":\"/////////w==\",\"key\":\"k\",\"headers_base64\":{\"h\":[null,\"\"]}}\n";
            String large = fits.replace("[null,", "[null,null,\"/w==\",");
            Result result = Commands.runWithInput(
                    (fits + large).getBytes(UTF_8), "Producer.java", "-b", small.url(), "-t", "t", "--json");
            assertTrue(
                    result.stderr().contains("After 1 message ")
                            && result.stderr().contains("Line 2 is too large (13 bytes)"),
                    result.stderr());
        }
    }

    @Test
    void an_empty_value_can_be_sent_as_null() {
        assertEquals(0, send("input.null", "a:\nb:x\n:\n", "-Z", "-K", ":").exitCode());
        assertEquals(0, send("input.null", "", "-Z", "-k", "key", "").exitCode());
        assertEquals("a -1|b 1| -1|key -1|", consume("input.null", "--format", "%k %S|"));
        Result result = send("input.null", "a:\n\nb:\n", "-Z", "-K", ":");
        assertEquals(1, result.exitCode());
        assertTrue(
                result.stderr().contains("After 1 message ") && result.stderr().contains("Line 2 has"),
                result.stderr());
    }

    @Test
    void json_brings_its_own_keys() {
        for (String[] options : new String[][] {
            {"--json", "-k", "k"}, {"--json", "-K", ":"}, {"--json", "--count", "3"}, {"--keep-partitions"}, {"-Z"}
        }) {
            Result result = send("input.usage", "", options);
            assertEquals(2, result.exitCode(), Arrays.toString(options));
            LifecycleTest.assertOneLine(result.stderr());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--hello", "-x", "--hello world"})
    void a_message_that_looks_like_an_option_is_told_how_to_be_one(String message) {
        for (String[] command : new String[][] {command("input.dash", message), {"Producer.java", message}}) {
            Result result = Commands.run(command);
            assertEquals(2, result.exitCode());
            assertTrue(result.stderr().contains("To send it as a message, put -- before it"), result.stderr());
            LifecycleTest.assertOneLine(result.stderr());
        }
        assertEquals(0, Commands.run(command("input.dash", "--", message)).exitCode());
        assertEquals(message + "\n", consume("input.dash", "--from", "-1"));
    }

    /** The messages of each partition, without their topic and timestamp. */
    private static String comparable(byte[] dump) throws IOException {
        Map<String, StringBuilder> partitions = new TreeMap<>();
        for (String line : new String(dump, StandardCharsets.UTF_8).split("\n")) {
            partitions
                    .computeIfAbsent(
                            Http.JSON.readTree(line).path("partition").asText(), partition -> new StringBuilder())
                    .append(Http.withoutTimestamps(line).replaceFirst("\"topic\":\"[^\"]*\"", ""))
                    .append('\n');
        }
        return partitions.toString();
    }

    private Result send(String topic, String input, String... options) {
        return Commands.runWithInput(input.getBytes(StandardCharsets.UTF_8), command(topic, options));
    }

    private String[] command(String topic, String... options) {
        return Stream.concat(Stream.of("Producer.java", "-b", broker.url(), "-t", topic), Stream.of(options))
                .toArray(String[]::new);
    }

    private String consume(String topic, String... options) {
        return Commands.run(Stream.concat(
                                Stream.of("Consumer.java", "-b", broker.url(), "-t", topic, "--exit-at-end"),
                                Stream.of(options))
                        .toArray(String[]::new))
                .out();
    }
}
