package engine;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds topics, consumers and groups by name. An error suggests a similar name. Safe for any number of threads. */
final class Lookup {
    private final Map<String, Topic> topics;
    private final Consumers consumers;
    private final boolean losesConsumersOnRestart;

    /**
     * @param topics by name, a live view
     * @param losesConsumersOnRestart whether a restart of the broker removes all consumers
     */
    Lookup(Map<String, Topic> topics, Consumers consumers, boolean losesConsumersOnRestart) {
        this.topics = topics;
        this.consumers = consumers;
        this.losesConsumersOnRestart = losesConsumersOnRestart;
    }

    /** @throws EngineException TOPIC_NOT_FOUND */
    Topic topic(String name) {
        Topic topic = topics.get(name);
        if (topic == null) {
            Names.require("topic", name);
            throw NotFound.topic(name, topics.keySet());
        }
        return topic;
    }

    /** @throws EngineException CONSUMER_NOT_FOUND; if the consumer was removed, the message says why */
    ConsumerSession session(String consumerId) {
        ConsumerSession session = consumers.get(consumerId);
        if (session == null) {
            String removal = consumers.removalOf(consumerId);
            if (removal == null) {
                Names.require("consumer_id", consumerId);
            }
            throw new EngineException(
                    ErrorCode.CONSUMER_NOT_FOUND,
                    removal != null
                            ? removal
                            : NotFound.consumer(consumerId, consumers.ids()).getMessage()
                                    + (losesConsumersOnRestart
                                            ? " A restart of the broker removes all consumers."
                                            : ""));
        }
        return session;
    }

    /**
     * The groups of this name, each of a different topic.
     *
     * @throws EngineException GROUP_NOT_FOUND
     */
    Stream<Group> groups(String name) {
        Names.require("group", name);
        Set<Group> found = named(name).collect(Collectors.toSet());
        if (found.isEmpty()) {
            Set<String> known = consumers
                    .groups()
                    .flatMap(TopicGroups::named)
                    .map(Group::name)
                    .collect(Collectors.toSet());
            throw NotFound.group(name, known);
        }
        return found.stream();
    }

    /** @throws EngineException GROUP_NOT_FOUND */
    void requireGroup(String name) {
        if (named(name).findAny().isEmpty()) {
            groups(name);
        }
    }

    private Stream<Group> named(String name) {
        return consumers.groups().map(groups -> groups.named(name)).filter(Objects::nonNull);
    }
}
