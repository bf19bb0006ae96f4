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
 * The groups of one topic, by their keys; a consumer that reads alone is a group of one. For them the topic keeps its messages.
 *
 * <p>Safe for any number of threads. It is the lock of whoever adds or removes a consumer of the topic: see {@link Consumers}.
 */
final class TopicGroups implements LogRetention.Readers {
    private final Map<String, Group> groups = new ConcurrentHashMap<>();

    /** The groups that have a name: a consumer that reads alone is none. */
    Stream<Group> named() {
        return groups.values().stream().filter(group -> group.name() != null);
    }

    /** The group of this name; null if there is none. */
    Group named(String name) {
        return groups.get(ConsumerSettings.GROUP + name);
    }

    boolean has(String key) {
        return groups.containsKey(key);
    }

    /** The group that these settings ask for; if it is new, it begins where they say. */
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
     * Adds a group that was written down.
     *
     * @param name null for a consumer that reads alone
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
     * Ends all groups of a topic that was deleted.
     *
     * @return who their members were
     */
    List<ConsumerSession> close() {
        List<ConsumerSession> members = new ArrayList<>();
        groups.values().forEach(group -> members.addAll(group.close()));
        groups.clear();
        return members;
    }

    /** The ids of all members at this moment. */
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
                .map(who -> who + " has not read offset " + offset)
                .orElse("no consumer is registered yet, to read what has to make room");
    }
}
