package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static tests.Access.principal;
import static tests.Access.rule;
import static tests.Access.rules;

import api.Routes;
import com.fasterxml.jackson.databind.JsonNode;
import engine.MemoryBroker;
import engine.MemoryBudget;
import engine.Storage;
import http.Action;
import http.DashboardPlugin;
import http.Metrics;
import http.RequestStats;
import http.Route;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tests.Http.Reply;

/** Who may do what with {@code --auth}. */
class AccessControlTest {
    private static final List<Action> GRANTABLE =
            Arrays.stream(Action.values()).filter(Action::isInRules).toList();

    /** As long as a consumer id may be. */
    private static final String LONGEST = "z".repeat(249);

    @TempDir
    private Path folder;

    // The table of routes.

    @Test
    void each_route_has_a_rule_and_follows_it() throws Exception {
        List<Route> routes = routes();
        routes.forEach(route -> assertTrue(route.required() != null, route.path() + " has no rule"));
        Path file = writeRules(rulesOfAll("*"));
        try (EmbeddedBroker broker = EmbeddedBroker.start("--auth", file.toString())) {
            broker.http("token-all").post("/topics/register", "topic", "demo");
            for (Action action : GRANTABLE) {
                Http http = broker.http("token-" + action.word());
                http.produce("demo", 2);
                http.post("/consumers/register", "topic", "demo", "consumer_id", "alice");
                http.post("/consumers/register", "topic", "demo", "consumer_id", "bob", "group", "g");
            }
            Files.writeString(file, rules(rulesOfAll(null)));
            Await.until(
                    "the rules are read again",
                    () -> broker.http("token-metrics")
                                    .post("/produce", "topic", "demo", "value", "v")
                                    .status()
                            == 403);
            Map<String, String> wrong = new TreeMap<>();
            for (Route route : routes) {
                for (Action action : GRANTABLE) {
                    Answer answer = send(broker, route, "token-" + action.word());
                    boolean isAllowed = !route.required().isInRules() || route.required() == action;
                    boolean isRight = isAllowed
                            ? answer.status() < 300
                            : answer.status() == 403
                                    && answer.body().contains("FORBIDDEN")
                                    && answer.body()
                                            .contains("'" + route.required().word() + "'");
                    if (!isRight) {
                        wrong.put(route.method() + " " + route.path() + " with " + action, answer.toString());
                    }
                }
                for (String token : Arrays.asList(null, "unknown", "token-")) {
                    Answer answer = send(broker, route, token);
                    boolean isRight = route.required() == Action.PUBLIC
                            ? answer.status() == 200
                            : answer.status() == 401 && answer.body().contains("UNAUTHORIZED") && answer.hasChallenge();
                    if (!isRight) {
                        wrong.put(route.method() + " " + route.path() + " with token " + token, answer.toString());
                    }
                }
            }
            assertEquals(Map.of(), wrong);
        }
    }

    /** The calls of the API. What removes something comes last. */
    private static List<Route> routes() {
        MemoryBudget budget = new MemoryBudget(100 << 20);
        MemoryBroker broker = new MemoryBroker(budget, 1, Storage.NONE);
        return Stream.concat(
                        Routes.of(broker, 1000).stream(),
                        Stream.of(
                                new Metrics(budget, new RequestStats()).route(broker),
                                DashboardPlugin.addresses(List::of)))
                .sorted(Comparator.comparing(route ->
                        route.method().equals("DELETE") ? 2 : route.path().endsWith("/unregister") ? 1 : 0))
                .toList();
    }

    private record Answer(int status, String body, boolean hasChallenge) {}

    @Test
    void another_scheme_than_bearer_is_named() throws IOException {
        Path file = writeRules(principal("a", rule("*", "*", "*")));
        try (EmbeddedBroker broker = EmbeddedBroker.start("--auth", file.toString());
                Socket socket = new Socket("127.0.0.1", broker.port())) {
            socket.getOutputStream()
                    .write("GET /topics HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: token-a\r\n\r\n"
                            .getBytes(UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertTrue(
                    answer.startsWith("HTTP/1.1 401 ")
                            && answer.contains(
                                    "has no bearer token. Send it in the header 'Authorization: Bearer TOKEN'")
                            && answer.contains("WWW-Authenticate: Bearer\r\n"),
                    answer);
        }
    }

    private static Answer send(EmbeddedBroker broker, Route route, String token) throws Exception {
        String path = route.path()
                .replace("{topic}", "demo")
                .replace("{consumer_id}", "alice")
                .replace("{group}", "g");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(broker.url() + path))
                .method(
                        route.method(),
                        route.method().equals("POST")
                                ? HttpRequest.BodyPublishers.ofString(Http.JSON.writeValueAsString(route.example()))
                                : HttpRequest.BodyPublishers.noBody());
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<InputStream> response =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        boolean isEndless = path.endsWith("/stream") && response.statusCode() == 200;
        try (InputStream body = response.body()) {
            return new Answer(
                    response.statusCode(),
                    isEndless ? "" : new String(body.readAllBytes(), UTF_8),
                    response.headers().firstValue("WWW-Authenticate").orElse("").startsWith("Bearer"));
        }
    }

    /**
     * A principal for each action, and one for all.
     *
     * @param actions what each may do; null for its own action
     */
    private static String[] rulesOfAll(String actions) {
        return Stream.concat(
                        GRANTABLE.stream()
                                .map(action -> principal(
                                        action.word(), rule(actions == null ? action.word() : actions, "demo", "g"))),
                        Stream.of(principal("all", rule("*", "*", "*"))))
                .toArray(String[]::new);
    }

    // What one principal knows of another.

    @Test
    void what_a_principal_may_not_see_does_not_exist_for_it() throws Exception {
        try (EmbeddedBroker broker = start(
                principal("a", rule("*", "a-*,shared", "a-*")),
                principal("b", rule("produce,consume,create,delete,metrics", "b-*,shared", "*")))) {
            Http a = broker.http("token-a");
            Http b = broker.http("token-b");
            a.produce("a-secret", 1);
            a.produce("shared", 1);
            a.post("/consumers/register", "topic", "a-secret", "consumer_id", "reader", "group", "a-group");
            a.post("/consumers/register", "topic", "shared", "consumer_id", "shared-reader", "group", "a-team");

            for (Reply reply : List.of(
                    b.get("/topics/a-secret"),
                    b.get("/topics/a-secret/messages"),
                    b.get("/topics/a-secret/offsets"),
                    b.get("/topics/a-secret/stream"),
                    b.send("DELETE", "/topics/a-secret", HttpRequest.BodyPublishers.noBody()),
                    b.post("/produce", "topic", "a-secret", "value", "v"),
                    b.post("/produce/batch?topic=a-secret", "text/plain", "v".getBytes(UTF_8)),
                    b.post("/producers/register", "topic", "a-secret"),
                    b.post("/consumers/register", "topic", "a-secret"))) {
                assertEquals("404 TOPIC_NOT_FOUND", reply.status() + " " + reply.code(), reply.text());
                Reply unknown = b.get("/topics/a-nothing");
                assertEquals(
                        unknown.detail().replace("a-nothing", "a-secret"),
                        reply.detail(),
                        "the errors tell the difference");
            }
            for (Reply reply : List.of(
                    b.get("/consumers/reader"),
                    b.post("/consume", "consumer_id", "reader"),
                    b.post("/consume/batch", "consumer_id", "reader"),
                    b.post("/consumers/commit", "consumer_id", "reader"),
                    b.post("/consumers/seek", "consumer_id", "reader", "offset", 0),
                    b.post("/consumers/unregister", "consumer_id", "reader"))) {
                assertEquals("404 CONSUMER_NOT_FOUND", reply.status() + " " + reply.code(), reply.text());
            }
            assertEquals(404, b.get("/groups/a-group").status());
            for (String path : List.of("/topics", "/stats", "/consumers", "/groups", "/metrics", "/groups/a-team")) {
                String seen = b.get(path).text();
                assertFalse(
                        seen.contains("a-secret") || seen.contains("a-group") || seen.contains("reader"),
                        path + ": " + seen);
            }
            assertTrue(b.get("/stats").text().contains("shared"));
            assertTrue(b.get("/metrics").text().contains("topic=\"shared\""));
            assertEquals(1, a.get("/consumers?topic=a-secret").get("consumers").size());
        }
    }

    @Test
    void errors_suggest_nothing_that_the_principal_may_not_see() throws Exception {
        try (EmbeddedBroker broker = start(
                principal("a", rule("*", "team-1-*", "team-1-*")),
                principal("b", rule("*", "team-2-*,team-3-*", "team-2-*")))) {
            Http a = broker.http("token-a");
            Http b = broker.http("token-b");
            a.produce("team-1-orders", 1);
            a.post("/consumers/register", "topic", "team-1-orders", "consumer_id", "alice", "group", "team-1-g");
            b.produce("team-3-orders", 1);
            assertTrue(b.get("/topics/team-2-orders").detail().contains("Did you mean team-3-orders?"));
            b.send("DELETE", "/topics/team-3-orders", HttpRequest.BodyPublishers.noBody());
            for (Reply reply : List.of(
                    b.get("/topics/team-2-orders"),
                    b.get("/consumers/alicia"),
                    b.post("/consume", "consumer_id", "alic"),
                    b.get("/groups/team-2-g"),
                    b.post("/produce", "topic", "team-2-orders", "value", "v"))) {
                assertEquals(404, reply.status());
                assertFalse(reply.detail().contains("Did you mean"), reply.detail());
            }
        }
    }

    @Test
    void two_principals_may_use_the_same_ids() throws Exception {
        try (EmbeddedBroker broker =
                start(principal("a", rule("*", "shared", "g")), principal("b", rule("*", "shared", "g")))) {
            Http a = broker.http("token-a");
            Http b = broker.http("token-b");
            a.produce("shared", 2);
            assertEquals(
                    0,
                    a.post("/consumers/register", "topic", "shared", "consumer_id", "alice")
                            .get("offset")
                            .asInt());
            assertEquals(
                    "v0",
                    a.post("/consume", "consumer_id", "alice").get("value").asText());
            Reply registered = b.post("/consumers/register", "topic", "shared", "consumer_id", "alice");
            assertEquals(
                    "alice 0",
                    registered.get("consumer_id").asText() + " "
                            + registered.get("offset").asInt());
            assertEquals(
                    "v0",
                    b.post("/consume", "consumer_id", "alice").get("value").asText());
            assertEquals(
                    "v1",
                    a.post("/consume", "consumer_id", "alice").get("value").asText());
            assertEquals(List.of("alice"), ids(a.get("/consumers").get("consumers")));
            assertEquals(
                    200, b.post("/consumers/unregister", "consumer_id", "alice").status());
            assertEquals(404, b.get("/consumers/alice").status());
            assertTrue(b.get("/consumers/alice").detail().contains("Consumer alice was unregistered"));
            assertEquals(200, a.get("/consumers/alice").status());

            Object[] first = {"topic", "shared", "value", "mine", "producer_id", "p", "sequence", 0};
            assertEquals(2, a.post("/produce", first).get("offset").asInt());
            assertEquals(3, b.post("/produce", first).get("offset").asInt());
            assertEquals(2, a.post("/produce", first).get("offset").asInt());
            Reply gap = a.post("/produce", "topic", "shared", "value", "v", "producer_id", "p", "sequence", 9);
            assertEquals("OUT_OF_SEQUENCE", gap.code());
            assertTrue(gap.detail().contains("Producer p sent sequence 9"), gap.detail());
            assertEquals(
                    "p 1",
                    a.post("/producers/register", "topic", "shared", "producer_id", "p")
                                    .get("producer_id")
                                    .asText()
                            + " "
                            + a.post("/producers/register", "topic", "shared", "producer_id", "p")
                                    .get("next_sequence")
                                    .asInt());
        }
    }

    @Test
    void a_member_of_a_group_learns_no_id_of_another_principal() throws Exception {
        try (EmbeddedBroker broker =
                start(principal("a", rule("*", "shared", "g")), principal("b", rule("*", "shared", "g")))) {
            Http a = broker.http("token-a");
            Http b = broker.http("token-b");
            a.post("/topics/register", "topic", "shared", "partitions", 2, "max_messages", 1);
            a.post("/consumers/register", "topic", "shared", "consumer_id", "alice", "group", "g");
            b.post("/consumers/register", "topic", "shared", "consumer_id", "bob", "group", "g");
            a.post("/produce", "topic", "shared", "value", "v", "partition", 0);
            JsonNode group = a.get("/groups/g").get("groups").get(0);
            assertEquals(List.of("alice"), ids(group.get("members")));
            assertEquals(
                    "alice",
                    group.get("partitions").get(0).path("owner").asText()
                            + group.get("partitions").get(1).path("owner").asText());
            int own = a.get("/consumers/alice").get("assigned").get(0).asInt();
            for (Reply reply : List.of(
                    a.get("/groups"),
                    a.get("/groups/g"),
                    a.get("/consumers/alice"),
                    a.get("/topics/shared"),
                    a.get("/topics"),
                    a.get("/stats"),
                    a.post("/consumers/seek", "consumer_id", "alice", "partition", 1 - own, "offset", 0),
                    a.post(
                            "/consumers/commit",
                            "consumer_id",
                            "alice",
                            "offsets",
                            List.of(Map.of("partition", 1 - own, "offset", 0))),
                    a.post("/produce", "topic", "shared", "value", "v", "partition", 0),
                    a.post("/consumers/register", "topic", "shared", "consumer_id", "carol", "group", "g"),
                    a.get("/consumers/carol"))) {
                assertFalse(reply.text().contains("bob") || reply.text().contains("a:alice"), reply.text());
            }
        }
    }

    /** The topic drops no message that a reader has not committed. */
    @Test
    void a_full_topic_names_no_reader_that_the_principal_may_not_see() throws Exception {
        try (EmbeddedBroker broker =
                start(principal("a", rule("*", "shared", "a-*")), principal("b", rule("produce", "shared", "b-*")))) {
            Http a = broker.http("token-a");
            Http b = broker.http("token-b");
            a.post("/topics/register", "topic", "shared", "max_messages", 1);
            a.post("/consumers/register", "topic", "shared", "consumer_id", "alice", "group", "a-secret");
            b.post("/produce", "topic", "shared", "value", "v");
            assertTrue(a.post("/produce", "topic", "shared", "value", "v")
                    .detail()
                    .contains("group a-secret has not read"));
            Reply full = b.post("/produce", "topic", "shared", "value", "v");
            assertEquals("429 TOPIC_FULL", full.status() + " " + full.code());
            assertTrue(full.detail().contains("a reader of another principal has not read"), full.detail());
            a.post("/consumers/unregister", "consumer_id", "alice");
            a.post("/consumers/register", "topic", "shared", "consumer_id", "al.ice...");
            for (Http http : List.of(a, b)) {
                String detail =
                        http.post("/produce", "topic", "shared", "value", "v").detail();
                assertFalse(detail.contains("a:al") || (http == b && detail.contains("secret")), detail);
            }
        }
    }

    @Test
    void a_member_of_a_group_needs_the_right_for_the_topic_and_for_the_group() throws Exception {
        try (EmbeddedBroker broker =
                start(principal("a", rule("create,consume", "demo", "a-*"), rule("produce", "other", "b-*")))) {
            Http a = broker.http("token-a");
            a.post("/topics/register", "topic", "demo");
            assertEquals(200, register(a, "a-group").status());
            for (String group : List.of("b-group", "a", "x")) {
                Reply refused = register(a, group);
                assertEquals("403 FORBIDDEN", refused.status() + " " + refused.code());
                assertTrue(refused.detail().contains("'consume'"), refused.detail());
            }
        }
    }

    private static Reply register(Http http, String group) {
        return http.post("/consumers/register", "topic", "demo", "consumer_id", "c-" + group, "group", group);
    }

    /** Otherwise an error would tell whether the topic exists. */
    @Test
    void who_may_not_create_a_topic_does_not_learn_whether_it_exists() throws Exception {
        try (EmbeddedBroker broker =
                start(principal("a", rule("*", "a-*", "*")), principal("b", rule("*", "b-*", "*")))) {
            broker.http("token-a").produce("a-topic", 1);
            Reply exists = broker.http("token-b").post("/topics/register", "topic", "a-topic");
            Reply absent = broker.http("token-b").post("/topics/register", "topic", "a-other");
            assertEquals("403 FORBIDDEN", exists.status() + " " + exists.code());
            assertEquals(exists.detail(), absent.detail().replace("a-other", "a-topic"));
        }
    }

    // Requests without a token.

    @Test
    void pages_and_health_need_no_token() throws Exception {
        try (EmbeddedBroker broker = start(principal("a", rule("*", "*", "*")))) {
            Http http = broker.http();
            for (String path : List.of("/health", "/docs", "/openapi.json", "/dashboard/app.js")) {
                assertEquals(200, http.get(path).status(), path);
            }
            for (String path :
                    List.of("/", "/no/such/path", "/metrics", "/stats", "/topics/x/y", "/dashboard/addresses")) {
                assertEquals(401, http.get(path).status(), path);
            }
            HttpResponse<String> page = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(broker.url() + "/"))
                                    .header("Accept", "text/html")
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertEquals(200, page.statusCode());
            assertTrue(page.body().contains("<title>"));
            JsonNode document = http.get("/openapi.json").json();
            assertEquals(
                    "bearer",
                    document.at("/components/securitySchemes/token/scheme").asText());
            assertTrue(document.at("/paths/~1produce/post/responses").has("401"));
            assertEquals(0, document.at("/paths/~1health/get/security").size());
        }
    }

    @Test
    void a_refused_request_changes_nothing_and_keeps_the_connection() throws Exception {
        try (EmbeddedBroker broker = start(principal("a", rule("*", "*", "*")));
                RawConnection raw = new RawConnection(broker.port())) {
            broker.http("token-a").produce("demo", 1);
            String body = "{\"topic\":\"demo\",\"value\":\"v\"}";
            for (String header : List.of(
                    "",
                    "Authorization: Basic YTpi\r\n",
                    "Authorization: Bearer\r\n",
                    "Authorization: Bearer x y\r\n")) {
                raw.send("POST /produce HTTP/1.1\r\nHost: x\r\n" + header + "Content-Length: " + body.length()
                        + "\r\n\r\n" + body);
                assertEquals(401, raw.readAnswer(), header);
            }
            raw.send("POST /produce HTTP/1.1\r\nHost: x\r\nauthorization: bearer token-a\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body);
            assertEquals(200, raw.readAnswer());
            assertEquals(
                    2,
                    broker.http("token-a").get("/topics/demo").get("messages").asInt());
        }
    }

    // Changes of the file.

    @Test
    void a_changed_file_is_read_again_and_a_broken_one_is_reported_once() throws Exception {
        Path file = writeRules(principal("a", rule("*", "*", "*")));
        try (EmbeddedBroker broker = EmbeddedBroker.start("--auth", file.toString())) {
            broker.http("token-a").produce("demo", 1);
            Files.writeString(file, "{\"principals\": [{\"name\": \"a\", \"token\": 1}]}");
            Await.until("the broken file is reported", () -> broker.stderr().contains("not valid"));
            assertTrue(
                    broker.stderr().contains("principals[0] has the unknown field \"token\"")
                            && broker.stderr().contains("the old rules stay"),
                    broker.stderr());
            assertEquals(200, broker.http("token-a").get("/topics/demo").status());
            Files.writeString(file, rules(principal("b", rule("*", "*", "*"))));
            Await.until(
                    "the new rules hold",
                    () -> broker.http("token-b").get("/topics/demo").status() == 200);
            assertEquals(401, broker.http("token-a").get("/topics/demo").status());
            assertEquals(
                    1,
                    broker.stderr()
                            .lines()
                            .filter(line -> line.contains("not valid"))
                            .count(),
                    broker.stderr());
            Files.delete(file);
            Await.until(
                    "the missing file is reported",
                    () -> broker.stderr().contains("was deleted, or it cannot be read, so the old rules stay"));
            assertEquals(200, broker.http("token-b").get("/topics/demo").status());
        }
    }

    @Test
    void a_stream_ends_when_its_principal_loses_the_right() throws Exception {
        Path file = writeRules(principal("a", rule("*", "*", "*")), principal("b", rule("consume", "*", "")));
        try (EmbeddedBroker broker = EmbeddedBroker.start("--auth", file.toString())) {
            Http a = broker.http("token-a");
            a.produce("demo", 1);
            Iterator<String> lines = streamAfter("v0", broker, "token-b");
            Files.writeString(file, rules(principal("a", rule("*", "*", "*")), principal("b")));
            Await.until(
                    "the new rules hold",
                    () -> broker.http("token-b").get("/topics/demo").status() == 404);
            a.post("/produce", "topic", "demo", "value", "secret");
            assertEndsWithout("secret", lines);
        }
    }

    @Test
    void a_stream_ends_when_its_token_is_revoked() throws Exception {
        String two = principal("a", rule("*", "*", "*"))
                .replace("\"token_sha256\": [", "\"token_sha256\": [\"" + Access.sha256("leaked") + "\",");
        Path file = writeRules(two);
        try (EmbeddedBroker broker = EmbeddedBroker.start("--auth", file.toString())) {
            Http a = broker.http("token-a");
            a.produce("demo", 1);
            Iterator<String> lines = streamAfter("v0", broker, "leaked");
            Files.writeString(file, rules(principal("a", rule("*", "*", "*"))));
            Await.until(
                    "the token is revoked",
                    () -> broker.http("leaked").get("/topics/demo").status() == 401);
            a.post("/produce", "topic", "demo", "value", "secret");
            assertEndsWithout("secret", lines);
        }
    }

    /** The lines of a stream after the one with this part. */
    private static Iterator<String> streamAfter(String part, EmbeddedBroker broker, String token) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(broker.url() + "/topics/demo/stream"))
                .header("Authorization", "Bearer " + token)
                .build();
        Iterator<String> lines = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofLines())
                .body()
                .iterator();
        while (!lines.next().contains(part)) {
            // not yet
        }
        return lines;
    }

    private static void assertEndsWithout(String part, Iterator<String> lines) {
        while (lines.hasNext()) { // it ends
            assertFalse(lines.next().contains(part));
        }
    }

    // Restarts.

    @Test
    void consumers_and_producers_keep_their_owner_after_a_restart() throws Exception {
        Path file = writeRules(principal("a", rule("*", "*", "*")), principal("b", rule("*", "*", "*")));
        String[] options = {
            "--auth", file.toString(), "--data-dir", folder.resolve("data").toString(), "--fsync", "always"
        };
        Object[] message = {"topic", "demo", "value", "v", "producer_id", "p", "sequence", 0};
        try (BrokerProcess broker = BrokerProcess.start(options)) {
            Http a = broker.http("token-a");
            a.produce("demo", 3);
            a.post("/produce", message);
            a.post("/consumers/register", "topic", "demo", "consumer_id", "alice");
            a.post("/consumers/register", "topic", "demo", "consumer_id", "bob", "group", "g");
            a.post("/consume", "consumer_id", "alice");
            a.post("/consumers/register", "topic", "demo", "consumer_id", LONGEST);
            broker.http("token-b").post("/consumers/register", "topic", "demo", "consumer_id", "alice");
            broker.kill();
        }
        try (BrokerProcess broker = BrokerProcess.start(options)) {
            Http a = broker.http("token-a");
            assertEquals(
                    List.of("alice", "bob", LONGEST), ids(a.get("/consumers").get("consumers")));
            assertEquals(
                    "v1",
                    a.post("/consume", "consumer_id", "alice").get("value").asText());
            assertEquals(
                    "v0",
                    broker.http("token-b")
                            .post("/consume", "consumer_id", "alice")
                            .get("value")
                            .asText());
            assertTrue(a.post("/produce", message).get("duplicate").asBoolean());
            assertFalse(broker.http("token-b")
                    .post("/produce", message)
                    .get("duplicate")
                    .asBoolean());
        }
        try (BrokerProcess broker = BrokerProcess.start(Arrays.copyOfRange(options, 2, options.length))) {
            assertEquals(
                    List.of("a:alice", "a:bob", "a:" + LONGEST, "b:alice"),
                    ids(broker.http().get("/consumers").get("consumers")));
            assertEquals(
                    200,
                    broker.http()
                            .post("/consumers/unregister", "consumer_id", "a:alice")
                            .status());
            assertEquals(
                    422,
                    broker.http()
                            .post("/consumers/register", "topic", "demo", "consumer_id", "a:x")
                            .status());
        }
    }

    // Help.

    private EmbeddedBroker start(String... principals) throws IOException {
        return EmbeddedBroker.start("--auth", writeRules(principals).toString());
    }

    private Path writeRules(String... principals) throws IOException {
        return Files.writeString(folder.resolve("access.json"), rules(principals));
    }

    private static List<String> ids(JsonNode list) {
        List<String> ids = new ArrayList<>();
        list.forEach(one -> ids.add(one.get("consumer_id").asText()));
        return ids;
    }
}
