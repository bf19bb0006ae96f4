package engine;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Messages of a topic as they come, as server-sent events. The id of an event says where to go on after it: the message's
 * offset or, in a topic of several partitions, the offset after which to go on in each, {@code 12.7.-1}. For one thread at a time.
 */
public final class MessageStream {
    private static final int MAX_MESSAGES = 1_000;
    private static final int MAX_BYTES = 64 << 10;

    private final Engine engine;
    private final Topic topic;
    private final int[] partitions;
    private final long[] next;
    private long seenChanges;
    private int turn;

    MessageStream(Engine engine, Topic topic, int[] partitions, long[] next) {
        this.engine = engine;
        this.topic = topic;
        this.partitions = partitions;
        this.next = next;
    }

    /**
     * The events that are there now, some of them at least.
     *
     * @return null if there is none; whoever has sent them closes it
     * @throws EngineException TOPIC_NOT_FOUND if the topic was deleted; SHUTTING_DOWN; OVERLOADED
     */
    public MessageWriter next() {
        engine.requireRunning();
        topic.requireNotDeleted();
        seenChanges = topic.waiters().changes();
        MessageWriter writer = new MessageWriter(MessageWriter.Layout.EVENTS, MAX_MESSAGES, MAX_BYTES, engine.budget().reservationForStream());
        try {
            read(writer);
        } catch (Throwable e) { // an OutOfMemoryError, say
            writer.close();
            throw e;
        }
        return writer.count() == 0 ? null : writer;
    }

    private void read(MessageWriter writer) {
        int first = Math.floorMod(++turn, partitions.length);
        for (int i = 0; i < partitions.length && !writer.isFull(); i++) {
            int partition = partitions[(first + i) % partitions.length];
            writer.withIds(offset -> id(partition, offset));
            next[partition] = topic.read(partition, next[partition], writer);
        }
    }

    /** Runs something, once, when there may be more than {@link #next} has found. */
    public void await(Runnable action) {
        topic.waiters().await(seenChanges, action);
    }

    /** Nobody waits any more. */
    public void forget(Runnable action) {
        topic.waiters().forget(action);
    }

    /** Where to go on, by partition, after the event of this id. @throws EngineException INVALID */
    static long[] parseId(String id, int partitions) {
        String[] offsets = id.split("\\.", -1);
        if (offsets.length != partitions || !Arrays.stream(offsets).allMatch(offset -> offset.matches("-?\\d{1,18}"))) {
            throw EngineException.invalid("Last-Event-ID", "must be the id of an event of this topic: " + Plural.of(partitions, "offset")
                    + ", with dots between them; but is " + Names.abbreviated(id));
        }
        return Arrays.stream(offsets).mapToLong(offset -> Math.max(0, Long.parseLong(offset) + 1)).toArray();
    }

    private String id(int partition, long offset) {
        if (next.length == 1) {
            return Long.toString(offset);
        }
        next[partition] = offset + 1;
        return Arrays.stream(next).mapToObj(one -> Long.toString(one - 1)).collect(Collectors.joining("."));
    }
}
