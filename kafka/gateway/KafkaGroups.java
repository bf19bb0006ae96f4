package kafka.gateway;

import engine.EngineException;
import engine.GroupState;
import engine.Names;
import engine.NotFound;
import engine.OffsetSpec;
import engine.PartitionRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The consumer groups of a cluster, also those of other clients of Kafka. Every call asks Kafka. A Kafka group with members on several
 * topics is a group of the API for each of these topics. Safe for any number of threads.
 */
final class KafkaGroups {
    private final Admin admin;
    private final TopicCatalog topics;

    KafkaGroups(Cluster cluster, TopicCatalog topics) {
        this.admin = cluster.admin();
        this.topics = topics;
    }

    /** The committed offsets of a group in a topic, by partition. Partitions without one are missing. */
    SortedMap<Integer, OffsetAndMetadata> committed(String group, String topic) {
        SortedMap<Integer, OffsetAndMetadata> found = new TreeMap<>();
        Cluster.await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .forEach((partition, offset) -> {
                    if (offset != null && partition.topic().equals(topic)) {
                        found.put(partition.partition(), offset);
                    }
                });
        return found;
    }

    /**
     * Commits where a new group starts.
     *
     * @throws EngineException INVALID, OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED, UPSTREAM_UNAVAILABLE
     */
    void start(String group, String topic, OffsetSpec start) {
        Map<Integer, OffsetAndMetadata> known = committed(group, topic);
        List<TopicPartition> partitions = topics.partitions(topic);
        Map<TopicPartition, OffsetAndMetadata> starts = new HashMap<>();
        for (TopicPartition partition : partitions) {
            if (!known.containsKey(partition.partition())) {
                PartitionRange.requireSinglePartition(null, start, topic, partitions.size());
                starts.put(partition, new OffsetAndMetadata(topics.offset(partition, start)));
            }
        }
        if (starts.isEmpty()) {
            return;
        }
        try {
            Cluster.await(admin.alterConsumerGroupOffsets(group, starts).all());
        } catch (EngineException e) {
            // The group has members, which read other topics, or are other clients of Kafka. It starts at the oldest
            // messages.
            if (memberCount(group) == 0) {
                throw e;
            }
        }
    }

    /** The number of members of a group, of all topics. */
    int memberCount(String group) {
        return describe(List.of(group)).get(group).members().size();
    }

    /** The partitions of a topic by the ids of their owners. */
    SortedMap<String, List<Integer>> shares(String group, String topic) {
        return shares(describe(List.of(group)).get(group), topic);
    }

    private static SortedMap<String, List<Integer>> shares(ConsumerGroupDescription group, String topic) {
        SortedMap<String, List<Integer>> shares = new TreeMap<>();
        for (MemberDescription member : group.members()) {
            List<Integer> owned = member.assignment().topicPartitions().stream()
                    .filter(partition -> partition.topic().equals(topic))
                    .map(TopicPartition::partition)
                    .sorted()
                    .toList();
            if (!owned.isEmpty()) {
                shares.put(id(member), owned);
            }
        }
        return shares;
    }

    private static String id(MemberDescription member) {
        return member.groupInstanceId().map(InstanceId::consumerId).orElse(member.consumerId());
    }

    private Map<String, ConsumerGroupDescription> describe(Collection<String> groups) {
        return Cluster.await(admin.describeConsumerGroups(groups).all());
    }

    private List<String> names() {
        Collection<GroupListing> groups = Cluster.await(
                admin.listGroups(ListGroupsOptions.forConsumerGroups()).all());
        return groups.stream()
                .map(GroupListing::groupId)
                .filter(group -> !ConsumerStore.isOfConsumer(group) && !ProducerSessions.isOfProducer(group))
                .sorted()
                .toList();
    }

    /** All groups, sorted by name and then by topic. */
    List<GroupState> states(Collection<StoredConsumer> consumers, Generations generations) {
        return states(names(), consumers, generations);
    }

    /**
     * The groups with this name, sorted by topic.
     *
     * @throws EngineException GROUP_NOT_FOUND
     */
    List<GroupState> states(String group, Collection<StoredConsumer> consumers, Generations generations) {
        Names.require("group", group);
        List<String> known = names();
        List<GroupState> found = known.contains(group) ? states(List.of(group), consumers, generations) : List.of();
        if (found.isEmpty()) {
            throw NotFound.group(group, known);
        }
        return found;
    }

    /** The generation of a group as far as this gateway knows it: Kafka does not tell. */
    interface Generations {
        long of(String group, String topic);
    }

    /** The members and the committed offsets of groups, by name. */
    record Snapshot(
            Map<String, ConsumerGroupDescription> described,
            Map<String, Map<TopicPartition, OffsetAndMetadata>> offsets) {
        /** The partitions of a topic that a member owns. */
        List<Integer> owned(StoredConsumer member) {
            return shares(described.get(member.group()), member.topic()).getOrDefault(member.id(), List.of());
        }

        /** The committed offset of a group; 0 if there is none. */
        long committed(String group, TopicPartition partition) {
            OffsetAndMetadata stored = offsets.get(group).get(partition);
            return stored == null ? 0 : stored.offset();
        }
    }

    /** With two requests for any number of groups. */
    Snapshot snapshot(Collection<String> names) {
        if (names.isEmpty()) {
            return new Snapshot(Map.of(), Map.of());
        }
        Map<String, ListConsumerGroupOffsetsSpec> asked = new HashMap<>();
        names.forEach(name -> asked.put(name, new ListConsumerGroupOffsetsSpec()));
        return new Snapshot(
                describe(names),
                Cluster.await(admin.listConsumerGroupOffsets(asked).all()));
    }

    private List<GroupState> states(
            Collection<String> names, Collection<StoredConsumer> consumers, Generations generations) {
        Snapshot snapshot = snapshot(names);
        Map<String, ConsumerGroupDescription> described = snapshot.described;
        Map<String, Map<TopicPartition, OffsetAndMetadata>> offsets = snapshot.offsets;
        Map<String, TreeSet<String>> topicsOf = new TreeMap<>();
        for (String name : names) {
            TreeSet<String> ofGroup = new TreeSet<>();
            offsets.get(name).forEach((partition, offset) -> {
                if (offset != null) {
                    ofGroup.add(partition.topic());
                }
            });
            described
                    .get(name)
                    .members()
                    .forEach(member ->
                            member.assignment().topicPartitions().forEach(partition -> ofGroup.add(partition.topic())));
            topicsOf.put(name, ofGroup);
        }
        Map<TopicPartition, PartitionRange> ranges = topics.rangesIfExist(
                topicsOf.values().stream().flatMap(Collection::stream).collect(Collectors.toSet()));
        List<GroupState> states = new ArrayList<>();
        topicsOf.forEach((name, ofGroup) -> ofGroup.forEach(topic -> {
            List<PartitionRange> partitions = ranges.values().stream()
                    .filter(range -> range.topic().equals(topic))
                    .sorted((one, other) -> one.partition() - other.partition())
                    .toList();
            if (!partitions.isEmpty()) {
                states.add(new GroupState(
                        name,
                        topic,
                        generations.of(name, topic),
                        members(described.get(name), topic, consumers),
                        partitions(described.get(name), offsets.get(name), partitions)));
            }
        }));
        return states;
    }

    /** Kafka does not tell the topic of a member without partitions. {@code consumers} have it, if the member is one of them. */
    private static List<GroupState.Member> members(
            ConsumerGroupDescription group, String topic, Collection<StoredConsumer> consumers) {
        SortedMap<String, List<Integer>> members = shares(group, topic);
        List<String> current = group.members().stream().map(KafkaGroups::id).toList();
        consumers.stream()
                .filter(consumer -> group.groupId().equals(consumer.group())
                        && consumer.topic().equals(topic)
                        && current.contains(consumer.id()))
                .forEach(consumer -> members.putIfAbsent(consumer.id(), List.of()));
        return members.entrySet().stream()
                .map(member -> new GroupState.Member(member.getKey(), member.getValue()))
                .toList();
    }

    private static List<GroupState.Partition> partitions(
            ConsumerGroupDescription group,
            Map<TopicPartition, OffsetAndMetadata> offsets,
            List<PartitionRange> ranges) {
        Map<Integer, String> owners = new HashMap<>();
        shares(group, ranges.get(0).topic())
                .forEach((id, partitions) -> partitions.forEach(partition -> owners.put(partition, id)));
        return ranges.stream()
                .map(range -> {
                    OffsetAndMetadata stored = offsets.get(new TopicPartition(range.topic(), range.partition()));
                    long committed = stored == null ? range.start() : stored.offset();
                    return new GroupState.Partition(
                            range.partition(),
                            committed,
                            range.end(),
                            Math.max(0, range.end() - Math.max(committed, range.start())),
                            owners.get(range.partition()));
                })
                .toList();
    }
}
