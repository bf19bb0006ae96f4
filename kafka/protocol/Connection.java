package kafka.protocol;

import engine.EngineException;
import engine.MemoryBudget;
import engine.Reservation;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * A connection of a Kafka client: one request at a time, in their order, as in Kafka. The connection is closed if a request is malformed or
 * too large, if a client sends a request too slowly, or if it is idle for too long. For one thread, except {@link #close}.
 */
final class Connection implements Runnable, Closeable {
    /** In bytes, as {@code socket.request.max.bytes} of Kafka. */
    private static final int MAX_REQUEST = 100 << 20;

    /** In ms, as {@code connections.max.idle.ms} of Kafka. */
    private static final int IDLE_MS = 600_000;

    /** How long a request may take to arrive after its first byte, in ms. */
    private static final int REQUEST_MS = 30_000;

    /** The bytes of a request that are read at a time, at least. Memory is taken for what has arrived, not for what was announced. */
    private static final int FIRST_SIZE = 64 << 10;

    /** The factor by which the array of a request grows: large, because every step copies. */
    private static final long GROWTH = 4;

    private static final int BUFFER = 16 << 10;

    private final Socket plain;
    private final KafkaServer.SocketLayer layer;
    private final SaslGate gate;
    private final MemoryBudget budget;
    private final Consumer<String> notices;

    Connection(
            Socket plain, KafkaServer.SocketLayer layer, SaslGate gate, MemoryBudget budget, Consumer<String> notices) {
        this.notices = notices;
        this.plain = plain;
        this.layer = layer;
        this.gate = gate;
        this.budget = budget;
    }

    @Override
    public void run() {
        try (plain) {
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(REQUEST_MS); // for a TLS handshake
            Socket socket = layer.on(plain);
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER));
            while (serveNext(socket, in)) {
                // the condition serves
            }
        } catch (IOException | InvalidRequestException | IllegalSaslStateException | EngineException e) {
            // the client has gone, has not authenticated, sends what is not a request, or there is no memory for its
            // request: it may connect
            // again
        } catch (RuntimeException | Error e) {
            notices.accept("a connection of a Kafka client was closed after an internal error: " + e);
        }
    }

    /** Returns false at the end of the connection. */
    private boolean serveNext(Socket socket, DataInputStream in) throws IOException {
        socket.setSoTimeout(IDLE_MS);
        int first = in.read();
        if (first < 0) {
            return false;
        }
        try (Reservation memory = budget.reservation()) {
            ByteBuffer request = frame(socket, in, first, memory);
            ByteBuffer response = answer(request.duplicate(), memory);
            if (response != null) {
                socket.getOutputStream().write(response.array(), 0, response.remaining());
                memory.release(response.array());
            }
            memory.release(request.array());
            return !gate.isClosed();
        }
    }

    private ByteBuffer frame(Socket socket, DataInputStream in, int first, Reservation memory) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(REQUEST_MS);
        socket.setSoTimeout(REQUEST_MS);
        int size = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
        if (size < 0 || size > MAX_REQUEST) {
            throw new InvalidRequestException("a request of " + size + " bytes");
        }
        byte[] bytes = memory.array(Math.min(size, FIRST_SIZE));
        int length = 0;
        while (length < size) {
            if (length == bytes.length) {
                bytes = memory.larger(bytes, length, (int) Math.min(size, GROWTH * length));
            }
            int read = in.read(bytes, length, Math.min(size, bytes.length) - length);
            if (read < 0 || System.nanoTime() > deadline) {
                throw new EOFException();
            }
            length += read;
        }
        return ByteBuffer.wrap(bytes, 0, size);
    }

    /** Null if the request has no response. */
    private ByteBuffer answer(ByteBuffer frame, Reservation memory) throws IOException {
        Frames.Request request = Frames.parse(frame);
        InetSocketAddress local = (InetSocketAddress) plain.getLocalSocketAddress();
        Caller caller = new Caller(
                request.version(),
                request.header().clientId() == null ? "" : request.header().clientId(),
                plain.getInetAddress().getHostAddress(),
                local.getAddress().getHostAddress(),
                local.getPort(),
                memory);
        ApiMessage response = gate.answer(request, caller);
        boolean isSilent = request.data() instanceof ProduceRequestData produce && produce.acks() == 0;
        return response == null || isSilent ? null : Frames.serialize(request, response, memory);
    }

    /** Ends the connection. A request in progress gets no response. */
    @Override
    public void close() {
        try {
            plain.close();
        } catch (IOException e) {
            // it is closed already
        }
    }
}
