package engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The groups of one topic by key, which are the readers that it retains messages for. A consumer without a group is a group of one.
 *
 * <p>Safe for any number of threads. A thread that adds or removes a consumer of the topic, or changes a group without members, holds
 * the monitor of this object: see {@link Consumers}.
 */
final class TopicGroups implements LogRetention.Readers {
    private final Map<String, Group> groups = new ConcurrentHashMap<>();
    private final Predicate<String> isReserved;

    /** @param isReserved whether a group of this name has members of another protocol */
    TopicGroups(Predicate<String> isReserved) {
        this.isReserved = isReserved;
    }

    /** The groups that have a name. */
    Stream<Group> named() {
        return groups.values().stream().filter(group -> group.name() != null);
    }

    /** The group of this name; null if absent. */
    Group named(String name) {
        return groups.get(ConsumerSettings.GROUP + name);
    }

    boolean has(String key) {
        return groups.containsKey(key);
    }

    /** Returns the group of these settings. Creates it, at the start offset of the settings, if it does not exist. */
    Group getOrCreate(Topic topic, ConsumerSettings settings) {
        return groups.computeIfAbsent(settings.groupKey(), key -> {
            long[] committed = IntStream.range(0, topic.partitions())
                    .mapToLong(p -> topic.offset(p, settings.start()))
                    .toArray();
            return create(topic, key, settings.group(), committed);
        });
    }

    /** Creates a group, and takes its memory. */
    private static Group create(Topic topic, String key, String name, long[] committed) {
        topic.memory().take(topic.memory().ofGroup(key));
        return new Group(
                topic, name, new CommittedOffsets(key, topic.journal(), topic.memory(), committed, afterCommit(topic)));
    }

    /** A commit may make room for an append that waits for it. */
    private static Runnable afterCommit(Topic topic) {
        return topic.settings().mayBeFull() ? topic.waiters()::wake : () -> {};
    }

    /**
     * Adds a persisted group.
     *
     * @param name null for a consumer without a group
     * @param committed by partition
     */
    Group restore(Topic topic, String key, String name, long[] committed) {
        Group group = create(topic, key, name, committed);
        groups.put(key, group);
        return group;
    }

    /**
     * Commits offsets of a group without members, all of them or none. Creates the group if it does not exist.
     *
     * @throws EngineException STORAGE_FULL
     */
    void commit(Topic topic, String name, Map<Integer, GroupOffsets.Committed> offsets) {
        String key = ConsumerSettings.GROUP + name;
        Group known = groups.get(key);
        Group group = known != null ? known : create(topic, key, name, CommittedOffsets.none(topic.partitions()));
        try {
            group.commit(offsets);
        } catch (Throwable e) { // for example, an OutOfMemoryError
            if (known == null) {
                topic.memory().giveBack(topic.memory().ofGroup(key));
            }
            throw e;
        }
        groups.put(key, group);
    }

    /**
     * Deletes a group without members, if it exists.
     *
     * @throws EngineException STORAGE_FULL
     */
    void delete(String name) {
        Group group = named(name);
        if (group != null) {
            group.topic().journal().deleteGroup(group.key());
            remove(group.key(), group.topic());
            group.topic().waiters().wake(); // an append may wait for room, which the group has prevented
        }
    }

    /**
     * Deletes committed offsets of a group without members, if they exist. Deletes a group without committed offsets.
     *
     * @throws EngineException STORAGE_FULL
     */
    void delete(String name, Set<Integer> partitions) {
        Group group = named(name);
        if (group == null) {
            return;
        }
        Set<Integer> kept = group.committed().byPartition().keySet();
        Set<Integer> deleted = new TreeSet<>(kept);
        deleted.retainAll(partitions);
        if (deleted.size() == kept.size()) {
            delete(name);
        } else if (!deleted.isEmpty()) {
            group.delete(deleted);
        }
    }

    void remove(String key, Topic topic) {
        Group removed = groups.remove(key);
        if (removed != null) {
            removed.committed().close();
            topic.memory().giveBack(topic.memory().ofGroup(key));
        }
    }

    /**
     * Closes all groups of a deleted topic.
     *
     * @return their members
     */
    List<ConsumerSession> close() {
        List<ConsumerSession> members = new ArrayList<>();
        groups.values().forEach(group -> members.addAll(group.close()));
        groups.clear();
        return members;
    }

    /** The ids of all current members, in alphabetical order. */
    List<String> memberIds() {
        return groups.values().stream()
                .flatMap(group -> group.memberIds().stream())
                .sorted()
                .collect(Collectors.toList());
    }

    @Override
    public long readByAll(int partition) {
        return groups.values().stream()
                .mapToLong(group -> group.committed().get(partition))
                .min()
                .orElse(0);
    }

    @Override
    public String whoHasNotRead(int partition, long offset) {
        return groups.values().stream()
                .filter(group -> group.committed().get(partition) <= offset)
                .map(group -> group.description(isReserved))
                .min(Comparator.naturalOrder())
                .map(reader -> reader + " has not read offset " + offset)
                .orElse("no consumer is registered yet to read the oldest messages");
    }
}
