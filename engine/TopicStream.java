package engine;

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
            writer.withIds(offset -> EventId.of(partition, offset, next));
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
}
