package http;

import com.fasterxml.jackson.databind.ObjectMapper;
import engine.MemoryBudget;
import engine.Names;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.servlet.JavalinServlet;
import io.javalin.http.servlet.ServletEntry;
import java.io.IOException;
import java.net.BindException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kotlin.LazyKt;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.BufferUtil;

/**
 * Serves routes over HTTP: Jetty serves, {@link RouteHandler} has the routes, and Javalin all else, such as pages. What
 * neither needs here is left out of the start: WebSockets, compression, the watch over low resources.
 *
 * <p>Stopping answers what is in flight and refuses what comes later with 503, for two seconds at most.
 */
public final class HttpServer {
    private static final long STOP_TIMEOUT_MS = 2000;

    /** None of them ever waits for a client or a message; more would only be made to wait for a core. */
    private static final int MAX_THREADS = 8 + 2 * Runtime.getRuntime().availableProcessors();

    /** A connection has this for itself, also while it waits. Large bodies are read into larger ones: see {@link BodyReader}. */
    private static final int INPUT_BUFFER_SIZE = 1024;

    /** Many clients may come at once: a class of thirty, or ten thousand waiting consumers. */
    private static final int ACCEPT_QUEUE_SIZE = 4096;

    private final Set<String> paths;
    private final JsonBodies bodies;
    private final Javalin javalin;

    /**
     * @param json reads requests and writes responses; asked for on first use, since it takes a while to make
     * @param maxBodyBytes larger request bodies are refused with 413
     * @param allowedHosts names, besides those of {@link SiteGuard}, that the server may be asked by
     * @param stats counts the requests
     * @param budget for what requests take
     * @param features what else is to be served; each adds itself to the configuration
     */
    @SafeVarargs
    public HttpServer(List<Route> routes, Supplier<? extends ObjectMapper> json, int maxBodyBytes,
            Set<String> allowedHosts, RequestStats stats, MemoryBudget budget, Consumer<JavalinConfig>... features) {
        this.paths = routes.stream().map(Route::path).collect(Collectors.toSet());
        this.bodies = new JsonBodies(json);
        this.javalin = Javalin.create(config -> {
            configure(config, budget, new SiteGuard(new RouteHandler(routes, bodies, maxBodyBytes, stats, budget), allowedHosts, bodies, stats));
            Stream.of(features).forEach(feature -> feature.accept(config));
        });
    }

    /** Loads the larger part of Jetty and Javalin on another core, while the caller reads its options. Returns at once. */
    public static void preload() {
        Thread loader = new Thread(() -> new HttpServer(List.of(), () -> null, 0, Set.of(), new RequestStats(), new MemoryBudget(0)), "preload");
        loader.setDaemon(true);
        loader.start();
    }

    /**
     * Binds the port and serves.
     *
     * @param port 0 for a free one
     * @throws IOException if the address cannot be had; the message says why in a few words
     */
    public void start(String host, int port) throws IOException {
        try {
            javalin.start(host, port);
        } catch (RuntimeException e) {
            Throwable cause = rootCause(e);
            String reason = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            String advice = cause instanceof BindException ? ". Is another broker running? Choose another --port, 0 for a free one." : ".";
            throw new IOException("Cannot serve on " + host + " port " + port + ": " + reason + advice, e);
        }
    }

    /** The port that is served. */
    public int port() {
        return javalin.port();
    }

    /** @throws RuntimeException if some requests could not be answered in time */
    public void stop() {
        javalin.stop();
    }

    private void configure(JavalinConfig config, MemoryBudget budget, SiteGuard routes) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.prefer405over404 = true;
        config.unsafe.servlet = LazyKt.lazyOf(new ServletEntry(null, new JavalinServlet(config.unsafe)));
        config.unsafe.jettyInternal.server = server(routes);
        config.jetty.addConnector((server, http) -> {
            http.setHeaderCacheSize(0); // it would take 100 KB of each connection, and ten thousand may wait
            HttpConnections connections = new HttpConnections(http, budget);
            connections.setInputBufferSize(INPUT_BUFFER_SIZE);
            BoundedConnector connector = new BoundedConnector(server, connections, budget);
            connector.setHost(config.jetty.host);
            connector.setPort(config.jetty.port);
            connector.setAcceptQueueSize(ACCEPT_QUEUE_SIZE);
            return connector;
        });
        config.routes.exception(HttpResponseException.class, (e, ctx) -> refuse(routingProblem(e, ctx), ctx));
        config.routes.exception(Exception.class, (e, ctx) -> refuse(Problems.of(e), ctx));
    }

    private Server server(SiteGuard routes) {
        ByteBufferPool buffers = new ArrayByteBufferPool(0, INPUT_BUFFER_SIZE, -1); // by default none is below 4 KB
        Server server = new Server(new HttpConnections.Threads(MAX_THREADS), null, buffers);
        server.setHandler(new GracefulHandler(routes)); // Javalin adds itself behind them
        server.setErrorHandler(new ProblemErrorHandler(bodies));
        server.setStopTimeout(STOP_TIMEOUT_MS);
        return server;
    }

    private void refuse(Problem problem, Context ctx) {
        ctx.status(problem.status()).contentType(Problems.CONTENT_TYPE).result(BufferUtil.toArray(bodies.write(problem.body())));
    }

    private Problem routingProblem(HttpResponseException e, Context ctx) {
        switch (e.getStatus()) {
            case 404:
                String hint = Names.nearest(ctx.path(), paths).map(path -> " Did you mean " + path + "?").orElse("");
                return new Problem(404, "NOT_FOUND",
                        "There is no " + ctx.method() + " " + ctx.path() + "." + hint + " GET /docs shows every call.");
            case 405:
                String allowed = String.join(", ", e.getDetails().values());
                ctx.header("Allow", allowed);
                return Problems.methodNotAllowed(ctx.method().toString(), ctx.path(), allowed);
            default:
                return Problems.of(e);
        }
    }

    private static Throwable rootCause(Throwable e) {
        return e.getCause() == null ? e : rootCause(e.getCause());
    }
}
