package api;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
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
    JsonMapper JSON = JsonMapper.builder(JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES).streamReadConstraints(StreamReadConstraints.builder()
                    // a text is as long as the limit of its request lets it be
                    .maxStringLength(Integer.MAX_VALUE).maxNameLength(Integer.MAX_VALUE).maxNumberLength(Integer.MAX_VALUE)
                    .build()).build())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfigDefaults(all -> all.setAcceptBlankAsEmpty(false).setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
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

    /** Reads a place: a word, or a number as its digits, of which there may be a million. */
    final class Place extends JsonDeserializer<Object> {
        @Override
        public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return parser.currentToken().isScalarValue() ? parser.getText() : context.readValue(parser, Object.class);
        }
    }

    // Requests: a required field that is missing or null is refused, fields that are not listed are ignored.

    record TopicRegistration(
            @Required String topic,
            @JsonPropertyDescription("How many partitions (without this field: 1); each has the limits for itself.") Integer partitions,
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
            @JsonPropertyDescription("Where a new consumer, or a new group, starts: earliest (as without this field), latest, or "
                    + "an offset.")
            @JsonDeserialize(using = Place.class) Object start,
            @JsonPropertyDescription("Consumers of one group share the topic's partitions; without this field it reads alone.")
            String group,
            @JsonPropertyDescription("False to commit by POST /consumers/commit alone; else what is delivered is committed.")
            Boolean autoCommit,
            @JsonPropertyDescription("How long the consumer may be silent before it is removed, in ms, to 3600000. Without this field a member of a "
                    + "group has 10000, and a consumer that reads alone is never removed. Others of its group get its partitions; the positions of "
                    + "a consumer that reads alone are lost. After a restart of the broker the time starts anew.")
            Long sessionTimeoutMs) {}

    record PublishRequest(
            @Required String topic,
            @Required String value,
            @JsonPropertyDescription("Messages of one key go to one partition.") String key,
            @JsonPropertyDescription("Further strings by name; they come back as they are.") Map<String, String> headers,
            @JsonPropertyDescription("The partition, if the key is not to pick it.") Integer partition,
            @JsonPropertyDescription("Who counts, if there is a sequence.") String producerId,
            @JsonPropertyDescription("How many messages this producer has sent to this topic before: with it, sending a "
                    + "message again because its answer was lost does not append it again.")
            Long sequence) {}

    record PublishBatch(
            @Required String topic,
            @Required List<BatchMessage> messages,
            @JsonPropertyDescription("Who counts, if there is a sequence.") String producerId,
            @JsonPropertyDescription("How many messages this producer has sent to this topic before.") Long sequence) {}

    record BatchMessage(@Required String value, String key, Map<String, String> headers, Integer partition) {}

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

    record CommitRequest(
            @Required String consumerId,
            @JsonPropertyDescription("The next offset to read; with neither this nor offsets, all that was delivered is committed.")
            Long offset,
            @JsonPropertyDescription("The partition of the offset, if the consumer has several.") Integer partition,
            @JsonPropertyDescription("The next offset to read, by partition.") List<PartitionOffset> offsets) {}

    record PartitionOffset(@Required int partition, @Required long offset) {}

    record SeekRequest(
            @Required String consumerId,
            @JsonPropertyDescription("Which partition; without this field all that it owns.") Integer partition,
            @JsonPropertyDescription("Where to go: earliest, latest, or an offset.")
            @JsonDeserialize(using = Place.class) Object offset,
            @JsonPropertyDescription("Go to the first message of this time or later, in ms since 1970, in place of an offset.")
            Long timestamp) {}

    record UnregisterRequest(@Required String consumerId) {}

    // Responses.

    record Welcome(@Required String message) {}

    record Health(@Required String status) {}

    record TopicRegistered(
            @Required String status,
            @Required String topic,
            @JsonPropertyDescription("False if the topic was there already; its messages are untouched.")
            @Required boolean created,
            @JsonPropertyDescription("Absent for 1.") Integer partitions) {}

    record ProducerRegistered(
            @Required String status,
            @Required String topic,
            @Required String producerId,
            @JsonPropertyDescription("The sequence that its next message is to have, if it counts them; absent for 0.")
            Long nextSequence) {}

    record ConsumerRegistered(
            @Required String status,
            @Required String topic,
            @Required String consumerId,
            @JsonPropertyDescription("The offset of the message that the consumer gets next, if its topic has one partition.")
            Long offset,
            String group,
            @JsonPropertyDescription("Grows by 1 whenever somebody joins or leaves the group.") Long generation,
            @JsonPropertyDescription("The partitions that it owns, if there are several or it shares them.") List<Integer> assigned,
            List<ConsumerPosition> positions,
            @JsonPropertyDescription("Why it would get nothing, if it owns no partition.") Reason why) {}

    record ConsumerPosition(
            @Required int partition,
            @JsonPropertyDescription("The offset of the message that the consumer gets next.") @Required long offset,
            @JsonPropertyDescription("Where it goes back to, and another owner would start.") @Required long committed,
            @Required long lag) {}

    record Reason(
            @JsonPropertyDescription("MESSAGES_WAIT, TOPIC_EMPTY, CAUGHT_UP, WAITING_FOR_COMMIT, TRIMMED or NOT_ASSIGNED.")
            @Required String code,
            @Required String detail) {}

    record Committed(
            @Required String status,
            @Required String topic,
            @Required String consumerId,
            @JsonPropertyDescription("The committed offset, if the topic has one partition.") Long offset,
            @Required List<PartitionOffset> offsets) {}

    record Sought(
            @Required String status,
            @Required String topic,
            @Required String consumerId,
            @JsonPropertyDescription("The offset of the message that comes next, if the topic has one partition.") Long offset,
            @Required List<ConsumerPosition> positions) {}

    record Unregistered(@Required String status, @Required String topic, @Required String consumerId) {}

    record Published(
            @Required String status,
            @Required String topic,
            @JsonPropertyDescription("Where it went, if the topic has several.") Integer partition,
            @JsonPropertyDescription("The message's place in its partition, from 0.") @Required long offset,
            @JsonPropertyDescription("True if it had been appended before, and was not again; else absent.") Boolean duplicate) {}

    record PublishedBatch(
            @Required String topic,
            @Required long count,
            @JsonPropertyDescription("Where the messages went.") @Required List<PublishedRange> partitions,
            @JsonPropertyDescription("True if they had been appended before, and were not again; else absent.") Boolean duplicate) {}

    record PublishedRange(
            @Required int partition,
            @JsonPropertyDescription("The offset of the first message; the others follow without a gap.") @Required long baseOffset,
            @Required long count) {}

    record Messages(@Required List<Message> messages) {}

    @JsonClassDescription("Messages that were looked at; no consumer moves.")
    record Page(
            @Required List<Message> messages,
            @JsonPropertyDescription("The offset to go on from.") @Required long nextOffset,
            @JsonPropertyDescription("The offset that the partition's next message will get.") @Required long endOffset) {}

    record TopicList(@Required List<TopicInfo> topics) {}

    record TopicInfo(
            @Required String topic,
            @JsonPropertyDescription("How many messages are kept.") @Required long messages,
            @JsonPropertyDescription("How many bytes they take.") @Required long bytes,
            @JsonPropertyDescription("The offset of the oldest message that is kept, if there is one partition.") Long startOffset,
            @JsonPropertyDescription("The offset that the next message will get, if there is one partition.") Long endOffset,
            @JsonPropertyDescription("If there are several.") List<PartitionInfo> partitions,
            Long maxMessages, Long maxBytes, Long maxAgeMs, String whenFull,
            @JsonPropertyDescription("The ids of its consumers.") @Required List<String> consumers) {}

    record PartitionInfo(@Required int partition, @Required long messages, @Required long startOffset, @Required long endOffset) {}

    record TopicOffsets(@Required String topic, @Required List<PartitionOffset> offsets) {}

    record TopicDeleted(@Required String status, @Required String topic) {}

    record ConsumerInfo(
            @Required String consumerId,
            @Required String topic,
            String group,
            @JsonPropertyDescription("Grows by 1 whenever somebody joins or leaves the group.") Long generation,
            @JsonPropertyDescription("Whether what is delivered is committed with it.") @Required boolean autoCommit,
            @JsonPropertyDescription("The partitions that it owns.") @Required List<Integer> assigned,
            @Required List<ConsumerPosition> positions,
            @JsonPropertyDescription("The offset of the message that the consumer gets next, if its topic has one partition.") Long offset,
            @Required long lag,
            @JsonPropertyDescription("How many messages were dropped before the consumer could get them.") @Required long missed,
            @JsonPropertyDescription("How many calls wait for its next message just now.") @Required int waiting,
            @JsonPropertyDescription("Why it gets nothing, if it does not.") @Required Reason why) {}

    record ConsumerList(@Required List<ListedConsumer> consumers) {}

    @JsonClassDescription("A consumer as GET /consumers/{consumer_id} shows it, without the reason why it gets nothing.")
    record ListedConsumer(
            @Required String consumerId,
            @Required String topic,
            String group,
            @JsonPropertyDescription("Grows by 1 whenever somebody joins or leaves the group.") Long generation,
            @JsonPropertyDescription("Whether what is delivered is committed with it.") @Required boolean autoCommit,
            @JsonPropertyDescription("The partitions that it owns.") @Required List<Integer> assigned,
            @Required List<ConsumerPosition> positions,
            @JsonPropertyDescription("The offset of the message that the consumer gets next, if its topic has one partition.") Long offset,
            @Required long lag,
            @JsonPropertyDescription("How many messages were dropped before the consumer could get them.") @Required long missed,
            @JsonPropertyDescription("How many calls wait for its next message just now.") @Required int waiting) {}

    record GroupList(@Required List<GroupInfo> groups) {}

    @JsonClassDescription("A group on one topic. Groups of one name on several topics are several groups.")
    record GroupInfo(
            @Required String group,
            @Required String topic,
            @JsonPropertyDescription("Grows by 1 whenever somebody joins or leaves the group.") @Required long generation,
            @JsonPropertyDescription("In the order in which they joined; empty if all have left.") @Required List<GroupMember> members,
            @JsonPropertyDescription("All partitions of the topic.") @Required List<GroupPartition> partitions,
            @JsonPropertyDescription("How many messages the group has still to commit.") @Required long lag) {}

    record GroupMember(
            @Required String consumerId,
            @JsonPropertyDescription("The partitions that it owns.") @Required List<Integer> assigned) {}

    record GroupPartition(
            @Required int partition,
            @JsonPropertyDescription("The offset that the next owner would start from.") @Required long committed,
            @JsonPropertyDescription("The offset that the partition's next message will get.") @Required long endOffset,
            @JsonPropertyDescription("How many messages the group has still to commit.") @Required long lag,
            @JsonPropertyDescription("The member that owns it; absent if the group has no member.") String owner) {}

    record Message(
            @Required String topic,
            @JsonPropertyDescription("If the topic has several.") Integer partition,
            @Required long offset,
            @Required String value,
            String key,
            Map<String, String> headers,
            @JsonPropertyDescription("When the broker took it, in ms since 1970.") @Required long timestamp) {}

    @JsonClassDescription("How many messages each topic keeps, and where each consumer stands.")
    record Stats(
            @Required Map<String, Long> topics,
            @Required Map<String, ConsumerStats> consumers) {}

    record ConsumerStats(
            @Required String topic,
            @JsonPropertyDescription("The offset of the message that the consumer gets next, if its topic has one partition.")
            Long offset,
            @JsonPropertyDescription("The committed offset, if it is not the same.") Long committed,
            @JsonPropertyDescription("Its places, if its topic has several partitions.") List<ConsumerPosition> positions,
            String group,
            @JsonPropertyDescription("How many messages are there for the consumer and not yet delivered.")
            @Required long lag,
            @JsonPropertyDescription("How many messages were dropped before the consumer could get them; absent for none.")
            Long missed) {}
}
