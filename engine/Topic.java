package engine;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A named log. Safe for any number of threads: appends to one topic are serialized by its own lock, topics do not wait
 * for each other, and readers wait for nobody.
 */
public final class Topic {
    private final String name;
    private final TopicSettings settings;
    private final byte[] messagePrefix;
    private final Log log;
    private final Set<Cursor> cursors = ConcurrentHashMap.newKeySet();

    Topic(String name, TopicSettings settings, MemoryBudget budget) {
        this.name = name;
        this.settings = settings;
        this.messagePrefix = MessageCodec.prefix(name);
        this.log = new Log(budget);
    }

    public String name() {
        return name;
    }

    public TopicSettings settings() {
        return settings;
    }

    /** How many messages are kept. */
    public long messageCount() {
        return endOffset() - startOffset();
    }

    /** The encoded messages that are kept, in bytes. */
    public long keptBytes() {
        return log.keptBytes();
    }

    /** The offset of the oldest message that is kept. */
    public long startOffset() {
        if (settings.maxAgeMs() != null) {
            log.trimExpired(settings, System.currentTimeMillis());
        }
        return log.startOffset();
    }

    /** The offset that the next message will get. */
    public long endOffset() {
        return log.endOffset();
    }

    /** Its consumers at this moment. */
    public Collection<Cursor> cursors() {
        return List.copyOf(cursors);
    }

    /** The offset of the first message that was appended at this time (ms since 1970) or later; the end if there is none. */
    public long offsetAt(long timestamp) {
        return log.offsetAt(timestamp);
    }

    long append(EncodedBatch batch) {
        return log.append(batch, System.currentTimeMillis(), settings, this::readByAll);
    }

    /** Reads from an offset on into the writer, and returns the offset after the last message. */
    long read(long from, MessageWriter writer) {
        return log.read(from, writer.from(messagePrefix));
    }

    /** The messages from an offset on, and where to go on: see {@link Engine#browse}. */
    ByteBuffer page(long from, MessageWriter writer) {
        long next = read(from, writer);
        return writer.finish(",\"next_offset\":" + next + ",\"end_offset\":" + endOffset());
    }

    /** See {@link Log#await}. */
    void await(long offset, Runnable waiter) {
        log.await(offset, waiter);
    }

    void forget(Runnable waiter) {
        log.forget(waiter);
    }

    /** @throws EngineException OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED */
    Cursor newCursor(String consumerId, StartPosition start) {
        Cursor cursor = new Cursor(consumerId, this, start.in(this));
        cursors.add(cursor);
        return cursor;
    }

    void wakeAll() {
        log.wakeAll();
    }

    void clear() {
        log.clear();
    }

    /** Without a consumer nothing was read by all: what nobody has seen is not given up. */
    private long readByAll() {
        return cursors.stream().mapToLong(Cursor::offset).min().orElse(0);
    }
}
