package http.jetty;

import engine.EngineException;
import engine.MemoryBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Creates connections whose errors name the header that is too large. Jetty's own error does not name it. The request line and the headers
 * may have {@value #MAX_HEAD_SIZE} bytes together, because a browser sends the cookies of all programs on this host.
 *
 * <p>A connection takes no more memory than Jetty's own until a request with large headers arrives.
 */
public final class HttpConnections extends HttpConnectionFactory {
    private static final int MAX_HEAD_SIZE = 32 << 10;

    /** Jetty's limit, in bytes. It is never reached, because a head arrives in pieces of the input buffer and is refused before. */
    private static final int LIMIT_OF_JETTY = 4 * MAX_HEAD_SIZE;

    /** The bytes of large answers that a connection may send before others are served. Sending them takes some milliseconds. */
    private static final int QUANTUM = 16 << 20;

    /** The size of the buffer that the bytes after a refused request are read into, in bytes. */
    private static final int DISCARD_BUFFER_SIZE = 8 << 10;

    /** The maximum number of bytes that are read after a refused request. */
    private static final long MAX_DISCARDED = 4 << 20;

    private final MemoryBudget budget;

    /** @param budget the budget for the memory of large heads */
    public HttpConnections(HttpConfiguration configuration, MemoryBudget budget) {
        super(configuration);
        this.budget = budget;
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        return configure(
                new LimitedConnection(getHttpConfiguration(), connector, endPoint, budget), connector, endPoint);
    }

    /**
     * Counts a large answer that is sent on the connection of a request.
     *
     * @return whether other connections must be served before the next request of this connection
     */
    public static boolean hasUsedQuantum(Request request, int bytes) {
        Connection connection = request.getConnectionMetaData().getConnection();
        return !(connection instanceof LimitedConnection limited) || limited.hasUsedQuantum(bytes);
    }

    private static final class LimitedConnection extends HttpConnection {
        /** Has no initializer, because the constructor of the superclass sets it. */
        private LargestField fields;

        /**
         * The last thread that has entered {@link #onFillable}; null if it has returned. If another thread has answered a request, the next
         * thread may start to fill before the previous thread has returned.
         */
        private final AtomicReference<Filling> filling = new AtomicReference<>();

        /** The bytes that were discarded after a refused request; -1 if no request was refused. */
        private volatile long discarded = -1;

        private volatile long discardingSince;

        private final HeadMemory memory;
        private final SelectorQueue selectorQueue;

        /** The bytes of large answers in the current quantum. */
        private long sentInQuantum;

        LimitedConnection(
                HttpConfiguration configuration, Connector connector, EndPoint endPoint, MemoryBudget budget) {
            super(configuration, connector, endPoint);
            this.memory = new HeadMemory(budget);
            this.selectorQueue = SelectorQueue.of(endPoint);
        }

        /**
         * Jetty resumes a connection on the pool after another thread has answered its request. If the selector's thread has answered, the
         * selector's thread resumes the connection.
         */
        @Override
        protected Executor getExecutor() {
            Executor pool = super.getExecutor();
            return SelectorQueue.isServing() ? task -> (task == this ? selectorQueue : pool).execute(task) : pool;
        }

        private boolean hasUsedQuantum(int bytes) {
            sentInQuantum += bytes;
            if (sentInQuantum < QUANTUM) {
                return false;
            }
            sentInQuantum = 0;
            return true;
        }

        /** Adopts the bytes that were read to detect TLS. */
        @Override
        public void onUpgradeTo(ByteBuffer buffer) {
            setInputBufferSize(Math.max(getInputBufferSize(), buffer.remaining()));
            super.onUpgradeTo(buffer);
        }

        @Override
        public void onClose(Throwable cause) {
            memory.close();
            super.onClose(cause);
        }

        /** Serves the connection. Discards the bytes after a refused request, up to a limit, so that the client can read the answer. */
        @Override
        public void onFillable() {
            selectorQueue.serve(this::fillOrDiscard);
        }

        /** Resumes the connection on the pool. */
        @Override
        public void run() {
            fillOrDiscard();
        }

        private void fillOrDiscard() {
            if (discarded < 0) {
                fillAndRefuse();
                return;
            }
            ByteBuffer rest = BufferUtil.allocate(DISCARD_BUFFER_SIZE);
            try {
                for (int filled; (filled = getEndPoint().fill(rest)) != 0; discarded += filled) {
                    BufferUtil.clear(rest);
                    if (filled < 0 || discarded > MAX_DISCARDED || TransferTime.isOver(discardingSince, discarded)) {
                        getEndPoint().close();
                        return;
                    }
                }
                fillInterested();
            } catch (IOException e) {
                getEndPoint().close(e);
            }
        }

        private void fillAndRefuse() {
            Filling current = new Filling(Thread.currentThread());
            filling.set(current);
            super.onFillable();
            filling.compareAndSet(current, null); // unless the next thread is filling already
            if (current.refusal != null) {
                current.refusal.run();
            }
        }

        /**
         * Does nothing if the calling thread has a refusal to answer, because the answer resumes the connection. Otherwise, if the refused
         * request was pipelined, Jetty 12.1.13 would wait for the next request before the refusal is answered. Then two threads could use the
         * connection, and release its buffer twice.
         */
        @Override
        public void fillInterested(Callback callback) {
            Filling current = filling.get();
            if (current == null || current.thread != Thread.currentThread() || current.refusal == null) {
                super.fillInterested(callback);
            }
        }

        @Override
        protected RequestHandler newRequestHandler() {
            fields = new LargestField();
            return fields;
        }

        @Override
        protected HttpParser newHttpParser(HttpCompliance compliance) {
            HttpParser parser = new LimitedParser(fields, compliance);
            parser.setHeaderCacheSize(getHttpConfiguration().getHeaderCacheSize());
            return parser;
        }

        /** One call of {@link #onFillable}. Only the thread of the call changes it. */
        private static final class Filling {
            private final Thread thread;

            /** Answers a request that is not valid HTTP; null if there is none. */
            private Runnable refusal;

            Filling(Thread thread) {
                this.thread = thread;
            }
        }

        /** Records the largest header of a request, and the memory of all headers. */
        private final class LargestField extends RequestHandler {
            private String name;
            private int size;

            /** The memory of the headers, in bytes. */
            private int weight;

            @Override
            public void messageBegin() {
                weight = 0;
                memory.giveBack();
                super.messageBegin();
            }

            @Override
            public void startRequest(String method, String uri, HttpVersion version) {
                size = 0;
                try {
                    super.startRequest(method, uri, version);
                } catch (IllegalArgumentException e) {
                    throw new HttpException.RuntimeException(
                            HttpStatus.BAD_REQUEST_400,
                            "its path is invalid or has a malformed escape. "
                                    + "An escape is a percent sign and two hexadecimal digits",
                            e);
                }
            }

            /**
             * Refuses a request that is not valid HTTP. Jetty would answer on another thread while this thread continues with the connection,
             * and sometimes close it too early.
             */
            @Override
            public void badMessage(HttpException failure) {
                discardingSince = System.nanoTime();
                discarded = 0;
                Filling current = filling.get();
                if (current == null || current.thread != Thread.currentThread()) {
                    super.badMessage(failure);
                    return;
                }
                Threads.INTERCEPTOR.set(task -> current.refusal = task);
                try {
                    super.badMessage(failure);
                } finally {
                    Threads.INTERCEPTOR.remove();
                }
            }

            @Override
            public void parsedHeader(HttpField field) {
                int length = field.getName().length()
                        + (field.getValue() == null ? 0 : field.getValue().length());
                if (length > size) {
                    size = length;
                    name = field.getName();
                }
                addField(length);
                super.parsedHeader(field);
            }

            @Override
            public void parsedTrailer(HttpField field) {
                addField(field.getName().length()
                        + (field.getValue() == null ? 0 : field.getValue().length()));
                super.parsedTrailer(field);
            }

            private void addField(int length) {
                weight += HeadMemory.ofField(length);
                takeAtLeast(weight);
            }

            /** @throws HttpException.RuntimeException 503 if there is no memory for a head of so many bytes */
            private void takeAtLeast(int bytes) {
                try {
                    memory.takeAtLeast(bytes);
                } catch (EngineException full) {
                    throw new HttpException.RuntimeException(
                            HttpStatus.SERVICE_UNAVAILABLE_503, full.getMessage(), full);
                }
            }
        }
    }

    /** The thread pool of the server. If the calling thread has an interceptor, the interceptor gets the task instead of the pool. */
    public static final class Threads extends QueuedThreadPool {
        private static final ThreadLocal<Consumer<Runnable>> INTERCEPTOR = new ThreadLocal<>();

        public Threads(int max) {
            super(max);
        }

        @Override
        public boolean tryExecute(Runnable task) {
            Consumer<Runnable> interceptor = INTERCEPTOR.get();
            if (interceptor == null) {
                return super.tryExecute(task);
            }
            interceptor.accept(task);
            return true;
        }
    }

    private static final class LimitedParser extends HttpParser {
        private static final byte[] END_OF_FIELD = "x:\r\nx".getBytes(StandardCharsets.US_ASCII);

        private final LimitedConnection.LargestField fields;
        private int headSize;

        LimitedParser(LimitedConnection.LargestField fields, HttpCompliance compliance) {
            super(fields, LIMIT_OF_JETTY, compliance);
            this.fields = fields;
        }

        @Override
        public boolean parseNext(ByteBuffer buffer) {
            if (isState(State.START)) {
                headSize = 0;
            }
            int before = buffer.remaining();
            boolean isHandled = super.parseNext(buffer);
            if (getState().compareTo(State.HEADER) <= 0) {
                headSize += before - buffer.remaining();
                if (headSize > MAX_HEAD_SIZE) {
                    refuse();
                } else if (headSize > 0 && TransferTime.isOver(getBeginNanoTime(), headSize)) {
                    badMessage(new HttpException.RuntimeException(
                            HttpStatus.REQUEST_TIMEOUT_408,
                            "The head of the request arrived too slowly. Send it again, without pauses."));
                } else {
                    takeMemory();
                }
            }
            return isHandled;
        }

        /** Takes memory also for the part of the head that is not a complete header yet. */
        private void takeMemory() {
            try {
                fields.takeAtLeast(fields.weight + headSize);
            } catch (HttpException.RuntimeException full) {
                badMessage(full);
            }
        }

        private void refuse() {
            if (!isState(State.HEADER)) {
                badMessage(new HttpException.RuntimeException(
                        HttpStatus.URI_TOO_LONG_414,
                        "The request line is over the limit of " + MAX_HEAD_SIZE
                                + " bytes. Send long values in the body of a request."));
                return;
            }
            super.parseNext(ByteBuffer.wrap(END_OF_FIELD)); // completes the last header, so that it is recorded, too
            if (isState(State.HEADER)) {
                badMessage(new HttpException.RuntimeException(
                        HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431,
                        "The headers are over the limit of " + MAX_HEAD_SIZE
                                + " bytes. The largest of those read so far is " + shortened(fields.name) + " with "
                                + fields.size + " bytes. Shorten it."
                                + ("Cookie".equalsIgnoreCase(fields.name)
                                        ? " A browser sends the cookies of all programs on this host name. "
                                                + "Delete cookies, or use another name, such as 127.0.0.1 instead of localhost."
                                        : "")));
            }
        }

        private static String shortened(String name) {
            return name.length() <= 100 ? name : name.substring(0, 100) + "...";
        }
    }
}
