package engine;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/** The committed offsets of the groups of a {@link MemoryBroker}. Safe for any number of threads. */
final class MemoryGroupOffsets implements GroupOffsets {
    private final Lookup lookup;
    private final Consumers consumers;

    MemoryGroupOffsets(Lookup lookup, Consumers consumers) {
        this.lookup = lookup;
        this.consumers = consumers;
    }

    @Override
    public Set<String> groupNames() {
        return consumers
                .groups()
                .flatMap(TopicGroups::named)
                .map(Group::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public SortedMap<String, SortedMap<Integer, Committed>> committed(String group) {
        SortedMap<String, SortedMap<Integer, Committed>> byTopic = new TreeMap<>();
        consumers.groups().forEach(groups -> {
            Group ofTopic = groups.named(group);
            if (ofTopic != null && !ofTopic.topic().isDeleted()) {
                byTopic.put(ofTopic.topic().name(), ofTopic.committed().byPartition());
            }
        });
        return byTopic;
    }

    @Override
    public CompletableFuture<Void> commit(String group, String topicName, Map<Integer, Committed> offsets) {
        Names.require("group", group);
        Topic topic = lookup.topic(topicName);
        Map<Integer, Committed> asked = Map.copyOf(offsets);
        asked.forEach((partition, committed) -> {
            topic.requirePartition("partition", partition);
            requireValid(committed);
        });
        return change(topic, group, groups -> groups.commit(topic, group, asked));
    }

    @Override
    public CompletableFuture<Void> delete(String group) {
        consumers.reservations().requireNoConsumers(group);
        return CompletableFuture.allOf(lookup.groups(group)
                .map(Group::topic)
                .map(topic -> deleteOf(topic, group))
                .toArray(CompletableFuture<?>[]::new));
    }

    @Override
    public CompletableFuture<Void> delete(String group, String topicName, Set<Integer> partitions) {
        lookup.requireGroup(group);
        Topic topic = lookup.topic(topicName);
        Set<Integer> asked = Set.copyOf(partitions);
        return change(topic, group, groups -> groups.delete(group, asked));
    }

    @Override
    public void reserve(String group) {
        consumers.reservations().reserve(Names.require("group", group));
    }

    @Override
    public void release(String group) {
        consumers.reservations().release(group);
    }

    private CompletableFuture<Void> deleteOf(Topic topic, String group) {
        CompletableFuture<Void> deleted;
        try {
            deleted = change(topic, group, groups -> groups.delete(group));
        } catch (EngineException e) {
            deleted = CompletableFuture.failedFuture(e);
        }
        return deleted.exceptionally(e -> {
            if (topic.isDeleted()) {
                return null; // and the group with it
            }
            throw e instanceof CompletionException completion ? completion : new CompletionException(e);
        });
    }

    /** A change of the groups of a topic. */
    private interface Change {
        /** The caller holds the monitor of the groups. */
        void make(TopicGroups groups);
    }

    private CompletableFuture<Void> change(Topic topic, String group, Change change) {
        return topic.call(() -> {
            TopicGroups groups = consumers.groupsOf(topic);
            synchronized (groups) { // no consumer of the topic can join meanwhile
                topic.requireNotDeleted();
                consumers.reservations().requireNoConsumers(group);
                change.make(groups);
            }
            return topic.afterSync(null);
        });
    }

    private static void requireValid(Committed committed) {
        if (committed.offset() < 0) {
            throw EngineException.invalid("offset", "must not be negative, but is " + committed.offset());
        }
        String metadata = committed.metadata();
        if (metadata.length() > MAX_METADATA_LENGTH) {
            throw EngineException.invalid(
                    "metadata",
                    "must have at most " + MAX_METADATA_LENGTH + " characters, but has " + metadata.length());
        }
        if (!metadata.isEmpty() && !StandardCharsets.UTF_8.newEncoder().canEncode(metadata)) {
            throw EngineException.invalid("metadata", "must be valid Unicode");
        }
    }
}
