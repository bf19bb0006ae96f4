package tests;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Stands before a broker, as nginx would: passes requests on, below a prefix, and answers some of them by itself. */
final class FrontProxy implements AutoCloseable {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final HttpServer server;
    private final String target;
    private final String prefix;
    private final Function<String, Answer> own;
    private final int maxBodyBytes;
    private final ConcurrentLinkedQueue<String> paths = new ConcurrentLinkedQueue<>();

    /**
     * An answer of the proxy itself.
     *
     * @param isLate whether the broker gets the request all the same
     */
    record Answer(int status, String body, List<String> headers, boolean isLate) {
        static Answer html(int status) {
            return new Answer(
                    status,
                    "<html><body><h1>" + status + "</h1></body></html>",
                    List.of("Content-Type", "text/html"),
                    false);
        }

        /** The request was passed on, but its answer did not come in time. */
        Answer late() {
            return new Answer(status, body, headers, true);
        }

        Answer with(String header, String value) {
            return new Answer(status, body, List.of(headers.get(0), headers.get(1), header, value), isLate);
        }
    }

    /** @param own gets a path and returns the proxy's own answer; null passes the request on */
    FrontProxy(String target, String prefix, Function<String, Answer> own) throws IOException {
        this(target, prefix, own, Integer.MAX_VALUE);
    }

    /** @param maxBodyBytes a request with a larger body is answered with 413 */
    FrontProxy(String target, String prefix, Function<String, Answer> own, int maxBodyBytes) throws IOException {
        this.maxBodyBytes = maxBodyBytes;
        this.target = target;
        this.prefix = prefix;
        this.own = own;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "front-proxy");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The paths that were asked for, each as often as it was. */
    List<String> paths() {
        return List.copyOf(paths);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        paths.add(path);
        Answer answer = body.length > maxBodyBytes
                ? Answer.html(413)
                : path.startsWith(prefix) ? own.apply(path.substring(prefix.length())) : Answer.html(404);
        HttpResponse<byte[]> passed = answer == null || answer.isLate ? pass(exchange, body) : null;
        if (answer != null) {
            byte[] text = answer.body.getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < answer.headers.size(); i += 2) {
                exchange.getResponseHeaders().set(answer.headers.get(i), answer.headers.get(i + 1));
            }
            reply(exchange, answer.status, text);
            return;
        }
        for (String header : List.of("Content-Type", "Retry-After")) {
            passed.headers()
                    .firstValue(header)
                    .ifPresent(value -> exchange.getResponseHeaders().set(header, value));
        }
        reply(exchange, passed.statusCode(), passed.body());
    }

    private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private HttpResponse<byte[]> pass(HttpExchange exchange, byte[] body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(target + exchange.getRequestURI().toString().substring(prefix.length())))
                .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
        for (String header : List.of("Content-Type", "Accept")) {
            if (exchange.getRequestHeaders().getFirst(header) != null) {
                request.setHeader(header, exchange.getRequestHeaders().getFirst(header));
            }
        }
        try {
            return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
