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
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Makes connections that say which header is too large. A request line and its headers may have {@value #MAX_HEAD_SIZE} bytes together,
 * because a browser sends the cookies of all programs on this host. Jetty would only say that they are too large.
 *
 * <p>A connection takes no more memory than Jetty's until such a request comes.
 */
public final class HttpConnections extends HttpConnectionFactory {
    private static final int MAX_HEAD_SIZE = 32 << 10;

    /** Never reached by what comes in pieces of an input buffer. */
    private static final int LIMIT_OF_JETTY = 4 * MAX_HEAD_SIZE;

    /** How many bytes of large answers a connection is sent before others have their turn: some milliseconds. */
    private static final int SENT_IN_TURN = 16 << 20;

    private static final int DROPPED_AT_ONCE = 8 << 10;
    private static final long MAX_DROPPED = 4 << 20;

    private final MemoryBudget budget;

    /** @param budget for large heads of requests */
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
     * Counts a large answer that was sent on the connection of a request.
     *
     * @return whether the connection's next request has to wait until other connections had their turn
     */
    public static boolean isTurnOver(Request request, int bytes) {
        Connection connection = request.getConnectionMetaData().getConnection();
        return !(connection instanceof LimitedConnection limited) || limited.isTurnOver(bytes);
    }

    private static final class LimitedConnection extends HttpConnection {
        /** Has no initializer, because the constructor of the superclass sets it. */
        private LargestField fields;

        /**
         * The thread that is in {@link #onFillable} and goes on with the connection; null if there is none. When another thread has answered a
         * request, the next thread may fill before the one before it has returned.
         */
        private final AtomicReference<Thread> filling = new AtomicReference<>();

        /** Answers a request that is not proper HTTP; null if there is none. Of the thread that is filling. */
        private Runnable refusal;

        /** How much was dropped of a head that was refused; -1 if none was. */
        private volatile long dropped = -1;

        private final HeadMemory memory;
        private final SelectorQueue selectorQueue;

        /** Of large answers, since others had their turn. */
        private long sentInTurn;

        LimitedConnection(
                HttpConfiguration configuration, Connector connector, EndPoint endPoint, MemoryBudget budget) {
            super(configuration, connector, endPoint);
            this.memory = new HeadMemory(budget);
            this.selectorQueue = SelectorQueue.of(endPoint);
        }

        /**
         * Jetty gives a connection to the pool to be resumed after another thread has answered its request. If the selector's thread has answered, it
         * resumes the connection itself.
         */
        @Override
        protected Executor getExecutor() {
            Executor pool = super.getExecutor();
            return SelectorQueue.isServing() ? task -> (task == this ? selectorQueue : pool).execute(task) : pool;
        }

        private boolean isTurnOver(int bytes) {
            sentInTurn += bytes;
            if (sentInTurn < SENT_IN_TURN) {
                return false;
            }
            sentInTurn = 0;
            return true;
        }

        @Override
        public void onClose(Throwable cause) {
            memory.close();
            super.onClose(cause);
        }

        /** Lets the sender of a head that was refused send it to its end, up to a bound, so that it gets to read why. */
        @Override
        public void onFillable() {
            selectorQueue.serve(this::fillOrDrop);
        }

        /** The pool resumes the connection. */
        @Override
        public void run() {
            fillOrDrop();
        }

        private void fillOrDrop() {
            if (dropped < 0) {
                fillAndRefuse();
                return;
            }
            ByteBuffer rest = BufferUtil.allocate(DROPPED_AT_ONCE);
            try {
                for (int filled; (filled = getEndPoint().fill(rest)) != 0; dropped += filled) {
                    BufferUtil.clear(rest);
                    if (filled < 0 || dropped > MAX_DROPPED) {
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
            Thread current = Thread.currentThread();
            filling.set(current);
            super.onFillable();
            if (!filling.compareAndSet(current, null)) {
                return; // the next thread fills already
            }
            Runnable task = refusal;
            if (task != null) {
                refusal = null;
                task.run();
            }
        }

        @Override
        protected RequestHandler newRequestHandler() {
            fields = new LargestField();
            return fields;
        }

        @Override
        protected HttpParser newHttpParser(HttpCompliance compliance) {
            HttpParser parser = new LimitedParser(fields, this::beginDropping, compliance);
            parser.setHeaderCacheSize(getHttpConfiguration().getHeaderCacheSize());
            return parser;
        }

        private void beginDropping() {
            dropped = 0;
        }

        /** Notes which header of a request is the largest, and what all of them take. */
        private final class LargestField extends RequestHandler {
            private String name;
            private int size;

            /** What the headers take, in bytes. */
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
                            "its path has a malformed escape, or is none. "
                                    + "An escape is a percent sign and two hexadecimal digits",
                            e);
                }
            }

            /** Jetty would let another thread answer, while this one goes on with the connection, and at times close it too early. */
            @Override
            public void badMessage(HttpException failure) {
                if (Thread.currentThread() != filling.get()) {
                    super.badMessage(failure);
                    return;
                }
                Threads.TAKER.set(task -> refusal = task);
                try {
                    super.badMessage(failure);
                } finally {
                    Threads.TAKER.remove();
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
                note(length);
                super.parsedHeader(field);
            }

            @Override
            public void parsedTrailer(HttpField field) {
                note(field.getName().length()
                        + (field.getValue() == null ? 0 : field.getValue().length()));
                super.parsedTrailer(field);
            }

            private void note(int length) {
                weight += HeadMemory.ofField(length);
                takeAtLeast(weight);
            }

            /** @throws HttpException.RuntimeException 503 if there is no room for a head of so many bytes */
            private void takeAtLeast(int bytes) {
                try {
                    memory.takeAtLeast(bytes);
                } catch (EngineException full) {
                    beginDropping();
                    throw new HttpException.RuntimeException(
                            HttpStatus.SERVICE_UNAVAILABLE_503, full.getMessage(), full);
                }
            }
        }
    }

    /** The threads of the server. What would get one of them goes to the taker of the calling thread instead, if it has one. */
    public static final class Threads extends QueuedThreadPool {
        private static final ThreadLocal<Consumer<Runnable>> TAKER = new ThreadLocal<>();

        public Threads(int max) {
            super(max);
        }

        @Override
        public boolean tryExecute(Runnable task) {
            Consumer<Runnable> taker = TAKER.get();
            if (taker == null) {
                return super.tryExecute(task);
            }
            taker.accept(task);
            return true;
        }
    }

    private static final class LimitedParser extends HttpParser {
        private static final byte[] END_OF_FIELD = "x:\r\nx".getBytes(StandardCharsets.US_ASCII);

        private final LimitedConnection.LargestField fields;
        private final Runnable beforeRefusal;
        private int headSize;

        /** @param beforeRefusal runs before a head is refused */
        LimitedParser(LimitedConnection.LargestField fields, Runnable beforeRefusal, HttpCompliance compliance) {
            super(fields, LIMIT_OF_JETTY, compliance);
            this.beforeRefusal = beforeRefusal;
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
                } else {
                    takeMemory();
                }
            }
            return isHandled;
        }

        /** For the part of the head that is not a header yet. */
        private void takeMemory() {
            try {
                fields.takeAtLeast(fields.weight + headSize);
            } catch (HttpException.RuntimeException full) {
                badMessage(full);
            }
        }

        private void refuse() {
            beforeRefusal.run();
            if (!isState(State.HEADER)) {
                badMessage(new HttpException.RuntimeException(
                        HttpStatus.URI_TOO_LONG_414,
                        "The request line is over the limit of " + MAX_HEAD_SIZE
                                + " bytes. Send long values in the body of a request."));
                return;
            }
            super.parseNext(ByteBuffer.wrap(END_OF_FIELD)); // so that the field which is not at its end is seen too
            if (isState(State.HEADER)) {
                badMessage(new HttpException.RuntimeException(
                        HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431,
                        "The headers are over the limit of " + MAX_HEAD_SIZE
                                + " bytes. The largest of those read so far is " + shortened(fields.name) + " with "
                                + fields.size + " bytes. Send less of it."
                                + ("Cookie".equalsIgnoreCase(fields.name)
                                        ? " A browser sends the cookies of all programs on "
                                                + "this host name: delete them, or use another name, such as 127.0.0.1 in place of localhost."
                                        : "")));
            }
        }

        private static String shortened(String name) {
            return name.length() <= 100 ? name : name.substring(0, 100) + "...";
        }
    }
}
