package kafka.protocol;

import engine.MessageBroker;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsSynonym;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource;

/**
 * DescribeConfigs, IncrementalAlterConfigs and AlterConfigs. The configurations of a topic are given when it is created, and those of the
 * broker by its options. A request to change one is refused, unless its value is the present one.
 */
final class ConfigCalls {
    private final MessageBroker broker;
    private final Map<String, String> ofBroker;

    /** @param ofBroker the configurations of the broker, by name */
    ConfigCalls(MessageBroker broker, Map<String, String> ofBroker) {
        this.broker = broker;
        this.ofBroker = ofBroker;
    }

    ApiMessage describe(DescribeConfigsRequestData request, Caller caller) {
        DescribeConfigsResponseData response = new DescribeConfigsResponseData();
        request.resources().forEach(resource -> response.results().add(described(resource, request.includeSynonyms())));
        return response;
    }

    private DescribeConfigsResult described(DescribeConfigsResource resource, boolean hasSynonyms) {
        DescribeConfigsResult result = new DescribeConfigsResult()
                .setResourceType(resource.resourceType())
                .setResourceName(resource.resourceName());
        try {
            boolean isTopic = isTopic(resource.resourceType(), resource.resourceName());
            Map<String, String> configs = isTopic ? ofTopic(resource.resourceName()) : ofBroker(resource);
            configs.forEach((name, value) -> {
                if (resource.configurationKeys() == null
                        || resource.configurationKeys().contains(name)) {
                    result.configs().add(described(name, value, source(isTopic, name, value), hasSynonyms));
                }
            });
        } catch (RuntimeException e) {
            result.setErrorCode(KafkaErrors.of(e).code()).setErrorMessage(e.getMessage());
        }
        return result;
    }

    private Map<String, String> ofTopic(String topic) {
        return TopicConfigs.of(broker.topic(topic).settings());
    }

    /** None for an empty name: it asks for what was set for all brokers while they ran. */
    private Map<String, String> ofBroker(DescribeConfigsResource resource) {
        return resource.resourceName().isEmpty() ? Map.of() : ofBroker;
    }

    private static ConfigSource source(boolean isTopic, String name, String value) {
        if (!isTopic) {
            return ConfigSource.STATIC_BROKER_CONFIG;
        }
        return TopicConfigs.isDefault(name, value) ? ConfigSource.DEFAULT_CONFIG : ConfigSource.TOPIC_CONFIG;
    }

    private static DescribeConfigsResourceResult described(
            String name, String value, ConfigSource source, boolean hasSynonyms) {
        DescribeConfigsSynonym itself =
                new DescribeConfigsSynonym().setName(name).setValue(value).setSource(source.id());
        return new DescribeConfigsResourceResult()
                .setName(name)
                .setValue(value)
                .setReadOnly(true)
                .setConfigSource(source.id())
                .setSynonyms(hasSynonyms ? List.of(itself) : List.of());
    }

    /** Whether a resource is a topic, and not this broker. Another resource is an error. */
    private static boolean isTopic(byte type, String name) {
        ConfigResource.Type known = ConfigResource.Type.forId(type);
        if (known == ConfigResource.Type.TOPIC) {
            return true;
        }
        if (known != ConfigResource.Type.BROKER) {
            throw new InvalidRequestException(
                    "Only topics and the broker have configurations here, but the resource is " + known + ".");
        }
        if (!name.isEmpty() && !name.equals(String.valueOf(MetadataCall.NODE_ID))) {
            throw new InvalidRequestException(
                    "The only broker has the id " + MetadataCall.NODE_ID + ", and not " + name + ".");
        }
        return false;
    }

    ApiMessage alterIncrementally(IncrementalAlterConfigsRequestData request, Caller caller) {
        IncrementalAlterConfigsResponseData response = new IncrementalAlterConfigsResponseData();
        request.resources().forEach(resource -> {
            var result = new IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse()
                    .setResourceType(resource.resourceType())
                    .setResourceName(resource.resourceName());
            try {
                requireUnchanged(resource);
            } catch (RuntimeException e) {
                result.setErrorCode(KafkaErrors.of(e).code()).setErrorMessage(e.getMessage());
            }
            response.responses().add(result);
        });
        return response;
    }

    private void requireUnchanged(AlterConfigsResource resource) {
        Map<String, String> wanted = new LinkedHashMap<>();
        if (isTopic(resource.resourceType(), resource.resourceName())) {
            wanted.putAll(ofTopic(resource.resourceName()));
        }
        resource.configs().forEach(config -> change(wanted, config));
        requireUnchanged(resource.resourceType(), resource.resourceName(), wanted);
    }

    /** @param configs by name; none of those that are lists has more than one value */
    private static void change(Map<String, String> configs, AlterableConfig config) {
        OpType operation = OpType.forId(config.configOperation());
        if (operation != OpType.DELETE) {
            requireValue(config.name(), config.value());
        }
        if (operation == OpType.DELETE) {
            configs.remove(config.name());
        } else if (operation == OpType.SET) {
            configs.put(config.name(), config.value());
        } else if (operation != OpType.APPEND || !config.value().equals(configs.get(config.name()))) {
            configs.put(config.name(), operation + " " + config.value());
        }
    }

    private static void requireValue(String name, String value) {
        if (value == null) {
            throw new InvalidRequestException("The request has no value for " + name + ".");
        }
    }

    ApiMessage alter(AlterConfigsRequestData request, Caller caller) {
        AlterConfigsResponseData response = new AlterConfigsResponseData();
        request.resources().forEach(resource -> {
            var result = new AlterConfigsResponseData.AlterConfigsResourceResponse()
                    .setResourceType(resource.resourceType())
                    .setResourceName(resource.resourceName());
            try {
                Map<String, String> wanted = new LinkedHashMap<>();
                resource.configs().forEach(config -> {
                    requireValue(config.name(), config.value());
                    wanted.put(config.name(), config.value());
                });
                requireUnchanged(resource.resourceType(), resource.resourceName(), wanted);
            } catch (RuntimeException e) {
                result.setErrorCode(KafkaErrors.of(e).code()).setErrorMessage(e.getMessage());
            }
            response.responses().add(result);
        });
        return response;
    }

    /** @param wanted the configurations, by name; an absent one of a topic has its default value */
    private void requireUnchanged(byte type, String name, Map<String, String> wanted) {
        if (isTopic(type, name)) {
            TopicConfigs.requireUnchanged(broker.topic(name), wanted);
            return;
        }
        wanted.forEach((config, value) -> {
            if (!value.equals(ofBroker.get(config))) {
                throw new PolicyViolationException(config
                        + " cannot be changed while the broker runs. Start the broker with the options that you need.");
            }
        });
    }
}
