package kafka.gateway;

import engine.EncodedMessages;
import engine.MemoryBudget;
import engine.MessageLayout;
import engine.Reservation;
import java.io.EOFException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/** The body of the answer of another gateway, in memory of the {@link MemoryBudget}. It fails if the budget has no room for it. */
final class ForwardedBody implements BodySubscriber<ForwardedBody>, AutoCloseable {
    private final CompletableFuture<ForwardedBody> complete = new CompletableFuture<>();
    private final Reservation memory;
    private final ByteBuffer bytes;

    private ForwardedBody(int size, Reservation memory) {
        this.memory = memory;
        this.bytes = ByteBuffer.wrap(memory.array(size), 0, size);
    }

    /** @throws engine.EngineException TOO_LARGE, OVERLOADED */
    static ForwardedBody of(ResponseInfo response, MemoryBudget budget) {
        // the gateways send it with each body
        int size = (int) response.headers().firstValueAsLong("Content-Length").orElse(0);
        return new ForwardedBody(size, budget.reservation());
    }

    @Override
    public CompletionStage<ForwardedBody> getBody() {
        return complete;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
        parts.forEach(bytes::put);
    }

    @Override
    public void onError(Throwable failure) {
        memory.close();
        complete.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        if (bytes.hasRemaining()) {
            onError(new EOFException("the answer of the other gateway is not complete"));
        } else {
            bytes.rewind();
            complete.complete(this);
        }
    }

    /** The body as messages. It need not be messages: the answer of any call is sent in the same way. The caller releases them. */
    EncodedMessages messages(MessageLayout layout) {
        return new EncodedMessages(layout, bytes, memory);
    }

    String text() {
        return new String(bytes.array(), 0, bytes.limit(), StandardCharsets.UTF_8);
    }

    /** Releases the memory. */
    @Override
    public void close() {
        memory.close();
    }
}
