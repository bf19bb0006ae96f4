package kafka.protocol;

import engine.TopicSettings;
import engine.TopicState;
import engine.WhenFull;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicConfigs;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource;

/**
 * The settings of a topic as configurations of Kafka. {@code retention.ms} is the maximum age of a message. {@code retention.bytes} is the
 * maximum size of a partition: as in Kafka, the oldest messages are dropped then. Other configurations are accepted if they do not change
 * what a client sees. Stateless.
 */
final class TopicConfigs {
    /** Kafka's name for the number of messages that are kept does not exist: this is ours. */
    static final String MAX_MESSAGES = "mini.max.messages";

    /** {@code reject} or {@code drop_oldest}. */
    static final String WHEN_FULL = "mini.when.full";

    private static final String LOG_APPEND_TIME = "LogAppendTime";

    /** They have one value for all topics. */
    private static final Set<String> FIXED = Set.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
            TopicConfig.COMPRESSION_TYPE_CONFIG,
            TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);

    private static final String UNLIMITED = "-1";

    /** The names of all configurations that Kafka has for topics. */
    private static final Set<String> OF_KAFKA = Arrays.stream(TopicConfig.class.getFields())
            .filter(field -> field.getName().endsWith("_CONFIG"))
            .map(TopicConfigs::value)
            .collect(Collectors.toSet());

    private static final Map<String, String> DEFAULTS = of(new TopicSettings(null, null, null, null, null));

    private TopicConfigs() {}

    private static String value(Field constant) {
        try {
            return (String) constant.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e); // the constants are public
        }
    }

    /** @throws InvalidConfigurationException if a value is not valid */
    static TopicSettings settings(int partitions, Iterable<CreatableTopicConfig> configs) {
        Map<String, String> given = new TreeMap<>();
        configs.forEach(config -> given.put(config.name(), config.value()));
        return settings(partitions, given);
    }

    /** @throws InvalidConfigurationException if a value is not valid, or if not even Kafka knows a name */
    static TopicSettings settings(int partitions, Map<String, String> given) {
        given.keySet().forEach(name -> {
            if (!DEFAULTS.containsKey(name) && !OF_KAFKA.contains(name)) {
                throw new InvalidConfigurationException("There is no configuration '" + name + "' of a topic.");
            }
        });
        Long maxBytes = limit(given, TopicConfig.RETENTION_BYTES_CONFIG);
        Long maxMessages = limit(given, MAX_MESSAGES);
        Long maxAgeMs = limit(given, TopicConfig.RETENTION_MS_CONFIG);
        WhenFull whenFull = maxBytes == null && maxMessages == null ? null : whenFull(given.get(WHEN_FULL));
        return new TopicSettings(partitions, maxMessages, maxBytes, maxAgeMs, whenFull);
    }

    private static Long limit(Map<String, String> given, String name) {
        String text = given.get(name);
        if (text == null || text.equals(UNLIMITED)) {
            return null;
        }
        if (!text.matches("[1-9]\\d{0,18}")) {
            throw new InvalidConfigurationException(
                    name + " must be a number from 1, or -1 for no limit, but is '" + text + "'.");
        }
        return Long.valueOf(text);
    }

    private static WhenFull whenFull(String text) {
        if (text == null || text.equals(WhenFull.DROP_OLDEST.text())) {
            return WhenFull.DROP_OLDEST;
        }
        if (text.equals(WhenFull.REJECT.text())) {
            return WhenFull.REJECT;
        }
        throw new InvalidConfigurationException(WHEN_FULL + " must be reject or drop_oldest, but is '" + text + "'.");
    }

    /** The configurations of the broker, by name: defaults of topics and limits. */
    static Map<String, String> ofBroker(boolean createsTopics, int maxMessageBytes) {
        Map<String, String> configs = new TreeMap<>();
        configs.put("node.id", String.valueOf(MetadataCall.NODE_ID));
        configs.put("auto.create.topics.enable", String.valueOf(createsTopics));
        configs.put("num.partitions", "1");
        configs.put("default.replication.factor", "1");
        configs.put("message.max.bytes", String.valueOf(maxMessageBytes));
        configs.put("log.message.timestamp.type", LOG_APPEND_TIME);
        configs.put("log.cleanup.policy", TopicConfig.CLEANUP_POLICY_DELETE);
        configs.put("log.retention.ms", UNLIMITED);
        configs.put("log.retention.bytes", UNLIMITED);
        return configs;
    }

    static boolean isDefault(String name, String value) {
        return value.equals(DEFAULTS.get(name));
    }

    /**
     * The settings of a topic cannot be changed.
     *
     * @param wanted configurations by name; an absent one has its default value
     * @throws PolicyViolationException if one would change
     * @throws InvalidConfigurationException if one is unknown or not valid
     */
    static void requireUnchanged(TopicState topic, Map<String, String> wanted) {
        Map<String, String> present = of(topic.settings());
        Map<String, String> next = of(settings(topic.settings().partitionsOrDefault(), wanted));
        wanted.forEach((name, value) -> {
            if (!present.containsKey(name)) {
                throw new InvalidConfigurationException(
                        "'" + name + "' is no configuration of a topic here. These are: " + present.keySet() + ".");
            }
            if (FIXED.contains(name)) {
                next.put(name, value);
            }
        });
        present.forEach((name, value) -> {
            if (!value.equals(next.get(name))) {
                throw new PolicyViolationException(name + " of topic '" + topic.name() + "' is " + value
                        + ", and cannot be changed. Delete the topic, and create it with other configurations.");
            }
        });
    }

    /** The configurations of a topic, by name. */
    static Map<String, String> of(TopicSettings settings) {
        Map<String, String> configs = new TreeMap<>();
        configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        configs.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, LOG_APPEND_TIME);
        configs.put(TopicConfig.COMPRESSION_TYPE_CONFIG, "uncompressed");
        configs.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "1");
        configs.put(TopicConfig.RETENTION_MS_CONFIG, text(settings.maxAgeMs()));
        configs.put(TopicConfig.RETENTION_BYTES_CONFIG, text(settings.maxBytes()));
        configs.put(MAX_MESSAGES, text(settings.maxMessages()));
        configs.put(WHEN_FULL, settings.whenFullOrDefault().text());
        return configs;
    }

    private static String text(Long limit) {
        return limit == null ? UNLIMITED : limit.toString();
    }

    static List<CreatableTopicConfigs> created(TopicSettings settings) {
        List<CreatableTopicConfigs> configs = new ArrayList<>();
        of(settings)
                .forEach((name, value) -> configs.add(new CreatableTopicConfigs()
                        .setName(name)
                        .setValue(value)
                        .setReadOnly(true)
                        .setConfigSource(
                                (isDefault(name, value) ? ConfigSource.DEFAULT_CONFIG : ConfigSource.TOPIC_CONFIG)
                                        .id())));
        return configs;
    }
}
