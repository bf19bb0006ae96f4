package client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
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

    /** What a proxy answers, or a server in distress, and may not answer when it is asked again; besides 520 to 527. */
    private static final Set<Integer> PASSING = Set.of(408, 425, 429, 500, 502, 503, 504);

    private static final String PROBLEM_TYPE = "urn:mini-kafka:problem:";

    private static final int UNLIMITED = Integer.MAX_VALUE;

    /** That somebody speaks no HTTP is no accident when it happens so often in a row. */
    private static final int MAX_ODD_ANSWERS = 3;

    /** A network that cuts connections now and then does so several times in a row, too. */
    private static final int MAX_CUT_REQUESTS = 20;

    private final BrokerUrl broker;
    private final ObjectMapper json;
    private final Duration patience;
    private final Consumer<String> notices;

    /**
     * @param json writes requests and reads responses
     * @param patience how long a call goes on trying
     * @param notices is told, once per outage, why a call has to wait
     */
    BrokerClient(BrokerUrl broker, ObjectMapper json, Duration patience, Consumer<String> notices) {
        this.broker = broker;
        this.json = json;
        this.patience = patience;
        this.notices = notices;
    }

    /**
     * @return the response, read into its record
     * @throws ProblemException if the broker refuses
     * @throws BrokerUnavailableException if it stays away
     */
    public <T> T post(String path, Object request, Class<T> response) throws InterruptedException {
        byte[] body = toJson(request);
        return post(path, JSON, body, body.length, () -> {}, response);
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
        return call(new HttpCall(broker.of(path), JSON, accept, body, body.length, () -> {}), false);
    }

    /**
     * As {@link #post(String, Object, Class)}, with a body of another media type than JSON.
     *
     * @param length how much of the body to send
     * @param uploaded runs when the body is on its way or got stuck; again if it has to be sent again
     */
    public <T> T post(String path, String mediaType, byte[] body, int length, Runnable uploaded, Class<T> response)
            throws InterruptedException {
        return read(call(new HttpCall(broker.of(path), mediaType, JSON, body, length, uploaded), true), response);
    }

    /** As {@link #post(String, Object, Class)}, and nothing to send. */
    public <T> T get(String path, Class<T> response) throws InterruptedException {
        return read(call(new HttpCall(broker.of(path), null, JSON, null, 0, () -> {}), true), response);
    }

    private byte[] call(HttpCall request, boolean isRepeatable) throws InterruptedException {
        HttpCall.Response response = send(request, isRepeatable);
        if ((response.status() == 200 && response.isOf(request.accept())) || response.status() == 204) {
            return response.body();
        }
        ProblemException problem = problem(response);
        throw problem != null ? problem : strange(response);
    }

    private HttpCall.Response send(HttpCall request, boolean isRepeatable) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        long pauseMs = FIRST_PAUSE_MS;
        boolean noticed = false;
        int last = 0;
        int inARow = 0;
        for (int attempt = 1; ; attempt++) {
            Trouble trouble;
            try {
                HttpCall.Response response = request.send();
                trouble = troubleOf(response);
                if (trouble == null) {
                    return response;
                }
                pauseMs = Math.max(pauseMs, 1000L * response.retryAfterSeconds());
            } catch (IOException e) {
                trouble = troubleOf(e);
            }
            inARow = trouble.mostInARow == last ? inARow + 1 : 1;
            last = trouble.mostInARow;
            long leftMs = (deadline - System.nanoTime()) / 1_000_000;
            if (trouble.isPermanent || inARow == trouble.mostInARow) {
                throw trouble.failure;
            } else if (!isRepeatable && trouble.mayHaveArrived) {
                throw new AnswerLostException(trouble.reason, trouble.failure.getCause());
            } else if (leftMs <= 0) {
                throw trouble.failure;
            }
            if (!noticed && (trouble.isAnswer || attempt > 1)) { // one connection may have been idle for too long
                noticed = true;
                notices.accept(trouble.notice);
            }
            Thread.sleep(Math.min(pauseMs, leftMs));
            pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
        }
    }

    /**
     * What went wrong with a call, and may not when it is sent again.
     *
     * @param reason in words
     * @param notice for the user, if the call has to wait
     * @param failure what the call ends with if it goes on like this
     * @param isAnswer whether somebody has answered
     * @param isPermanent whether waiting cannot help
     * @param mostInARow how often it may happen in a row until waiting does not help
     */
    private record Trouble(
            String reason,
            String notice,
            RuntimeException failure,
            boolean mayHaveArrived,
            boolean isAnswer,
            boolean isPermanent,
            int mostInARow) {}

    /** Null if the response is what the caller gets. */
    private Trouble troubleOf(HttpCall.Response response) {
        int status = response.status();
        if (status < 400) {
            return null;
        }
        ProblemException problem = problem(response);
        if (problem != null && status == 400 && problem.code().equals("BAD_REQUEST")) {
            // What goes out from here is proper HTTP: if it is not when it arrives, it was cut off on its way
            return new Trouble(
                    "the request was cut off",
                    "the request did not reach the broker as a whole; trying again",
                    problem,
                    true,
                    true,
                    false,
                    MAX_CUT_REQUESTS);
        } else if (problem != null) {
            boolean passes = status == 503 || status == 429 || status == 408;
            return passes
                    ? new Trouble(problem.getMessage(), problem.getMessage(), problem, false, true, false, UNLIMITED)
                    : null;
        } else if (!PASSING.contains(status) && (status < 520 || status > 527)) {
            return null;
        }
        String reason = "the proxy or server at " + where() + " answered " + status;
        return new Trouble(
                reason,
                reason + "; trying again",
                new BrokerUnavailableException(
                        capitalized(reason) + tried() + ". Is the broker behind it running?", null),
                true,
                true,
                false,
                UNLIMITED);
    }

    private Trouble troubleOf(IOException e) {
        ConnectionFailure failure = new ConnectionFailure(broker, e);
        String reason = failure.reason();
        String message = "No broker answers at " + where() + (failure.isPermanent() ? "" : tried()) + ": " + reason
                + "." + failure.advice();
        return new Trouble(
                reason,
                "no broker answers at " + where() + " (" + reason + "); trying again",
                new BrokerUnavailableException(message, e),
                failure.mayHaveArrived(),
                false,
                failure.isPermanent(),
                e instanceof HttpCall.NotHttpException ? MAX_ODD_ANSWERS : UNLIMITED);
    }

    private String where() {
        return broker + ConnectionFailure.proxy(broker);
    }

    private String tried() {
        return " (tried for " + patience.toMillis() / 1000.0 + " s)";
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
            // it is no answer of a broker: the next line says so
        }
        throw notABroker(body == null ? 204 : 200);
    }

    /** Null if it is none of a broker. */
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
                        413, "TOO_LARGE", "The proxy or server at " + where() + " takes no request that is so large.")
                : null;
    }

    private RuntimeException strange(HttpCall.Response response) {
        String target = response.location() == null ? "" : response.location().replaceFirst("[?#].*", "");
        boolean isRedirect = response.status() >= 300 && response.status() < 400 && !target.isEmpty();
        return isRedirect
                ? new IllegalStateException(where() + " answered " + response.status() + " and points to " + target
                        + ". If the broker is there, use its URL as --broker.")
                : notABroker(response.status());
    }

    private IllegalStateException notABroker(int status) {
        return new IllegalStateException(
                where() + " answered " + status + " as no mini-kafka broker does. Is the URL right?");
    }

    private static String capitalized(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
