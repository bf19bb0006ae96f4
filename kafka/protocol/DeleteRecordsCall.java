package kafka.protocol;

import engine.PartitionLogs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsTopicResult;
import org.apache.kafka.common.protocol.ApiMessage;

/** DeleteRecords: drops the messages of partitions before an offset. The response comes when that is as durable as configured. */
final class DeleteRecordsCall implements Call<DeleteRecordsRequestData> {
    /** An offset in a request: the end of the partition. */
    private static final long END = -1;

    private final PartitionLogs logs;

    DeleteRecordsCall(PartitionLogs logs) {
        this.logs = logs;
    }

    /** A deletion that was begun: its result or error comes later. */
    private record Pending(DeleteRecordsPartitionResult result, CompletableFuture<Long> start) {}

    @Override
    public ApiMessage answer(DeleteRecordsRequestData request, Caller caller) {
        DeleteRecordsResponseData response = new DeleteRecordsResponseData();
        List<Pending> all = new ArrayList<>();
        request.topics().forEach(topic -> {
            DeleteRecordsTopicResult ofTopic = new DeleteRecordsTopicResult().setName(topic.name());
            topic.partitions().forEach(partition -> {
                Pending pending = begin(topic.name(), partition);
                ofTopic.partitions().add(pending.result);
                all.add(pending);
            });
            response.topics().add(ofTopic);
        });
        all.forEach(DeleteRecordsCall::complete);
        return response;
    }

    private Pending begin(String topic, DeleteRecordsPartition asked) {
        DeleteRecordsPartitionResult result =
                new DeleteRecordsPartitionResult().setPartitionIndex(asked.partitionIndex());
        CompletableFuture<Long> start;
        try {
            long offset = asked.offset() == END
                    ? logs.range(topic, asked.partitionIndex()).end()
                    : asked.offset();
            start = logs.deleteBefore(topic, asked.partitionIndex(), offset);
        } catch (RuntimeException e) {
            start = CompletableFuture.failedFuture(e);
        }
        return new Pending(result, start);
    }

    private static void complete(Pending pending) {
        try {
            pending.result.setLowWatermark(pending.start.join());
        } catch (RuntimeException e) {
            pending.result
                    .setLowWatermark(-1)
                    .setErrorCode(KafkaErrors.ofPartition(e).code());
        }
    }
}
