package http;

import java.util.Arrays;
import java.util.concurrent.TimeoutException;
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

    private final Request request;
    private final int limit;
    private final Promise<byte[]> promise;
    private byte[] body;
    private int length;
    private long dropped;

    /** @param promise gets the body, or a {@link Problem} */
    BodyReader(Request request, int limit, Promise<byte[]> promise) {
        this.request = request;
        this.limit = limit;
        this.promise = promise;
        this.body = new byte[(int) Math.max(32, Math.min(request.getLength(), MAX_FIRST_SIZE))];
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
            chunk.release();
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
            body = new byte[0];
            return;
        }
        if (length + size > body.length) {
            body = Arrays.copyOf(body, Math.max(length + size, (int) Math.min(2L * body.length, limit)));
        }
        chunk.getByteBuffer().get(body, length, size);
        length += size;
    }

    private void finish() {
        if (dropped > 0) {
            promise.failed(Problems.tooLarge(limit));
        } else {
            promise.succeeded(length == body.length ? body : Arrays.copyOf(body, length));
        }
    }

    private void fail(Throwable failure) {
        promise.failed(failure instanceof TimeoutException ? Problems.tooSlow() : failure);
    }
}
