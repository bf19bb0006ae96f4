package kafka.protocol;

import engine.GroupOffsets;
import engine.MemoryBudget;
import engine.MessageBroker;
import engine.PartitionLogs;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * Assembles the APIs that are served. Loads many classes of kafka-clients.
 *
 * @param logs all partitions, for answers to calls that the broker has allowed
 * @param createsTopics whether a client that asks for a missing topic creates it
 * @param maxMessageBytes the maximum size of key, value and headers of a message, in bytes
 */
public record KafkaApis(PartitionLogs logs, MemoryBudget budget, boolean createsTopics, int maxMessageBytes) {
    /**
     * The APIs for those who may use these parts of the broker.
     *
     * @param requiresToken whether clients have to authenticate
     */
    public ApiTable of(MessageBroker broker, PartitionLogs readable, GroupOffsets offsets, boolean requiresToken) {
        ApiTable apis = new ApiTable();
        apis.add(ApiKeys.METADATA, 12, new MetadataCall(broker, createsTopics));
        // librdkafka compresses only if the broker serves version 0, which kafka-clients does not know any more
        apis.add(ApiKeys.PRODUCE, 0, 11, new ProduceCall(broker, logs, budget, maxMessageBytes));
        apis.add(ApiKeys.FETCH, 12, new FetchCall(readable));
        apis.add(ApiKeys.LIST_OFFSETS, 7, new ListOffsetsCall(readable));
        apis.add(ApiKeys.INIT_PRODUCER_ID, 4, new InitProducerIdCall());
        TopicAdmin topics = new TopicAdmin(broker);
        apis.add(ApiKeys.CREATE_TOPICS, 7, topics::create);
        apis.add(ApiKeys.DELETE_TOPICS, 6, topics::delete);
        apis.add(ApiKeys.CREATE_PARTITIONS, 3, topics::createPartitions);
        apis.add(ApiKeys.DELETE_RECORDS, 2, new DeleteRecordsCall(readable));
        ConfigCalls configs = new ConfigCalls(broker, TopicConfigs.ofBroker(createsTopics, maxMessageBytes));
        apis.add(ApiKeys.DESCRIBE_CONFIGS, 4, configs::describe);
        apis.add(ApiKeys.INCREMENTAL_ALTER_CONFIGS, 1, configs::alterIncrementally);
        apis.add(ApiKeys.ALTER_CONFIGS, 2, configs::alter);
        ClusterCalls cluster = new ClusterCalls(broker, readable);
        apis.add(ApiKeys.DESCRIBE_CLUSTER, 2, cluster::cluster);
        apis.add(ApiKeys.DESCRIBE_LOG_DIRS, 4, cluster::logDirs);
        if (requiresToken) {
            apis.announce(ApiKeys.SASL_HANDSHAKE, 0, 1); // librdkafka looks for version 0, and uses version 1
            apis.announce(ApiKeys.SASL_AUTHENTICATE, 0, 2);
        }
        return apis;
    }
}
