package kafka.gateway;

import engine.CommitResult;
import engine.ConsumerSettings;
import engine.ConsumerState;
import engine.EncodedMessages;
import engine.EngineException;
import engine.ErrorCode;
import engine.GroupState;
import engine.MemoryBudget;
import engine.Names;
import engine.OffsetSpec;
import engine.PartitionRange;
import engine.Position;
import engine.ReadLimits;
import engine.RemovalReason;
import engine.Subscription;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import kafka.gateway.KafkaGroups.Snapshot;
import kafka.gateway.LoneConsumers.MemberFound;
import kafka.gateway.Membership.MovedException;
import org.apache.kafka.common.TopicPartition;

/**
 * All consumers: those that read alone, and the members of groups. Methods that need a member throw {@link MemberElsewhere} if another
 * gateway serves it. Safe for any number of threads.
 */
final class GatewayConsumers {
    /** How often a call follows a member that moves between gateways. */
    private static final int MAX_ATTEMPTS = 4;

    private final ConsumerStore store;
    private final KafkaGroups groups;
    private final LoneConsumers alone;
    private final GroupMembers members;
    private final TopicCatalog topics;
    private final WaitingCalls waitingCalls;

    GatewayConsumers(
            Cluster cluster,
            TopicCatalog topics,
            PartitionReaders readers,
            TailWatch tail,
            MemoryBudget budget,
            WaitingCalls waitingCalls,
            Executor executor) {
        this.topics = topics;
        this.waitingCalls = waitingCalls;
        this.store = new ConsumerStore(cluster, new Removals());
        this.groups = new KafkaGroups(cluster, topics);
        store.warmUp();
        PartitionTurns turns = new PartitionTurns(topics, readers);
        this.alone = new LoneConsumers(topics, store, turns, budget, waitingCalls);
        this.members = new GroupMembers(cluster, topics, groups, store, turns, budget, waitingCalls, tail, executor);
    }

    GroupMembers members() {
        return members;
    }

    private <T> T call(String id, Function<GroupMember, T> ofMember, Supplier<T> ofAlone) {
        for (int attempt = 1; ; attempt++) {
            GroupMember member = members.find(id);
            try {
                return member == null ? ofAlone.get() : ofMember.apply(member);
            } catch (MemberFound e) {
                members.resume(e.consumer());
            } catch (MovedException e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw UpstreamErrors.of(e);
                }
            } catch (EngineException e) {
                if (member != null && e.code() == ErrorCode.TOPIC_NOT_FOUND) {
                    members.end(member); // its topic was deleted, and the consumer with it
                    store.get(id); // says so
                }
                throw e;
            }
        }
    }

    /** See {@link engine.MessageBroker#registerConsumer}. */
    ConsumerState register(String topic, ConsumerSettings settings) {
        if (settings.group() == null) {
            return alone.register(topic, settings);
        }
        members.find(settings.consumerId()); // throws if the call has to go to another gateway
        return members.register(topic, settings, store.find(settings.consumerId()));
    }

    ConsumerState state(String id) {
        return call(id, GroupMember::state, () -> alone.state(id));
    }

    Subscription subscription(String id) {
        StoredConsumer consumer = store.get(id);
        return new Subscription(consumer.topic(), consumer.group());
    }

    /** The topic of a consumer. It may be that of an earlier consumer with the same id. */
    String topicOf(String id) {
        Names.requireId("consumer_id", id);
        return waitingCalls.topicOf(id, () -> store.get(id).topic());
    }

    /**
     * Delivers the next messages.
     *
     * @param topic that the caller believes the consumer to read
     * @param claim see {@link engine.PendingPoll.Attempt}
     * @return null if there are none
     */
    EncodedMessages poll(String id, String topic, ReadLimits limits, BooleanSupplier claim) {
        boolean[] isClaimed = {false};
        BooleanSupplier claimOnce =
                () -> isClaimed[0] = isClaimed[0] || claim.getAsBoolean(); // the call may be repeated
        return call(id, member -> member.poll(limits, claimOnce), () -> alone.poll(id, topic, limits, claimOnce));
    }

    /** See {@link engine.MessageBroker#commit}. */
    CommitResult commit(String id, Map<Integer, Long> offsets) {
        return call(id, member -> member.commit(offsets), () -> alone.commit(id, offsets));
    }

    /** See {@link engine.MessageBroker#seek}. */
    ConsumerState seek(String id, Integer partition, OffsetSpec to) {
        return call(id, member -> member.seek(partition, to), () -> alone.seek(id, partition, to));
    }

    /** See {@link engine.MessageBroker#unregisterConsumer}. */
    String unregister(String id) {
        String topic = call(id, members::unregister, () -> alone.unregister(id));
        waitingCalls.forget(id);
        return topic;
    }

    List<String> idsOf(String topic) {
        return store.all().stream()
                .filter(consumer -> consumer.topic().equals(topic))
                .map(StoredConsumer::id)
                .toList();
    }

    /** Removes consumers whose topic was deleted. */
    void removeAllOf(String topic, List<String> ids) {
        members.removeAllOf(topic);
        for (String id : ids) {
            store.delete(id, RemovalReason.topicDeleted(id, topic));
            waitingCalls.forget(id);
        }
    }

    /**
     * The states of consumers, sorted by id, without their reasons.
     *
     * @param topic null for all
     * @param group null for all
     */
    List<ConsumerState> states(String topic, String group) {
        List<StoredConsumer> found = store.all().stream()
                .filter(consumer -> topic == null || consumer.topic().equals(topic))
                .filter(consumer -> group == null || group.equals(consumer.group()))
                .toList();
        List<ConsumerState> states = new ArrayList<>(alone.states(
                found.stream().filter(consumer -> consumer.group() == null).toList()));
        states.addAll(ofMembers(
                found.stream().filter(consumer -> consumer.group() != null).toList()));
        states.sort(Comparator.comparing(ConsumerState::consumerId));
        return states;
    }

    /**
     * The states of members, without their reasons. Kafka has their committed offsets only, so the positions of members of other gateways
     * are there.
     */
    private List<ConsumerState> ofMembers(List<StoredConsumer> found) {
        Snapshot snapshot =
                groups.snapshot(found.stream().map(StoredConsumer::group).collect(Collectors.toSet()));
        Map<TopicPartition, PartitionRange> ranges =
                topics.rangesIfExist(found.stream().map(StoredConsumer::topic).collect(Collectors.toSet()));
        return found.stream().map(member -> state(member, snapshot, ranges)).toList();
    }

    private ConsumerState state(
            StoredConsumer consumer, Snapshot snapshot, Map<TopicPartition, PartitionRange> ranges) {
        GroupMember own = members.served(consumer.id());
        if (own != null) {
            return own.listed(ranges);
        }
        List<Position> positions = new ArrayList<>();
        for (int partition : snapshot.owned(consumer)) {
            TopicPartition one = new TopicPartition(consumer.topic(), partition);
            long next = snapshot.committed(consumer.group(), one);
            long end = ranges.containsKey(one) ? ranges.get(one).end() : next;
            positions.add(new Position(partition, next, next, Math.max(0, end - next)));
        }
        return new ConsumerState(
                consumer.id(),
                consumer.topic(),
                topics.partitionCount(consumer.topic()),
                consumer.group(),
                members.generation(consumer.group(), consumer.topic()),
                consumer.autoCommit(),
                positions,
                0,
                waitingCalls.count(consumer.id()),
                null);
    }

    List<GroupState> groups() {
        return groups.states(store.all(), members::generation);
    }

    /** See {@link engine.MessageBroker#groups(String)}. */
    List<GroupState> groups(String group) {
        return groups.states(group, store.all(), members::generation);
    }

    /** Ends the memberships of this gateway, and closes the connections of its consumers to Kafka. */
    void close() {
        members.close();
        store.close();
    }
}
