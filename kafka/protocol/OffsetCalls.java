package kafka.protocol;

import engine.EngineException;
import engine.ErrorCode;
import engine.GroupOffsets;
import engine.GroupOffsets.Committed;
import engine.MessageBroker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.InvalidGroupIdException;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponsePartition;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponseTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.OffsetFetchRequest;
import org.apache.kafka.common.requests.OffsetFetchResponse;

/** OffsetCommit and OffsetFetch. The committed offsets are those of the groups of the broker. */
final class OffsetCalls {
    private static final Committed NOTHING =
            new Committed(OffsetFetchResponse.INVALID_OFFSET, OffsetFetchResponse.NO_METADATA);

    private final ClassicGroups groups;
    private final GroupOffsets offsets;
    private final MessageBroker broker;

    OffsetCalls(ClassicGroups groups, GroupOffsets offsets, MessageBroker broker) {
        this.groups = groups;
        this.offsets = offsets;
        this.broker = broker;
    }

    /** A commit of one topic that was begun. Partitions that are refused have their errors in the response. */
    private record Pending(OffsetCommitResponseTopic response, CompletableFuture<Void> result) {
        OffsetCommitResponseTopic await() {
            try {
                result.join();
            } catch (RuntimeException e) {
                response.partitions().stream()
                        .filter(partition -> partition.errorCode() == Errors.NONE.code())
                        .forEach(partition -> partition.setErrorCode(error(e).code()));
            }
            return response;
        }
    }

    /**
     * A member commits with its generation. A client that assigns its partitions itself has none, and can commit if the group has no members.
     * The retention time of old versions is ignored: committed offsets are kept as long as their topic.
     */
    ApiMessage commit(OffsetCommitRequestData request, Caller caller) {
        ClassicGroup group = groups.get(request.groupId());
        if (group == null && request.generationIdOrMemberEpoch() >= 0) {
            throw Errors.ILLEGAL_GENERATION.exception();
        }
        List<Pending> topics = group == null ? begin(request) : group.commit(request, () -> begin(request));
        OffsetCommitResponseData response = new OffsetCommitResponseData();
        topics.forEach(topic -> response.topics().add(topic.await()));
        return response;
    }

    private List<Pending> begin(OffsetCommitRequestData request) {
        List<Pending> topics = new ArrayList<>();
        request.topics().forEach(topic -> topics.add(begin(request.groupId(), topic)));
        return topics;
    }

    private Pending begin(String group, OffsetCommitRequestTopic topic) {
        OffsetCommitResponseTopic response = new OffsetCommitResponseTopic().setName(topic.name());
        Map<Integer, Committed> accepted = new HashMap<>();
        int partitions = partitions(topic.name());
        topic.partitions().forEach(partition -> {
            Errors error = check(partition, partitions);
            response.partitions()
                    .add(new OffsetCommitResponsePartition()
                            .setPartitionIndex(partition.partitionIndex())
                            .setErrorCode(error.code()));
            if (error == Errors.NONE) {
                accepted.put(
                        partition.partitionIndex(), new Committed(partition.committedOffset(), metadata(partition)));
            }
        });
        try {
            return new Pending(
                    response,
                    accepted.isEmpty()
                            ? CompletableFuture.completedFuture(null)
                            : offsets.commit(group, topic.name(), accepted));
        } catch (EngineException e) {
            return new Pending(response, CompletableFuture.failedFuture(e));
        }
    }

    /** 0 if the topic does not exist. */
    private int partitions(String topic) {
        try {
            return broker.partitionCount(topic);
        } catch (EngineException e) {
            return 0;
        }
    }

    private static Errors check(OffsetCommitRequestPartition partition, int partitions) {
        if (partition.partitionIndex() < 0 || partition.partitionIndex() >= partitions) {
            return Errors.UNKNOWN_TOPIC_OR_PARTITION;
        }
        if (metadata(partition).length() > GroupOffsets.MAX_METADATA_LENGTH) {
            return Errors.OFFSET_METADATA_TOO_LARGE;
        }
        return partition.committedOffset() < 0 ? Errors.INVALID_REQUEST : Errors.NONE;
    }

    private static String metadata(OffsetCommitRequestPartition partition) {
        return partition.committedMetadata() == null ? "" : partition.committedMetadata();
    }

    private static Errors error(RuntimeException failure) {
        Throwable cause = KafkaErrors.cause(failure);
        if (cause instanceof EngineException known && known.code() == ErrorCode.CONFLICT) {
            return Errors.UNKNOWN_MEMBER_ID; // as for a group with members of Kafka's protocol
        }
        boolean isInvalid = cause instanceof EngineException known && known.code() == ErrorCode.INVALID;
        return isInvalid ? Errors.INVALID_GROUP_ID : KafkaErrors.of(cause);
    }

    ApiMessage fetch(OffsetFetchRequestData request, Caller caller) {
        List<OffsetFetchRequestGroup> asked =
                caller.version() >= OffsetFetchRequest.BATCH_MIN_VERSION ? request.groups() : List.of(only(request));
        List<OffsetFetchResponseGroup> answers = new ArrayList<>();
        asked.forEach(group -> answers.add(fetch(group)));
        return new OffsetFetchResponse.Builder(answers).build(caller.version()).data();
    }

    private static OffsetFetchRequestGroup only(OffsetFetchRequestData request) {
        OffsetFetchRequestGroup group = new OffsetFetchRequestGroup().setGroupId(request.groupId());
        if (request.topics() == null) {
            return group.setTopics(null);
        }
        request.topics()
                .forEach(topic -> group.topics()
                        .add(new OffsetFetchRequestTopics()
                                .setName(topic.name())
                                .setPartitionIndexes(topic.partitionIndexes())));
        return group;
    }

    private OffsetFetchResponseGroup fetch(OffsetFetchRequestGroup asked) {
        if (asked.groupId().isEmpty()) {
            throw new InvalidGroupIdException("The group id must not be empty.");
        }
        OffsetFetchResponseGroup group = new OffsetFetchResponseGroup().setGroupId(asked.groupId());
        if (!offsets.mayUse(asked.groupId())) {
            return group.setErrorCode(Errors.GROUP_AUTHORIZATION_FAILED.code());
        }
        SortedMap<String, SortedMap<Integer, Committed>> committed = offsets.committed(asked.groupId());
        if (asked.topics() == null) {
            committed.forEach(
                    (topic, byPartition) -> group.topics().add(topic(topic, byPartition, byPartition.keySet())));
        } else {
            asked.topics()
                    .forEach(topic -> group.topics()
                            .add(topic(
                                    topic.name(),
                                    committed.getOrDefault(topic.name(), new TreeMap<>()),
                                    topic.partitionIndexes())));
        }
        return group;
    }

    private static OffsetFetchResponseTopics topic(
            String name, Map<Integer, Committed> committed, Iterable<Integer> partitions) {
        OffsetFetchResponseTopics topic = new OffsetFetchResponseTopics().setName(name);
        partitions.forEach(partition -> {
            Committed offset = committed.getOrDefault(partition, NOTHING);
            topic.partitions()
                    .add(new OffsetFetchResponsePartitions()
                            .setPartitionIndex(partition)
                            .setCommittedOffset(offset.offset())
                            .setCommittedLeaderEpoch(-1)
                            .setMetadata(offset.metadata()));
        });
        return topic;
    }
}
