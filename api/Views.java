package api;

import engine.CommitResult;
import engine.ConsumerState;
import engine.GroupState;
import engine.IdleReason;
import engine.Position;
import engine.ProduceResult;
import engine.ProducerState;
import engine.TopicRegistration;
import engine.TopicSettings;
import engine.TopicState;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Converts states of the broker to responses. For a topic with one partition, the response has offsets in flat fields, as the contract of
 * the API requires. For a topic with several partitions, it has lists. Stateless.
 */
final class Views {
    /** The call to suggest for a consumer that gets no message. */
    private static final Map<IdleReason.Code, String> ADVICE = Map.of(
            IdleReason.Code.MESSAGES_WAIT, " POST /consume gets the next one.",
            IdleReason.Code.WAITING_FOR_COMMIT, " POST /consumers/commit commits.",
            IdleReason.Code.TOPIC_EMPTY, " POST /produce appends a message.");

    private Views() {}

    private static <T> T ifOnePartition(int partitionCount, T value) {
        return partitionCount == 1 ? value : null;
    }

    private static <T> T ifSeveralPartitions(int partitionCount, T value) {
        return partitionCount == 1 ? null : value;
    }

    /** The position in the only partition of a topic; null if the topic has several, or the consumer does not own it. */
    private static Position only(ConsumerState consumer) {
        return consumer.positions().size() == 1
                ? ifOnePartition(consumer.partitionCount(), consumer.positions().get(0))
                : null;
    }

    private static Long onlyOffset(ConsumerState consumer) {
        Position only = only(consumer);
        return only == null ? null : only.offset();
    }

    private static Boolean orAbsent(boolean flag) {
        return flag ? true : null;
    }

    static Schemas.TopicRegistered topicRegistered(String topic, TopicRegistration registration) {
        int partitions = registration.partitionCount();
        return new Schemas.TopicRegistered(
                "ok", topic, registration.isCreated(), ifSeveralPartitions(partitions, partitions));
    }

    static Schemas.TopicInfo topic(TopicState topic, List<String> consumerIds) {
        TopicSettings settings = topic.settings();
        boolean isLimited = settings.maxMessages() != null || settings.maxBytes() != null;
        int count = topic.partitions().size();
        TopicState.Partition first = topic.partitions().get(0);
        return new Schemas.TopicInfo(
                topic.name(),
                topic.messages(),
                topic.keptBytes(),
                ifOnePartition(count, first.startOffset()),
                ifOnePartition(count, first.endOffset()),
                ifSeveralPartitions(count, partitions(topic)),
                settings.maxMessages(),
                settings.maxBytes(),
                settings.maxAgeMs(),
                isLimited ? settings.whenFullOrDefault().text() : null,
                consumerIds);
    }

    private static List<Schemas.PartitionInfo> partitions(TopicState topic) {
        return topic.partitions().stream()
                .map(one ->
                        new Schemas.PartitionInfo(one.partition(), one.messages(), one.startOffset(), one.endOffset()))
                .collect(Collectors.toList());
    }

    static Schemas.ProducerRegistered producerRegistered(String topic, ProducerState producer) {
        return new Schemas.ProducerRegistered(
                "ok", topic, producer.producerId(), producer.nextSequence() == 0 ? null : producer.nextSequence());
    }

    static Schemas.Published published(String topic, ProduceResult result) {
        ProduceResult.Range range = result.ranges().get(0);
        return new Schemas.Published(
                "ok",
                topic,
                ifSeveralPartitions(result.partitionCount(), range.partition()),
                range.baseOffset(),
                orAbsent(result.isDuplicate()));
    }

    static Schemas.PublishedBatch publishedBatch(String topic, ProduceResult result) {
        List<Schemas.PublishedRange> ranges = result.ranges().stream()
                .map(range -> new Schemas.PublishedRange(range.partition(), range.baseOffset(), range.count()))
                .collect(Collectors.toList());
        return new Schemas.PublishedBatch(
                topic,
                result.ranges().stream().mapToInt(ProduceResult.Range::count).sum(),
                ranges,
                orAbsent(result.isDuplicate()));
    }

    static Schemas.ConsumerRegistered consumerRegistered(ConsumerState consumer) {
        boolean isAlone = consumer.group() == null;
        boolean isFlat = isAlone && consumer.partitionCount() == 1;
        return new Schemas.ConsumerRegistered(
                "ok",
                consumer.topic(),
                consumer.consumerId(),
                onlyOffset(consumer),
                consumer.group(),
                generation(consumer),
                isFlat ? null : assigned(consumer),
                isFlat ? null : positions(consumer),
                consumer.positions().isEmpty() ? reason(consumer.idleReason()) : null);
    }

    private static Long generation(ConsumerState consumer) {
        return consumer.group() == null ? null : consumer.generation();
    }

    private static List<Integer> assigned(ConsumerState consumer) {
        return consumer.positions().stream().map(Position::partition).collect(Collectors.toList());
    }

    private static List<Schemas.ConsumerPosition> positions(ConsumerState consumer) {
        return consumer.positions().stream()
                .map(position -> new Schemas.ConsumerPosition(
                        position.partition(), position.offset(), position.committed(), position.lag()))
                .collect(Collectors.toList());
    }

    private static Schemas.Reason reason(IdleReason reason) {
        return new Schemas.Reason(reason.code().name(), reason.detail() + ADVICE.getOrDefault(reason.code(), ""));
    }

    static Schemas.Committed committed(String consumerId, CommitResult committed) {
        return new Schemas.Committed(
                "ok",
                committed.topic(),
                consumerId,
                ifOnePartition(committed.partitionCount(), committed.offsets().get(0)),
                offsets(committed.offsets()));
    }

    static List<Schemas.PartitionOffset> offsets(Map<Integer, Long> byPartition) {
        return byPartition.entrySet().stream()
                .map(entry -> new Schemas.PartitionOffset(entry.getKey(), entry.getValue()))
                .collect(Collectors.toList());
    }

    static Schemas.Sought sought(ConsumerState consumer) {
        return new Schemas.Sought(
                "ok", consumer.topic(), consumer.consumerId(), onlyOffset(consumer), positions(consumer));
    }

    static Schemas.ConsumerInfo consumer(ConsumerState consumer) {
        return new Schemas.ConsumerInfo(
                consumer.consumerId(),
                consumer.topic(),
                consumer.group(),
                generation(consumer),
                consumer.autoCommit(),
                assigned(consumer),
                positions(consumer),
                onlyOffset(consumer),
                consumer.lag(),
                consumer.missed(),
                consumer.waiting(),
                reason(consumer.idleReason()));
    }

    static Schemas.ListedConsumer listedConsumer(ConsumerState consumer) {
        return new Schemas.ListedConsumer(
                consumer.consumerId(),
                consumer.topic(),
                consumer.group(),
                generation(consumer),
                consumer.autoCommit(),
                assigned(consumer),
                positions(consumer),
                onlyOffset(consumer),
                consumer.lag(),
                consumer.missed(),
                consumer.waiting());
    }

    static Schemas.ConsumerStats consumerStats(ConsumerState consumer) {
        Position only = only(consumer);
        return new Schemas.ConsumerStats(
                consumer.topic(),
                only == null ? null : only.offset(),
                only == null || only.committed() == only.offset() ? null : only.committed(),
                only == null ? positions(consumer) : null,
                consumer.group(),
                consumer.lag(),
                consumer.missed() == 0 ? null : consumer.missed());
    }

    static Schemas.GroupInfo group(GroupState group) {
        return new Schemas.GroupInfo(
                group.group(),
                group.topic(),
                group.generation(),
                group.members().stream()
                        .map(member -> new Schemas.GroupMember(member.consumerId(), member.assigned()))
                        .collect(Collectors.toList()),
                group.partitions().stream()
                        .map(one -> new Schemas.GroupPartition(
                                one.partition(), one.committed(), one.endOffset(), one.lag(), one.owner()))
                        .collect(Collectors.toList()),
                group.lag());
    }
}
