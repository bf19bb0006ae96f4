package engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A consumer: its place in a topic. Safe for any number of threads; calls for one consumer take turns, so that no two of
 * them get the same message.
 */
public final class Cursor {
    private final String consumerId;
    private final Topic topic;
    private volatile long offset;
    private volatile long missed;
    private final AtomicInteger waiting = new AtomicInteger();

    Cursor(String consumerId, Topic topic, long offset) {
        this.consumerId = consumerId;
        this.topic = topic;
        this.offset = offset;
    }

    public String consumerId() {
        return consumerId;
    }

    public Topic topic() {
        return topic;
    }

    /** The offset of the message that the next call will get. */
    public long offset() {
        return Math.max(offset, topic.startOffset());
    }

    /** How many messages are there for this consumer and not yet delivered. */
    public long lag() {
        return Math.max(0, topic.endOffset() - offset());
    }

    /** How many messages were dropped before this consumer could get them. */
    public long missed() {
        return missed + Math.max(0, topic.startOffset() - offset);
    }

    /** How many calls wait for a message for this consumer just now. */
    public int waiting() {
        return waiting.get();
    }

    /** Notes that a call waits, until it ends. */
    void noteWaiting(CompletableFuture<?> call) {
        waiting.incrementAndGet();
        call.whenComplete((result, failure) -> waiting.decrementAndGet());
    }

    /** Delivers the next messages, as many as the writer takes, and moves on; tells whether there were any. */
    synchronized boolean next(MessageWriter writer) {
        long from = offset();
        long next = topic.read(from, writer);
        if (writer.count() == 0) {
            return false;
        }
        missed += writer.firstOffset() - offset;
        offset = next;
        return true;
    }
}
