package engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The groups of one topic by key, which are the readers that it retains messages for. A consumer without a group is a group of one.
 *
 * <p>Safe for any number of threads. A thread that adds or removes a consumer of the topic holds the monitor of this object: see
 * {@link Consumers}.
 */
final class TopicGroups implements LogRetention.Readers {
    private final Map<String, Group> groups = new ConcurrentHashMap<>();

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
            topic.memory().take(topic.memory().ofGroup(key));
            return new Group(topic, settings.group(), new CommittedOffsets(key, topic.journal(), committed));
        });
    }

    /**
     * Adds a persisted group.
     *
     * @param name null for a consumer without a group
     * @param committed by partition
     */
    Group restore(Topic topic, String key, String name, long[] committed) {
        topic.memory().take(topic.memory().ofGroup(key));
        Group group = new Group(topic, name, new CommittedOffsets(key, topic.journal(), committed));
        groups.put(key, group);
        return group;
    }

    void remove(String key, Topic topic) {
        if (groups.remove(key) != null) {
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
                .map(Group::description)
                .min(Comparator.naturalOrder())
                .map(reader -> reader + " has not read offset " + offset)
                .orElse("no consumer is registered yet to read the oldest messages");
    }
}
