package client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Calls the broker, and while it is away or its topic is full, calls again with growing pauses. A request whose answer was
 * lost may have been carried out. Most are harmless to repeat (a produce, if it has a sequence); those that are not are
 * sent by {@link #postOnce}.
 *
 * <p>Safe for any number of threads; those that call at the same time have a connection each.
 */
public final class BrokerClient {
    private static final String JSON = "application/json";
    private static final long FIRST_PAUSE_MS = 50;
    private static final long LONGEST_PAUSE_MS = 2000;

    private final URI broker;
    private final ObjectMapper json;
    private final Duration patience;
    private final Consumer<String> notices;

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
    }

    /**
     * @return the response, read into its record; null if there is none (204)
     * @throws ProblemException if the broker refuses
     * @throws BrokerUnavailableException if it stays away
     */
    public <T> T post(String path, Object request, Class<T> response) throws InterruptedException {
        byte[] body = toJson(request);
        return post(path, JSON, body, body.length, () -> { }, response);
    }

    /**
     * Posts what is not to be carried out twice.
     *
     * @param accept the media type of the response
     * @return the response as it came; null if there is none (204)
     * @throws AnswerLostException if the broker may have carried it out, and the response did not arrive
     */
    public byte[] postOnce(String path, Object request, String accept) throws InterruptedException {
        byte[] body = toJson(request);
        return call(new HttpCall(broker.resolve(path), JSON, accept, body, body.length, () -> { }), false);
    }

    /**
     * As {@link #post(String, Object, Class)}, with a body of another media type than JSON.
     *
     * @param length how much of the body to send
     * @param uploaded runs when the body is on its way or got stuck; again if it has to be sent again
     */
    public <T> T post(String path, String mediaType, byte[] body, int length, Runnable uploaded, Class<T> response)
            throws InterruptedException {
        return read(call(new HttpCall(broker.resolve(path), mediaType, JSON, body, length, uploaded), true), response);
    }

    /** As {@link #post(String, Object, Class)}, and nothing to send. */
    public <T> T get(String path, Class<T> response) throws InterruptedException {
        return read(call(new HttpCall(broker.resolve(path), null, JSON, null, 0, () -> { }), true), response);
    }

    private byte[] call(HttpCall request, boolean isRepeatable) throws InterruptedException {
        HttpCall.Response response = send(request, isRepeatable);
        if (response.status() == 200 || response.status() == 204) {
            return response.body();
        }
        throw problem(response);
    }

    private HttpCall.Response send(HttpCall request, boolean isRepeatable) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        long pauseMs = FIRST_PAUSE_MS;
        boolean noticed = false;
        for (int attempt = 1; ; attempt++) {
            HttpCall.Response response = null;
            IOException failure = null;
            try {
                response = sendWhole(request);
                if (response.status() != 503 && response.status() != 429) {
                    return response;
                }
                pauseMs = Math.max(pauseMs, 1000L * response.retryAfterSeconds());
            } catch (IOException e) {
                if (!isRepeatable && mayHaveArrived(e)) {
                    throw new AnswerLostException(e);
                }
                failure = e;
            }
            long leftMs = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                throw response == null ? new BrokerUnavailableException(broker, patience, failure) : problem(response);
            }
            if (!noticed && (response != null || attempt > 1)) { // one connection may have been idle for too long
                noticed = true;
                notices.accept(response == null ? "no broker answers at " + broker + "; trying again" : problem(response).getMessage());
            }
            Thread.sleep(Math.min(pauseMs, leftMs));
            pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
        }
    }

    /** What goes out from here is proper HTTP: if it is not when it arrives, it was cut off on its way. */
    private HttpCall.Response sendWhole(HttpCall request) throws IOException {
        HttpCall.Response response = request.send();
        RuntimeException problem = response.status() == 400 ? problem(response) : null;
        if (problem instanceof ProblemException && ((ProblemException) problem).code().equals("BAD_REQUEST")) {
            throw new EOFException("the request was cut off");
        }
        return response;
    }

    private static boolean mayHaveArrived(IOException e) {
        return !(e instanceof ConnectException || e instanceof NoRouteToHostException || e instanceof UnknownHostException);
    }

    private byte[] toJson(Object request) {
        try {
            return json.writeValueAsBytes(request);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private <T> T read(byte[] body, Class<T> response) {
        try {
            return body == null ? null : json.readValue(body, response);
        } catch (IOException e) {
            throw notABroker(200);
        }
    }

    private RuntimeException problem(HttpCall.Response response) {
        try {
            JsonNode problem = json.readTree(response.body());
            if (problem != null && problem.path("code").isTextual()) {
                return new ProblemException(response.status(), problem.get("code").textValue(), problem.path("detail").asText());
            }
        } catch (IOException e) {
            // not a problem document: the next line says so
        }
        return notABroker(response.status());
    }

    private IllegalStateException notABroker(int status) {
        return new IllegalStateException(broker + " answered " + status + " as no mini-kafka broker does. Is the URL right?");
    }
}
