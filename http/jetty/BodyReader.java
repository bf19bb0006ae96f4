package http.jetty;

import engine.EngineException;
import engine.Reservation;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Reads the body of a request as it comes, without a thread that waits for it. What exceeds the limit is dropped, not
 * kept; yet it is read to its end, up to a bound, so that its sender gets to read why it was refused.
 */
public final class BodyReader implements Invocable.Task {
    /** No more is set aside for what a client only says that it will send; then up to so many times what has come. */
    private static final int MAX_FIRST_SIZE = 2 << 10;

    private static final int GROWTH = 8;

    private static final byte[] NOTHING = {};

    /** Of a body that is larger than this, so much is read at a time; a connection that waits is not to hold as much. */
    private static final int LARGE_INPUT_BUFFER_SIZE = 32 << 10;

    /** So much has to have come before the connection gets such a buffer. */
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
    private long dropped;

    /** Why the body is dropped; null if it is not. */
    private Throwable refusal;

    /**
     * @param tooLarge what the promise gets if the body is over the limit
     * @param memory has room for the body as far as it has come
     * @param promise gets the body, whose array is of that memory, or what went wrong: what {@code tooLarge} gives, an {@link EngineException} or an
     *     {@link OutOfMemoryError} if it was dropped, a {@link java.util.concurrent.TimeoutException} if it did not come in time, or what Jetty says
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
        } catch (Throwable e) { // an OutOfMemoryError, say
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
            if (isLast || (refusal != null && isRestDroppedLater()) || dropped > BodyDrain.MAX_BYTES) {
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
            drop(tooLarge.get());
        }
        if (refusal == null && length + size > body.length) {
            grow(length + size);
        }
        if (refusal != null) {
            dropped += size;
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
            drop(full);
        }
    }

    private void drop(Throwable why) {
        refusal = why;
        memory.release(body);
        body = NOTHING;
        length = 0;
    }

    /** A client that says how much it sends can be told at once: the rest is dropped after the answer. */
    private boolean isRestDroppedLater() {
        return request.getLength() >= 0 && request.getLength() <= BodyDrain.MAX_BYTES;
    }

    /** Jetty reads on into the buffer that it has, unless a chunk in it is held: so it gets a larger one. */
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
