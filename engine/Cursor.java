package engine;

/**
 * A consumer: its place in a topic. Safe for any number of threads; calls for one consumer take turns, so that no two of
 * them get the same message.
 */
public final class Cursor {
    private final String consumerId;
    private final Topic topic;
    private volatile long offset;

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
        return offset;
    }

    /** How many messages are there for this consumer and not yet delivered. */
    public long lag() {
        return Math.max(0, topic.endOffset() - offset);
    }

    /** Delivers the next message, as a JSON object, and moves on; null when there is none. */
    synchronized byte[] next() {
        byte[] message = topic.read(offset);
        if (message != null) {
            offset++;
        }
        return message;
    }
}
