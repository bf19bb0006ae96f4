import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.Map;

/**
 * Every request and response, as it goes over the wire: names in snake_case, what is null left out. The API's
 * documentation is made from these records too.
 */
public interface Schemas {
    /** Reads and writes all of them. */
    JsonMapper JSON = JsonMapper.builder(JsonFactory.builder().streamReadConstraints(StreamReadConstraints.builder()
                    // a text is as long as the limit of its request lets it be
                    .maxStringLength(Integer.MAX_VALUE).maxNameLength(Integer.MAX_VALUE).maxNumberLength(Integer.MAX_VALUE)
                    .build()).build())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(LogicalType.Textual, text -> text
                    .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();

    /** Neither absent nor null. */
    @Retention(RetentionPolicy.RUNTIME)
    @JacksonAnnotationsInside
    @JsonProperty(required = true)
    @JsonSetter(nulls = Nulls.FAIL)
    @interface Required {}

    // Requests: a required field that is missing or null is refused, fields that are not listed are ignored.

    record TopicRegistration(
            @Required String topic,
            @JsonPropertyDescription("How many messages to keep at the most.") Long maxMessages,
            @JsonPropertyDescription("How many bytes of messages to keep at the most.") Long maxBytes,
            @JsonPropertyDescription("How long to keep a message at the most, in ms.") Long maxAgeMs,
            @JsonPropertyDescription("At max_messages or max_bytes: reject new messages until every consumer has read old "
                    + "ones (as without this field), or drop_oldest.")
            String whenFull) {}

    record ProducerRegistration(
            @Required String topic,
            @JsonPropertyDescription("A name of your choice; without one you get a fresh one.") String producerId) {}

    record ConsumerRegistration(
            @Required String topic,
            @JsonPropertyDescription("A name of your choice; without one you get a fresh one.") String consumerId,
            @JsonPropertyDescription("Where a new consumer starts: earliest (as without this field), latest, or an offset.")
            Object start) {}

    record PublishRequest(
            @Required String topic,
            @Required String value,
            String key) {}

    record PublishBatch(@Required String topic, @Required List<BatchMessage> messages) {}

    record BatchMessage(@Required String value, String key) {}

    record ConsumeRequest(
            @Required String consumerId,
            @JsonPropertyDescription("How long to wait if there is nothing new, in ms, to 60000 (without this field: 0).")
            Long waitMs) {}

    record ConsumeBatchRequest(
            @Required String consumerId,
            @JsonPropertyDescription("How many messages at the most (without this field: 500).") Long maxMessages,
            @JsonPropertyDescription("How many bytes at the most, if there is more than one message (without this field: 1048576).")
            Long maxBytes,
            @JsonPropertyDescription("How long to wait if there is nothing new, in ms, to 60000 (without this field: 0).")
            Long waitMs) {}

    // Responses.

    record Welcome(@Required String message) {}

    record Health(@Required String status) {}

    record TopicRegistered(
            @Required String status,
            @Required String topic,
            @JsonPropertyDescription("False if the topic was there already; its messages are untouched.")
            @Required boolean created) {}

    record ProducerRegistered(
            @Required String status,
            @Required String topic,
            @Required String producerId) {}

    record ConsumerRegistered(
            @Required String status,
            @Required String topic,
            @Required String consumerId,
            @JsonPropertyDescription("The offset of the message that the consumer gets next.")
            @Required long offset) {}

    record Published(
            @Required String status,
            @Required String topic,
            @JsonPropertyDescription("The message's place in its topic, from 0.") @Required long offset) {}

    record PublishedBatch(
            @Required String topic,
            @Required long count,
            @JsonPropertyDescription("Where the messages went.") @Required List<PublishedRange> partitions) {}

    record PublishedRange(
            @Required int partition,
            @JsonPropertyDescription("The offset of the first message; the others follow without a gap.") @Required long baseOffset,
            @Required long count) {}

    record Messages(@Required List<Message> messages) {}

    @JsonClassDescription("Messages that were looked at; no consumer moves.")
    record Page(
            @Required List<Message> messages,
            @JsonPropertyDescription("The offset to go on from.") @Required long nextOffset,
            @JsonPropertyDescription("The offset that the topic's next message will get.") @Required long endOffset) {}

    record TopicList(@Required List<TopicInfo> topics) {}

    record TopicInfo(
            @Required String topic,
            @JsonPropertyDescription("How many messages are kept.") @Required long messages,
            @JsonPropertyDescription("How many bytes they take.") @Required long bytes,
            @JsonPropertyDescription("The offset of the oldest message that is kept.") @Required long startOffset,
            @JsonPropertyDescription("The offset that the next message will get.") @Required long endOffset,
            Long maxMessages, Long maxBytes, Long maxAgeMs, String whenFull,
            @JsonPropertyDescription("The ids of its consumers.") @Required List<String> consumers) {}

    record TopicDeleted(@Required String status, @Required String topic) {}

    record ConsumerInfo(
            @Required String consumerId,
            @Required String topic,
            @JsonPropertyDescription("The offset of the message that the consumer gets next.") @Required long offset,
            @Required long lag,
            @JsonPropertyDescription("How many messages were dropped before the consumer could get them.") @Required long missed,
            @JsonPropertyDescription("How many calls wait for its next message just now.") @Required int waiting) {}

    record Message(
            @Required String topic,
            @Required long offset,
            @Required String value,
            String key) {}

    @JsonClassDescription("How many messages each topic keeps, and where each consumer stands.")
    record Stats(
            @Required Map<String, Long> topics,
            @Required Map<String, ConsumerStats> consumers) {}

    record ConsumerStats(
            @Required String topic,
            @JsonPropertyDescription("The offset of the message that the consumer gets next.")
            @Required long offset,
            @JsonPropertyDescription("How many messages are there for the consumer and not yet delivered.")
            @Required long lag,
            @JsonPropertyDescription("How many messages were dropped before the consumer could get them; absent for none.")
            Long missed) {}
}
