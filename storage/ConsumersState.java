package storage;

import static engine.ConsumerSettings.ALONE;
import static engine.ConsumerSettings.GROUP;
import static engine.ConsumerSettings.groupKey;

import engine.ConsumerSettings;
import engine.GroupOffsets;
import engine.Names;
import engine.OffsetSpec;
import engine.RestoredConsumer;
import engine.TopicRestorer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The groups and consumers of a topic, as its files have them. A start restores them to the engine, and every new
 * segment begins with them. For one thread at a time.
 *
 * <p>A method that gets an entry of a file throws a RuntimeException if the entry is incomplete or does not fit the
 * topic.
 */
final class ConsumersState {
    private final int partitions;

    /** By key: the groups, and each consumer without a group. */
    private final Map<String, StoredOffsets> committed = new LinkedHashMap<>();

    private final Map<String, Entry.Registration> consumers = new LinkedHashMap<>();

    /** By group name. */
    private final Map<String, Entry.Assignment> assigned = new LinkedHashMap<>();

    /** By consumer id. */
    private final Map<String, Entry.Missed> missed = new LinkedHashMap<>();

    ConsumersState(int partitions) {
        this.partitions = partitions;
    }

    /** Commits offsets. The group may be new. */
    void commit(Entry.Commit commit) {
        if (commit.group() == null && !consumers.containsKey(commit.consumerId())) {
            return; // the consumer was removed meanwhile
        }
        StoredOffsets known = offsetsOf(groupKey(commit.consumerId(), commit.group()));
        commit.offsets().forEach(one -> known.commit(one.partition(), one.offset(), one.metadata()));
    }

    private StoredOffsets offsetsOf(String group) {
        return committed.computeIfAbsent(group, absent -> new StoredOffsets(partitions));
    }

    /**
     * The entry for a commit.
     *
     * @param group its key in the engine, see {@link engine.Journal#commit}
     */
    static Entry.Commit commitEntry(String group, List<Entry.PartitionOffset> offsets) {
        return new Entry.Commit(consumerId(group), groupName(group), offsets);
    }

    /**
     * Deletes a group, or some of its committed offsets. Does nothing if the group has members: the broker deletes no
     * such group, but a deletion that a failed fsync has truncated may come back after later records.
     */
    void delete(Entry.Deletion deletion) {
        String group = groupKey(null, deletion.group());
        StoredOffsets known = committed.get(group);
        if (known == null || hasMembers(deletion.group())) {
            return;
        }
        if (deletion.partitions() == null) {
            committed.remove(group);
            assigned.remove(deletion.group());
        } else {
            deletion.partitions().forEach(known::delete);
        }
    }

    private boolean hasMembers(String groupName) {
        return consumers.values().stream().anyMatch(consumer -> groupName.equals(consumer.group()));
    }

    /** The entry for a consumer. It includes the committed offsets of the group if the files lack some of them. */
    Entry.Registration registrationEntry(
            ConsumerSettings consumer, long registeredAt, String group, long[] groupCommitted) {
        Long timeout = consumer.sessionTimeoutMs();
        return new Entry.Registration(
                consumer.consumerId(),
                consumer.group(),
                consumer.autoCommit(),
                timeout == null ? ConsumerSettings.DEFAULT_SESSION_TIMEOUT_MS : timeout,
                (consumer.group() == null && timeout != null) ? true : null,
                registeredAt == 0 ? null : registeredAt,
                committed.containsKey(group) && committed.get(group).isComplete() ? null : groupCommitted);
    }

    void register(Entry.Registration consumer) {
        Names.requireId("consumer_id", consumer.consumerId());
        restored(consumer); // checks the settings
        consumers.put(consumer.consumerId(), consumer);
        if (consumer.committed() != null) {
            offsetsOf(groupKey(consumer.consumerId(), consumer.group())).commitAll(consumer.committed());
        }
    }

    /** Removes a consumer. Its group stays, except for the offsets of a consumer without a group. */
    void unregister(String consumerId) {
        consumers.remove(consumerId);
        committed.remove(ALONE + consumerId);
        missed.remove(consumerId);
    }

    void assign(Entry.Assignment assignment) {
        if (assignment.owned() != null) {
            assignment.owned().values().forEach(owned -> owned.forEach(this::requirePartition));
        }
        assigned.merge(
                assignment.group(),
                assignment,
                (before, after) -> after.owned() != null
                        ? after
                        : new Entry.Assignment(after.group(), after.generation(), before.owned()));
    }

    private void requirePartition(int partition) {
        Objects.checkIndex(partition, partitions);
    }

    void miss(Entry.Missed state) {
        byPartition(state.passed()).keySet().forEach(this::requirePartition);
        if (consumers.containsKey(state.consumerId())) {
            missed.merge(state.consumerId(), state, (before, after) -> {
                Map<Integer, Long> highestDelivered = byPartition(before.passed());
                highestDelivered.putAll(byPartition(after.passed()));
                return new Entry.Missed(after.consumerId(), after.messages(), offsets(highestDelivered));
            });
        }
    }

    /** Converts offsets to the form of the file. */
    static List<Entry.PartitionOffset> offsets(Map<Integer, Long> offsets) {
        return offsets.entrySet().stream()
                .map(offset -> new Entry.PartitionOffset(offset.getKey(), offset.getValue(), null))
                .collect(Collectors.toList());
    }

    /** Converts offsets with metadata to the form of the file. */
    static List<Entry.PartitionOffset> offsetsWithMetadata(Map<Integer, GroupOffsets.Committed> offsets) {
        return offsets.entrySet().stream()
                .map(one -> new Entry.PartitionOffset(
                        one.getKey(),
                        one.getValue().offset(),
                        emptyToNull(one.getValue().metadata())))
                .collect(Collectors.toList());
    }

    private static String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static Map<Integer, Long> byPartition(List<Entry.PartitionOffset> offsets) {
        return offsets.stream()
                .collect(Collectors.toMap(Entry.PartitionOffset::partition, Entry.PartitionOffset::offset));
    }

    /** Replaces all groups and consumers. */
    void replaceWith(Entry.ConsumersSnapshot state) {
        committed.clear();
        consumers.clear();
        assigned.clear();
        missed.clear();
        state.groups()
                .forEach(group ->
                        offsetsOf(groupKey(group.consumerId(), group.group())).restore(group));
        state.consumers().forEach(this::register);
        if (state.assigned() != null) {
            state.assigned().forEach(this::assign);
        }
        if (state.missed() != null) {
            state.missed().forEach(this::miss);
        }
    }

    Entry.ConsumersSnapshot entry() {
        List<Entry.GroupOffsets> groups = new ArrayList<>();
        committed.forEach((group, offsets) -> groups.add(offsets.entry(consumerId(group), groupName(group))));
        return new Entry.ConsumersSnapshot(
                groups,
                consumers.values().stream()
                        .map(Entry.Registration::withoutCommitted)
                        .collect(Collectors.toList()),
                assigned.isEmpty() ? null : List.copyOf(assigned.values()),
                missed.isEmpty() ? null : List.copyOf(missed.values()));
    }

    /** Restores the groups to the topic, and returns the consumers. */
    List<RestoredConsumer> restoreTo(TopicRestorer restorer) {
        committed.forEach((group, offsets) -> {
            if (groupName(group) == null) {
                restorer.reader(group, offsets.offsets());
                return;
            }
            Entry.Assignment assignment = assigned.get(groupName(group));
            restorer.group(
                    group,
                    groupName(group),
                    offsets.offsets(),
                    offsets.metadata(),
                    assignment == null ? 0 : assignment.generation(),
                    assignment == null || assignment.owned() == null ? Map.of() : assignment.owned());
        });
        missed.values().forEach(one -> restorer.missed(one.consumerId(), one.messages(), byPartition(one.passed())));
        return consumers.values().stream().map(ConsumersState::restored).collect(Collectors.toList());
    }

    private static RestoredConsumer restored(Entry.Registration consumer) {
        ConsumerSettings settings = new ConsumerSettings(
                consumer.consumerId(),
                consumer.group(),
                consumer.autoCommit(),
                OffsetSpec.parse("start", null),
                consumer.sessionTimeoutOrNull());
        return new RestoredConsumer(settings, consumer.registeredAt() == null ? 0 : consumer.registeredAt());
    }

    private static String consumerId(String key) {
        return key.startsWith(ALONE) ? key.substring(ALONE.length()) : null;
    }

    /** Null for a consumer without a group. */
    static String groupName(String key) {
        return key.startsWith(GROUP) ? key.substring(GROUP.length()) : null;
    }
}
