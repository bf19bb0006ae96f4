package engine;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds what a name stands for, or says what may have been meant. Safe for any number of threads. */
final class Lookup {
    /** Among more names it does not look for a similar one: the answer to a mistake must not keep others waiting. */
    private static final int MAX_COMPARED_NAMES = 1000;

    private final Map<String, Topic> topics;
    private final Consumers consumers;
    private final boolean isForgetful;

    /**
     * @param topics by their names, a live view
     * @param isForgetful whether a restart of the broker removes all consumers
     */
    Lookup(Map<String, Topic> topics, Consumers consumers, boolean isForgetful) {
        this.topics = topics;
        this.consumers = consumers;
        this.isForgetful = isForgetful;
    }

    /** @throws EngineException TOPIC_NOT_FOUND */
    Topic topic(String name) {
        Topic topic = topics.get(name);
        if (topic == null) {
            Names.require("topic", name);
            throw new EngineException(
                    ErrorCode.TOPIC_NOT_FOUND, "No topic " + name + "." + didYouMean(name, topics.keySet()));
        }
        return topic;
    }

    /** @throws EngineException CONSUMER_NOT_FOUND; if it was there once, it says what happened to it */
    ConsumerSession session(String consumerId) {
        ConsumerSession session = consumers.get(consumerId);
        if (session == null) {
            Names.require("consumer_id", consumerId);
            String removal = consumers.removalOf(consumerId);
            throw new EngineException(
                    ErrorCode.CONSUMER_NOT_FOUND,
                    removal != null
                            ? removal
                            : "No consumer " + consumerId + "." + didYouMean(consumerId, consumers.ids())
                                    + (isForgetful ? " A broker that was restarted has forgotten its consumers." : ""));
        }
        return session;
    }

    /**
     * The groups of this name, each of another topic.
     *
     * @throws EngineException GROUP_NOT_FOUND
     */
    Stream<Group> groups(String name) {
        Names.require("group", name);
        Set<Group> found = consumers
                .groups()
                .map(groups -> groups.named(name))
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        if (found.isEmpty()) {
            Set<String> known = consumers
                    .groups()
                    .flatMap(TopicGroups::named)
                    .map(Group::name)
                    .collect(Collectors.toSet());
            throw new EngineException(
                    ErrorCode.GROUP_NOT_FOUND,
                    "No group " + name + "." + didYouMean(name, known)
                            + " A group exists once a consumer has registered with its name.");
        }
        return found.stream();
    }

    private static String didYouMean(String wanted, Set<String> known) {
        if (known.size() > MAX_COMPARED_NAMES) {
            return "";
        }
        return Names.nearest(wanted, known)
                .map(name -> " Did you mean " + name + "?")
                .orElse("");
    }
}
