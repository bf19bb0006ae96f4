package tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Speaks to a broker in JSON, and in nothing that the broker's own code provides. */
final class Http {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String url;
    private final String token;

    Http(String url) {
        this(url, null);
    }

    /** @param token of the principal that sends the requests; null for none */
    Http(String url, String token) {
        this.url = url;
        this.token = token;
    }

    /**
     * A response; {@code json} is a missing node if there is no body, or none in JSON. {@code text} is without the line feed that
     * each answer of the broker in JSON ends in.
     */
    record Reply(int status, String contentType, String text, JsonNode json, HttpResponse<byte[]> response) {
        JsonNode get(String field) {
            return json.path(field);
        }

        String code() {
            return get("code").asText();
        }

        String detail() {
            return get("detail").asText();
        }
    }

    /** JSON of messages without what no test can foresee. */
    static String withoutTimestamps(String json) {
        return json.replaceAll(",\"timestamp\":\\d+", "");
    }

    Reply get(String path) {
        return send(request(path).GET());
    }

    /** Posts a body as it is given. */
    Reply post(String path, String body) {
        return send("POST", path, BodyPublishers.ofString(body));
    }

    /** Posts an object: {@code post("/produce", "topic", "demo", "value", "hi")}. */
    Reply post(String path, Object... namesAndValues) {
        Map<String, Object> body = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            body.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        try {
            return post(path, JSON.writeValueAsString(body));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Posts a body of another media type than JSON. */
    Reply post(String path, String mediaType, byte[] body) {
        return send(request(path).header("Content-Type", mediaType).POST(BodyPublishers.ofByteArray(body)));
    }

    Reply postAccepting(String mediaType, String path, String body) {
        return send(request(path).header("Accept", mediaType).POST(BodyPublishers.ofString(body)));
    }

    /** Registers a consumer with these names and values, and more. */
    Reply registerConsumer(Object[] more, Object... namesAndValues) {
        return post(
                "/consumers/register",
                Stream.of(namesAndValues, more).flatMap(Stream::of).toArray());
    }

    /** Makes sure that a topic exists and appends v0, v1, ... to it. */
    void produce(String topic, int count) {
        post("/topics/register", "topic", topic);
        for (int i = 0; i < count; i++) {
            post("/produce", "topic", topic, "value", "v" + i);
        }
    }

    /** What comes for a consumer until nothing comes. */
    List<JsonNode> consumeAll(String consumer) {
        List<JsonNode> messages = new ArrayList<>();
        for (Reply reply; (reply = post("/consume/batch", "consumer_id", consumer)).status() == 200; ) {
            reply.get("messages").forEach(messages::add);
        }
        return messages;
    }

    Reply send(String method, String path, BodyPublisher body) {
        return send(request(path).header("Content-Type", "application/json").method(method, body));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(60));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private static String withoutLineFeed(String text) {
        assertTrue(text.endsWith("\n"), text + " has no line feed at its end");
        return text.substring(0, text.length() - 1);
    }

    private static Reply send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response = CLIENT.send(request.build(), BodyHandlers.ofByteArray());
            String type = response.headers().firstValue("Content-Type").orElse("");
            JsonNode json = type.matches("application/(problem\\+)?json(;.*)?")
                    ? JSON.readTree(response.body())
                    : JSON.missingNode();
            String text = new String(response.body(), StandardCharsets.UTF_8);
            return new Reply(
                    response.statusCode(),
                    type,
                    json.isMissingNode() || !type.contains("charset") ? text : withoutLineFeed(text),
                    json,
                    response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
