package kafka.protocol;

import engine.MemoryBudget;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Listens for Kafka clients, and serves each connection in a thread of its own: a virtual one if the JDK has them. The port is bound at
 * once, and {@link #start} serves it.
 *
 * <p>Safe for any number of threads.
 */
public final class KafkaServer implements Closeable {
    private static final int BACKLOG = 1024;
    private static final long RETRY_NANOS = 10_000_000;

    private final ServerSocket listener;
    private final MemoryBudget budget;
    private final int maxConnections;
    private final Consumer<String> notices;
    private final ConnectionThreads threads = new ConnectionThreads("kafka-connection");
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosed;

    /**
     * @param port 0 for a free one
     * @param budget for requests and responses
     * @param notices receives errors of this server, in words
     * @throws IOException if the port cannot be bound
     */
    public KafkaServer(InetAddress address, int port, int maxConnections, MemoryBudget budget, Consumer<String> notices)
            throws IOException {
        this.listener = new ServerSocket(port, BACKLOG, address);
        this.maxConnections = maxConnections;
        this.budget = budget;
        this.notices = notices;
    }

    /** Puts a layer on a socket. */
    public interface SocketLayer {
        /** No layer. */
        SocketLayer NONE = socket -> socket;

        /** @throws IOException if the connection must be closed */
        Socket on(Socket socket) throws IOException;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /**
     * @param apis is called in another thread, because it loads many classes
     * @param authenticator null if clients need no authentication
     * @param layer puts TLS on a new connection; is called by the thread of the connection
     */
    public void start(Supplier<ApiTable> apis, Authenticator authenticator, SocketLayer layer) {
        Thread acceptor = new Thread(() -> accept(apis.get(), authenticator, layer), "kafka-acceptor");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    /** Sends itself a request, which loads the classes that a first client needs. */
    public void rehearse() throws IOException {
        try (Socket socket = new Socket(listener.getInetAddress(), port())) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(14); // the size of the request
            out.writeShort(3); // Metadata
            out.writeShort(1); // its version
            out.writeInt(0); // the correlation id
            out.writeShort(-1); // no client id
            out.writeInt(0); // no topics
            socket.getInputStream().read();
        }
    }

    private void accept(ApiTable apis, Authenticator authenticator, SocketLayer layer) {
        while (!isClosed) {
            try {
                Socket socket = listener.accept();
                if (connections.size() >= maxConnections) {
                    socket.close();
                } else {
                    serve(new Connection(socket, layer, new SaslGate(apis, authenticator), budget, notices));
                }
            } catch (IOException e) {
                LockSupport.parkNanos(RETRY_NANOS); // closed, or too many open files
            }
        }
    }

    private void serve(Connection connection) {
        connections.add(connection);
        try {
            threads.start(() -> {
                try {
                    connection.run();
                } finally {
                    connections.remove(connection);
                }
            });
        } catch (Throwable e) { // no thread can be started
            connections.remove(connection);
            connection.close();
        }
    }

    /** Closes all connections, after their current requests. */
    @Override
    public void close() throws IOException {
        isClosed = true;
        listener.close();
        connections.forEach(Connection::close);
    }
}
