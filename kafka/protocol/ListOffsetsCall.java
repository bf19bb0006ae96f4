package kafka.protocol;

import engine.EngineException;
import engine.ErrorCode;
import engine.PartitionLogs;
import engine.PartitionRange;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsTopicResponse;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ListOffsetsRequest;

/** ListOffsets: the start, the end, the first offset of a time or later, or the offset with the highest timestamp. */
final class ListOffsetsCall implements Call<ListOffsetsRequestData> {
    private final PartitionLogs logs;

    ListOffsetsCall(PartitionLogs logs) {
        this.logs = logs;
    }

    @Override
    public ApiMessage answer(ListOffsetsRequestData request, Caller caller) {
        ListOffsetsResponseData response = new ListOffsetsResponseData();
        request.topics().forEach(topic -> {
            ListOffsetsTopicResponse ofTopic = new ListOffsetsTopicResponse().setName(topic.name());
            topic.partitions().forEach(partition -> ofTopic.partitions().add(offset(topic.name(), partition)));
            response.topics().add(ofTopic);
        });
        return response;
    }

    private ListOffsetsPartitionResponse offset(String topic, ListOffsetsPartition asked) {
        ListOffsetsPartitionResponse response =
                new ListOffsetsPartitionResponse().setPartitionIndex(asked.partitionIndex());
        try {
            PartitionRange range = logs.range(topic, asked.partitionIndex());
            if (asked.timestamp() == ListOffsetsRequest.LATEST_TIMESTAMP) {
                return response.setOffset(range.end());
            }
            if (asked.timestamp() == ListOffsetsRequest.EARLIEST_TIMESTAMP) {
                return response.setOffset(range.start());
            }
            return asked.timestamp() == ListOffsetsRequest.MAX_TIMESTAMP
                    ? highestTimestamp(range, response)
                    : atTime(range, asked.timestamp(), response);
        } catch (RuntimeException e) {
            boolean isNoPartition = e instanceof EngineException known && known.code() == ErrorCode.INVALID;
            Errors error = isNoPartition ? Errors.UNKNOWN_TOPIC_OR_PARTITION : KafkaErrors.of(e);
            return response.setErrorCode(error.code()).setOffset(-1);
        }
    }

    /** No offset if there is no such message. */
    private ListOffsetsPartitionResponse atTime(
            PartitionRange range, long timestamp, ListOffsetsPartitionResponse response) {
        long offset = logs.offsetAt(range.topic(), range.partition(), timestamp);
        if (offset >= range.end()) {
            return response.setOffset(-1);
        }
        logs.read(range.topic(), range.partition(), offset, (at, time, bytes, position, length) -> {
            response.setTimestamp(time).setOffset(at);
            return false;
        });
        return response;
    }

    private ListOffsetsPartitionResponse highestTimestamp(PartitionRange range, ListOffsetsPartitionResponse response) {
        logs.read(range.topic(), range.partition(), range.start(), (at, time, bytes, position, length) -> {
            if (time > response.timestamp()) {
                response.setTimestamp(time).setOffset(at);
            }
            return true;
        });
        return response;
    }
}
