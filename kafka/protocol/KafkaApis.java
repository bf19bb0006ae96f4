package kafka.protocol;

import engine.GroupOffsets;
import engine.MemoryBroker;
import engine.MemoryBudget;
import engine.MessageBroker;
import engine.PartitionLogs;
import java.util.function.Function;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/**
 * Assembles the APIs that are served. Loads many classes of kafka-clients.
 *
 * @param logs all partitions, for answers to calls that the broker has allowed
 * @param groups the groups of all clients
 * @param createsTopics whether a client that asks for a missing topic creates it
 * @param maxMessageBytes the maximum size of key, value and headers of a message, in bytes
 */
public record KafkaApis(
        PartitionLogs logs, ClassicGroups groups, MemoryBudget budget, boolean createsTopics, int maxMessageBytes) {
    /** The APIs of a broker. */
    public static KafkaApis of(MemoryBroker broker, MemoryBudget budget, boolean createsTopics, int maxMessageBytes) {
        ClassicGroups groups = new ClassicGroups(broker.groupOffsets(), budget, broker.scheduler());
        return new KafkaApis(broker.partitionLogs(), groups, budget, createsTopics, maxMessageBytes);
    }

    /**
     * The APIs for those who may use these parts of the broker.
     *
     * @param requiresToken whether clients have to authenticate
     */
    public ApiTable of(MessageBroker broker, PartitionLogs readable, GroupOffsets offsets, boolean requiresToken) {
        ApiTable apis = new ApiTable();
        TopicIds ids = new TopicIds(broker);
        apis.add(ApiKeys.METADATA, 12, new MetadataCall(broker, ids, createsTopics));
        // librdkafka compresses only if the broker serves version 0, which kafka-clients does not know any more
        apis.add(ApiKeys.PRODUCE, 0, 11, new ProduceCall(broker, logs, budget, maxMessageBytes));
        apis.add(ApiKeys.FETCH, 17, new FetchCall(readable, ids));
        apis.add(ApiKeys.LIST_OFFSETS, 7, new ListOffsetsCall(readable));
        apis.add(ApiKeys.INIT_PRODUCER_ID, 4, new InitProducerIdCall());
        TopicAdmin topics = new TopicAdmin(broker, ids);
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
        addGroups(apis, broker, offsets);
        if (requiresToken) {
            apis.announce(ApiKeys.SASL_HANDSHAKE, 0, 1); // librdkafka looks for version 0, and uses version 1
            apis.announce(ApiKeys.SASL_AUTHENTICATE, 0, 2);
        }
        return apis;
    }

    private void addGroups(ApiTable apis, MessageBroker broker, GroupOffsets offsets) {
        apis.add(ApiKeys.FIND_COORDINATOR, 6, new FindCoordinatorCall());
        MembershipCalls membership = new MembershipCalls(groups);
        apis.add(ApiKeys.JOIN_GROUP, 9, checked(offsets, JoinGroupRequestData::groupId, membership::join));
        apis.add(ApiKeys.SYNC_GROUP, 5, checked(offsets, SyncGroupRequestData::groupId, membership::sync));
        apis.add(ApiKeys.HEARTBEAT, 4, checked(offsets, HeartbeatRequestData::groupId, membership::heartbeat));
        apis.add(ApiKeys.LEAVE_GROUP, 5, checked(offsets, LeaveGroupRequestData::groupId, membership::leave));
        OffsetCalls committed = new OffsetCalls(groups, offsets, broker);
        // topics have ids from version 10 on
        apis.add(ApiKeys.OFFSET_COMMIT, 9, checked(offsets, OffsetCommitRequestData::groupId, committed::commit));
        apis.add(ApiKeys.OFFSET_FETCH, 9, committed::fetch);
        GroupAdminCalls admin = new GroupAdminCalls(groups, offsets, broker);
        apis.add(ApiKeys.LIST_GROUPS, 5, admin::list);
        apis.add(ApiKeys.DESCRIBE_GROUPS, 6, admin::describe);
        apis.add(ApiKeys.DELETE_GROUPS, 2, admin::delete);
        apis.add(ApiKeys.OFFSET_DELETE, 0, checked(offsets, OffsetDeleteRequestData::groupId, admin::deleteOffsets));
    }

    /** A call that checks first whether the client may use the group of the request. */
    private static <T extends ApiMessage> Call<T> checked(
            GroupOffsets offsets, Function<T, String> group, Call<T> call) {
        return (request, caller) -> {
            if (!offsets.mayUse(group.apply(request))) {
                throw Errors.GROUP_AUTHORIZATION_FAILED.exception();
            }
            return call.answer(request, caller);
        };
    }
}
