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
import engine.MessageStream;
import engine.Names;
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
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.TopicPartition;

/**
 * A broker whose topics, messages and offsets are in a Kafka cluster. It keeps caches only, so any number of gateways may serve the same
 * cluster. If Kafka is unavailable or slow, calls fail with UPSTREAM_UNAVAILABLE. They succeed again when Kafka is back.
 *
 * <p>Safe for any number of threads. Unlike other brokers, its methods that return no future may wait for Kafka.
 */
public final class GatewayBroker implements MessageBroker, AutoCloseable {
    private static final int THREADS = 32;
    private static final int MAX_QUEUED = 10_000;

    /** What Kafka adds to a message, in bytes, with room for many headers. */
    private static final int RECORD_OVERHEAD = 64 << 10;

    private final Cluster cluster;
    private final TopicCatalog topics;
    private final TopicStates states;
    private final RecordProducer producer;
    private final PartitionReaders readers;
    private final TailWatch tail;
    private final GatewayConsumers consumers;
    private final WaitingCalls waitingCalls = new WaitingCalls();
    private final MemoryBudget budget;
    private final ThreadPoolExecutor executor;
    private volatile boolean isStopped;

    /**
     * Connects to a cluster.
     *
     * @param settings of Kafka clients, with the bootstrap servers
     * @param replicationFactor of new topics; -1 for the default of the cluster
     * @param maxMessageBytes the maximum size of key, value and headers of a message, in bytes
     * @throws org.apache.kafka.common.KafkaException if a setting is not valid
     * @throws EngineException UPSTREAM_UNAVAILABLE
     */
    public GatewayBroker(
            Map<String, Object> settings,
            short replicationFactor,
            MemoryBudget budget,
            Limits limits,
            int maxMessageBytes) {
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
        cluster = new Cluster(settings, maxMessageBytes + RECORD_OVERHEAD);
        topics = new TopicCatalog(cluster, limits, replicationFactor);
        requireKafka();
        states = new TopicStates(cluster, topics);
        producer = new RecordProducer(cluster, topics, executor);
        readers = new PartitionReaders(cluster);
        tail = new TailWatch(cluster, topics);
        consumers = new GatewayConsumers(cluster, topics, readers, tail, budget, waitingCalls, executor);
    }

    /** A machine that has just started may need more than the time of one call to connect. */
    private void requireKafka() {
        try {
            topics.names();
        } catch (EngineException e) {
            topics.names();
        }
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
            List<String> ids = consumers.idsOf(topic);
            topics.delete(topic);
            consumers.removeAllOf(topic, ids);
            readers.forget(topic);
            states.forget(topic);
            tail.queue(topic).wake();
            return null;
        });
    }

    @Override
    public CompletableFuture<EncodedMessages> browse(BrowseRequest request) {
        BrowseCall browse = new BrowseCall(request, topics, readers, states, budget);
        return waitFor(
                request.topic(),
                request.waitMs(),
                () -> List.of(browse.partition()),
                claim -> browse.page(isStopped ? 0 : request.minMessages(), claim),
                () -> browse.page(0, () -> true));
    }

    /**
     * Attempts a call until it has a result or its wait is over.
     *
     * @param partitions whose messages may give a result
     */
    private <T> PendingPoll<T> waitFor(
            String topic,
            long waitMs,
            Supplier<List<TopicPartition>> partitions,
            PendingPoll.Attempt<T> attempt,
            Supplier<T> atDeadline) {
        requireRunning();
        return PendingPoll.startAfterAttempt(
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
            return new GatewayStream(topics, readers, tail, budget, executor, this::requireRunning, read, next);
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
            return consumers.register(topic, settings);
        });
    }

    @Override
    public ConsumerState consumer(String consumerId) {
        return CallDeadline.within(() -> consumers.state(consumerId));
    }

    @Override
    public Subscription subscription(String consumerId) {
        return CallDeadline.within(() -> consumers.subscription(consumerId));
    }

    @Override
    public Listing<ConsumerState> consumers(String topic, String group) {
        return listing(CallDeadline.within(() -> consumers.states(topic, group)));
    }

    private static <T> Listing<T> listing(Collection<T> items) {
        return new Listing<>(items.size(), items.stream());
    }

    @Override
    public CompletableFuture<EncodedMessages> poll(String consumerId, ReadLimits limits, long waitMs) {
        requireRunning();
        String topic = CallDeadline.within(() -> consumers.topicOf(consumerId));
        PendingPoll<EncodedMessages> poll = waitFor(
                topic,
                waitMs,
                () -> topics.partitions(topic),
                claim -> consumers.poll(consumerId, topic, limits, claim),
                () -> null);
        if (waitMs > 0) {
            waitingCalls.add(consumerId, poll, () -> consumers.members().heartbeat(consumerId));
        }
        return poll;
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
        return listing(CallDeadline.within(consumers::groups));
    }

    @Override
    public Listing<GroupState> groups(String group) {
        return listing(CallDeadline.within(() -> consumers.groups(group)));
    }

    @Override
    public void stop() {
        isStopped = true;
        tail.wakeAll();
    }

    /**
     * Sends the calls of members that other gateways serve to these gateways.
     *
     * @param trust see {@link KafkaOptions#trust}
     */
    public Forwarder forwarder(SSLContext trust) {
        return new Forwarder(consumers.members(), budget, trust);
    }

    /** Sets the URL at which other gateways reach this one. */
    public void servedAt(String url) {
        consumers.members().servedAt(url);
    }

    /** Closes the connections to Kafka. */
    @Override
    public void close() {
        consumers.close();
        tail.close();
        executor.shutdownNow();
        producer.close();
        readers.close();
        cluster.close();
    }
}
