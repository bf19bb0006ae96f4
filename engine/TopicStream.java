package engine;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A stream of the messages of a topic in RAM. */
final class TopicStream implements MessageStream {
    private static final ReadLimits LIMITS = new ReadLimits(MessageLayout.EVENTS, 1_000, 64 << 10);

    private final MemoryBroker broker;
    private final Topic topic;
    private final int[] partitions;
    private final long[] next;
    private long seenChanges;
    private int roundRobin;

    TopicStream(MemoryBroker broker, Topic topic, int[] partitions, long[] next) {
        this.broker = broker;
        this.topic = topic;
        this.partitions = partitions;
        this.next = next;
    }

    @Override
    public EncodedMessages next() {
        broker.requireRunning();
        topic.requireNotDeleted();
        seenChanges = topic.waiters().changes();
        MessageWriter writer = new MessageWriter(LIMITS, broker.budget().reservationForStream());
        try {
            read(writer);
        } catch (Throwable e) { // for example, an OutOfMemoryError
            writer.close();
            throw e;
        }
        if (writer.count() == 0) {
            writer.close();
            return null;
        }
        return writer.finish();
    }

    private void read(MessageWriter writer) {
        int first = Math.floorMod(++roundRobin, partitions.length);
        for (int i = 0; i < partitions.length && !writer.isFull(); i++) {
            int partition = partitions[(first + i) % partitions.length];
            writer.withIds(offset -> id(partition, offset));
            next[partition] = topic.read(partition, next[partition], writer);
        }
    }

    @Override
    public void await(Runnable action) {
        topic.waiters().await(seenChanges, action);
    }

    @Override
    public void forget(Runnable action) {
        topic.waiters().forget(action);
    }

    /**
     * The offset to continue from, by partition, after the event with this id.
     *
     * @throws EngineException INVALID
     */
    static long[] parseId(String id, int partitions) {
        String[] offsets = id.split("\\.", -1);
        if (offsets.length != partitions || !Arrays.stream(offsets).allMatch(offset -> offset.matches("-?\\d{1,18}"))) {
            throw EngineException.invalid(
                    "last event id",
                    "must be the id of an event of this topic (" + Plural.of(partitions, "offset")
                            + ", separated by dots), but is " + Names.abbreviated(id));
        }
        return Arrays.stream(offsets)
                .mapToLong(offset -> Math.max(0, Long.parseLong(offset) + 1))
                .toArray();
    }

    private String id(int partition, long offset) {
        if (next.length == 1) {
            return Long.toString(offset);
        }
        next[partition] = offset + 1;
        return Arrays.stream(next).mapToObj(one -> Long.toString(one - 1)).collect(Collectors.joining("."));
    }
}
