package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tests.Http.Reply;

/** Members of groups behind two gateways to one Kafka. Each call of a client may go to the other gateway. */
class GatewayGroupTest {
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
    void members_whose_calls_alternate_get_each_message_once_and_in_order() {
        topic("grp", 3);
        produce("grp", 3000);
        List<String> ids = List.of("gr.a", "gr.b", "gr.c");
        for (int i = 0; i < 3; i++) {
            join(gateway(i), "grp", ids.get(i));
        }
        Map<Integer, List<Integer>> offsets = new TreeMap<>();
        int count = 0;
        for (int call = 0; count < 3000; call++) {
            Reply reply = gateway(call / 3)
                    .post("/consume/batch", "consumer_id", ids.get(call % 3), "max_messages", 70, "wait_ms", 2000);
            for (JsonNode message : messages(reply)) {
                offsets.computeIfAbsent(message.path("partition").asInt(), absent -> new ArrayList<>())
                        .add(message.path("offset").asInt());
                count++;
            }
        }
        offsets.forEach((partition, found) -> {
            for (int i = 1; i < found.size(); i++) {
                assertTrue(found.get(i) > found.get(i - 1), partition + ": " + found);
            }
        });
        assertEquals(3, offsets.size());
        assertEquals(3000, count, "none twice");
        for (int i = 0; i < 3; i++) {
            int call = i;
            ids.forEach(id -> assertEquals(
                    204, gateway(call).post("/consume", "consumer_id", id).status()));
        }
    }

    @Test
    void a_member_that_commits_itself_commits_through_any_gateway() {
        topic("group-commits", 1);
        produce("group-commits", 3);
        gateway(0)
                .post(
                        "/consumers/register",
                        "topic",
                        "group-commits",
                        "consumer_id",
                        "co",
                        "group",
                        "co",
                        "auto_commit",
                        false);
        assertEquals("v0", consume(gateway(1), "co"));
        assertEquals("v1", consume(gateway(0), "co"));
        assertEquals(
                200,
                gateway(1)
                        .post("/consumers/commit", "consumer_id", "co", "offset", 1)
                        .status());
        assertEquals("v2", consume(gateway(1), "co"));
        gateway(1).post("/consumers/register", "topic", "group-commits", "consumer_id", "co", "group", "co");
        assertEquals("v1", consume(gateway(0), "co"));
        Reply seen = gateway(1).get("/consumers/co");
        assertEquals(gateway(0).get("/consumers/co").json(), seen.json());
        assertEquals(1, seen.get("positions").path(0).path("committed").asInt());
        assertEquals(
                409,
                gateway(1)
                        .post("/consumers/register", "topic", "group-commits", "consumer_id", "co", "group", "other")
                        .status());
        assertEquals(
                "co",
                gateway(1)
                        .post("/consumers/unregister", "consumer_id", "co")
                        .get("consumer_id")
                        .asText());
        assertEquals(404, gateway(0).post("/consume", "consumer_id", "co").status());
        assertEquals(404, gateway(1).get("/consumers/co").status());
    }

    @Test
    void a_member_that_waits_through_one_gateway_gets_what_comes_through_the_other() {
        topic("group-waits", 1);
        join(gateway(0), "group-waits", "wa");
        CompletableFuture<Reply> waiting = CompletableFuture.supplyAsync(
                () -> gateway(1).post("/consume", "consumer_id", "wa", "wait_ms", 30_000));
        Await.until(
                "it waits", () -> gateway(0).get("/consumers/wa").get("waiting").asInt() == 1);
        gateway(1).post("/produce", "topic", "group-waits", "value", "hello");
        assertEquals("hello", waiting.join().get("value").asText());
    }

    @Test
    void the_lag_is_0_when_all_messages_are_read_although_transactions_take_offsets() {
        topic("group-gaps", 2);
        String lines = "{\"value\":\"a\",\"partition\":0}\n{\"value\":\"b\",\"partition\":1}\n";
        for (int i = 0; i < 2; i++) { // each is a transaction, because it has several partitions
            Reply sent =
                    gateway(i).post("/produce/batch?topic=group-gaps", "application/x-ndjson", lines.getBytes(UTF_8));
            assertEquals(200, sent.status(), sent.text());
        }
        join(gateway(0), "group-gaps", "ga.member");
        gateway(0).post("/consumers/register", "topic", "group-gaps", "consumer_id", "ga.alone");
        for (String id : List.of("ga.member", "ga.alone")) {
            for (int i = 0; i < 4; i++) {
                consume(gateway(0), id);
            }
            assertEquals(204, gateway(0).post("/consume", "consumer_id", id).status());
            Reply seen = gateway(0).get("/consumers/" + id);
            assertEquals(0, seen.get("lag").asInt(), seen.text());
            assertEquals("CAUGHT_UP", seen.get("why").path("code").asText(), seen.text());
        }
    }

    @Test
    void a_killed_gateway_is_replaced_by_the_other_without_a_rebalance() throws IOException {
        topic("killed", 2);
        produce("killed", 40);
        try (GatewayProcess third = GatewayProcess.start(gateways.kafka().address())) {
            join(third.http(), "killed", "ki.a");
            join(gateway(0), "killed", "ki.b");
            int generation = gateway(0).get("/consumers/ki.b").get("generation").asInt();
            Set<String> seen = new TreeSet<>();
            seen.add(consume(gateway(0), "ki.a"));
            seen.add(consume(gateway(1), "ki.a"));
            third.kill();
            for (int call = 0; seen.size() < 40; call++) {
                for (String id : List.of("ki.a", "ki.b")) {
                    Reply reply = gateway(call).post("/consume", "consumer_id", id);
                    assertTrue(reply.status() == 200 || reply.status() == 204, reply.text());
                    if (reply.status() == 200) {
                        assertTrue(seen.add(reply.get("value").asText()), "twice: " + reply.text());
                    }
                }
            }
            assertEquals(
                    generation,
                    gateway(1).get("/consumers/ki.a").get("generation").asInt());
        }
    }

    @Test
    void a_gateway_that_does_not_answer_is_replaced_before_the_wait_of_a_call_ends() throws IOException {
        topic("frozen", 1);
        produce("frozen", 3);
        try (GatewayProcess third = GatewayProcess.start(gateways.kafka().address())) {
            join(third.http(), "frozen", "fr");
            assertEquals("v0", consume(gateway(0), "fr"));
            third.freeze();
            assertEquals("v1", consume(gateway(0), "fr")); // the longest possible call is longer than the client waits
            assertEquals("v2", consume(gateway(1), "fr"));
            third.thaw();
            assertEquals(204, third.http().post("/consume", "consumer_id", "fr").status(), "it leaves the member");
        }
    }

    @Test
    void a_stopped_gateway_hands_its_members_over() throws IOException {
        topic("stopped", 1);
        produce("stopped", 4);
        GatewayProcess third = GatewayProcess.start(gateways.kafka().address());
        join(third.http(), "stopped", "st");
        assertEquals("v0", consume(gateway(0), "st"));
        assertEquals(0, third.terminate());
        assertEquals("v1", consume(gateway(0), "st"));
        assertEquals("v2", consume(gateway(1), "st"));
    }

    @Test
    void a_silent_member_is_removed_by_its_gateway() {
        topic("silent", 2);
        gateway(0)
                .post(
                        "/consumers/register",
                        "topic",
                        "silent",
                        "consumer_id",
                        "si.a",
                        "group",
                        "silent",
                        "session_timeout_ms",
                        300);
        join(gateway(1), "silent", "si.b");
        Await.until(
                "the other member has all",
                () -> gateway(0).get("/consumers/si.b").get("assigned").size() == 2);
        assertEquals(404, gateway(1).post("/consume", "consumer_id", "si.a").status());
    }

    @Test
    void a_kafka_client_sees_the_group_and_shares_it() throws Exception {
        topic("shared", 1);
        produce("shared", 2);
        join(gateway(0), "shared", "sh");
        assertEquals("v0", consume(gateway(1), "sh"));
        gateway(0).post("/consumers/unregister", "consumer_id", "sh");
        Process kcat = new ProcessBuilder(
                        "kcat", "-b", gateways.kafka().address(), "-G", "shared", "-c", "1", "-q", "-f", "%s", "shared")
                .start();
        assertEquals("v1", new String(kcat.getInputStream().readAllBytes(), UTF_8));
        assertEquals(0, kcat.waitFor());
        JsonNode group = gateway(1).get("/groups/shared").get("groups").path(0);
        assertEquals("shared", group.path("topic").asText());
        assertEquals(2, group.path("partitions").path(0).path("committed").asInt());
        join(gateway(1), "shared", "sh");
        assertEquals(204, gateway(0).post("/consume", "consumer_id", "sh").status());
    }

    @Test
    void a_deleted_topic_takes_its_members_with_it() {
        topic("gone", 1);
        join(gateway(0), "gone", "go");
        gateway(1).send("DELETE", "/topics/gone", BodyPublishers.noBody());
        Await.until(
                "it is gone",
                () -> gateway(0).post("/consume", "consumer_id", "go").status() == 404);
        topic("gone", 1);
        produce("gone", 1);
        join(gateway(1), "gone", "go");
        assertEquals("v0", consume(gateway(0), "go"));
    }

    @Test
    void gateways_forward_by_https_if_they_trust_the_certificate() throws Exception {
        topic("secret", 1);
        produce("secret", 3);
        String certificate = folder.resolve("cert.pem").toString();
        String[] tls = {
            "--tls-cert", certificate, "--tls-key", folder.resolve("key.pem").toString()
        };
        List<String> make = new ArrayList<>(List.of("./jbang", "kafka/KafkaGateway.java", "cert"));
        make.addAll(List.of(tls));
        assertEquals(
                0,
                Scripts.finish(Scripts.startProcess(new ProcessBuilder(make)), new byte[0])
                        .exitCode());
        String[] trusting = {tls[0], tls[1], tls[2], tls[3], "--gateway-cacert", certificate};
        String kafka = gateways.kafka().address();
        try (GatewayProcess first = GatewayProcess.start(kafka, trusting);
                GatewayProcess second = GatewayProcess.start(kafka, trusting);
                GatewayProcess careless = GatewayProcess.start(kafka, tls)) {
            String member = "{\"topic\":\"secret\",\"consumer_id\":\"se\",\"group\":\"se\"}";
            curl(certificate, first, "/consumers/register", member);
            assertTrue(curl(certificate, second, "/consume", "{\"consumer_id\":\"se\"}")
                    .contains("\"v0\""));
            assertTrue(curl(certificate, first, "/consume", "{\"consumer_id\":\"se\"}")
                    .contains("\"v1\""));
            assertTrue(curl(certificate, second, "/consume", "{\"consumer_id\":\"se\"}")
                    .contains("\"v2\""));
            assertTrue(
                    storedBy(kafka, "se").contains("https://127.0.0.1:" + first.port() + "\""), storedBy(kafka, "se"));
            assertEquals("", first.stderr());
            Await.until("it says so", () -> careless.stderr().contains("--gateway-cacert FILE"));
        }
    }

    private static String curl(String certificate, GatewayProcess gateway, String path, String body) {
        String url = "https://127.0.0.1:" + gateway.port() + path;
        Scripts.Result answer = Scripts.finish(
                Scripts.startProcess(new ProcessBuilder("curl", "-sS", "--cacert", certificate, "-d", body, url)),
                new byte[0]);
        assertEquals(0, answer.exitCode(), answer.stderr());
        return answer.out();
    }

    /** How Kafka stores a member: with the gateway that serves it. */
    private static String storedBy(String kafka, String id) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            return admin.listConsumerGroupOffsets("mini-kafka consumer " + id)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .values()
                    .toString();
        }
    }

    private static void topic(String topic, int partitions) {
        assertEquals(
                200,
                gateway(0)
                        .post("/topics/register", "topic", topic, "partitions", partitions)
                        .status());
    }

    private static void produce(String topic, int count) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append('v').append(i).append('\n');
        }
        assertEquals(
                200,
                gateway(1)
                        .post(
                                "/produce/batch?topic=" + topic,
                                "text/plain",
                                lines.toString().getBytes(UTF_8))
                        .status());
    }

    private static void join(Http gateway, String topic, String id) {
        Reply reply = gateway.post(
                "/consumers/register", "topic", topic, "consumer_id", id, "group", topic, "session_timeout_ms", 60_000);
        assertEquals(200, reply.status(), reply.text());
    }

    private static String consume(Http gateway, String id) {
        Reply reply = gateway.post("/consume", "consumer_id", id);
        assertEquals(200, reply.status(), reply.text());
        return reply.get("value").asText();
    }

    private static JsonNode messages(Reply reply) {
        assertTrue(reply.status() == 200 || reply.status() == 204, reply.text());
        return reply.status() == 200 ? reply.get("messages") : Http.JSON.createArrayNode();
    }
}
