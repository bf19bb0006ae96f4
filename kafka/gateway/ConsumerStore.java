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
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import kafka.gateway.OffsetClients.OffsetClient;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * All consumers, as Kafka stores them: see {@link StoredConsumer}. Every call asks Kafka, so that any number of gateways see the same. Safe
 * for any number of threads.
 */
final class ConsumerStore {
    /** The prefix of the Kafka groups. A name of the API has no space, so no other group has it. */
    private static final String PREFIX = "mini-kafka consumer ";

    /** Beyond it, no states are remembered. */
    private static final int MAX_UNCLEAR = 10_000;

    private final Admin admin;
    private final OffsetClients clients;
    private final Removals removals;

    /** By id, the last save of which it is unknown whether it reached Kafka. */
    private final Map<String, UnclearSave> unclear = new ConcurrentHashMap<>();

    private record UnclearSave(StoredConsumer before, StoredConsumer after) {}

    ConsumerStore(Cluster cluster, Removals removals) {
        this.admin = cluster.admin();
        this.clients = new OffsetClients(cluster);
        this.removals = removals;
    }

    /** Makes a new cluster create its topic for offsets, so that the first registration need not wait for it. */
    void warmUp() {
        admin.listConsumerGroupOffsets(PREFIX); // nobody waits for the result
    }

    private static String group(String id) {
        return PREFIX + id;
    }

    /** Null if it does not exist. */
    StoredConsumer find(String id) {
        UnclearSave save = unclear.get(id);
        if (save != null) {
            return undo(save);
        }
        StoredConsumer found = StoredConsumer.of(id, withClient(id, OffsetClient::committed, Map.of()));
        if (found == null) {
            clients.forget(id); // it may be of another topic
        }
        return found != null ? found : findWithAdmin(id);
    }

    /** Restores the state before a save whose messages were not delivered, unless the consumer has changed since. */
    private StoredConsumer undo(UnclearSave save) {
        String id = save.after.id();
        StoredConsumer found = findWithAdmin(id);
        if (save.after.equals(found)) {
            write(save.before, null);
            found = save.before;
        }
        unclear.remove(id, save);
        return found;
    }

    private StoredConsumer findWithAdmin(String id) {
        Map<TopicPartition, OffsetAndMetadata> offsets =
                Cluster.await(admin.listConsumerGroupOffsets(group(id)).partitionsToOffsetAndMetadata());
        StoredConsumer found = StoredConsumer.of(id, offsets);
        if (found != null && found.group() == null) {
            clients.noteUse(id, group(id), offsets.keySet());
        }
        return found;
    }

    /**
     * Runs a call with the client of a consumer, if it has one.
     *
     * @param otherwise the result if it has no client, or if the call fails, but not because of the time limit. The admin client then finds
     *     out why
     * @throws EngineException UPSTREAM_UNAVAILABLE
     */
    private <T> T withClient(String id, Function<OffsetClient, T> call, T otherwise) {
        OffsetClient client = clients.acquire(id);
        if (client == null) {
            return otherwise;
        }
        try {
            T result = call.apply(client);
            clients.release(id, client);
            return result;
        } catch (RuntimeException e) {
            clients.discard(client);
            if (e instanceof TimeoutException) {
                throw UpstreamErrors.of(e);
            }
            return otherwise;
        }
    }

    /** @throws EngineException CONSUMER_NOT_FOUND */
    StoredConsumer get(String id) {
        StoredConsumer found = find(id);
        if (found == null) {
            Names.requireId("consumer_id", id);
            removals.requireNotRemoved(id);
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

    /**
     * Saves a consumer. If that fails, the next call that finds the consumer restores the state before.
     *
     * @param before the state that Kafka has; null if it has none
     */
    void save(StoredConsumer consumer, StoredConsumer before) {
        try {
            write(consumer, before);
        } catch (EngineException e) {
            if (before != null && unclear.size() < MAX_UNCLEAR) {
                unclear.put(consumer.id(), new UnclearSave(before, consumer));
            }
            throw e;
        }
    }

    private void write(StoredConsumer consumer, StoredConsumer before) {
        Map<TopicPartition, OffsetAndMetadata> offsets = consumer.offsets(before);
        if (!offsets.isEmpty() && !writeWithClient(consumer.id(), offsets)) {
            int leftMs = (int) CallDeadline.leftMs(); // so that Kafka's client does not try it again later
            Cluster.await(admin.alterConsumerGroupOffsets(
                            group(consumer.id()), offsets, new AlterConsumerGroupOffsetsOptions().timeoutMs(leftMs))
                    .all());
        }
    }

    private boolean writeWithClient(String id, Map<TopicPartition, OffsetAndMetadata> offsets) {
        return withClient(
                id,
                client -> {
                    client.commit(offsets);
                    return true;
                },
                false);
    }

    /** Closes the connections to Kafka. */
    void close() {
        clients.close();
    }

    /** Whether a Kafka group is that of a consumer, and not a group of the API. */
    static boolean isOfConsumer(String group) {
        return group.startsWith(PREFIX);
    }

    /** @param reason of the removal, in words */
    void delete(String id, String reason) {
        Cluster.await(admin.deleteConsumerGroups(List.of(group(id))).all(), cause -> {
            if (cause instanceof GroupNotEmptyException) {
                throw new EngineException(
                        ErrorCode.CONFLICT, "A Kafka client uses the group " + group(id) + ". Stop it first.");
            }
            if (!(cause instanceof GroupIdNotFoundException)) { // it was deleted with its topic, or by another call
                throw UpstreamErrors.of(cause);
            }
            return null;
        });
        clients.forget(id);
        unclear.remove(id);
        removals.add(id, reason);
    }
}
