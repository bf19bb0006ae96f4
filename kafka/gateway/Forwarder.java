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
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
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
     * Calls this gateway as another gateway does.
     *
     * @return completes with the failure; null if the gateway answers
     */
    public CompletableFuture<Throwable> checkOwn() {
        return health.ask(members.url()).handle((answer, failure) -> UpstreamErrors.cause(failure));
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

        Answer(CompletableFuture<?> own, Request request) {
            this.request = request;
            this.current = own;
            own.whenComplete(this::answered);
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
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
                forward(elsewhere, true);
            } else {
                serveHere(elsewhere, request.hops + 1);
            }
        }

        /**
         * Sends the call to the gateway of the member.
         *
         * @param mayRepeat whether to send it again if the connection fails but the gateway works: it may have closed an idle connection
         */
        private void forward(MemberElsewhere call, boolean mayRepeat) {
            send(call.url(), 1, failure -> {
                if (!mayRepeat || failure instanceof DownException) {
                    takeOver(call);
                } else {
                    health.check(call.url()).thenAccept(works -> {
                        if (works) {
                            forward(call, false);
                        } else {
                            takeOver(call);
                        }
                    });
                }
            });
        }

        private void takeOver(MemberElsewhere call) {
            members.isDown(call);
            serveHere(call, 2);
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
            GatewayHealth.Watch watch = health.watch(url, () -> answered.completeExceptionally(new DownException(url)));
            answered.whenComplete((response, failure) -> {
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
            });
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
