package http.jetty;

import engine.EngineException;
import engine.Reservation;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Reads the body of a request as it arrives, without a thread that waits. A body over the limit is discarded, but still read to its
 * end, up to a bound, so that the client can read why it was refused. Not thread-safe.
 */
public final class BodyReader implements Invocable.Task {
    /** The maximum size of the first array, in bytes. A Content-Length alone does not reserve more. */
    private static final int MAX_FIRST_SIZE = 2 << 10;

    /** An array grows up to this many times the received size. */
    private static final int GROWTH = 8;

    private static final byte[] NOTHING = {};

    /** The size of the input buffer for larger bodies, in bytes. A waiting connection does not hold a buffer of this size. */
    private static final int LARGE_INPUT_BUFFER_SIZE = 32 << 10;

    /** The connection gets a large input buffer when so many bytes have arrived. */
    private static final int MIN_LENGTH_FOR_LARGE_BUFFER = 4 << 10;

    private final Request request;
    private final int limit;
    private final Supplier<RuntimeException> tooLarge;
    private final Reservation memory;
    private final Promise<ByteBuffer> promise;
    private final AbstractConnection connection;
    private final int inputBufferSize;
    private Content.Chunk first;
    private byte[] body;
    private int length;
    private long discarded;

    /** Why the body is discarded; null if it is not. */
    private Throwable refusal;

    /**
     * @param limit the maximum size of the body, in bytes
     * @param tooLarge creates the failure of a body over the limit
     * @param memory the reservation that the array of the body is taken from
     * @param promise gets the body, or the failure: the one of {@code tooLarge}, an {@link EngineException} or {@link OutOfMemoryError} if there is
     *     no memory, a {@link TimeoutException} if the body did not arrive in time, or a failure of Jetty
     */
    public BodyReader(
            Request request,
            int limit,
            Supplier<RuntimeException> tooLarge,
            Reservation memory,
            Promise<ByteBuffer> promise) {
        this.request = request;
        this.limit = limit;
        this.tooLarge = tooLarge;
        this.memory = memory;
        this.promise = promise;
        this.body = new byte
                [(int) (request.getLength() < 0 ? MAX_FIRST_SIZE : Math.min(request.getLength(), MAX_FIRST_SIZE))];
        this.connection = (AbstractConnection) request.getConnectionMetaData().getConnection();
        this.inputBufferSize = connection.getInputBufferSize();
    }

    @Override
    public void run() {
        try {
            read();
        } catch (Throwable e) { // such as an OutOfMemoryError
            fail(e);
        }
    }

    private void read() {
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                fail(chunk.getFailure());
                return;
            }
            take(chunk);
            boolean isLast = chunk.isLast();
            release(chunk);
            if (!isLast && TransferTime.isOver(request.getHeadersNanoTime(), length + discarded)) {
                fail(new TimeoutException("the body arrives too slowly"));
                return;
            }
            if (isLast || (refusal != null && isRestDiscardedLater()) || discarded > BodyDrain.MAX_BYTES) {
                finish();
                return;
            }
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    private void take(Content.Chunk chunk) {
        int size = chunk.remaining();
        if (refusal == null && size > limit - length) {
            discard(tooLarge.get());
        }
        if (refusal == null && length + size > body.length) {
            grow(length + size);
        }
        if (refusal != null) {
            discarded += size;
            return;
        }
        chunk.getByteBuffer().get(body, length, size);
        length += size;
    }

    private void grow(int needed) {
        long end = request.getLength() < 0 ? limit : Math.min(request.getLength(), limit);
        try {
            body = memory.larger(body, length, (int) Math.max(needed, Math.min((long) GROWTH * needed, end)));
        } catch (EngineException | OutOfMemoryError full) {
            discard(full);
        }
    }

    private void discard(Throwable reason) {
        refusal = reason;
        memory.release(body);
        body = NOTHING;
        length = 0;
    }

    /** A request with a Content-Length is answered at once, and {@link BodyDrain} discards the rest after the answer. */
    private boolean isRestDiscardedLater() {
        return request.getLength() >= 0 && request.getLength() <= BodyDrain.MAX_BYTES;
    }

    /** Jetty continues to use its buffer unless a chunk of it is held. Holding the first chunk makes Jetty use a larger buffer. */
    private void release(Content.Chunk chunk) {
        if (first == null
                && length >= MIN_LENGTH_FOR_LARGE_BUFFER
                && request.getLength() > LARGE_INPUT_BUFFER_SIZE
                && memory.tryTake(LARGE_INPUT_BUFFER_SIZE)) {
            connection.setInputBufferSize(LARGE_INPUT_BUFFER_SIZE);
            first = chunk;
            return;
        }
        chunk.release();
        releaseFirst();
    }

    private void releaseFirst() {
        if (first != null) {
            first.release();
            first = Content.Chunk.EMPTY;
        }
    }

    private void finish() {
        restore();
        if (refusal != null) {
            promise.failed(refusal);
        } else {
            promise.succeeded(ByteBuffer.wrap(body, 0, length));
        }
    }

    private void restore() {
        releaseFirst();
        connection.setInputBufferSize(inputBufferSize);
    }

    private void fail(Throwable failure) {
        restore();
        promise.failed(failure);
    }
}
