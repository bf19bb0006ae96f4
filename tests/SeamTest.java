package tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import api.Routes;
import api.Schemas;
import engine.EngineException;
import engine.ErrorCode;
import engine.MemoryBroker;
import engine.MemoryBudget;
import engine.MessageBroker;
import engine.Storage;
import http.ApiPlugin;
import http.Metrics;
import http.RequestStats;
import io.javalin.Javalin;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tests.Http.Reply;

/** The API over a decorated broker: each call passes through the decorator, which may delay it or fail it. */
class SeamTest {
    /** Calls of the decorator by name, and what to do in place of them; it is given the call of the broker itself. */
    private interface Instead {
        Object call(Supplier<Object> original);
    }

    /** Longer than a test takes on a slow machine: a call that is delayed renews no session. */
    private static final int SESSION_TIMEOUT_MS = 300_000;

    private final MemoryBudget budget = new MemoryBudget(100 << 20);
    private final MemoryBroker broker = new MemoryBroker(budget, 256, Storage.NONE);
    private final Set<String> called = new ConcurrentSkipListSet<>();
    private final Map<String, Instead> instead = new ConcurrentHashMap<>();
    private Javalin server;
    private Http http;

    @BeforeEach
    void serve() throws Exception {
        MessageBroker decorated = (MessageBroker) Proxy.newProxyInstance(
                SeamTest.class.getClassLoader(), new Class<?>[] {MessageBroker.class}, (proxy, method, arguments) -> {
                    called.add(method.getName());
                    Supplier<Object> original = () -> {
                        try {
                            return method.invoke(broker, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause() instanceof RuntimeException
                                    ? (RuntimeException) e.getCause()
                                    : new IllegalStateException(e.getCause());
                        } catch (IllegalAccessException e) {
                            throw new IllegalStateException(e);
                        }
                    };
                    return instead.getOrDefault(method.getName(), Supplier::get).call(original);
                });
        server = Javalin.create(config -> {
            config.registerPlugin(new ApiPlugin(api -> {
                api.routes = Stream.concat(
                                Routes.of(decorated, 1000).stream(),
                                Stream.of(new Metrics(budget, new RequestStats()).route(decorated)))
                        .toList();
                api.json = () -> Schemas.JSON;
                api.maxMessageBytes = 100_000;
                api.budget = budget;
            }));
        });
        ApiPlugin.start(server, "127.0.0.1", 0);
        http = new Http("http://127.0.0.1:" + server.port());
        http.post("/topics/register", "topic", "t");
        http.post(
                "/consumers/register",
                "topic",
                "t",
                "consumer_id",
                "c",
                "group",
                "g",
                "session_timeout_ms",
                SESSION_TIMEOUT_MS);
    }

    @AfterEach
    void stop() {
        broker.stop();
        server.stop();
    }

    @Test
    void every_call_passes_through_a_decorator() {
        assertEquals(200, http.post("/producers/register", "topic", "t").status());
        assertEquals(200, http.post("/produce", "topic", "t", "value", "v").status());
        assertEquals(
                200,
                http.post("/produce/batch?topic=t", "text/plain", "a\nb\n".getBytes(UTF_8))
                        .status());
        assertEquals("v", http.post("/consume", "consumer_id", "c").get("value").asText());
        assertEquals(
                2,
                http.post("/consume/batch", "consumer_id", "c").get("messages").size());
        assertEquals(200, http.post("/consumers/commit", "consumer_id", "c").status());
        assertEquals(
                200,
                http.post("/consumers/seek", "consumer_id", "c", "offset", 0).status());
        for (String path : List.of(
                "/topics",
                "/topics/t",
                "/topics/t/messages",
                "/topics/t/offsets",
                "/consumers",
                "/consumers/c",
                "/groups",
                "/groups/g",
                "/stats",
                "/metrics")) {
            assertEquals(200, http.get(path).status(), path);
        }
        assertEquals(
                200,
                http.send("HEAD", "/topics/t/stream", java.net.http.HttpRequest.BodyPublishers.noBody())
                        .status());
        assertEquals(200, http.post("/consumers/unregister", "consumer_id", "c").status());
        assertEquals(
                200,
                http.send("DELETE", "/topics/t", java.net.http.HttpRequest.BodyPublishers.noBody())
                        .status());
        Set<String> all = Stream.of(MessageBroker.class.getMethods())
                .map(java.lang.reflect.Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        all.removeAll(Set.of("stop", "subscription", "topicNames")); // which are no calls of the API
        assertEquals(all, new TreeSet<>(called));
    }

    @Test
    void a_decorator_can_delay_a_call() throws Exception {
        http.post("/produce", "topic", "t", "value", "v");
        called.clear();
        CompletableFuture<Void> release = new CompletableFuture<>();
        for (String method : List.of("poll", "produce", "browse", "commit")) {
            instead.put(method, original -> release.thenCompose(done -> (CompletableFuture<?>) original.get()));
        }
        List<CompletableFuture<Reply>> delayed = new ArrayList<>();
        delayed.add(CompletableFuture.supplyAsync(() -> http.post("/produce", "topic", "t", "value", "w")));
        delayed.add(CompletableFuture.supplyAsync(() -> http.post("/consume", "consumer_id", "c")));
        delayed.add(CompletableFuture.supplyAsync(() -> http.get("/topics/t/messages")));
        Await.until("all have reached the broker", () -> called.containsAll(List.of("poll", "produce", "browse")));
        assertEquals(200, http.get("/health").status());
        assertTrue(delayed.stream().noneMatch(CompletableFuture::isDone));
        release.complete(null);
        for (CompletableFuture<Reply> reply : delayed) {
            assertEquals(200, reply.get(10, TimeUnit.SECONDS).status());
        }
    }

    @Test
    void a_decorator_can_refuse_a_call_at_once_or_later() {
        instead.put("produce", original -> {
            throw new EngineException(ErrorCode.TOPIC_FULL, "It is full.");
        });
        instead.put(
                "poll",
                original -> CompletableFuture.failedFuture(new EngineException(ErrorCode.OVERLOADED, "It is busy.")));
        instead.put(
                "commit",
                original -> CompletableFuture.runAsync(() -> {
                    throw new EngineException(ErrorCode.REBALANCED, "It has moved.");
                }));
        Reply produced = http.post("/produce", "topic", "t", "value", "v");
        assertEquals(429, produced.status());
        assertTrue(produced.detail().startsWith("It is full. "), produced.detail());
        assertEquals(
                "1", produced.response().headers().firstValue("Retry-After").orElseThrow());
        assertEquals(503, http.post("/consume", "consumer_id", "c").status());
        assertEquals(
                "REBALANCED", http.post("/consumers/commit", "consumer_id", "c").code());
    }

    @Test
    void a_client_that_leaves_cancels_the_call_that_waits() throws Exception {
        CompletableFuture<Object> waiting = new CompletableFuture<>();
        instead.put("poll", original -> waiting);
        try (RawConnection connection = new RawConnection(server.port())) {
            connection.send(
                    "POST /consume HTTP/1.1\r\nHost: localhost\r\nContent-Length: 19\r\n\r\n{\"consumer_id\":\"c\"}");
            Await.until("the call has reached the broker", () -> called.contains("poll"));
        }
        Await.until("the call is cancelled", waiting::isCancelled);
    }
}
