package kafka.gateway;

import engine.BrowseRequest;
import engine.EncodedMessages;
import engine.MemoryBudget;
import engine.MessageCodec;
import engine.MessageWriter;
import engine.PartitionRange;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;

/** A call that browses a partition. Its attempts are made one after the other. For one thread at a time. */
final class BrowseCall {
    private final BrowseRequest request;
    private final TopicCatalog topics;
    private final PartitionReaders readers;
    private final TopicStates states;
    private final MemoryBudget budget;

    /** Null before the first attempt. */
    private TopicPartition partition;

    /** Where the first attempt started. */
    private long start;

    BrowseCall(
            BrowseRequest request,
            TopicCatalog topics,
            PartitionReaders readers,
            TopicStates states,
            MemoryBudget budget) {
        this.request = request;
        this.topics = topics;
        this.readers = readers;
        this.states = states;
        this.budget = budget;
    }

    /** The partition that it reads, after the first attempt. */
    TopicPartition partition() {
        return partition;
    }

    /** See {@link engine.PendingPoll.Attempt}. Null if there are too few messages. */
    EncodedMessages page(long minMessages, BooleanSupplier claim) {
        if (partition == null) {
            int partitions = topics.partitionCount(request.topic());
            int number = PartitionRange.requirePartition("partition", request.topic(), partitions, request.partition());
            partition = new TopicPartition(request.topic(), number);
            start = topics.offset(partition, request.from());
        }
        PartitionRange range = topics.range(partition);
        long from = request.from().isNumber()
                ? range.requireReadable(request.from().value())
                : Math.max(start, range.start());
        if (range.end() - from < minMessages || !claim.getAsBoolean()) {
            return null;
        }
        MessageWriter writer = new MessageWriter(request.limits(), budget.reservation());
        try {
            writer.from(MessageCodec.prefix(request.topic(), partition.partition(), range.partitionCount() > 1));
            long next = readers.read(partition, from, range.end(), new RecordText(writer)::write);
            states.addOut(request.topic(), writer);
            return writer.finish(",\"next_offset\":" + next + ",\"end_offset\":" + range.end());
        } catch (Throwable e) { // for example, an OutOfMemoryError
            writer.close();
            throw e;
        }
    }
}
