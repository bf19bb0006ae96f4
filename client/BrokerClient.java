package client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Calls the broker, and while it is away or its topic is full, calls again with growing pauses. A request whose answer was
 * lost may have been carried out: repeating it can double a message that was produced, and skip one that was consumed.
 *
 * <p>Safe for any number of threads.
 */
public final class BrokerClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(90);
    private static final long FIRST_PAUSE_MS = 50;
    private static final long LONGEST_PAUSE_MS = 2000;

    private final URI broker;
    private final ObjectMapper json;
    private final Duration patience;
    private final Consumer<String> notices;
    private final HttpClient http;

    /**
     * @param json writes requests and reads responses
     * @param patience how long a call goes on trying
     * @param notices is told, once per outage, why a call has to wait
     */
    public BrokerClient(URI broker, ObjectMapper json, Duration patience, Consumer<String> notices) {
        this.broker = broker;
        this.json = json;
        this.patience = patience;
        this.notices = notices;
        this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT).build();
    }

    /**
     * @return the response, read into its record; null if there is none (204)
     * @throws ProblemException if the broker refuses
     * @throws BrokerUnavailableException if it stays away
     */
    public <T> T post(String path, Object request, Class<T> response) throws InterruptedException {
        byte[] body = post(path, request);
        try {
            return body == null ? null : json.readValue(body, response);
        } catch (IOException e) {
            throw notABroker(200);
        }
    }

    /** As {@link #post(String, Object, Class)}, with the response as it came. */
    public byte[] post(String path, Object request) throws InterruptedException {
        return post(path, "application/json", "application/json", BodyPublishers.ofByteArray(toJson(request)));
    }

    /** As {@link #post(String, Object)}, and a response that consists of lines. */
    public byte[] postForLines(String path, Object request) throws InterruptedException {
        return post(path, "application/json", "application/x-ndjson", BodyPublishers.ofByteArray(toJson(request)));
    }

    /** As {@link #post(String, Object, Class)}, with a body of another media type than JSON. */
    public <T> T post(String path, String mediaType, byte[] body, int length, Class<T> response) throws InterruptedException {
        try {
            return json.readValue(post(path, mediaType, "application/json", BodyPublishers.ofByteArray(body, 0, length)), response);
        } catch (IOException e) {
            throw notABroker(200);
        }
    }

    private byte[] post(String path, String mediaType, String accept, BodyPublisher body) throws InterruptedException {
        HttpResponse<byte[]> response = send(HttpRequest.newBuilder(broker.resolve(path)).timeout(REQUEST_TIMEOUT)
                .header("Content-Type", mediaType).header("Accept", accept).POST(body).build());
        switch (response.statusCode()) {
            case 200:
                return response.body();
            case 204:
                return null;
            default:
                throw problem(response);
        }
    }

    private byte[] toJson(Object request) {
        try {
            return json.writeValueAsBytes(request);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        long pauseMs = FIRST_PAUSE_MS;
        for (boolean noticed = false; ; noticed = true) {
            HttpResponse<byte[]> response = null;
            IOException failure = null;
            try {
                response = http.send(request, BodyHandlers.ofByteArray());
                if (response.statusCode() != 503 && response.statusCode() != 429) {
                    return response;
                }
                pauseMs = Math.max(pauseMs, retryAfterMs(response));
            } catch (IOException e) {
                failure = e;
            }
            long leftMs = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                throw response == null ? new BrokerUnavailableException(broker, patience, failure) : problem(response);
            }
            if (!noticed) {
                notices.accept(response == null ? "no broker answers at " + broker + "; trying again" : problem(response).getMessage());
            }
            Thread.sleep(Math.min(pauseMs, leftMs));
            pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
        }
    }

    private static long retryAfterMs(HttpResponse<?> response) {
        return response.headers().firstValue("Retry-After").filter(value -> value.matches("\\d{1,4}"))
                .map(value -> 1000 * Long.parseLong(value)).orElse(0L);
    }

    private RuntimeException problem(HttpResponse<byte[]> response) {
        try {
            JsonNode problem = json.readTree(response.body());
            if (problem != null && problem.path("code").isTextual()) {
                return new ProblemException(response.statusCode(), problem.get("code").textValue(), problem.path("detail").asText());
            }
        } catch (IOException e) {
            // not a problem document: the next line says so
        }
        return notABroker(response.statusCode());
    }

    private IllegalStateException notABroker(int status) {
        return new IllegalStateException(broker + " answered " + status + " as no mini-kafka broker does. Is the URL right?");
    }
}
