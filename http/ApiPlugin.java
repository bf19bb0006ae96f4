package http;

import com.fasterxml.jackson.databind.ObjectMapper;
import engine.MemoryBudget;
import http.jetty.BodyReader;
import http.jetty.BoundedConnector;
import http.jetty.HttpConnections;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinState;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.servlet.JavalinServlet;
import io.javalin.http.servlet.ServletEntry;
import io.javalin.plugin.Plugin;
import java.io.IOException;
import java.net.BindException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import kotlin.LazyKt;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * Serves routes over HTTP with Jetty. {@link RouteHandler} handles the calls of the API, and Javalin everything else, such as
 * pages. WebSockets, compression and Jetty's monitor of low resources are not started, because nothing here needs them.
 *
 * <p>On a stop, the server finishes the requests in flight and refuses new ones with 503, for at most two seconds.
 */
public final class ApiPlugin extends Plugin<ApiPlugin.Config> {
    private static final long STOP_TIMEOUT_MS = 2000;

    /** No thread waits for a client or a message, so more threads would only wait for a core. */
    private static final int MAX_THREADS = 8 + 2 * Runtime.getRuntime().availableProcessors();

    /** In bytes. Each connection holds such a buffer, also while it waits. Large bodies use larger buffers: see {@link BodyReader}. */
    private static final int INPUT_BUFFER_SIZE = 1024;

    /** A TLS record has up to 16 KB and some bytes more. A connection holds such buffers only while it reads or writes. */
    private static final int TLS_BUFFER_SIZE = 32 << 10;

    /** Many clients may connect at once: a class of thirty, or ten thousand waiting consumers. */
    private static final int ACCEPT_QUEUE_SIZE = 4096;

    private JsonBodies bodies;
    private NotRouted notRouted;

    /** The routes to serve, and the limits. */
    public static final class Config {
        public List<Route> routes = List.of();

        /** Reads requests and writes responses. It is called on first use, because a mapper takes long to create. */
        public Supplier<? extends ObjectMapper> json;

        /** The maximum size of a message, in bytes. */
        public int maxMessageBytes;

        /** The maximum number of open connections. There are fewer if the memory or the file descriptors allow no more. */
        public int maxConnections = Integer.MAX_VALUE;

        /** Host names to accept in addition to those that {@link CrossSiteFilter} always accepts. */
        public Set<String> allowedHosts = Set.of();

        /** For HTTPS; null for HTTP. */
        public SslContextFactory.Server tls;

        /** Returns the routes of the owner of a token, or null if nobody has this token; null to serve everybody. */
        public Function<String, RouteTable> authenticator;

        /** Counts the requests. */
        public RequestStats stats = new RequestStats();

        /** The budget for the memory of requests. */
        public MemoryBudget budget = new MemoryBudget(0);
    }

    public ApiPlugin(Consumer<Config> userConfig) {
        super(userConfig, new Config());
    }

    /** Starts to load most classes of Jetty and Javalin on another thread. Returns immediately, so that the caller can parse its options. */
    public static void preload() {
        Thread loader =
                new Thread(() -> Javalin.create(config -> config.registerPlugin(new ApiPlugin(api -> {}))), "preload");
        loader.setDaemon(true);
        loader.start();
    }

    /**
     * Binds the port and starts to serve.
     *
     * @param port 0 selects a free port
     * @return the server that was passed
     * @throws IOException if the address cannot be bound; the message says why
     */
    public static Javalin start(Javalin javalin, String host, int port) throws IOException {
        try {
            return javalin.start(host, port);
        } catch (RuntimeException e) {
            Throwable cause = rootCause(e);
            String reason = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            String advice = cause instanceof BindException
                    ? ". Is another broker running? Choose another --port; 0 selects a free port."
                    : ".";
            throw new IOException("Cannot listen on " + host + " port " + port + ": " + reason + advice, e);
        }
    }

    @Override
    public void onInitialize(JavalinState config) {
        bodies = new JsonBodies(pluginConfig.json);
        notRouted = new NotRouted(
                pluginConfig.routes.stream().map(Route::path).collect(Collectors.toSet()), config.internalRouter);
        RouteHandler routes = new RouteHandler(
                new RouteTable(pluginConfig.routes),
                new Exchange.Serving(
                        bodies, maxBodyBytes(pluginConfig.maxMessageBytes), pluginConfig.stats, pluginConfig.budget),
                notRouted);
        Handler authenticated = pluginConfig.authenticator == null
                ? routes
                : new AuthenticationFilter(pluginConfig.authenticator, routes, bodies, pluginConfig.stats);
        Handler ownSite = new CrossSiteFilter(authenticated, pluginConfig.allowedHosts, bodies, pluginConfig.stats);
        configure(
                config, pluginConfig.tls == null ? ownSite : new PlainHttpFilter(ownSite, bodies, pluginConfig.stats));
    }

    /** In JSON, a Unicode escape takes six bytes for a character of one byte. The rest of a request is small. */
    private static int maxBodyBytes(int maxMessageBytes) {
        return 6 * maxMessageBytes + (64 << 10);
    }

    private void configure(JavalinState config, Handler routes) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.servlet = LazyKt.lazyOf(new ServletEntry(null, new JavalinServlet(config)));
        config.jettyInternal.server = server(routes);
        config.jetty.addConnector((server, http) -> {
            http.setHeaderCacheSize(0); // the cache takes 100 KB for each connection, and ten thousand may wait
            // Jetty would refuse a Host that the certificate does not have. The client checks it, and CrossSiteFilter
            // checks the Host.
            http.getCustomizers().removeIf(SecureRequestCustomizer.class::isInstance);
            http.addCustomizer(new SecureRequestCustomizer(false));
            HttpConnections connections = new HttpConnections(http, pluginConfig.budget);
            connections.setInputBufferSize(INPUT_BUFFER_SIZE);
            BoundedConnector connector = new BoundedConnector(
                    server, pluginConfig.tls, connections, pluginConfig.maxConnections, pluginConfig.budget);
            connector.setHost(config.jetty.host);
            connector.setPort(config.jetty.port);
            connector.setAcceptQueueSize(ACCEPT_QUEUE_SIZE);
            return connector;
        });
        config.routes.exception(
                HttpResponseException.class,
                (e, ctx) -> refuse(
                        e.getStatus() == 404 ? notRouted.notFound(ctx.req().getMethod(), ctx.path()) : Problems.of(e),
                        ctx));
        config.routes.exception(Exception.class, (e, ctx) -> refuse(Problems.of(e), ctx));
    }

    private Server server(Handler routes) {
        int largestBuffer = pluginConfig.tls == null ? -1 : TLS_BUFFER_SIZE; // by default, sixteen times the smallest
        ByteBufferPool buffers =
                new ArrayByteBufferPool(0, INPUT_BUFFER_SIZE, largestBuffer); // by default, the smallest has 4 KB
        Server server = new Server(new HttpConnections.Threads(MAX_THREADS), null, buffers);
        server.setHandler(new GracefulHandler(routes)); // Javalin adds itself as the next handler
        server.setErrorHandler(new ProblemErrorHandler(bodies));
        server.setStopTimeout(STOP_TIMEOUT_MS);
        return server;
    }

    private void refuse(Problem problem, Context ctx) {
        ctx.status(problem.status())
                .contentType(Problems.CONTENT_TYPE)
                .result(BufferUtil.toArray(bodies.write(problem.body())));
    }

    private static Throwable rootCause(Throwable e) {
        return e.getCause() == null ? e : rootCause(e.getCause());
    }
}
