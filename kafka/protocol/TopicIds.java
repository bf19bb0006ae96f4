package kafka.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import engine.MessageBroker;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicIdException;

/**
 * The ids of topics. An id is a hash of the name: a topic that was deleted and created again has the same one. Safe for any number of
 * threads.
 */
final class TopicIds {
    private final MessageBroker broker;

    /** Names by id, also of topics that were deleted since. */
    private volatile Map<Uuid, String> names = Map.of();

    TopicIds(MessageBroker broker) {
        this.broker = broker;
    }

    static Uuid of(String topic) {
        UUID hash = UUID.nameUUIDFromBytes(topic.getBytes(UTF_8));
        return new Uuid(hash.getMostSignificantBits(), hash.getLeastSignificantBits());
    }

    /** @throws UnknownTopicIdException if no topic has the id */
    String name(Uuid id) {
        String name = names.get(id);
        if (name == null) {
            names = ids(broker.topicNames());
            name = names.get(id);
        }
        if (name == null) {
            throw new UnknownTopicIdException("No topic has the id " + id + ".");
        }
        return name;
    }

    private static Map<Uuid, String> ids(Set<String> topics) {
        return topics.stream().collect(Collectors.toMap(TopicIds::of, Function.identity()));
    }
}
