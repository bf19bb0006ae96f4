package kafka.gateway;

import engine.Conflict;
import engine.EngineException;
import engine.ErrorCode;
import engine.Limits;
import engine.Names;
import engine.NotFound;
import engine.PartitionRange;
import engine.TopicRegistration;
import engine.TopicSettings;
import engine.WhenFull;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of a cluster. Each call asks Kafka. Safe for any number of threads. */
final class TopicCatalog {
    /** How long a number of partitions is believed, in ns. It can only grow, and a topic may be deleted. */
    private static final long COUNT_NANOS = 1_000_000_000;

    /** Kafka's default of max.message.bytes. */
    private static final int DEFAULT_MAX_RECORD_BYTES = 1_048_588;

    private static final long CREATION_POLL_MS = 5;

    private final Cluster cluster;
    private final Limits limits;
    private final short replicationFactor;
    private final Map<String, Count> counts = new ConcurrentHashMap<>();

    private record Count(int partitions, long nanos) {}

    /** @param replicationFactor of new topics; -1 for the default of the cluster */
    TopicCatalog(Cluster cluster, Limits limits, short replicationFactor) {
        this.cluster = cluster;
        this.limits = limits;
        this.replicationFactor = replicationFactor;
    }

    private Admin admin() {
        return cluster.admin();
    }

    /** See {@link engine.MessageBroker#registerTopic}. */
    TopicRegistration register(String name, TopicSettings asked) {
        Names.require("topic", name);
        if (asked.partitionsOrDefault() > limits.partitions()) {
            throw EngineException.invalid(
                    "partitions", "must be from 1 to " + limits.partitions() + ", but is " + asked.partitions());
        }
        Differences.require(asked);
        boolean isCreated = !exists(name) && create(name, asked);
        if (!isCreated) {
            TopicSettings known = settings(List.of(name)).get(name);
            if (known == null) {
                throw UpstreamErrors.of(new TimeoutException("another client is creating topic " + name));
            }
            Conflict.requireSame(name, asked, known);
        }
        return new TopicRegistration(isCreated, partitionCount(name));
    }

    private boolean exists(String name) {
        return description(name).isPresent();
    }

    /** Returns false if another client has just created it. */
    private boolean create(String name, TopicSettings settings) {
        Map<String, String> configs = new HashMap<>();
        configs.put(TopicConfig.RETENTION_MS_CONFIG, text(settings.maxAgeMs()));
        configs.put(TopicConfig.RETENTION_BYTES_CONFIG, text(settings.maxBytes()));
        configs.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime"); // as in the other engines
        if (cluster.maxRecordBytes() > DEFAULT_MAX_RECORD_BYTES) {
            configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(cluster.maxRecordBytes()));
        }
        NewTopic topic = new NewTopic(
                name,
                Optional.of(settings.partitionsOrDefault()),
                replicationFactor < 0 ? Optional.empty() : Optional.of(replicationFactor));
        boolean isCreated = Cluster.await(
                admin().createTopics(List.of(topic.configs(configs))).all().thenApply(nothing -> true),
                TopicCatalog::isCreatedAfter);
        if (isCreated) {
            awaitLeaders(name, settings.partitionsOrDefault());
        }
        return isCreated;
    }

    /** Returns false if the topic exists. */
    private static boolean isCreatedAfter(Throwable cause) {
        if (cause instanceof TopicExistsException) {
            return false;
        }
        if (cause instanceof InvalidReplicationFactorException) {
            throw EngineException.complete(
                    ErrorCode.INVALID,
                    "The topic cannot be created: " + cause.getMessage()
                            + " Start the gateway with another --replication-factor.");
        }
        throw UpstreamErrors.of(cause);
    }

    private static String text(Long limit) {
        return String.valueOf(limit == null ? -1 : limit);
    }

    /** The controller acknowledges a topic before all brokers know of it. */
    private void awaitLeaders(String name, int partitions) {
        while (description(name)
                .filter(topic -> topic.partitions().size() == partitions
                        && topic.partitions().stream().allMatch(one -> one.leader() != null))
                .isEmpty()) {
            if (CallDeadline.leftMs() <= 1) {
                throw UpstreamErrors.of(new TimeoutException("topic " + name + " has no leader"));
            }
            try {
                Thread.sleep(CREATION_POLL_MS); // Kafka does not announce it
            } catch (InterruptedException e) {
                throw UpstreamErrors.of(e);
            }
        }
    }

    private Optional<TopicDescription> description(String name) {
        return description(
                admin().describeTopics(List.of(name)).topicNameValues().get(name));
    }

    private static Optional<TopicDescription> description(KafkaFuture<TopicDescription> asked) {
        return Optional.ofNullable(Cluster.await(asked, cause -> {
            if (cause instanceof UnknownTopicOrPartitionException) {
                return null;
            }
            throw UpstreamErrors.of(cause);
        }));
    }

    /** Asks Kafka for the number of partitions of all these topics at once. */
    private void rememberCounts(Collection<String> names) {
        List<String> unknown =
                names.stream().filter(name -> !isKnown(counts.get(name))).toList();
        if (unknown.isEmpty()) {
            return;
        }
        admin().describeTopics(unknown)
                .topicNameValues()
                .forEach((name, asked) -> description(asked)
                        .ifPresent(topic -> remember(name, topic.partitions().size())));
    }

    private static boolean isKnown(Count count) {
        return count != null && System.nanoTime() - count.nanos < COUNT_NANOS;
    }

    private void remember(String name, int partitions) {
        counts.put(name, new Count(partitions, System.nanoTime()));
    }

    /** The names of all topics that are not internal to Kafka. */
    Set<String> names() {
        return Cluster.await(admin().listTopics().names());
    }

    /** @throws EngineException TOPIC_NOT_FOUND */
    int partitionCount(String name) {
        Count known = counts.get(name);
        if (isKnown(known)) {
            return known.partitions;
        }
        Names.require("topic", name);
        int partitions = description(name)
                .orElseThrow(() -> {
                    forget(name);
                    return NotFound.topic(name, names());
                })
                .partitions()
                .size();
        remember(name, partitions);
        return partitions;
    }

    private void requireExist(Collection<TopicPartition> partitions) {
        Set<String> existing = names();
        for (TopicPartition partition : partitions) {
            if (!existing.contains(partition.topic())) {
                forget(partition.topic());
                throw NotFound.topic(partition.topic(), existing);
            }
        }
    }

    /** Makes the next call ask Kafka. */
    void forget(String name) {
        counts.remove(name);
    }

    List<TopicPartition> partitions(String name) {
        return IntStream.range(0, partitionCount(name))
                .mapToObj(partition -> new TopicPartition(name, partition))
                .toList();
    }

    /** Deletes a topic. Kafka deletes the committed offsets of the topic with it. */
    void delete(String name) {
        partitionCount(name);
        forget(name);
        try {
            Cluster.await(admin().deleteTopics(List.of(name)).all());
        } catch (EngineException e) {
            if (exists(name)) {
                throw e;
            }
        }
    }

    /** The settings of topics, by name. A topic that does not exist is missing. */
    Map<String, TopicSettings> settings(Collection<String> names) {
        Map<ConfigResource, KafkaFuture<Config>> configs = admin().describeConfigs(names.stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList())
                .values();
        rememberCounts(names);
        Map<String, TopicSettings> settings = new HashMap<>();
        configs.forEach((topic, config) ->
                ifTopicExists(() -> settings.put(topic.name(), settings(topic.name(), Cluster.await(config)))));
        return settings;
    }

    private static void ifTopicExists(Runnable action) {
        try {
            action.run();
        } catch (EngineException e) {
            if (e.code() != ErrorCode.TOPIC_NOT_FOUND) {
                throw e;
            }
        }
    }

    private TopicSettings settings(String name, Config config) {
        Long maxBytes = limit(config.get(TopicConfig.RETENTION_BYTES_CONFIG));
        return new TopicSettings(
                partitionCount(name),
                null,
                maxBytes,
                limit(config.get(TopicConfig.RETENTION_MS_CONFIG)),
                maxBytes == null ? null : WhenFull.DROP_OLDEST);
    }

    private static Long limit(ConfigEntry entry) {
        long value = entry == null ? -1 : Long.parseLong(entry.value());
        return value < 1 ? null : value;
    }

    /** As {@link #ranges}, but the partitions of topics that were deleted meanwhile are missing. */
    Map<TopicPartition, PartitionRange> rangesIfExist(Collection<String> names) {
        rememberCounts(names);
        Map<TopicPartition, PartitionRange> ranges = new HashMap<>();
        ifTopicExists(() -> ranges.putAll(ranges(
                names.stream().map(this::partitions).flatMap(List::stream).toList())));
        if (ranges.isEmpty()) { // one was deleted meanwhile
            names.forEach(name -> ifTopicExists(() -> ranges.putAll(ranges(partitions(name)))));
        }
        return ranges;
    }

    /** The offsets of the oldest and the next messages. Messages of transactions that are not committed yet are past the end. */
    Map<TopicPartition, PartitionRange> ranges(Collection<TopicPartition> partitions) {
        KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> asked = ask(partitions, OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = ends(partitions);
        Map<TopicPartition, Long> starts = offsets(partitions, asked);
        Map<TopicPartition, PartitionRange> ranges = new HashMap<>();
        for (TopicPartition partition : partitions) {
            long start = starts.get(partition);
            ranges.put(
                    partition,
                    new PartitionRange(
                            partition.topic(),
                            partition.partition(),
                            partitionCount(partition.topic()),
                            start,
                            Math.max(start, ends.get(partition))));
        }
        return ranges;
    }

    PartitionRange range(TopicPartition partition) {
        return ranges(List.of(partition)).get(partition);
    }

    /** The offsets of the next messages. */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        return offsets(partitions, OffsetSpec.latest());
    }

    private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec spec) {
        return offsets(partitions, ask(partitions, spec));
    }

    private KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> ask(
            Collection<TopicPartition> partitions, OffsetSpec spec) {
        Map<TopicPartition, OffsetSpec> asked =
                partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> spec));
        return admin().listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all();
    }

    private Map<TopicPartition, Long> offsets(
            Collection<TopicPartition> partitions, KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> asked) {
        return Cluster.await(asked, () -> requireExist(partitions)).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().offset()));
    }

    /**
     * The offset that a specification resolves to.
     *
     * @throws EngineException OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED
     */
    long offset(TopicPartition partition, engine.OffsetSpec spec) {
        PartitionRange range = range(partition);
        if (spec.isNumber()) {
            return range.requireReadable(spec.value());
        }
        if (spec.isTimestamp()) {
            long found = offsets(List.of(partition), OffsetSpec.forTimestamp(spec.value()))
                    .get(partition);
            return found < 0 ? range.end() : Math.max(range.start(), Math.min(found, range.end()));
        }
        return spec.isEarliest() ? range.start() : range.end();
    }
}
