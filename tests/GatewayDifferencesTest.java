package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tests.Http.Reply;

/** Each entry of {@code kafka/differences.json} is true. The name of its test starts with its code. */
class GatewayDifferencesTest {
    private static final int HEAP_MB = 96;

    private static GatewayProcess small;
    private static GatewayProcess other;

    @BeforeAll
    static void start() throws IOException {
        TwoGateways gateways = TwoGateways.shared();
        other = gateways.first();
        small = GatewayProcess.start(gateways.kafka().address(), Map.of(Scripts.JVM_OPTIONS, "-Xmx" + HEAP_MB + "m"));
    }

    @AfterAll
    static void stop() {
        small.close();
    }

    @Test
    void the_openapi_document_has_all_and_each_has_a_test() throws IOException {
        JsonNode listed = Http.JSON.readTree(
                Scripts.ROOT.resolve("kafka/differences.json").toFile());
        JsonNode documented = other.http().get("/openapi.json").get("info").path("x-differences");
        assertEquals(listed.findValuesAsText("code"), documented.findValuesAsText("code"));
        assertEquals(listed.findValuesAsText("summary"), documented.findValuesAsText("summary"));
        List<String> tests = Arrays.stream(GatewayDifferencesTest.class.getDeclaredMethods())
                .map(Method::getName)
                .toList();
        listed.findValuesAsText("code")
                .forEach(code -> assertTrue(
                        tests.stream().anyMatch(test -> test.startsWith(code.toLowerCase(Locale.ROOT))), code));
    }

    @Test
    void offset_gaps_come_from_transactions_and_count() {
        Http http = other.http();
        http.post("/topics/register", "topic", "differences-gaps");
        http.post("/produce", "topic", "differences-gaps", "value", "a", "producer_id", "p", "sequence", 0);
        Reply second =
                http.post("/produce", "topic", "differences-gaps", "value", "b", "producer_id", "p", "sequence", 1);
        assertEquals(2, second.get("offset").asInt());
        assertEquals(
                4, http.get("/stats").get("topics").path("differences-gaps").asInt());
    }

    @Test
    void no_max_messages_and_no_reject() {
        for (String settings : List.of("\"max_messages\":3", "\"max_bytes\":9,\"when_full\":\"reject\"")) {
            Reply reply = other.http().post("/topics/register", "{\"topic\":\"never\"," + settings + "}");
            assertEquals(501, reply.status(), reply.text());
            assertEquals("NOT_SUPPORTED", reply.code());
        }
        assertEquals(404, other.http().get("/topics/never").status());
    }

    @Test
    void late_retention_keeps_expired_messages_for_some_time() {
        Http http = other.http();
        http.post("/topics/register", "topic", "late", "max_age_ms", 1);
        http.post("/produce", "topic", "late", "value", "old");
        Await.until("it has expired", () -> {
            JsonNode found = http.get("/topics/late/messages").get("messages").path(0);
            return System.currentTimeMillis() > found.path("timestamp").asLong() + 1;
        });
        assertEquals(
                "old",
                http.get("/topics/late/messages")
                        .get("messages")
                        .path(0)
                        .path("value")
                        .asText());
    }

    @Test
    void shared_generation_of_groups_with_the_same_name() {
        Http http = other.http();
        for (String topic : List.of("one", "two")) {
            http.post("/topics/register", "topic", topic);
            http.post("/consumers/register", "topic", topic, "consumer_id", topic, "group", "differences-shared");
        }
        JsonNode groups = http.get("/groups/differences-shared").get("groups");
        assertEquals(2, groups.path(0).path("generation").asInt(), groups.toString());
        assertEquals(2, groups.path(1).path("generation").asInt(), groups.toString());
        JsonNode elsewhere = small.http().get("/groups/differences-shared").get("groups");
        assertEquals(0, elsewhere.path(0).path("generation").asInt(), elsewhere.toString());
    }

    @Test
    void no_memory_limit_for_messages() {
        Http http = small.http();
        http.post("/topics/register", "topic", "large");
        byte[] lines = ("x".repeat(999) + "\n").repeat(4 << 10).getBytes(UTF_8);
        for (int sent = 0; sent < (2 * HEAP_MB) << 20; sent += lines.length) {
            Reply reply = http.post("/produce/batch?topic=large", "text/plain", lines);
            assertEquals(200, reply.status(), reply.text());
        }
    }

    @Test
    void no_session_timeout_alone_for_a_consumer_without_a_group() throws InterruptedException {
        Http http = other.http();
        http.post("/topics/register", "topic", "differences-silent");
        http.post(
                "/consumers/register",
                "topic",
                "differences-silent",
                "consumer_id",
                "differences-silent",
                "session_timeout_ms",
                1);
        Thread.sleep(50); // what must not happen has no event to wait for
        assertEquals(
                204, http.post("/consume", "consumer_id", "differences-silent").status());
    }

    @Test
    void removal_not_told_by_another_gateway() {
        other.http().post("/topics/register", "topic", "removed");
        other.http().post("/consumers/register", "topic", "removed", "consumer_id", "removed");
        other.http().post("/consumers/unregister", "consumer_id", "removed");
        Reply told = other.http().post("/consume", "consumer_id", "removed");
        Reply untold = small.http().post("/consume", "consumer_id", "removed");
        assertEquals(404, told.status());
        assertEquals(404, untold.status());
        assertTrue(told.detail().contains("was unregistered"), told.detail());
        assertTrue(untold.detail().contains("does not exist"), untold.detail());
    }
}
