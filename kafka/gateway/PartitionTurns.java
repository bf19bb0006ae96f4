package kafka.gateway;

import engine.MessageCodec;
import engine.MessageWriter;
import engine.PartitionRange;
import java.util.List;
import java.util.Map;
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
