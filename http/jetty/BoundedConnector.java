package http.jetty;

import engine.MemoryBudget;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.DetectorConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * Accepts connections up to a limit, which depends on the memory, and on the file descriptors without the {@link Descriptors#RESERVE reserve}.
 * At the limit:
 *
 * <ol>
 * <li>Each new connection closes the connection without a request that was idle for longest.
 * <li>If all connections have a request, such as a waiting call or a stream, new connections wait until one is closed.
 * </ol>
 */
public final class BoundedConnector extends ServerConnector implements SelectorManager.AcceptListener {
    private static final int MIN_CONNECTIONS = 8;

    /** The limit changes, because topics use descriptors, too. Counting descriptors takes as long as several accepts. */
    private static final int ACCEPTS_PER_COUNT = 32;

    private static final int WEIGHT_OF_TLS = 8;
    private static final int MAX_SELECTORS = 16;
    private static final long RETRY_MS = 200;
    private static final long NANOS_BETWEEN_NOTICES = TimeUnit.MINUTES.toNanos(1);

    /**
     * One for two cores, because the thread of a selector parses and answers small requests itself, and the pool and the clients of the
     * same machine use the other core. Jetty's default is one below 12 cores. On two cores, two selectors answer 1.16 times as many small
     * requests as one. But they read two large bodies at once, which takes a tenth more CPU time for each message of a batch.
     */
    private static final int SELECTORS =
            Math.max(1, Math.min(MAX_SELECTORS, Runtime.getRuntime().availableProcessors() / 2));

    /** One for each core, because encryption takes more time than anything else. */
    private static final int TLS_SELECTORS =
            Math.min(MAX_SELECTORS, Runtime.getRuntime().availableProcessors());

    private final Map<ManagedSelector, SelectorQueue> queues = new ConcurrentHashMap<>();
    private final MemoryBudget budget;
    private final int configuredMax;

    /** The memory of a connection, in connections without TLS. */
    private final int weight;

    private final AtomicInteger open = new AtomicInteger();
    private volatile long max;

    /** Only the thread that accepts uses this field and the next one. */
    private int accepts;

    private long lastNotice = System.nanoTime() - NANOS_BETWEEN_NOTICES;

    /**
     * @param tls for HTTPS; null for HTTP
     * @param configuredMax the maximum number of connections; the memory may allow fewer
     * @param budget the budget for the memory of connections
     */
    public BoundedConnector(
            Server server,
            SslContextFactory.Server tls,
            HttpConnections connections,
            int configuredMax,
            MemoryBudget budget) {
        super(server, null, null, null, -1, tls == null ? SELECTORS : TLS_SELECTORS, factories(tls, connections));
        this.budget = budget;
        this.configuredMax = configuredMax;
        this.weight = tls == null ? 1 : WEIGHT_OF_TLS;
        this.max = maxConnections();
        addEventListener(this);
    }

    /** With TLS, plain HTTP is detected and accepted, too, so that its requests can be answered with an error. */
    private static ConnectionFactory[] factories(SslContextFactory.Server tls, HttpConnections connections) {
        if (tls == null) {
            return new ConnectionFactory[] {connections};
        }
        SslConnectionFactory encrypted = new SslConnectionFactory(tls, connections.getProtocol());
        return new ConnectionFactory[] {new DetectorConnectionFactory(encrypted), connections};
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (Descriptors.areCheapToCount()) {
            countDescriptors();
            return;
        }
        Thread thread = new Thread(this::countDescriptors, "descriptors");
        thread.setDaemon(true);
        thread.start();
    }

    private long maxConnections() {
        return Math.min(configuredMax, budget.maxConnections() / weight);
    }

    private void countDescriptors() {
        long free = Descriptors.limit() - Descriptors.RESERVE - (Descriptors.open() - open.get());
        max = Math.max(MIN_CONNECTIONS, Math.min(maxConnections(), free));
    }

    /** Called by a single thread. */
    @Override
    public void accept(int acceptor) throws IOException {
        super.accept(acceptor);
        if (++accepts % ACCEPTS_PER_COUNT == 0 && Descriptors.areCheapToCount()) {
            countDescriptors();
        }
        if (open.get() > max) {
            notice(max + " connections are open, which is the limit with "
                    + (max < maxConnections()
                            ? Descriptors.limit() + " file descriptors (ulimit -n)"
                            : max == configuredMax
                                    ? "--max-connections"
                                    : "this heap (JAVA_TOOL_OPTIONS=-Xmx8g makes it larger)")
                    + ". Each new connection closes the one that was idle for longest.");
            makeRoom();
        }
    }

    private void makeRoom() throws IOException {
        while (open.get() > max && isRunning() && !closeIdlest()) {
            pause();
        }
    }

    private boolean closeIdlest() {
        Optional<AbstractEndPoint> idlest = getConnectedEndPoints().stream()
                .filter(BoundedConnector::isWithoutRequest)
                .map(AbstractEndPoint.class::cast)
                .max(Comparator.comparing(AbstractEndPoint::getIdleFor));
        idlest.ifPresent(EndPoint::close);
        return idlest.isPresent();
    }

    private static boolean isWithoutRequest(EndPoint endPoint) {
        Connection connection = endPoint.getConnection() instanceof SslConnection tls
                ? tls.getSslEndPoint().getConnection()
                : endPoint.getConnection();
        return endPoint.isOpen()
                && (!(connection instanceof HttpConnection http)
                        || http.getHttpChannel().getRequest() == null);
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        SocketChannelEndPoint endPoint =
                queues.computeIfAbsent(selector, SelectorQueue::new).newEndPoint(channel, key, getScheduler());
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }

    @Override
    public void onAccepting(SelectableChannel channel) {
        open.incrementAndGet();
        budget.addConnections(weight);
    }

    @Override
    public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
        onClosed(channel);
    }

    @Override
    public void onClosed(SelectableChannel channel) {
        open.decrementAndGet();
        budget.addConnections(-weight);
    }

    /** Retries after a pause, because the failure may be temporary, such as a lack of descriptors. */
    @Override
    protected boolean handleAcceptFailure(Throwable e) {
        if (!isRunning() || !(e instanceof IOException) || e instanceof ClosedChannelException) {
            return super.handleAcceptFailure(e);
        }
        notice("a connection could not be accepted: " + e.getMessage() + ". The limit of open files is "
                + Descriptors.limit() + " (ulimit -n).");
        try {
            pause();
            return true;
        } catch (InterruptedIOException stopping) {
            return false;
        }
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(RETRY_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private void notice(String text) {
        if (System.nanoTime() - lastNotice >= NANOS_BETWEEN_NOTICES) {
            lastNotice = System.nanoTime();
            System.err.println("broker: " + text);
        }
    }
}
