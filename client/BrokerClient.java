package client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Calls the broker, and while it is away, calls again with growing pauses. A message whose request was cut off may have
 * been accepted, so that repeating the request can double it: at-least-once.
 *
 * <p>Safe for any number of threads.
 */
public final class BrokerClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final URI broker;
    private final ObjectMapper json;
    private final Duration patience;
    private final Consumer<String> notices;
    private final HttpClient http;

    /**
     * @param json writes requests and reads responses
     * @param patience how long a call goes on trying while the broker is away
     * @param notices is told, once per outage, that the broker is away
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
        HttpResponse<byte[]> response = send(toHttp(path, request));
        switch (response.statusCode()) {
            case 200:
                return response.body();
            case 204:
                return null;
            default:
                throw problem(response);
        }
    }

    private HttpRequest toHttp(String path, Object request) {
        try {
            return HttpRequest.newBuilder(broker.resolve(path)).timeout(REQUEST_TIMEOUT)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofByteArray(json.writeValueAsBytes(request))).build();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Duration pause = FIRST_PAUSE;
        for (boolean noticed = false; ; noticed = true) {
            IOException failure = null;
            try {
                HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
                if (response.statusCode() != 503) {
                    return response;
                }
            } catch (IOException e) {
                failure = e;
            }
            if (System.nanoTime() + pause.toNanos() > deadline) {
                throw new BrokerUnavailableException(broker, patience, failure);
            }
            if (!noticed) {
                notices.accept("no broker answers at " + broker + "; trying again for " + patience.toSeconds() + " s");
            }
            Thread.sleep(pause.toMillis());
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
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
