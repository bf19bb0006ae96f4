package kafka.gateway;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import engine.EncodedMessages;
import engine.EngineException;
import engine.EventId;
import engine.MemoryBudget;
import engine.MessageCodec;
import engine.MessageLayout;
import engine.MessageStream;
import engine.MessageWriter;
import engine.PartitionRange;
import engine.ReadLimits;
import engine.WaitQueue;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A stream of the messages of a topic in Kafka. A task reads ahead, because {@link #next} must not wait for Kafka. At most one task is
 * running or waiting for messages.
 */
final class GatewayStream implements MessageStream {
    private static final ReadLimits LIMITS = new ReadLimits(MessageLayout.EVENTS, 1_000, 64 << 10);

    private final TopicCatalog topics;
    private final PartitionReaders readers;
    private final TailWatch tail;
    private final MemoryBudget budget;
    private final Executor executor;
    private final Runnable requireRunning;
    private final String topic;
    private final List<TopicPartition> partitions;

    /** The offset to read next, by partition. Only the task changes it. */
    private final long[] readNext;

    /** The offset after the last event, by partition. */
    private final long[] sentNext;

    private final Runnable readAgain = this::startReading;

    @GuardedBy("this")
    private final Deque<ConsumerRecord<byte[], byte[]>> ahead = new ArrayDeque<>();

    @GuardedBy("this")
    private EngineException failure;

    @GuardedBy("this")
    private boolean isReading;

    /** Null if nobody waits. */
    @GuardedBy("this")
    private Runnable waiting;

    /**
     * @param executor for tasks that may block
     * @param requireRunning throws SHUTTING_DOWN when the gateway stops
     * @param next the offset to start from, by partition of the topic
     */
    GatewayStream(
            TopicCatalog topics,
            PartitionReaders readers,
            TailWatch tail,
            MemoryBudget budget,
            Executor executor,
            Runnable requireRunning,
            List<TopicPartition> partitions,
            long[] next) {
        this.topics = topics;
        this.readers = readers;
        this.tail = tail;
        this.budget = budget;
        this.executor = executor;
        this.requireRunning = requireRunning;
        this.topic = partitions.get(0).topic();
        this.partitions = partitions;
        this.readNext = next.clone();
        this.sentNext = next;
    }

    @Override
    public EncodedMessages next() {
        MessageWriter writer = new MessageWriter(LIMITS, budget.reservationForStream());
        try {
            if (write(writer)) {
                return writer.finish();
            }
        } catch (Throwable e) { // for example, an OutOfMemoryError
            writer.close();
            throw e;
        }
        writer.close();
        return null;
    }

    private synchronized boolean write(MessageWriter writer) {
        if (ahead.isEmpty() && failure != null) {
            throw failure;
        }
        RecordText text = new RecordText(writer);
        for (ConsumerRecord<byte[], byte[]> record; (record = ahead.peek()) != null; ahead.remove()) {
            int partition = record.partition();
            writer.from(MessageCodec.prefix(topic, partition, sentNext.length > 1));
            writer.withIds(offset -> EventId.of(partition, offset, sentNext));
            if (!text.write(record)) {
                break;
            }
        }
        if (ahead.isEmpty()) {
            beginReading();
        }
        return writer.count() > 0;
    }

    @Override
    public void await(Runnable action) {
        synchronized (this) {
            if (ahead.isEmpty() && failure == null) {
                waiting = action;
                beginReading();
                return;
            }
        }
        action.run();
    }

    @Override
    public void forget(Runnable action) {
        synchronized (this) {
            waiting = null;
            isReading = false;
        }
        tail.queue(topic).forget(readAgain);
    }

    @GuardedBy("this")
    private void beginReading() {
        if (!isReading) {
            isReading = true;
            startReading();
        }
    }

    private void startReading() {
        try {
            executor.execute(() -> CallDeadline.within(this::read));
        } catch (EngineException overloaded) {
            finish(overloaded);
        }
    }

    /** See {@link TailWatch} for the order of the steps. */
    private Void read() {
        try {
            WaitQueue queue = tail.queue(topic);
            long seen = queue.changes();
            requireRunning.run();
            Deque<ConsumerRecord<byte[], byte[]>> found = fetch();
            if (found.isEmpty()) {
                tail.watch(partitions);
                found = fetch();
            }
            if (found.isEmpty()) {
                if (isWanted()) {
                    queue.await(seen, readAgain);
                }
                return null;
            }
            synchronized (this) {
                ahead.addAll(found);
            }
            finish(null);
        } catch (RuntimeException e) {
            finish(UpstreamErrors.of(e));
        }
        return null;
    }

    private Deque<ConsumerRecord<byte[], byte[]>> fetch() {
        Deque<ConsumerRecord<byte[], byte[]>> found = new ArrayDeque<>();
        long[] left = {LIMITS.maxBytes()};
        Map<TopicPartition, PartitionRange> ranges = topics.ranges(partitions);
        for (TopicPartition partition : partitions) {
            PartitionRange range = ranges.get(partition);
            int number = partition.partition();
            long from = Math.max(readNext[number], range.start());
            if (from < range.end() && left[0] > 0) {
                readNext[number] = readers.read(partition, from, range.end(), record -> {
                    if (left[0] <= 0 || found.size() >= LIMITS.maxMessages()) {
                        return false;
                    }
                    left[0] -= Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
                    found.add(record);
                    return true;
                });
            }
        }
        return found;
    }

    private synchronized boolean isWanted() {
        return isReading;
    }

    /** @param e null if there are new events */
    private void finish(EngineException e) {
        Runnable action;
        synchronized (this) {
            failure = e == null ? failure : e;
            isReading = false;
            action = waiting;
            waiting = null;
        }
        if (action != null) {
            action.run();
        }
    }
}
