package http;

import engine.SpareArrays;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Reads the body of a request as it comes, without a thread that waits for it. What exceeds the limit is dropped, not
 * kept; yet it is read to its end, up to a bound, so that its sender gets to read why it was refused.
 */
final class BodyReader implements Invocable.Task {
    static final long MAX_DROPPED_BYTES = 64L << 20;

    /** No more is set aside for what a client only says that it will send. */
    private static final int MAX_FIRST_SIZE = 2 << 20;

    /** Of a body that is larger than this, so much is read at a time; a connection that waits is not to hold as much. */
    private static final int LARGE_INPUT_BUFFER_SIZE = 32 << 10;

    private final Request request;
    private final int limit;
    private final Promise<ByteBuffer> promise;
    private final AbstractConnection connection;
    private final int inputBufferSize;
    private Content.Chunk first;
    private byte[] body;
    private int length;
    private long dropped;

    /** @param promise gets the body, whose array is {@link SpareArrays spare} in the end, or a {@link Problem} */
    BodyReader(Request request, int limit, Promise<ByteBuffer> promise) {
        this.request = request;
        this.limit = limit;
        this.promise = promise;
        this.body = SpareArrays.take((int) Math.max(32, Math.min(request.getLength(), MAX_FIRST_SIZE)));
        this.connection = (AbstractConnection) request.getConnectionMetaData().getConnection();
        this.inputBufferSize = connection.getInputBufferSize();
    }

    @Override
    public void run() {
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
            if (isLast || dropped > MAX_DROPPED_BYTES) {
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
        if (dropped > 0 || size > limit - length) {
            dropped += size;
            SpareArrays.giveBack(body);
            body = new byte[0];
            return;
        }
        if (length + size > body.length) {
            body = Arrays.copyOf(body, Math.max(length + size, (int) Math.min(2L * body.length, limit)));
        }
        chunk.getByteBuffer().get(body, length, size);
        length += size;
    }

    /** Jetty reads on into the buffer that it has, unless a chunk in it is held: so it gets a larger one. */
    private void release(Content.Chunk chunk) {
        if (first == null && request.getLength() > LARGE_INPUT_BUFFER_SIZE) {
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
        if (dropped > 0) {
            promise.failed(Problems.tooLarge(limit));
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
        promise.failed(failure instanceof TimeoutException ? Problems.tooSlow() : failure);
    }
}
