package client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Sends requests to the broker. While the broker is unavailable or a topic is full, it retries with growing pauses. A
 * request whose response was lost may have been carried out. Most requests are safe to repeat (a produce, if it has a
 * sequence). The others are sent by {@link #postOnce}.
 *
 * <p>Safe for any number of threads. Concurrent calls use separate connections.
 */
public final class BrokerClient {
    private static final String JSON = "application/json";
    private static final long FIRST_PAUSE_MS = 50;
    private static final long MAX_PAUSE_MS = 2000;

    /** Statuses of a proxy or of an overloaded server that may pass, besides 520 to 527. */
    private static final Set<Integer> RETRYABLE_STATUSES = Set.of(408, 425, 429, 500, 502, 503, 504);

    private static final String PROBLEM_TYPE = "urn:mini-kafka:problem:";

    private static final int UNAUTHORIZED = 401;
    private static final int UNLIMITED = Integer.MAX_VALUE;

    /** A server that sends no HTTP so many times in a row is not a broker: the call fails. */
    private static final int MAX_NON_HTTP_RESPONSES = 3;

    /**
     * A call fails after so many truncated requests in a row. A network that cuts connections may do so several times
     * in a row.
     */
    private static final int MAX_TRUNCATED_REQUESTS = 20;

    private final BrokerUrl broker;
    private final Credentials credentials;
    private final ObjectMapper json;
    private final Duration retryTimeout;
    private final Consumer<String> notices;

    /**
     * @param json writes requests and reads responses
     * @param retryTimeout how long a call retries
     * @param notices receives the reason why a call waits, once per outage
     */
    BrokerClient(
            BrokerUrl broker,
            Credentials credentials,
            ObjectMapper json,
            Duration retryTimeout,
            Consumer<String> notices) {
        this.broker = broker;
        this.credentials = credentials;
        this.json = json;
        this.retryTimeout = retryTimeout;
        this.notices = notices;
    }

    /**
     * @return the response, parsed into its record
     * @throws ProblemException if the broker refuses the request
     * @throws BrokerUnavailableException if the broker stays unavailable
     */
    public <T> T post(String path, Object request, Class<T> response) throws InterruptedException {
        byte[] body = toJson(request);
        return post(path, JSON, body, body.length, () -> {}, response);
    }

    /**
     * Posts a request that must not be carried out twice.
     *
     * @param accept the media type of the response
     * @return the body of the response; null if there is none (204)
     * @throws AnswerLostException if the broker may have carried out the request, but the response did not arrive
     */
    public byte[] postOnce(String path, Object request, String accept) throws InterruptedException {
        byte[] body = toJson(request);
        return call(new HttpCall(broker.of(path), credentials, JSON, accept, body, body.length, () -> {}), false);
    }

    /**
     * As {@link #post(String, Object, Class)}, with a body that is not JSON.
     *
     * @param length how many bytes of the body to send
     * @param uploaded see {@link HttpCall}
     */
    public <T> T post(String path, String mediaType, byte[] body, int length, Runnable uploaded, Class<T> response)
            throws InterruptedException {
        return read(
                call(new HttpCall(broker.of(path), credentials, mediaType, JSON, body, length, uploaded), true),
                response);
    }

    /** As {@link #post(String, Object, Class)}, but a GET without a body. */
    public <T> T get(String path, Class<T> response) throws InterruptedException {
        return read(call(new HttpCall(broker.of(path), credentials, null, JSON, null, 0, () -> {}), true), response);
    }

    private byte[] call(HttpCall request, boolean isRepeatable) throws InterruptedException {
        HttpCall.Response response = send(request, isRepeatable);
        if ((response.status() == 200 && response.isOf(request.accept())) || response.status() == 204) {
            return response.body();
        }
        if (response.status() == UNAUTHORIZED) {
            throw new IllegalStateException(where()
                    + (credentials.token() == null
                            ? " requires a token. Use --token-file FILE or the environment variable BROKER_TOKEN."
                            : " does not accept the token. Ask the owner of the broker for a new one."));
        }
        ProblemException problem = problem(response);
        throw problem != null ? problem : unexpected(response);
    }

    private HttpCall.Response send(HttpCall request, boolean isRepeatable) throws InterruptedException {
        long deadline = System.nanoTime() + retryTimeout.toNanos();
        long pauseMs = FIRST_PAUSE_MS;
        boolean noticed = false;
        int last = 0;
        int consecutive = 0;
        for (int attempt = 1; ; attempt++) {
            CallError error;
            try {
                HttpCall.Response response = request.send();
                error = errorOf(response);
                if (error == null) {
                    return response;
                }
                pauseMs = Math.max(pauseMs, 1000L * response.retryAfterSeconds());
            } catch (IOException e) {
                error = errorOf(e);
            }
            consecutive = error.maxConsecutive == last ? consecutive + 1 : 1;
            last = error.maxConsecutive;
            long leftMs = (deadline - System.nanoTime()) / 1_000_000;
            if (error.isPermanent || consecutive == error.maxConsecutive) {
                throw error.exception;
            } else if (!isRepeatable && error.mayHaveArrived) {
                throw new AnswerLostException(error.reason, error.exception.getCause());
            } else if (leftMs <= 0) {
                throw error.exception;
            }
            if (!noticed
                    && (error.isAnswer
                            || attempt
                                    > 1)) { // the first failure may be due to a connection that was idle for too long
                noticed = true;
                notices.accept(error.notice);
            }
            Thread.sleep(Math.min(pauseMs, leftMs));
            pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
        }
    }

    /**
     * An error that may not occur when the request is sent again.
     *
     * @param reason in words
     * @param notice for the user, if the request is retried
     * @param exception that the call throws if it does not retry
     * @param mayHaveArrived whether the request may have been carried out
     * @param isAnswer whether there was a response
     * @param isPermanent whether a retry cannot help
     * @param maxConsecutive after so many in a row, a retry cannot help
     */
    private record CallError(
            String reason,
            String notice,
            RuntimeException exception,
            boolean mayHaveArrived,
            boolean isAnswer,
            boolean isPermanent,
            int maxConsecutive) {}

    /** Null if the caller gets the response. */
    private CallError errorOf(HttpCall.Response response) {
        int status = response.status();
        if (status < 400) {
            return null;
        }
        ProblemException problem = problem(response);
        if (problem != null && status == 400 && problem.code().equals("BAD_REQUEST")) {
            // This client sends valid HTTP: if the broker received something else, the request was truncated
            return new CallError(
                    "the request was truncated",
                    "the request was truncated on its way to the broker; trying again",
                    problem,
                    true,
                    true,
                    false,
                    MAX_TRUNCATED_REQUESTS);
        } else if (problem != null) {
            boolean isRetryable = status == 503 || status == 429 || status == 408;
            return isRetryable
                    ? new CallError(problem.getMessage(), problem.getMessage(), problem, false, true, false, UNLIMITED)
                    : null;
        } else if (!RETRYABLE_STATUSES.contains(status) && (status < 520 || status > 527)) {
            return null;
        }
        String reason = "the proxy or server at " + where() + " answered " + status;
        return new CallError(
                reason,
                reason + "; trying again",
                new BrokerUnavailableException(
                        capitalized(reason) + tried() + ". Is the broker behind it running?", null),
                true,
                true,
                false,
                UNLIMITED);
    }

    private CallError errorOf(IOException e) {
        ConnectionFailure failure = new ConnectionFailure(broker, e);
        String reason = failure.reason();
        String message = (failure.isPermanent()
                        ? "No secure connection to " + where()
                        : "No broker answers at " + where() + tried())
                + ": " + reason + "." + failure.advice();
        return new CallError(
                reason,
                "no broker answers at " + where() + " (" + reason + "); trying again." + failure.advice(),
                new BrokerUnavailableException(message, e),
                failure.mayHaveArrived(),
                false,
                failure.isPermanent(),
                e instanceof HttpCall.NotHttpException ? MAX_NON_HTTP_RESPONSES : UNLIMITED);
    }

    private String where() {
        return broker + ConnectionFailure.proxy(broker);
    }

    private String tried() {
        return " (tried for " + retryTimeout.toMillis() / 1000.0 + " s)";
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
            T answer = body == null ? null : json.readValue(body, response);
            if (answer != null) {
                return answer;
            }
        } catch (IOException e) {
            // reported below
        }
        throw notABroker(body == null ? 204 : 200);
    }

    /** The error in a response; null if the response does not come from a broker. */
    private ProblemException problem(HttpCall.Response response) {
        try {
            JsonNode problem = response.body() == null ? null : json.readTree(response.body());
            if (problem != null
                    && problem.path("code").isTextual()
                    && problem.path("type").asText().startsWith(PROBLEM_TYPE)) {
                return new ProblemException(
                        response.status(),
                        problem.get("code").textValue(),
                        problem.path("detail").asText());
            }
        } catch (IOException e) {
            // not JSON
        }
        return response.status() == 413
                ? new ProblemException(
                        413,
                        "TOO_LARGE",
                        "The proxy or server at " + where() + " does not accept a request of this size.")
                : null;
    }

    private RuntimeException unexpected(HttpCall.Response response) {
        String target = response.location() == null ? "" : response.location().replaceFirst("[?#].*", "");
        boolean isRedirect = response.status() >= 300 && response.status() < 400 && !target.isEmpty();
        return isRedirect
                ? new IllegalStateException(where() + " answered " + response.status() + " and points to " + target
                        + ". If the broker is there, use its URL as --broker.")
                : notABroker(response.status());
    }

    private IllegalStateException notABroker(int status) {
        return new IllegalStateException(
                where() + " answered " + status + ", but not like a mini-kafka broker. Is the URL right?");
    }

    private static String capitalized(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
