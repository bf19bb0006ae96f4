package kafka.protocol;

import engine.MemoryBroker;
import engine.MemoryBudget;
import engine.PartitionLogs;
import org.apache.kafka.common.protocol.ApiKeys;

/** Assembles the APIs that are served. Loads many classes of kafka-clients. */
public final class KafkaApis {
    private KafkaApis() {}

    /**
     * @param createsTopics whether a client that asks for a missing topic creates it
     * @param maxMessageBytes the maximum size of key, value and headers of a message, in bytes
     */
    public static ApiTable of(MemoryBroker broker, MemoryBudget budget, boolean createsTopics, int maxMessageBytes) {
        PartitionLogs logs = broker.partitionLogs();
        ApiTable apis = new ApiTable();
        apis.add(ApiKeys.METADATA, 12, new MetadataCall(broker, createsTopics));
        // librdkafka compresses only if the broker serves version 0, which kafka-clients does not know any more
        apis.add(ApiKeys.PRODUCE, 0, 11, new ProduceCall(broker, logs, budget, maxMessageBytes));
        apis.add(ApiKeys.FETCH, 12, new FetchCall(logs));
        apis.add(ApiKeys.LIST_OFFSETS, 7, new ListOffsetsCall(logs));
        apis.add(ApiKeys.INIT_PRODUCER_ID, 4, new InitProducerIdCall());
        TopicAdmin topics = new TopicAdmin(broker);
        apis.add(ApiKeys.CREATE_TOPICS, 7, topics::create);
        apis.add(ApiKeys.DELETE_TOPICS, 6, topics::delete);
        return apis;
    }
}
