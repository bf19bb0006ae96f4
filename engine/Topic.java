package engine;

/**
 * A named log. Safe for any number of threads: appends to one topic are serialized by its own lock, topics do not wait
 * for each other, and readers wait for nobody.
 */
public final class Topic {
    private final String name;
    private final byte[] messagePrefix;
    private final Log log = new Log();

    Topic(String name) {
        this.name = name;
        this.messagePrefix = MessageCodec.prefix(name);
    }

    public String name() {
        return name;
    }

    /** How many messages are kept. */
    public long messageCount() {
        return log.endOffset();
    }

    /** The offset that the next message will get. */
    public long endOffset() {
        return log.endOffset();
    }

    long append(byte[] message) {
        return log.append(message, System.currentTimeMillis());
    }

    /** The JSON object of the message at an offset, or null when there is none yet. */
    byte[] read(long offset) {
        byte[][] object = new byte[1][];
        log.read(offset, 1, (at, timestamp, bytes, position, length) ->
                object[0] = MessageCodec.object(messagePrefix, at, bytes, position, length));
        return object[0];
    }
}
