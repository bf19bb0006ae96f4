package storage;

import static engine.ConsumerSettings.ALONE;
import static engine.ConsumerSettings.GROUP;
import static engine.ConsumerSettings.groupKey;

import engine.ConsumerSettings;
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
    private final Map<String, long[]> committed = new LinkedHashMap<>();
    private final Map<String, Entry.Registration> consumers = new LinkedHashMap<>();

    /** By group name. */
    private final Map<String, Entry.Assignment> assigned = new LinkedHashMap<>();

    /** By consumer id. */
    private final Map<String, Entry.Missed> missed = new LinkedHashMap<>();

    ConsumersState(int partitions) {
        this.partitions = partitions;
    }

    /** @param group its key in the engine, see {@link engine.Journal#commit} */
    void commit(String group, Map<Integer, Long> offsets) {
        if (group.startsWith(ALONE) && !consumers.containsKey(consumerId(group))) {
            return; // the consumer was removed meanwhile
        }
        long[] known = committed.computeIfAbsent(group, absent -> new long[partitions]);
        offsets.forEach((partition, offset) -> known[partition] = offset);
    }

    /** The entry for a commit. */
    static Entry.Commit commitEntry(String group, Map<Integer, Long> offsets) {
        return new Entry.Commit(consumerId(group), groupName(group), offsets(offsets));
    }

    /** The entry for a consumer. It includes the committed offsets of the group if the group is new. */
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
                committed.containsKey(group) ? null : groupCommitted);
    }

    void register(Entry.Registration consumer) {
        Names.requireId("consumer_id", consumer.consumerId());
        restored(consumer); // checks the settings
        consumers.put(consumer.consumerId(), consumer);
        if (consumer.committed() != null) {
            putCommitted(groupKey(consumer.consumerId(), consumer.group()), consumer.committed());
        }
    }

    private void putCommitted(String group, long[] offsets) {
        if (offsets.length != partitions) {
            throw new IllegalArgumentException(offsets.length + " offsets for " + partitions + " partitions");
        }
        committed.put(group, offsets.clone());
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
                .map(offset -> new Entry.PartitionOffset(offset.getKey(), offset.getValue()))
                .collect(Collectors.toList());
    }

    private static Map<Integer, Long> byPartition(List<Entry.PartitionOffset> offsets) {
        return offsets.stream()
                .collect(Collectors.toMap(Entry.PartitionOffset::partition, Entry.PartitionOffset::offset));
    }

    void apply(Entry.Commit commit) {
        commit(groupKey(commit.consumerId(), commit.group()), byPartition(commit.offsets()));
    }

    /** Replaces all groups and consumers. */
    void replaceWith(Entry.ConsumersSnapshot state) {
        committed.clear();
        consumers.clear();
        assigned.clear();
        missed.clear();
        state.groups().forEach(group -> putCommitted(groupKey(group.consumerId(), group.group()), group.committed()));
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
        committed.forEach(
                (group, offsets) -> groups.add(new Entry.GroupOffsets(consumerId(group), groupName(group), offsets)));
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
                restorer.reader(group, offsets);
                return;
            }
            Entry.Assignment assignment = assigned.get(groupName(group));
            restorer.group(
                    group,
                    groupName(group),
                    offsets,
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
