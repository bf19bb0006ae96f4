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
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.Map;

/**
 * The requests and responses of the HTTP API, as records. In JSON, names are in snake_case, and null fields are omitted.
 * The OpenAPI document is generated from these records too.
 */
public interface Schemas {
    /** Reads and writes these records. Safe for any number of threads. */
    JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            // only the size of the request limits its strings and numbers
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxNameLength(Integer.MAX_VALUE)
                            .maxNumberLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfigDefaults(all ->
                    all.setAcceptBlankAsEmpty(false).setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
            .withCoercionConfig(
                    LogicalType.Textual,
                    text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();

    String HEADERS_BASE64 = "Headers that are not UTF-8 text, in base64, by name. null for a header without a value. "
            + "A list if the name repeats.";
    String HEADER_ORDER = "The names of all headers in their order, each as often as it occurs. "
            + "Absent if `headers` come before `headers_base64`.";

    /** The field must be present and not null. */
    @Retention(RetentionPolicy.RUNTIME)
    @JacksonAnnotationsInside
    @JsonProperty(required = true)
    @JsonSetter(nulls = Nulls.FAIL)
    @interface Required {}

    /** Reads a word, such as {@code earliest}, or an offset. An offset stays text, because it may have a million digits. */
    final class OffsetText extends JsonDeserializer<Object> {
        @Override
        public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return parser.currentToken().isScalarValue() ? parser.getText() : context.readValue(parser, Object.class);
        }
    }

    /** Reads a string, or an explicit null as {@link NullNode}, because it differs from an absent field. */
    final class TextOrNull extends JsonDeserializer<Object> {
        @Override
        public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return StringDeserializer.instance.deserialize(parser, context);
        }

        @Override
        public Object getNullValue(DeserializationContext context) {
            return NullNode.getInstance();
        }

        @Override
        public Object getAbsentValue(DeserializationContext context) {
            return null;
        }
    }

    // Requests. The broker refuses a request whose required field is missing or null, and ignores fields that are not
    // listed.

    record TopicRegistration(
            @Required String topic,

            @JsonPropertyDescription("The number of partitions. Default: 1. The limits apply to each partition.")
            Integer partitions,

            @JsonPropertyDescription("The maximum number of messages to keep.")
            Long maxMessages,

            @JsonPropertyDescription("The maximum size of all messages to keep, in bytes.")
            Long maxBytes,

            @JsonPropertyDescription("The maximum age of a message, in ms.")
            Long maxAgeMs,

            @JsonPropertyDescription(
                    "What happens at `max_messages` or `max_bytes`. `reject`: new messages are refused until "
                            + "every consumer has read old ones (default). `drop_oldest`: the oldest messages are dropped.")
            String whenFull) {}

    record ProducerRegistration(
            @Required String topic,

            @JsonPropertyDescription("A name of your choice. Default: a generated name.")
            String producerId) {}

    record ConsumerRegistration(
            @Required String topic,

            @JsonPropertyDescription("A name of your choice. Default: a generated name.")
            String consumerId,

            @JsonPropertyDescription(
                    "Where a new consumer, or a new group, starts: `earliest` (default), `latest`, or an offset.")
            @JsonDeserialize(using = OffsetText.class)
            Object start,

            @JsonPropertyDescription(
                    "The consumer group. Its members share the partitions of the topic. Default: no group.")
            String group,

            @JsonPropertyDescription(
                    "Whether delivery commits the offset. If false, only POST /consumers/commit does. Default: true.")
            Boolean autoCommit,

            @JsonPropertyDescription(
                    "The session timeout, in ms, up to 3600000. A consumer that makes no call for this time is removed. Default: 10000 for a "
                            + "member of a group, and no limit for a consumer without a group. The other members get its partitions. A consumer "
                            + "without a group loses its offsets. A restart of the broker restarts the time.")
            Long sessionTimeoutMs) {}

    record PublishRequest(
            @Required String topic,

            @JsonPropertyDescription("Required, unless there is `value_base64`. null with a key is a tombstone.")
            @JsonDeserialize(using = TextOrNull.class)
            Object value,

            @JsonPropertyDescription("A value that is not UTF-8 text, in base64.")
            String valueBase64,

            @JsonPropertyDescription("Messages with the same key go to the same partition.")
            String key,

            @JsonPropertyDescription("A key that is not UTF-8 text, in base64.")
            String keyBase64,

            @JsonPropertyDescription("Additional strings by name. They are delivered unchanged.")
            Map<String, String> headers,

            @JsonPropertyDescription(HEADERS_BASE64) Map<String, Object> headersBase64,
            @JsonPropertyDescription(HEADER_ORDER) List<String> headerOrder,

            @JsonPropertyDescription("The partition. Default: the key selects it.")
            Integer partition,

            @JsonPropertyDescription("The producer that `sequence` belongs to. Required with it.")
            String producerId,

            @JsonPropertyDescription(
                    "The number of messages that this producer has sent to this topic before. A repeated "
                            + "request with the same sequence appends nothing.")
            Long sequence) {
        /** The value; null if it is null or absent. */
        String text() {
            return value instanceof String text ? text : null;
        }

        /** The approximate size of the message, in bytes. */
        int sizeHint() {
            String longest = valueBase64 == null ? text() : valueBase64;
            return (longest == null ? 0 : longest.length()) + 64;
        }
    }

    record PublishBatch(
            @Required String topic,
            @Required List<BatchMessage> messages,

            @JsonPropertyDescription("The producer that `sequence` belongs to. Required with it.")
            String producerId,

            @JsonPropertyDescription("The number of messages that this producer has sent to this topic before.")
            Long sequence) {}

    record BatchMessage(
            @JsonDeserialize(using = TextOrNull.class) Object value,
            String valueBase64,
            String key,
            String keyBase64,
            Map<String, String> headers,
            Map<String, Object> headersBase64,
            List<String> headerOrder,
            Integer partition) {}

    record ConsumeRequest(
            @Required String consumerId,

            @JsonPropertyDescription("How long to wait if there is no new message, in ms, up to 60000. Default: 0.")
            Long waitMs) {}

    record ConsumeBatchRequest(
            @Required String consumerId,

            @JsonPropertyDescription("The maximum number of messages. Default: 500.")
            Long maxMessages,

            @JsonPropertyDescription(
                    "The maximum size of the answer, in bytes, if it has more than one message. Default: 1048576.")
            Long maxBytes,

            @JsonPropertyDescription("How long to wait if there is no new message, in ms, up to 60000. Default: 0.")
            Long waitMs) {}

    record CommitRequest(
            @Required String consumerId,

            @JsonPropertyDescription(
                    "The next offset to read. Without `offset` and `offsets`, everything that was delivered is committed.")
            Long offset,

            @JsonPropertyDescription("The partition of `offset`. Required if the consumer owns several.")
            Integer partition,

            @JsonPropertyDescription("The next offset to read, by partition.")
            List<PartitionOffset> offsets) {}

    record PartitionOffset(
            @Required int partition, @Required long offset) {}

    record SeekRequest(
            @Required String consumerId,

            @JsonPropertyDescription("The partition. Default: all partitions that it owns.")
            Integer partition,

            @JsonPropertyDescription("`earliest`, `latest`, or an offset.") @JsonDeserialize(using = OffsetText.class)
            Object offset,

            @JsonPropertyDescription("The first message of this time or later, in ms since 1970. Replaces `offset`.")
            Long timestamp) {}

    record UnregisterRequest(@Required String consumerId) {}

    // Responses.

    record Welcome(@Required String message) {}

    record Health(@Required String status) {}

    record TopicRegistered(
            @Required String status,
            @Required String topic,

            @JsonPropertyDescription("False if the topic existed already. Then its messages are unchanged.") @Required
            boolean created,

            @JsonPropertyDescription("The number of partitions. Absent if it is 1.")
            Integer partitions) {}

    record ProducerRegistered(
            @Required String status,
            @Required String topic,
            @Required String producerId,

            @JsonPropertyDescription("The sequence of the next message of an idempotent producer. Absent if it is 0.")
            Long nextSequence) {}

    record ConsumerRegistered(
            @Required String status,
            @Required String topic,
            @Required String consumerId,

            @JsonPropertyDescription(
                    "The offset of the next message that the consumer gets. Absent if the topic has several partitions.")
            Long offset,

            String group,

            @JsonPropertyDescription("Increases by 1 when a member joins or leaves the group.")
            Long generation,

            @JsonPropertyDescription(
                    "The partitions that it owns. Absent if the topic has one partition and the consumer has no group.")
            List<Integer> assigned,

            List<ConsumerPosition> positions,

            @JsonPropertyDescription("Why it gets no message, if it owns no partition.")
            Reason why) {}

    record ConsumerPosition(
            @Required int partition,

            @JsonPropertyDescription("The offset of the next message that the consumer gets.") @Required
            long offset,

            @JsonPropertyDescription("The committed offset, from which the next owner starts.") @Required
            long committed,

            @Required long lag) {}

    record Reason(
            @JsonPropertyDescription(
                    "MESSAGES_WAIT, TOPIC_EMPTY, CAUGHT_UP, WAITING_FOR_COMMIT, TRIMMED or NOT_ASSIGNED.")
            @Required
            String code,

            @Required String detail) {}

    record Committed(
            @Required String status,
            @Required String topic,
            @Required String consumerId,

            @JsonPropertyDescription("The committed offset. Absent if the topic has several partitions.")
            Long offset,

            @Required List<PartitionOffset> offsets) {}

    record Sought(
            @Required String status,
            @Required String topic,
            @Required String consumerId,

            @JsonPropertyDescription("The offset of the next message. Absent if the topic has several partitions.")
            Long offset,

            @Required List<ConsumerPosition> positions) {}

    record Unregistered(
            @Required String status,
            @Required String topic,
            @Required String consumerId) {}

    record Published(
            @Required String status,
            @Required String topic,

            @JsonPropertyDescription("The partition. Absent if the topic has one.")
            Integer partition,

            @JsonPropertyDescription("The offset in the partition, from 0.") @Required
            long offset,

            @JsonPropertyDescription(
                    "True if the message was appended by an earlier request, and not again. Otherwise absent.")
            Boolean duplicate) {}

    record PublishedBatch(
            @Required String topic,
            @Required long count,

            @JsonPropertyDescription("The partitions and offsets of the messages.") @Required
            List<PublishedRange> partitions,

            @JsonPropertyDescription(
                    "True if the messages were appended by an earlier request, and not again. Otherwise absent.")
            Boolean duplicate) {}

    record PublishedRange(
            @Required int partition,

            @JsonPropertyDescription("The offset of the first message. The others follow without a gap.") @Required
            long baseOffset,

            @Required long count) {}

    record Messages(@Required List<Message> messages) {}

    @JsonClassDescription("Messages that were read without a consumer.")
    record Page(
            @Required List<Message> messages,

            @JsonPropertyDescription("The offset to continue from.") @Required
            long nextOffset,

            @JsonPropertyDescription("The offset that the next message of the partition gets.") @Required
            long endOffset) {}

    record TopicList(@Required List<TopicInfo> topics) {}

    record TopicInfo(
            @Required String topic,

            @JsonPropertyDescription("The number of messages.") @Required
            long messages,

            @JsonPropertyDescription("The size of the messages, in bytes.") @Required
            long bytes,

            @JsonPropertyDescription("The offset of the oldest message. Absent if there are several partitions.")
            Long startOffset,

            @JsonPropertyDescription("The offset that the next message gets. Absent if there are several partitions.")
            Long endOffset,

            @JsonPropertyDescription("The partitions. Absent if there is one.")
            List<PartitionInfo> partitions,

            Long maxMessages,
            Long maxBytes,
            Long maxAgeMs,
            String whenFull,

            @JsonPropertyDescription("The ids of its consumers.") @Required
            List<String> consumers) {}

    record PartitionInfo(
            @Required int partition,
            @Required long messages,
            @Required long startOffset,
            @Required long endOffset) {}

    record TopicOffsets(@Required String topic, @Required List<PartitionOffset> offsets) {}

    record TopicDeleted(@Required String status, @Required String topic) {}

    record ConsumerInfo(
            @Required String consumerId,
            @Required String topic,
            String group,

            @JsonPropertyDescription("Increases by 1 when a member joins or leaves the group.")
            Long generation,

            @JsonPropertyDescription("Whether delivery commits the offset.") @Required
            boolean autoCommit,

            @JsonPropertyDescription("The partitions that it owns.") @Required
            List<Integer> assigned,

            @Required List<ConsumerPosition> positions,

            @JsonPropertyDescription(
                    "The offset of the next message that the consumer gets. Absent if the topic has several partitions.")
            Long offset,

            @Required long lag,

            @JsonPropertyDescription("The number of messages that were dropped before the consumer got them.") @Required
            long missed,

            @JsonPropertyDescription("The number of calls that wait for its next message.") @Required
            int waiting,

            @JsonPropertyDescription("Why it gets no message, or `MESSAGES_WAIT` if there are messages for it.")
            @Required
            Reason why) {}

    record ConsumerList(@Required List<ListedConsumer> consumers) {}

    @JsonClassDescription("A consumer as in GET /consumers/{consumer_id}, without `why`.")
    record ListedConsumer(
            @Required String consumerId,
            @Required String topic,
            String group,

            @JsonPropertyDescription("Increases by 1 when a member joins or leaves the group.")
            Long generation,

            @JsonPropertyDescription("Whether delivery commits the offset.") @Required
            boolean autoCommit,

            @JsonPropertyDescription("The partitions that it owns.") @Required
            List<Integer> assigned,

            @Required List<ConsumerPosition> positions,

            @JsonPropertyDescription(
                    "The offset of the next message that the consumer gets. Absent if the topic has several partitions.")
            Long offset,

            @Required long lag,

            @JsonPropertyDescription("The number of messages that were dropped before the consumer got them.") @Required
            long missed,

            @JsonPropertyDescription("The number of calls that wait for its next message.") @Required
            int waiting) {}

    record GroupList(@Required List<GroupInfo> groups) {}

    @JsonClassDescription(
            "A consumer group of one topic. A group with the same name on another topic is another group.")
    record GroupInfo(
            @Required String group,
            @Required String topic,

            @JsonPropertyDescription("Increases by 1 when a member joins or leaves the group.") @Required
            long generation,

            @JsonPropertyDescription("In the order in which they joined.") @Required
            List<GroupMember> members,

            @JsonPropertyDescription("All partitions of the topic.") @Required
            List<GroupPartition> partitions,

            @JsonPropertyDescription("The number of messages that the group has not committed.") @Required
            long lag) {}

    record GroupMember(
            @Required String consumerId,

            @JsonPropertyDescription("The partitions that it owns.") @Required
            List<Integer> assigned) {}

    record GroupPartition(
            @Required int partition,

            @JsonPropertyDescription("The committed offset, from which the next owner starts.") @Required
            long committed,

            @JsonPropertyDescription("The offset that the next message of the partition gets.") @Required
            long endOffset,

            @JsonPropertyDescription("The number of messages that the group has not committed.") @Required
            long lag,

            @JsonPropertyDescription("The member that owns it. Absent if the group has no member.")
            String owner) {}

    record Message(
            @Required String topic,

            @JsonPropertyDescription("The partition. Absent if the topic has one.")
            Integer partition,

            @Required long offset,

            @JsonPropertyDescription("Absent if there is `value_base64`. null for a tombstone.")
            @JsonDeserialize(using = TextOrNull.class)
            Object value,

            @JsonPropertyDescription("The value in base64, if it is not UTF-8 text.")
            String valueBase64,

            String key,

            @JsonPropertyDescription("The key in base64, if it is not UTF-8 text.")
            String keyBase64,

            Map<String, String> headers,

            @JsonPropertyDescription(HEADERS_BASE64) Map<String, Object> headersBase64,
            @JsonPropertyDescription(HEADER_ORDER) List<String> headerOrder,

            @JsonPropertyDescription("The time when the broker received the message, in ms since 1970.") @Required
            long timestamp) {}

    @JsonClassDescription("The number of messages of each topic, and the position of each consumer.")
    record Stats(
            @Required Map<String, Long> topics, @Required Map<String, ConsumerStats> consumers) {}

    record ConsumerStats(
            @Required String topic,

            @JsonPropertyDescription(
                    "The offset of the next message that the consumer gets. Absent if the topic has several partitions.")
            Long offset,

            @JsonPropertyDescription("The committed offset. Absent if it equals `offset`.")
            Long committed,

            @JsonPropertyDescription("Its positions. Absent if the topic has one partition.")
            List<ConsumerPosition> positions,

            String group,

            @JsonPropertyDescription("The number of messages that the consumer has not received yet.") @Required
            long lag,

            @JsonPropertyDescription(
                    "The number of messages that were dropped before the consumer got them. Absent if it is 0.")
            Long missed) {}
}
