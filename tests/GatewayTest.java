package tests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tests.Http.Reply;
import tests.Scripts.Result;

/** Two gateways to one Kafka. Each call of a client may go to the other one. */
class GatewayTest {
    private static TwoGateways gateways;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws IOException {
        gateways = TwoGateways.shared();
    }

    private static Http gateway(int call) {
        return gateways.http(call);
    }

    @Test
    void a_consumer_whose_calls_alternate_gets_each_message_once_and_in_order() {
        gateway(0).post("/topics/register", "topic", "turns");
        gateway(1).post("/consumers/register", "topic", "turns", "consumer_id", "turns");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            lines.append(i).append('\n');
        }
        gateway(1)
                .post(
                        "/produce/batch?topic=turns",
                        "text/plain",
                        lines.toString().getBytes(UTF_8));
        List<String> values = new ArrayList<>();
        for (int call = 0; values.size() < 2000; call++) {
            Reply reply = call % 3 == 0
                    ? gateway(call).post("/consume", "consumer_id", "turns")
                    : gateway(call).post("/consume/batch", "consumer_id", "turns", "max_messages", 37);
            assertEquals(200, reply.status(), reply.text());
            if (call % 3 == 0) {
                values.add(reply.get("value").asText());
            } else {
                reply.get("messages")
                        .forEach(message -> values.add(message.path("value").asText()));
            }
        }
        assertEquals(lines.toString(), String.join("\n", values) + "\n");
        assertEquals(204, gateway(0).post("/consume", "consumer_id", "turns").status());
    }

    @Test
    void a_consumer_that_commits_itself_gets_the_rest_again_from_the_other_gateway() {
        gateway(0).post("/topics/register", "topic", "commits");
        gateway(0).post("/produce/batch?topic=commits", "text/plain", "a\nb\nc\n".getBytes(UTF_8));
        gateway(0).post("/consumers/register", "topic", "commits", "consumer_id", "commits", "auto_commit", false);
        gateway(1).post("/consume", "consumer_id", "commits");
        assertEquals(
                "b",
                gateway(0)
                        .post("/consume", "consumer_id", "commits")
                        .get("value")
                        .asText());
        gateway(1).post("/consumers/commit", "consumer_id", "commits", "offset", 1);
        assertEquals(
                "c",
                gateway(1)
                        .post("/consume", "consumer_id", "commits")
                        .get("value")
                        .asText());
        gateway(0).post("/consumers/register", "topic", "commits", "consumer_id", "commits");
        assertEquals(
                "b",
                gateway(1)
                        .post("/consume", "consumer_id", "commits")
                        .get("value")
                        .asText());
    }

    @Test
    void a_sequence_keeps_its_promise_when_the_gateway_changes() {
        gateway(0).post("/topics/register", "topic", "sequences", "partitions", 2);
        List<String> answers = new ArrayList<>();
        for (int sequence = 0; sequence < 20; sequence++) {
            Reply once = produce(gateway(sequence), sequence);
            assertEquals(200, once.status(), once.text());
            Reply repeat = produce(gateway(sequence + 1), sequence);
            assertTrue(repeat.get("duplicate").asBoolean(), repeat.text());
            assertEquals(once.get("offset"), repeat.get("offset"));
            answers.add(once.get("partition") + "/" + once.get("offset"));
        }
        assertEquals(20, answers.stream().distinct().count());
        assertEquals(409, produce(gateway(0), 21).status());
        assertEquals(
                20,
                gateway(1)
                        .post("/producers/register", "topic", "sequences", "producer_id", "p")
                        .get("next_sequence")
                        .asInt());
    }

    private static Reply produce(Http gateway, int sequence) {
        return gateway.post(
                "/produce", "topic", "sequences", "value", "v" + sequence, "producer_id", "p", "sequence", sequence);
    }

    @Test
    void a_batch_for_several_partitions_is_there_as_a_whole() {
        gateway(0).post("/topics/register", "topic", "whole", "partitions", 3);
        Reply answer =
                gateway(0).post("/produce/batch?topic=whole", "text/plain", "1\n2\n3\n4\n5\n6\n".getBytes(UTF_8));
        assertEquals(6, answer.get("count").asInt());
        assertEquals(3, answer.get("partitions").size());
        gateway(1).post("/consumers/register", "topic", "whole", "consumer_id", "whole");
        Reply read = gateway(1).post("/consume/batch", "consumer_id", "whole");
        assertEquals(6, read.get("messages").size(), read.text());
    }

    @Test
    void a_call_that_waits_gets_a_message_that_came_through_the_other_gateway() {
        gateway(0).post("/topics/register", "topic", "waits");
        gateway(0).post("/consumers/register", "topic", "waits", "consumer_id", "waits");
        CompletableFuture<Reply> waiting = CompletableFuture.supplyAsync(
                () -> gateway(0).post("/consume", "consumer_id", "waits", "wait_ms", 20_000));
        Await.until(
                "it waits",
                () -> gateway(0).get("/consumers/waits").get("waiting").asInt() == 1);
        gateway(1).post("/produce", "topic", "waits", "value", "late");
        assertEquals("late", waiting.join().get("value").asText());
    }

    @Test
    void kafka_clients_and_ours_understand_each_other() throws IOException {
        assumeTrue(Page.program("kcat") != null, "no kcat here (Debian has it in kcat)");
        gateway(0).post("/topics/register", "topic", "both");
        String message =
                "{\"topic\":\"both\",\"value\":\"grüße \\\"1\\\"\",\"key\":\"k1\",\"headers\":{\"trace\":\"7é\"}}";
        assertEquals(200, gateway(0).post("/produce", message).status());
        assertEquals("k1|trace=7é|grüße \"1\"\n", kcat("", "-C", "-t", "both", "-e", "-q", "-f", "%k|%h|%s\\n"));
        kcat("k2:from kcat\n", "-P", "-t", "both", "-K:", "-H", "origin=kcat");
        gateway(1).post("/consumers/register", "topic", "both", "consumer_id", "both");
        Reply read = gateway(0).post("/consume/batch", "consumer_id", "both");
        assertEquals("grüße \"1\"", read.get("messages").path(0).path("value").asText());
        assertEquals("from kcat", read.get("messages").path(1).path("value").asText());
        assertEquals("k2", read.get("messages").path(1).path("key").asText());
        assertEquals(
                "kcat",
                read.get("messages").path(1).path("headers").path("origin").asText());
    }

    @Test
    void bytes_and_tombstones_pass_in_both_directions() throws IOException {
        assumeTrue(Page.program("kcat") != null, "no kcat here (Debian has it in kcat)");
        gateway(0).post("/topics/register", "topic", "bytes");
        String ours =
                "{\"topic\":\"bytes\",\"value_base64\":\"//4A\",\"key_base64\":\"gA==\",\"headers\":{\"t\":\"x\"},"
                        + "\"headers_base64\":{\"b\":[\"/w==\",null]},\"header_order\":[\"b\",\"t\",\"b\"]}";
        assertEquals(200, gateway(0).post("/produce", ours).status());
        assertEquals(
                200,
                gateway(1)
                        .post("/produce", "{\"topic\":\"bytes\",\"value\":null,\"key\":\"k\"}")
                        .status());
        kcat(new byte[] {(byte) 0xfe, ':', (byte) 0xff, '\n', 'k', ':', '\n'}, "-P", "-t", "bytes", "-K:", "-Z");
        List<String> read = new ArrayList<>();
        gateway(1)
                .get("/topics/bytes/messages")
                .get("messages")
                .forEach(message -> read.add(Http.withoutTimestamps(message.toString())));
        assertEquals(
                List.of(
                        ours.replace("bytes\",", "bytes\",\"offset\":0,"),
                        "{\"topic\":\"bytes\",\"offset\":1,\"value\":null,\"key\":\"k\"}",
                        "{\"topic\":\"bytes\",\"offset\":2,\"value_base64\":\"/w==\",\"key_base64\":\"/g==\"}",
                        "{\"topic\":\"bytes\",\"offset\":3,\"value\":null,\"key\":\"k\"}"),
                read);
        byte[] asKcat = kcat(new byte[0], "-C", "-t", "bytes", "-e", "-q", "-f", "%k %K|%h|%s %S\n");
        assertEquals(
                "\u0080 1|b=\u00ff,t=x,b=NULL|\u00ff\u00fe\u0000 3\nk 1|| -1\n\u00fe 1||\u00ff 1\nk 1|| -1\n",
                new String(asKcat, ISO_8859_1));
        byte[] asOurs = Commands.run(
                        "Consumer.java",
                        "--broker",
                        gateways.second().url(),
                        "--topic",
                        "bytes",
                        "--exit-at-end",
                        "--format",
                        "%k %K|%h|%s %S\n")
                .stdout();
        assertEquals(new String(asKcat, ISO_8859_1), new String(asOurs, ISO_8859_1));
    }

    private static String kcat(String stdin, String... options) throws IOException {
        return new String(kcat(stdin.getBytes(UTF_8), options), UTF_8);
    }

    private static byte[] kcat(byte[] stdin, String... options) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("kcat", "-b", gateways.kafka().address()));
        command.addAll(List.of(options));
        Result result = Scripts.finish(Scripts.startProcess(new ProcessBuilder(command)), stdin);
        assertEquals(0, result.exitCode(), result.stderr());
        return result.stdout();
    }

    @Test
    void our_clients_work_unchanged() {
        Result produced = Commands.run(
                "Producer.java", "--broker", gateways.first().url(), "--topic", "clients", "--create", "one", "two");
        assertEquals(0, produced.exitCode(), produced.stderr());
        Result consumed = Commands.run(
                "Consumer.java", "--broker", gateways.second().url(), "--topic", "clients", "--exit-at-end");
        assertEquals("one\ntwo\n", consumed.out(), consumed.stderr());
    }

    @Test
    void a_topic_that_is_created_again_has_no_message_of_the_deleted_one() {
        for (String round : List.of("first", "second")) {
            gateway(0).post("/topics/register", "topic", "again");
            gateway(0)
                    .post(
                            "/produce/batch?topic=again",
                            "text/plain",
                            (round + "\n").repeat(3).getBytes(UTF_8));
            gateway(0).post("/consumers/register", "topic", "again", "consumer_id", "again");
            for (int i = 0; i < 2; i++) {
                Reply reply = gateway(0).post("/consume", "consumer_id", "again");
                assertEquals(round, reply.get("value").asText(), reply.text());
            }
            gateway(0).send("DELETE", "/topics/again", BodyPublishers.noBody());
        }
    }

    @Test
    void without_kafka_calls_are_503_and_go_on_when_it_is_back() throws Exception {
        Path data = folder.resolve("other");
        KafkaNodeProcess other = KafkaNodeProcess.start("--data-dir", data.toString());
        int port = other.port();
        try (GatewayProcess gateway = GatewayProcess.start(other.address())) {
            Http http = gateway.http();
            http.post("/topics/register", "topic", "away");
            http.post("/produce", "topic", "away", "value", "before");
            http.post("/consumers/register", "topic", "away", "consumer_id", "away");
            other.kill();
            for (String[] call : new String[][] {
                {"/produce", "{\"topic\":\"away\",\"value\":\"v\"}"},
                {"/consume", "{\"consumer_id\":\"away\"}"},
                {"/topics/register", "{\"topic\":\"new\"}"}
            }) {
                Reply reply = http.post(call[0], call[1]);
                assertEquals(503, reply.status(), call[0] + reply.text());
                assertEquals("UPSTREAM_UNAVAILABLE", reply.code());
                assertEquals(
                        "1",
                        reply.response().headers().firstValue("Retry-After").orElse(""));
            }
            assertEquals(200, http.get("/health").status());
            other = KafkaNodeProcess.startAt(port, "--data-dir", data.toString());
            Await.until(
                    "it goes on",
                    () -> http.post("/consume", "consumer_id", "away").status() == 200);
            assertEquals("", gateway.stderr());
        } finally {
            other.close();
        }
    }

    @Test
    void the_page_names_each_difference() throws IOException {
        String page = Files.readString(Scripts.ROOT.resolve("docs/kafka.md")).replaceAll("\\s+", " ");
        for (JsonNode difference : Http.JSON.readTree(
                Scripts.ROOT.resolve("kafka/differences.json").toFile())) {
            String entry = "`" + difference.path("code").asText() + "`: "
                    + difference.path("summary").asText();
            assertTrue(page.contains(entry), entry);
        }
    }

    @Test
    void a_gateway_without_an_address_of_kafka_says_what_is_missing() {
        Result missing = Scripts.run("kafka/KafkaGateway.java", "--port", "0");
        assertEquals(2, missing.exitCode());
        assertEquals(
                "gateway: Missing required option: '--bootstrap-servers=HOST:PORT', such as 127.0.0.1:9092."
                        + " 'jbang kafka-node' starts a Kafka there to try it. (--help shows the options)\n",
                missing.stderr());
        Result malformed = Scripts.run(
                "kafka/KafkaGateway.java", "--bootstrap-servers", "127.0.0.1:1", "--advertised-url", "gateway:8000");
        assertEquals(2, malformed.exitCode());
        assertTrue(malformed.stderr().contains("--advertised-url"), malformed.stderr());
    }

    @Test
    void a_kafka_that_is_not_there_is_an_error_of_one_line() {
        Result result = Scripts.run("kafka/KafkaGateway.java", "--port", "0", "--bootstrap-servers", "127.0.0.1:1");
        assertEquals(1, result.exitCode());
        assertEquals(
                "gateway: Kafka at 127.0.0.1:1 cannot be reached. Start it, or correct --bootstrap-servers or security.protocol (--kafka).\n",
                result.stderr());
    }

    @Test
    void a_kafka_that_wants_a_password_gets_it() throws IOException {
        int port = Scripts.freePort();
        int controller = Scripts.freePort();
        String plain = "org.apache.kafka.common.security.plain.PlainLoginModule required";
        try (KafkaNodeProcess secured = KafkaNodeProcess.startAt(
                port,
                "--controllers=1@127.0.0.1:" + controller,
                "--kafka=listeners=SASL_PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controller,
                "--kafka=listener.security.protocol.map=CONTROLLER:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT",
                "--kafka=inter.broker.listener.name=SASL_PLAINTEXT",
                "--kafka=sasl.enabled.mechanisms=PLAIN",
                "--kafka=sasl.mechanism.inter.broker.protocol=PLAIN",
                "--kafka=listener.name.sasl_plaintext.plain.sasl.jaas.config=" + plain
                        + " username=\"admin\" password=\"a\" user_admin=\"a\" user_gateway=\"right\";")) {
            String[] options = {
                "--kafka=security.protocol=SASL_PLAINTEXT",
                "--kafka=sasl.mechanism=PLAIN",
                "--kafka=sasl.jaas.config=" + plain + " username=\"gateway\" password=\"right\";"
            };
            try (GatewayProcess gateway = GatewayProcess.start(secured.address(), options)) {
                Http http = gateway.http();
                http.post("/topics/register", "topic", "secured");
                http.post("/consumers/register", "topic", "secured", "consumer_id", "m", "group", "g");
                http.post("/produce", "topic", "secured", "value", "v", "producer_id", "p", "sequence", 0);
                assertEquals(
                        "v",
                        http.post("/consume", "consumer_id", "m", "wait_ms", 5000)
                                .get("value")
                                .asText());
            }
            Result wrong = Scripts.run(
                    "kafka/KafkaGateway.java",
                    "--port=0",
                    "--bootstrap-servers=" + secured.address(),
                    options[0],
                    options[1],
                    options[2].replace("right", "wrong"));
            assertEquals(1, wrong.exitCode());
            assertEquals(
                    "gateway: Kafka refuses the credentials of the gateway: Authentication failed: Invalid username or password."
                            + " Correct the settings of --kafka or --kafka-config.\n",
                    wrong.stderr());
        }
    }
}
