package kafka.gateway;

import engine.BrowseRequest;
import engine.CommitResult;
import engine.ConsumerSettings;
import engine.ConsumerState;
import engine.EncodedBatch;
import engine.EncodedMessages;
import engine.EngineException;
import engine.ErrorCode;
import engine.EventId;
import engine.GroupState;
import engine.Limits;
import engine.Listing;
import engine.MemoryBudget;
import engine.MessageBroker;
import engine.MessageCodec;
import engine.MessageStream;
import engine.MessageWriter;
import engine.Names;
import engine.NotFound;
import engine.OffsetSpec;
import engine.PartitionRange;
import engine.PendingPoll;
import engine.ProduceResult;
import engine.ProducerSequence;
import engine.ProducerState;
import engine.ReadLimits;
import engine.Subscription;
import engine.TopicRegistration;
import engine.TopicSettings;
import engine.TopicState;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;

/**
 * A broker whose topics, messages and offsets are in a Kafka cluster. It keeps caches only, so any number of gateways may serve the same
 * cluster. Kafka is unavailable, slow or moving leaders: calls fail with UPSTREAM_UNAVAILABLE within 5 s, and recover by themselves.
 *
 * <p>Safe for any number of threads. Unlike other brokers, its methods that return no future may wait for Kafka.
 */
public final class GatewayBroker implements MessageBroker, AutoCloseable {
    private static final int THREADS = 32;
    private static final int MAX_QUEUED = 10_000;

    private final Cluster cluster;
    private final TopicCatalog topics;
    private final TopicStates states;
    private final RecordProducer producer;
    private final PartitionReaders readers;
    private final TailWatch tail;
    private final LoneConsumers consumers;
    private final MemoryBudget budget;
    private final ThreadPoolExecutor executor;
    private volatile boolean isStopped;

    /**
     * Connects to a cluster.
     *
     * @param settings of Kafka clients, with the bootstrap servers
     * @param replicationFactor of new topics; -1 for the default of the cluster
     * @throws org.apache.kafka.common.KafkaException if a setting is not valid
     * @throws EngineException UPSTREAM_UNAVAILABLE
     */
    public GatewayBroker(Map<String, Object> settings, short replicationFactor, MemoryBudget budget, Limits limits) {
        this.budget = budget;
        executor = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MAX_QUEUED),
                task -> new Thread(task, "gateway"),
                (task, full) -> {
                    throw new EngineException(
                            ErrorCode.OVERLOADED, "Too many calls wait for Kafka. Retry after a second.");
                });
        executor.allowCoreThreadTimeOut(true);
        cluster = new Cluster(settings);
        topics = new TopicCatalog(cluster, limits, replicationFactor);
        topics.names(); // fails if there is no Kafka
        states = new TopicStates(cluster, topics);
        producer = new RecordProducer(cluster, topics);
        readers = new PartitionReaders(cluster);
        tail = new TailWatch(cluster);
        consumers = new LoneConsumers(topics, new ConsumerStore(cluster), readers, budget);
    }

    /** Runs a call that may wait for Kafka. */
    private <T> CompletableFuture<T> run(Supplier<T> call) {
        requireRunning();
        return CompletableFuture.supplyAsync(() -> CallDeadline.within(call), executor);
    }

    private void requireRunning() {
        if (isStopped) {
            throw new EngineException(
                    ErrorCode.SHUTTING_DOWN, "The gateway is shutting down. Send the request to another gateway.");
        }
    }

    @Override
    public CompletableFuture<TopicRegistration> registerTopic(String topic, TopicSettings asked) {
        return run(() -> topics.register(topic, asked));
    }

    @Override
    public int partitionCount(String topic) {
        return CallDeadline.within(() -> topics.partitionCount(topic));
    }

    @Override
    public TopicState topic(String topic) {
        return CallDeadline.within(() -> {
            topics.partitionCount(topic);
            return states.of(List.of(topic)).get(0);
        });
    }

    @Override
    public Listing<TopicState> topics() {
        List<TopicState> all = CallDeadline.within(() -> states.of(topics.names()));
        return listing(all);
    }

    @Override
    public Set<String> topicNames() {
        return CallDeadline.within(topics::names);
    }

    @Override
    public List<String> consumerIds(String topic) {
        return CallDeadline.within(() -> consumers.idsOf(topic));
    }

    @Override
    public CompletableFuture<Void> deleteTopic(String topic) {
        return run(() -> {
            topics.delete(topic);
            states.forget(topic);
            tail.queue(topic).wake();
            return null;
        });
    }

    @Override
    public CompletableFuture<EncodedMessages> browse(BrowseRequest request) {
        return run(() -> {
                    int partition = PartitionRange.requirePartition(
                            "partition", request.topic(), topics.partitionCount(request.topic()), request.partition());
                    TopicPartition from = new TopicPartition(request.topic(), partition);
                    return new Browse(request, from, topics.offset(from, request.from()));
                })
                .thenCompose(browse -> waitFor(
                        request.topic(),
                        request.waitMs(),
                        () -> List.of(browse.partition),
                        claim -> page(browse, isStopped ? 0 : request.minMessages(), claim),
                        () -> page(browse, 0, () -> true)));
    }

    private record Browse(BrowseRequest request, TopicPartition partition, long start) {}

    /** Null if there are too few messages. */
    private EncodedMessages page(Browse browse, long minMessages, BooleanSupplier claim) {
        PartitionRange range = topics.range(browse.partition);
        long start = browse.request.from().isNumber()
                ? range.requireReadable(browse.request.from().value())
                : Math.max(browse.start, range.start());
        if (range.end() - start < minMessages || !claim.getAsBoolean()) {
            return null;
        }
        MessageWriter writer = new MessageWriter(browse.request.limits(), budget.reservation());
        try {
            writer.from(MessageCodec.prefix(
                    browse.partition.topic(), browse.partition.partition(), range.partitionCount() > 1));
            long next = readers.read(browse.partition, start, range.end(), new RecordText(writer)::write);
            states.addOut(browse.partition.topic(), writer);
            return writer.finish(",\"next_offset\":" + next + ",\"end_offset\":" + range.end());
        } catch (Throwable e) { // for example, an OutOfMemoryError
            writer.close();
            throw e;
        }
    }

    /**
     * Attempts a call until it has a result or its wait is over.
     *
     * @param partitions whose messages may give a result
     */
    private <T> CompletableFuture<T> waitFor(
            String topic,
            long waitMs,
            Supplier<List<TopicPartition>> partitions,
            PendingPoll.Attempt<T> attempt,
            Supplier<T> atDeadline) {
        requireRunning();
        return PendingPoll.startOnExecutor(
                tail.queue(topic),
                budget,
                claim -> CallDeadline.within(() -> {
                    T found = attempt.make(claim);
                    if (found == null && waitMs > 0) {
                        tail.watch(partitions.get());
                        requireRunning();
                        found = attempt.make(claim);
                    }
                    return found;
                }),
                () -> CallDeadline.within(atDeadline),
                waitMs,
                executor);
    }

    @Override
    public SortedMap<Integer, Long> offsets(String topic, OffsetSpec spec) {
        return CallDeadline.within(() -> {
            SortedMap<Integer, Long> offsets = new TreeMap<>();
            topics.partitions(topic)
                    .forEach(partition -> offsets.put(partition.partition(), topics.offset(partition, spec)));
            return offsets;
        });
    }

    @Override
    public MessageStream stream(String topic, Long partition, OffsetSpec from, String lastEventId) {
        requireRunning();
        return CallDeadline.within(() -> {
            List<TopicPartition> all = topics.partitions(topic);
            List<TopicPartition> read = partition == null
                    ? all
                    : List.of(all.get(PartitionRange.requirePartition("partition", topic, all.size(), partition)));
            long[] next = lastEventId == null ? new long[all.size()] : EventId.parse(lastEventId, all.size());
            Map<TopicPartition, Long> ends = topics.ends(read);
            for (TopicPartition one : read) {
                boolean isOfDeletedTopic = next[one.partition()] > ends.get(one);
                if (lastEventId == null || isOfDeletedTopic) {
                    next[one.partition()] = topics.offset(one, from);
                }
            }
            return new GatewayStream(topics, readers, tail, budget, executor, read, next);
        });
    }

    @Override
    public CompletableFuture<ProducerState> registerProducer(String topic, String producerId) {
        return run(() -> {
            topics.partitionCount(topic);
            String id = Names.requireIdOrCreate("producer_id", producerId, "producer-");
            return new ProducerState(id, producer.nextSequence(topic, id));
        });
    }

    @Override
    public CompletableFuture<ProduceResult> produce(String topic, EncodedBatch batch, ProducerSequence sequence) {
        try {
            requireRunning();
            long size = batch.size();
            return CompletableFuture.supplyAsync(
                            () -> CallDeadline.within(() -> producer.produce(topic, batch, sequence)), executor)
                    .thenCompose(sent -> sent)
                    .thenApply(result -> {
                        states.addIn(topic, result, size);
                        return result;
                    });
        } catch (Throwable e) { // for example, too many calls wait
            batch.close();
            throw e;
        }
    }

    @Override
    public CompletableFuture<ConsumerState> registerConsumer(String topic, ConsumerSettings settings) {
        return run(() -> {
            topics.partitionCount(topic);
            Differences.require(settings);
            return consumers.register(topic, settings);
        });
    }

    @Override
    public ConsumerState consumer(String consumerId) {
        return CallDeadline.within(() -> consumers.state(consumers.get(consumerId)));
    }

    @Override
    public Subscription subscription(String consumerId) {
        return CallDeadline.within(
                () -> new Subscription(consumers.get(consumerId).topic(), null));
    }

    @Override
    public Listing<ConsumerState> consumers(String topic, String group) {
        List<ConsumerState> found = group == null ? CallDeadline.within(() -> consumers.states(topic)) : List.of();
        return listing(found);
    }

    private static <T> Listing<T> listing(Collection<T> items) {
        return new Listing<>(items.size(), items.stream());
    }

    @Override
    public CompletableFuture<EncodedMessages> poll(String consumerId, ReadLimits limits, long waitMs) {
        return run(() -> consumers.get(consumerId).topic())
                .thenCompose(topic -> waitFor(
                        topic,
                        waitMs,
                        () -> consumers.partitions(consumerId),
                        claim -> {
                            EncodedMessages found = consumers.poll(consumerId, limits, claim);
                            return found;
                        },
                        () -> null));
    }

    @Override
    public CompletableFuture<CommitResult> commit(String consumerId, Map<Integer, Long> offsets) {
        return run(() -> consumers.commit(consumerId, offsets));
    }

    @Override
    public CompletableFuture<ConsumerState> seek(String consumerId, Integer partition, OffsetSpec to) {
        return run(() -> {
            ConsumerState moved = consumers.seek(consumerId, partition, to);
            tail.queue(moved.topic()).wake();
            return moved;
        });
    }

    @Override
    public CompletableFuture<String> unregisterConsumer(String consumerId) {
        return run(() -> {
            String topic = consumers.unregister(consumerId);
            tail.queue(topic).wake();
            return topic;
        });
    }

    @Override
    public Listing<GroupState> groups() {
        return listing(List.of());
    }

    @Override
    public Listing<GroupState> groups(String group) {
        Names.require("group", group);
        throw NotFound.group(group, List.of());
    }

    @Override
    public void stop() {
        isStopped = true;
        tail.wakeAll();
    }

    /** Closes the connections to Kafka. */
    @Override
    public void close() {
        tail.close();
        executor.shutdownNow();
        producer.close();
        readers.close();
        cluster.close();
    }
}
