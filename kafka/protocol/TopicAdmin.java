package kafka.protocol;

import engine.EngineException;
import engine.ErrorCode;
import engine.MessageBroker;
import engine.Names;
import engine.TopicSettings;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData.CreatePartitionsTopicResult;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/** CreateTopics, CreatePartitions and DeleteTopics. */
final class TopicAdmin {
    private final MessageBroker broker;
    private final TopicIds ids;

    TopicAdmin(MessageBroker broker, TopicIds ids) {
        this.broker = broker;
        this.ids = ids;
    }

    ApiMessage create(CreateTopicsRequestData request, Caller caller) {
        CreateTopicsResponseData response = new CreateTopicsResponseData();
        request.topics().forEach(topic -> response.topics().add(created(topic, request.validateOnly())));
        return response;
    }

    private CreatableTopicResult created(CreatableTopic topic, boolean isCheck) {
        CreatableTopicResult result = new CreatableTopicResult().setName(topic.name());
        try {
            TopicSettings settings = TopicConfigs.settings(partitions(topic), topic.configs());
            Names.require("topic", topic.name());
            if (!isNew(topic.name(), settings, isCheck)) {
                throw new TopicExistsException("Topic '" + topic.name() + "' already exists.");
            }
            return result.setTopicId(TopicIds.of(topic.name()))
                    .setNumPartitions(settings.partitionsOrDefault())
                    .setReplicationFactor((short) 1)
                    .setConfigs(TopicConfigs.created(settings));
        } catch (RuntimeException e) {
            Throwable cause = KafkaErrors.cause(e);
            Errors error = KafkaErrors.of(cause);
            if (cause instanceof EngineException known && known.code() == ErrorCode.INVALID) {
                error = cause.getMessage().startsWith("partitions")
                        ? Errors.INVALID_PARTITIONS
                        : Errors.INVALID_TOPIC_EXCEPTION;
            } else if (cause instanceof EngineException known && known.code() == ErrorCode.CONFLICT) {
                error = Errors.TOPIC_ALREADY_EXISTS; // another client has created it just now
            }
            return result.setErrorCode(error.code()).setErrorMessage(cause.getMessage());
        }
    }

    /** Creates the topic, unless this is only a check. Returns false if it existed. */
    private boolean isNew(String topic, TopicSettings settings, boolean isCheck) {
        return !broker.topicNames().contains(topic)
                && (isCheck || broker.registerTopic(topic, settings).join().isCreated());
    }

    private static int partitions(CreatableTopic topic) {
        if (!topic.assignments().isEmpty()) {
            return topic.assignments().size();
        }
        if (topic.replicationFactor() > 1 || topic.replicationFactor() == 0) {
            throw new InvalidReplicationFactorException(
                    "The replication factor must be 1, because this is the only broker, but is "
                            + topic.replicationFactor() + ".");
        }
        if (topic.numPartitions() == 0 || topic.numPartitions() < -1) {
            throw new InvalidPartitionsException("A topic must have 1 partition or more.");
        }
        return topic.numPartitions() == -1 ? 1 : topic.numPartitions();
    }

    /** Always an error: a key would have another partition, so that its messages would be in two of them. */
    ApiMessage createPartitions(CreatePartitionsRequestData request, Caller caller) {
        CreatePartitionsResponseData response = new CreatePartitionsResponseData();
        request.topics().forEach(topic -> {
            CreatePartitionsTopicResult result = new CreatePartitionsTopicResult().setName(topic.name());
            try {
                int present = broker.partitionCount(topic.name());
                if (topic.count() <= present) {
                    throw new InvalidPartitionsException("Topic '" + topic.name() + "' already has " + present
                            + " partitions, and cannot have " + topic.count() + ".");
                }
                throw new PolicyViolationException("Topic '" + topic.name() + "' has " + present
                        + " partitions, and none can be added. Delete the topic, and create it with "
                        + topic.count() + " partitions.");
            } catch (RuntimeException e) {
                response.results()
                        .add(result.setErrorCode(KafkaErrors.of(e).code()).setErrorMessage(e.getMessage()));
            }
        });
        return response;
    }

    ApiMessage delete(DeleteTopicsRequestData request, Caller caller) {
        DeleteTopicsResponseData response = new DeleteTopicsResponseData();
        request.topicNames().forEach(name -> response.responses().add(deleted(name)));
        request.topics()
                .forEach(topic -> response.responses()
                        .add(topic.name() == null ? deleted(topic.topicId()) : deleted(topic.name())));
        return response;
    }

    private DeletableTopicResult deleted(Uuid id) {
        try {
            return deleted(ids.name(id)).setTopicId(id);
        } catch (UnknownTopicIdException e) {
            return new DeletableTopicResult()
                    .setName(null)
                    .setTopicId(id)
                    .setErrorCode(Errors.UNKNOWN_TOPIC_ID.code())
                    .setErrorMessage(e.getMessage());
        }
    }

    private DeletableTopicResult deleted(String name) {
        DeletableTopicResult result = new DeletableTopicResult().setName(name);
        try {
            broker.deleteTopic(name).join();
            return result;
        } catch (RuntimeException e) {
            Throwable cause = KafkaErrors.cause(e);
            return result.setErrorCode(KafkaErrors.of(cause).code()).setErrorMessage(cause.getMessage());
        }
    }
}
