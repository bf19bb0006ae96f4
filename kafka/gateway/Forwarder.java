package kafka.gateway;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import engine.EncodedMessages;
import engine.EngineException;
import engine.ErrorCode;
import engine.MemoryBudget;
import engine.MessageLayout;
import http.Call;
import http.MediaTypes;
import http.Route;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import kafka.gateway.GatewayHealth.DownException;

/**
 * Forwards calls to the gateway that serves a member of a group. The other gateway gets the same request, with the token of the client. If
 * it does not answer, or does not serve the member any more, this gateway sends the call to itself, and serves the member then.
 *
 * <p>Safe for any number of threads.
 */
public final class Forwarder {
    /** How often the call was forwarded. */
    private static final String HOPS = "Mini-Kafka-Hops";

    private static final int MAX_HOPS = 3;
    private static final int OWN_CHECKS = 5;

    /** The longest wait of a call and the longest call, in ms. */
    private static final Duration TIMEOUT = Duration.ofMillis(60_000 + 2L * CallDeadline.CALL_MS);

    private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(500);
    private static final List<String> HEADERS = List.of("Authorization", "Accept", "Content-Type");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final GroupMembers members;
    private final HttpClient client;
    private final GatewayHealth health;
    private final MemoryBudget budget;

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Problem(
            @JsonProperty("code") String code,
            @JsonProperty("detail") String detail) {}

    /** @param trust see {@link KafkaOptions#trust} */
    Forwarder(GroupMembers members, MemoryBudget budget, SSLContext trust) {
        this.members = members;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT);
        this.client =
                trust == null ? builder.build() : builder.sslContext(trust).build();
        this.health = new GatewayHealth(client);
        this.budget = budget;
    }

    /**
     * Calls this gateway as another gateway does, several times if necessary, because the first connection takes long.
     *
     * @return completes with the failure; null if the gateway answers
     */
    public CompletableFuture<Throwable> checkOwn() {
        return checkOwn(OWN_CHECKS);
    }

    private CompletableFuture<Throwable> checkOwn(int attempts) {
        return health.ask(members.url())
                .handle((answer, failure) -> UpstreamErrors.cause(failure))
                .thenCompose(failure -> failure == null || failure instanceof SSLException || attempts == 1
                        ? CompletableFuture.completedFuture(failure)
                        : checkOwn(attempts - 1));
    }

    /** A route whose calls are forwarded if necessary. */
    public Route adapt(Route route) {
        return route.path().startsWith("/consum")
                ? route.around(action -> call -> forwarding(route, action, call))
                : route;
    }

    private Object forwarding(Route route, Function<Call, ?> action, Call call) {
        Request request = Request.of(route, call);
        try {
            Object answer = action.apply(call);
            return answer instanceof CompletableFuture<?> later ? new Answer(later, request) : answer;
        } catch (MemberElsewhere e) {
            return new Answer(CompletableFuture.failedFuture(e), request);
        }
    }

    /** What is needed of a request to send it again. */
    private record Request(
            String method, String pathAndQuery, byte[] body, String[] headers, int hops, boolean isLines) {
        static Request of(Route route, Call call) {
            List<String> headers = new ArrayList<>();
            for (String name : HEADERS) {
                if (call.header(name) != null) {
                    headers.addAll(List.of(name, call.header(name)));
                }
            }
            ByteBuffer body = call.body();
            String hops = call.header(HOPS);
            return new Request(
                    route.method(),
                    call.pathAndQuery(),
                    body == null ? new byte[0] : Arrays.copyOf(body.array(), body.limit()),
                    headers.toArray(String[]::new),
                    hops != null && hops.matches("\\d") ? Integer.parseInt(hops) : 0,
                    call.accepts(MediaTypes.NDJSON));
        }

        HttpRequest to(String url, int nextHops) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + pathAndQuery))
                    .timeout(TIMEOUT)
                    .method(method, BodyPublishers.ofByteArray(body))
                    .header(HOPS, String.valueOf(nextHops));
            return headers.length == 0
                    ? request.build()
                    : request.headers(headers).build();
        }
    }

    /** The answer of an action or of another gateway. Cancelling it cancels the call. */
    private final class Answer extends CompletableFuture<Object> {
        private final Request request;
        private volatile CompletableFuture<?> current;
        private volatile boolean isCancelled;

        Answer(CompletableFuture<?> own, Request request) {
            this.request = request;
            this.current = own;
            own.whenComplete(orFail(this::answered));
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            isCancelled = true;
            return current.cancel(false);
        }

        private void answered(Object answer, Throwable failure) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause == null) {
                complete(answer);
            } else if (!(cause instanceof MemberElsewhere elsewhere)) {
                completeExceptionally(cause);
            } else if (request.hops == 0) {
                forward(elsewhere);
            } else {
                serveHere(elsewhere, request.hops + 1);
            }
        }

        /**
         * Sends the call to the gateway of the member. If that fails, the call is not sent there again, because it may have been made. This
         * gateway serves the member then, from its committed offsets on.
         */
        private void forward(MemberElsewhere call) {
            send(call.url(), 1, failure -> {
                if (failure instanceof DownException) {
                    members.markDown(call);
                    serveHere(call, 2);
                } else {
                    health.check(call.url()).thenAccept(works -> {
                        if (!works) {
                            members.markDown(call);
                        }
                        serveHere(call, 2);
                    });
                }
            });
        }

        /** Sends the call to this gateway, which serves the member then. */
        private void serveHere(MemberElsewhere call, int hops) {
            String own = members.url();
            if (hops > MAX_HOPS || own == null) {
                completeExceptionally(UpstreamErrors.of(call));
                return;
            }
            members.takeOver(call.consumerId());
            send(own, hops, failure -> completeExceptionally(UpstreamErrors.of(failure)));
        }

        private void send(String url, int hops, Consumer<Throwable> onFailure) {
            CompletableFuture<HttpResponse<ForwardedBody>> sent =
                    client.sendAsync(request.to(url, hops), response -> ForwardedBody.of(response, budget));
            CompletableFuture<HttpResponse<ForwardedBody>> answered = sent.copy();
            current = answered;
            if (isCancelled) { // between two requests
                answered.cancel(false);
            }
            GatewayHealth.Watch watch = health.watch(url, () -> answered.completeExceptionally(new DownException(url)));
            answered.whenComplete(orFail((response, failure) -> {
                watch.close();
                if (failure == null) {
                    finish(response);
                    return;
                }
                sent.cancel(true); // closes the connection, so that the other gateway ends its call
                sent.thenAccept(late -> late.body().close());
                Throwable cause = UpstreamErrors.cause(failure);
                if (answered.isCancelled() || cause instanceof EngineException) {
                    completeExceptionally(cause);
                } else {
                    onFailure.accept(cause);
                }
            }));
        }

        /** An exception of the action completes the answer, which would never be completed otherwise. */
        private <T> BiConsumer<T, Throwable> orFail(BiConsumer<T, Throwable> action) {
            return (result, failure) -> {
                try {
                    action.accept(result, failure);
                } catch (Throwable e) { // for example, an OutOfMemoryError
                    completeExceptionally(e);
                }
            };
        }

        private void finish(HttpResponse<ForwardedBody> response) {
            ForwardedBody body = response.body();
            if (response.statusCode() == 200) {
                EncodedMessages messages =
                        body.messages(request.isLines && isLines(response) ? MessageLayout.LINES : MessageLayout.LIST);
                if (!complete(messages)) {
                    messages.close();
                }
                return;
            }
            body.close();
            if (response.statusCode() == 204) {
                complete(null);
            } else {
                completeExceptionally(refusal(response.statusCode(), body.text()));
            }
        }

        private boolean isLines(HttpResponse<?> response) {
            return response.headers().firstValue("Content-Type").orElse("").startsWith(MediaTypes.NDJSON);
        }
    }

    private static EngineException refusal(int status, String body) {
        Problem problem;
        try {
            problem = JSON.readValue(body, Problem.class);
        } catch (JsonProcessingException e) {
            return UpstreamErrors.of(e);
        }
        if (problem == null) {
            return UpstreamErrors.of(new IOException("the other gateway has answered " + status));
        }
        ErrorCode code = Arrays.stream(ErrorCode.values())
                .filter(known -> known.name().equals(problem.code))
                .findFirst()
                .orElse(ErrorCode.UPSTREAM_UNAVAILABLE);
        return EngineException.complete(
                code,
                status == 401
                        ? "The gateway that serves the consumer refuses the token. All gateways need the same access file."
                        : problem.detail);
    }
}
