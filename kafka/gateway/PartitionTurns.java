package kafka.gateway;

import engine.EncodedMessages;
import engine.MemoryBudget;
import engine.MessageCodec;
import engine.MessageWriter;
import engine.PartitionRange;
import engine.ReadLimits;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.TopicPartition;

/** Reads the partitions of a consumer in turn, so that none is always last. Safe for any number of threads. */
final class PartitionTurns {
    private final TopicCatalog topics;
    private final PartitionReaders readers;

    PartitionTurns(TopicCatalog topics, PartitionReaders readers) {
        this.topics = topics;
        this.readers = readers;
    }

    /** Learns of a partition that had messages. */
    interface Progress {
        /**
         * @param from the offset at which the read began. Messages between the position and it were dropped
         * @param next the offset to continue from
         */
        void moved(TopicPartition partition, long from, long next);
    }

    /**
     * Delivers messages: reads them, claims the call, encodes them, and saves the new state before they are returned.
     *
     * @param claim see {@link engine.PendingPoll.Attempt}
     * @param read writes messages, and returns the state after them
     * @param save fails if the state cannot be saved; then nothing is delivered
     * @return null if there are no messages, or if the call has ended
     */
    static <T> EncodedMessages deliver(
            ReadLimits limits,
            MemoryBudget budget,
            BooleanSupplier claim,
            Function<MessageWriter, T> read,
            Consumer<T> save) {
        MessageWriter writer = new MessageWriter(limits, budget.reservation());
        EncodedMessages found;
        T moved;
        try {
            moved = read.apply(writer);
            if (writer.count() == 0) {
                writer.close();
                save.accept(moved); // the read may have skipped offsets without a message, which would count as lag
                return null;
            }
            if (!claim.getAsBoolean()) {
                writer.close();
                return null;
            }
            found = writer.finish();
        } catch (Throwable e) { // for example, an OutOfMemoryError
            writer.close();
            throw e;
        }
        try {
            save.accept(moved);
            return found;
        } catch (Throwable e) {
            found.close();
            throw e;
        }
    }

    /**
     * Reads until the writer is full or there are no more messages.
     *
     * @param partitions of one topic
     * @param turn decides which partition comes first
     * @param position the next offset to read
     */
    void read(
            List<TopicPartition> partitions,
            long turn,
            ToLongFunction<TopicPartition> position,
            MessageWriter writer,
            Progress progress) {
        if (partitions.isEmpty()) {
            return;
        }
        String topic = partitions.get(0).topic();
        boolean hasSeveral = topics.partitionCount(topic) > 1;
        RecordText text = new RecordText(writer);
        Map<TopicPartition, PartitionRange> ranges = null;
        for (int i = 0; i < partitions.size() && !writer.isFull(); i++) {
            TopicPartition partition = partitions.get(Math.floorMod(turn + i, partitions.size()));
            writer.from(MessageCodec.prefix(topic, partition.partition(), hasSeveral));
            long from = position.applyAsLong(partition);
            long next = readers.readFetched(partition, from, text::write);
            if (next < 0) {
                ranges = ranges == null ? topics.ranges(partitions) : ranges;
                from = Math.max(from, ranges.get(partition).start());
                long end = ranges.get(partition).end();
                next = from < end ? readers.read(partition, from, end, text::write) : -1;
            }
            if (next >= 0) {
                progress.moved(partition, from, next);
            }
        }
    }
}
