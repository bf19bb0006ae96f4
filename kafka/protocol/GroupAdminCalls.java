package kafka.protocol;

import engine.EngineException;
import engine.ErrorCode;
import engine.GroupOffsets;
import engine.GroupState;
import engine.MessageBroker;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroupMember;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponsePartition;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponseTopic;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Utils;

/** ListGroups, DescribeGroups, DeleteGroups and OffsetDelete. Groups with consumers of HTTP, or without members, are included. */
final class GroupAdminCalls {
    private static final String CLASSIC = "Classic";

    /** From this version on, DescribeGroups has an error for a group that does not exist. */
    private static final int NOT_FOUND_VERSION = 6;

    private final ClassicGroups groups;
    private final GroupOffsets offsets;
    private final MessageBroker broker;

    GroupAdminCalls(ClassicGroups groups, GroupOffsets offsets, MessageBroker broker) {
        this.groups = groups;
        this.offsets = offsets;
        this.broker = broker;
    }

    ApiMessage list(ListGroupsRequestData request, Caller caller) {
        ListGroupsResponseData response = new ListGroupsResponseData();
        if (!accepts(request.typesFilter(), CLASSIC)) {
            return response;
        }
        Set<String> names = new TreeSet<>(offsets.groupNames());
        names.addAll(groups.names());
        names.stream()
                .filter(offsets::mayUse)
                .map(this::described)
                .filter(group -> !isDead(group) && accepts(request.statesFilter(), group.groupState()))
                .forEach(group -> response.groups()
                        .add(new ListedGroup()
                                .setGroupId(group.groupId())
                                .setProtocolType(group.protocolType())
                                .setGroupState(group.groupState())
                                .setGroupType(CLASSIC)));
        return response;
    }

    private static boolean accepts(Collection<String> filter, String value) {
        return filter.isEmpty() || filter.stream().anyMatch(value::equalsIgnoreCase);
    }

    ApiMessage describe(DescribeGroupsRequestData request, Caller caller) {
        DescribeGroupsResponseData response = new DescribeGroupsResponseData();
        request.groups().forEach(name -> {
            DescribedGroup group = described(name);
            if (isDead(group) && caller.version() >= NOT_FOUND_VERSION) {
                group.setErrorCode(Errors.GROUP_ID_NOT_FOUND.code())
                        .setErrorMessage("Group " + name + " does not exist.");
            }
            response.groups().add(group);
        });
        return response;
    }

    private static boolean isDead(DescribedGroup group) {
        return group.groupState().equals(ClassicGroupState.DEAD.text());
    }

    /** A group that does not exist is dead. A group without members that Kafka clients use is described as the broker knows it. */
    private DescribedGroup described(String name) {
        ClassicGroup classic = offsets.mayUse(name) ? groups.get(name) : null;
        DescribedGroup group = new DescribedGroup().setGroupId(name).setGroupState(ClassicGroupState.DEAD.text());
        if (classic != null) {
            group = classic.describe();
        }
        return isDead(group) ? ofBroker(group) : group;
    }

    private DescribedGroup ofBroker(DescribedGroup group) {
        try {
            broker.groups(group.groupId())
                    .items()
                    .forEach(ofTopic ->
                            ofTopic.members().forEach(member -> group.members().add(member(ofTopic.topic(), member))));
        } catch (EngineException e) {
            if (e.code() == ErrorCode.GROUP_NOT_FOUND) {
                return group;
            }
            throw e;
        }
        ClassicGroupState state = group.members().isEmpty() ? ClassicGroupState.EMPTY : ClassicGroupState.STABLE;
        return group.setGroupState(state.text()).setProtocolType(ConsumerProtocol.PROTOCOL_TYPE);
    }

    /** A consumer of HTTP. */
    private static DescribedGroupMember member(String topic, GroupState.Member consumer) {
        List<TopicPartition> assigned = consumer.assigned().stream()
                .map(partition -> new TopicPartition(topic, partition))
                .collect(Collectors.toList());
        return new DescribedGroupMember()
                .setMemberId(consumer.consumerId())
                .setClientId(consumer.consumerId())
                .setMemberAssignment(Utils.toArray(ConsumerProtocol.serializeAssignment(new Assignment(assigned))));
    }

    ApiMessage delete(DeleteGroupsRequestData request, Caller caller) {
        DeleteGroupsResponseData response = new DeleteGroupsResponseData();
        request.groupsNames()
                .forEach(name -> response.results()
                        .add(new DeletableGroupResult()
                                .setGroupId(name)
                                .setErrorCode(error(() -> delete(name)).code())));
        return response;
    }

    private void delete(String name) {
        if (offsets.mayUse(name) && groups.get(name) != null) {
            throw Errors.NON_EMPTY_GROUP.exception();
        }
        offsets.delete(name).join();
    }

    /** Deletes the offsets of topics to which no member of the group is subscribed. */
    ApiMessage deleteOffsets(OffsetDeleteRequestData request, Caller caller) {
        OffsetDeleteResponseData response = new OffsetDeleteResponseData();
        DescribedGroup group = described(request.groupId());
        if (isDead(group)) {
            return response.setErrorCode(Errors.GROUP_ID_NOT_FOUND.code());
        }
        request.topics().forEach(topic -> {
            Errors error = isSubscribed(group, topic.name())
                    ? Errors.GROUP_SUBSCRIBED_TO_TOPIC
                    : error(() -> deleteOffsets(request.groupId(), topic));
            OffsetDeleteResponseTopic ofTopic = new OffsetDeleteResponseTopic().setName(topic.name());
            topic.partitions()
                    .forEach(partition -> ofTopic.partitions()
                            .add(new OffsetDeleteResponsePartition()
                                    .setPartitionIndex(partition.partitionIndex())
                                    .setErrorCode(error.code())));
            response.topics().add(ofTopic);
        });
        return response;
    }

    /** A member during a rebalance, or one that is not a consumer, may be subscribed to any topic. */
    private static boolean isSubscribed(DescribedGroup group, String topic) {
        return group.members().stream().anyMatch(member -> {
            try {
                return ConsumerProtocol.deserializeSubscription(ByteBuffer.wrap(member.memberMetadata()))
                        .topics()
                        .contains(topic);
            } catch (RuntimeException e) {
                return true;
            }
        });
    }

    private void deleteOffsets(String name, OffsetDeleteRequestTopic topic) {
        Set<Integer> partitions = topic.partitions().stream()
                .map(OffsetDeleteRequestPartition::partitionIndex)
                .collect(Collectors.toSet());
        offsets.delete(name, topic.name(), partitions).join();
    }

    /** The error with which a change fails; NONE if it succeeds. */
    private static Errors error(Runnable change) {
        try {
            change.run();
            return Errors.NONE;
        } catch (RuntimeException e) {
            boolean hasConsumers =
                    KafkaErrors.cause(e) instanceof EngineException known && known.code() == ErrorCode.CONFLICT;
            return hasConsumers ? Errors.NON_EMPTY_GROUP : KafkaErrors.of(e);
        }
    }
}
