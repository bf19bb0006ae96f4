package kafka.protocol;

import engine.EngineException;
import engine.ErrorCode;
import engine.MessageBroker;
import engine.Names;
import engine.TopicSettings;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseBroker;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/**
 * Metadata: the only broker, at the address to which the client has connected, and the topics. Creates missing topics if the request and
 * the options of the broker allow it.
 */
final class MetadataCall implements Call<MetadataRequestData> {
    /** The id of the only broker. */
    static final int NODE_ID = 0;

    static final String CLUSTER_ID = "mini-kafka";

    private final MessageBroker broker;
    private final TopicIds ids;
    private final boolean createsTopics;

    /** @param createsTopics whether a request may create topics */
    MetadataCall(MessageBroker broker, TopicIds ids, boolean createsTopics) {
        this.broker = broker;
        this.ids = ids;
        this.createsTopics = createsTopics;
    }

    @Override
    public ApiMessage answer(MetadataRequestData request, Caller caller) {
        MetadataResponseData response =
                new MetadataResponseData().setClusterId(CLUSTER_ID).setControllerId(NODE_ID);
        response.brokers()
                .add(new MetadataResponseBroker()
                        .setNodeId(NODE_ID)
                        .setHost(caller.host())
                        .setPort(caller.port()));
        boolean isForAll = request.topics() == null
                || (caller.version() == 0 && request.topics().isEmpty());
        boolean creates = createsTopics && request.allowAutoTopicCreation();
        if (isForAll) {
            broker.topics().items().forEach(topic -> response.topics().add(topic(topic.name(), false)));
        } else {
            request.topics().forEach(topic -> response.topics().add(topic(topic, creates)));
        }
        return response;
    }

    /** The topic of a request has an id, or else a name. */
    private MetadataResponseTopic topic(MetadataRequestTopic asked, boolean creates) {
        boolean hasName = asked.topicId().equals(Uuid.ZERO_UUID) && asked.name() != null;
        return hasName ? topic(asked.name(), creates) : topic(asked.topicId());
    }

    private MetadataResponseTopic topic(Uuid id) {
        try {
            return topic(ids.name(id), false);
        } catch (UnknownTopicIdException e) {
            return new MetadataResponseTopic()
                    .setName(null)
                    .setTopicId(id)
                    .setErrorCode(Errors.UNKNOWN_TOPIC_ID.code());
        }
    }

    private MetadataResponseTopic topic(String name, boolean creates) {
        MetadataResponseTopic topic = new MetadataResponseTopic().setName(name);
        try {
            int partitions = partitions(name, creates);
            topic.setTopicId(TopicIds.of(name));
            IntStream.range(0, partitions)
                    .forEach(partition -> topic.partitions().add(partition(partition)));
        } catch (RuntimeException e) {
            boolean isInvalid = e instanceof EngineException known && known.code() == ErrorCode.INVALID;
            topic.setErrorCode((isInvalid ? Errors.INVALID_TOPIC_EXCEPTION : KafkaErrors.of(e)).code());
        }
        return topic;
    }

    private int partitions(String name, boolean creates) {
        Names.require("topic", name);
        try {
            return broker.partitionCount(name);
        } catch (EngineException e) {
            if (e.code() != ErrorCode.TOPIC_NOT_FOUND || !creates) {
                throw e;
            }
            return broker.registerTopic(name, new TopicSettings(null, null, null, null, null))
                    .join()
                    .partitionCount();
        }
    }

    private static MetadataResponsePartition partition(int partition) {
        return new MetadataResponsePartition()
                .setPartitionIndex(partition)
                .setLeaderId(NODE_ID)
                .setLeaderEpoch(0)
                .setReplicaNodes(List.of(NODE_ID))
                .setIsrNodes(List.of(NODE_ID));
    }
}
