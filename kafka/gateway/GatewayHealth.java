package kafka.gateway;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Finds out whether another gateway still works while it has calls of this gateway. A gateway that hangs may still accept connections, and a
 * call may wait for a minute. Therefore this class asks each gateway that has calls for its health, every second. If a gateway does not
 * answer, all calls to it end. Safe for any number of threads.
 */
final class GatewayHealth {
    private static final int INTERVAL_MS = 1_000;

    /** Long enough for a pause of the garbage collector. */
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final HttpClient client;

    /** By URL, what to do if the gateway does not answer. A URL without calls is not here. */
    private final Map<String, Set<Watch>> watched = new ConcurrentHashMap<>();

    /** A gateway does not answer. */
    @SuppressWarnings("serial") // an exception is not serialized here
    static final class DownException extends IOException {
        DownException(String url) {
            super("the gateway " + url + " does not answer");
        }
    }

    GatewayHealth(HttpClient client) {
        this.client = client;
    }

    /** A call to another gateway. Closing it ends the watch. */
    final class Watch implements AutoCloseable {
        private final String url;
        private final Runnable ifDown;

        private Watch(String url, Runnable ifDown) {
            this.url = url;
            this.ifDown = ifDown;
        }

        @Override
        public void close() {
            watched.computeIfPresent(url, (same, calls) -> {
                calls.remove(this);
                return calls; // the next check removes an empty set
            });
        }
    }

    /** @param ifDown runs at most once, if the gateway does not answer. It must not wait */
    Watch watch(String url, Runnable ifDown) {
        Watch watch = new Watch(url, ifDown);
        watched.compute(url, (same, calls) -> {
            Set<Watch> all = calls == null ? ConcurrentHashMap.newKeySet() : calls;
            if (calls == null) {
                checkLater(url);
            }
            all.add(watch);
            return all;
        });
        return watch;
    }

    private void checkLater(String url) {
        CompletableFuture.delayedExecutor(INTERVAL_MS, TimeUnit.MILLISECONDS).execute(() -> checkWatched(url));
    }

    private void checkWatched(String url) {
        if (watched.computeIfPresent(url, (same, calls) -> calls.isEmpty() ? null : calls) == null) {
            return;
        }
        check(url).thenAccept(works -> {
            if (works) {
                checkLater(url);
            } else {
                endCallsTo(url);
            }
        });
    }

    /** Whether a gateway answers, at the second attempt if not at the first one, because a packet can be lost. */
    CompletableFuture<Boolean> check(String url) {
        return answers(url).thenCompose(works -> works ? CompletableFuture.completedFuture(true) : answers(url));
    }

    private CompletableFuture<Boolean> answers(String url) {
        return ask(url).handle((response, failure) -> failure == null);
    }

    /** Completes with any answer, or fails. The gateway need not be healthy: its answers say what is wrong. */
    CompletableFuture<HttpResponse<Void>> ask(String url) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/health"))
                .timeout(TIMEOUT)
                .build();
        return client.sendAsync(request, BodyHandlers.discarding());
    }

    private void endCallsTo(String url) {
        Set<Watch> calls = watched.remove(url);
        if (calls != null) {
            calls.forEach(call -> call.ifDown.run());
        }
    }
}
