import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Map;

/**
 * Every request and response, as it goes over the wire: names in snake_case, what is null left out. The API's
 * documentation is made from these records too.
 */
public interface Schemas {
    /** Reads and writes all of them. */
    JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
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

    record TopicRegistration(@Required String topic) {}

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

    record ConsumeRequest(@Required String consumerId) {}

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
            @Required long lag) {}
}
