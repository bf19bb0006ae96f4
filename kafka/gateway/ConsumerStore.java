package kafka.gateway;

import engine.EngineException;
import engine.ErrorCode;
import engine.Names;
import engine.NotFound;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;

/**
 * The consumers without a group. Each has a Kafka group of its own that never has members: see {@link StoredConsumer}. Every call asks
 * Kafka, so that any number of gateways see the same. Safe for any number of threads.
 */
final class ConsumerStore {
    /** The prefix of the Kafka groups. A name of the API has no space, so no other group has it. */
    private static final String PREFIX = "mini-kafka consumer ";

    private final Admin admin;

    ConsumerStore(Cluster cluster) {
        this.admin = cluster.admin();
    }

    private static String group(String id) {
        return PREFIX + id;
    }

    /** Null if it does not exist. */
    StoredConsumer find(String id) {
        return StoredConsumer.of(
                id, Cluster.await(admin.listConsumerGroupOffsets(group(id)).partitionsToOffsetAndMetadata()));
    }

    /** @throws EngineException CONSUMER_NOT_FOUND */
    StoredConsumer get(String id) {
        StoredConsumer found = find(id);
        if (found == null) {
            Names.requireId("consumer_id", id);
            throw NotFound.consumer(id, ids());
        }
        return found;
    }

    List<String> ids() {
        Collection<GroupListing> groups = Cluster.await(
                admin.listGroups(ListGroupsOptions.forConsumerGroups()).all());
        return groups.stream()
                .map(GroupListing::groupId)
                .filter(group -> group.startsWith(PREFIX))
                .map(group -> group.substring(PREFIX.length()))
                .sorted()
                .toList();
    }

    /** All consumers, sorted by id. */
    List<StoredConsumer> all() {
        List<String> ids = ids();
        if (ids.isEmpty()) {
            return List.of();
        }
        Map<String, ListConsumerGroupOffsetsSpec> asked = new HashMap<>();
        ids.forEach(id -> asked.put(group(id), new ListConsumerGroupOffsetsSpec()));
        Map<String, Map<TopicPartition, OffsetAndMetadata>> found =
                Cluster.await(admin.listConsumerGroupOffsets(asked).all());
        return ids.stream()
                .map(id -> StoredConsumer.of(id, found.get(group(id))))
                .filter(Objects::nonNull)
                .toList();
    }

    /** @param before the state that Kafka has; null if it has none */
    void save(StoredConsumer consumer, StoredConsumer before) {
        Map<TopicPartition, OffsetAndMetadata> offsets = consumer.offsets(before);
        if (!offsets.isEmpty()) {
            Cluster.await(admin.alterConsumerGroupOffsets(group(consumer.id()), offsets)
                    .all());
        }
    }

    void delete(String id) {
        try {
            admin.deleteConsumerGroups(List.of(group(id))).all().get();
        } catch (Exception e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof GroupIdNotFoundException) {
                return; // another call has deleted it
            }
            if (cause instanceof GroupNotEmptyException) {
                throw new EngineException(
                        ErrorCode.CONFLICT, "A Kafka client uses the group " + group(id) + ". Stop it first.");
            }
            throw UpstreamErrors.of(cause);
        }
    }
}
