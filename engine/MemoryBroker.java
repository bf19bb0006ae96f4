package engine;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A broker that keeps topics and consumers in RAM. A {@link Storage} persists them across restarts.
 *
 * <p>Safe for any number of threads. There is one lock per topic and one per consumer group. No global lock is taken to read or
 * write messages. A call that throws has changed nothing.
 */
public final class MemoryBroker implements MessageBroker {
    private final Topics topics;
    private final Consumers consumers;
    private final Lookup lookup;
    private final GroupOffsets groupOffsets;
    private final MemoryBudget budget;
    private final Scheduler scheduler;
    private volatile boolean stopped;

    /**
     * @param budget for the logs of all topics
     * @param maxPartitions the maximum number of partitions of a topic
     * @param storage persists topics and consumers
     */
    public MemoryBroker(MemoryBudget budget, int maxPartitions, Storage storage) {
        this(budget, Limits.ofPartitions(maxPartitions), storage, Scheduler.SYSTEM, Runnable::run);
    }

    /**
     * @param budget for the logs of all topics
     * @param storage persists topics and consumers
     * @param scheduler for everything that depends on time or runs in another thread
     * @param starter runs a short task at once or soon. The task starts a thread for calls that may wait for a disk. A caller
     *     that makes several calls at a time can delay the task until after the last call, so that one start serves all.
     */
    public MemoryBroker(MemoryBudget budget, Limits limits, Storage storage, Scheduler scheduler, Executor starter) {
        this.budget = budget;
        this.scheduler = scheduler;
        this.consumers = new Consumers(budget, limits.consumers());
        this.topics = new Topics(budget, limits, storage, scheduler, starter, consumers);
        this.lookup = new Lookup(topics.byName(), consumers, storage == Storage.NONE);
        this.groupOffsets = new MemoryGroupOffsets(lookup, consumers);
    }

    @Override
    public CompletableFuture<TopicRegistration> registerTopic(String name, TopicSettings asked) {
        return topics.register(name, asked);
    }

    /**
     * Begins to restore a topic that a {@link Storage} has persisted. The topic is empty, and not visible until
     * {@link #restored} is called.
     *
     * @param journal persists later changes of the topic
     * @throws EngineException STORAGE_FULL if the memory is exhausted
     */
    public TopicRestorer restore(String name, TopicSettings settings, Journal journal) {
        return topics.restore(name, settings, journal);
    }

    /**
     * Makes a restored topic visible, with its consumers. Their groups were restored before.
     *
     * @return notices for the user, in words
     * @throws EngineException STORAGE_FULL if the memory is exhausted
     */
    public List<String> restored(TopicRestorer restorer, Collection<RestoredConsumer> restoredConsumers) {
        return topics.restored(restorer, restoredConsumers);
    }

    @Override
    public CompletableFuture<Void> deleteTopic(String name) {
        Topic topic = lookup.topic(name);
        return topic.call(() -> {
            topic.journal().delete();
            if (topics.remove(topic)) {
                topic.delete();
                consumers.removeAllOf(topic);
                topic.waiters().wake();
            }
            return CompletableFuture.completedFuture(null);
        });
    }

    @Override
    public CompletableFuture<ProducerState> registerProducer(String topicName, String producerId) {
        Topic topic = lookup.topic(topicName);
        String id = Names.requireIdOrCreate("producer_id", producerId, "producer-");
        return topic.call(() -> CompletableFuture.completedFuture(new ProducerState(id, topic.nextSequence(id))));
    }

    @Override
    public CompletableFuture<ConsumerState> registerConsumer(String topicName, ConsumerSettings settings) {
        Topic topic = lookup.topic(topicName);
        return topic.call(
                () -> topic.afterSync(consumers.register(topic, settings).state()));
    }

    @Override
    public CompletableFuture<CommitResult> commit(String consumerId, Map<Integer, Long> offsets) {
        return change(consumerId, (topic, session) -> {
            Map<Integer, Long> committed = offsets == null ? session.commit() : session.commit(offsets);
            return new CommitResult(topic.name(), topic.partitions(), committed);
        });
    }

    @Override
    public CompletableFuture<ConsumerState> seek(String consumerId, Integer partition, OffsetSpec to) {
        return change(consumerId, (topic, session) -> session.state(session.seek(partition, to)));
    }

    @Override
    public CompletableFuture<String> unregisterConsumer(String consumerId) {
        return change(consumerId, (topic, session) -> {
            consumers.unregister(session);
            return topic.name();
        });
    }

    /** Changes a consumer. Looks it up again on the executor, because it may have been removed meanwhile. */
    private <T> CompletableFuture<T> change(String consumerId, BiFunction<Topic, ConsumerSession, T> action) {
        return lookup.session(consumerId).topic().call(() -> {
            ConsumerSession session = lookup.session(consumerId);
            return session.topic().afterSync(action.apply(session.topic(), session));
        });
    }

    @Override
    public CompletableFuture<ProduceResult> produce(String topicName, EncodedBatch batch, ProducerSequence sequence) {
        try {
            Topic topic = lookup.topic(topicName);
            return topic.call(() -> {
                try (batch) {
                    return topic.append(batch, sequence);
                }
            });
        } catch (Throwable e) { // for example, the topic does not exist, or no thread can be started
            batch.close();
            throw e;
        }
    }

    @Override
    public CompletableFuture<EncodedMessages> poll(String consumerId, ReadLimits limits, long waitMs) {
        ConsumerSession session = lookup.session(consumerId);
        session.heartbeat();
        int epoch = session.epoch();
        CompletableFuture<EncodedMessages> result =
                deliver(session, claim -> next(session, epoch, claim, limits), waitMs);
        if (result instanceof PendingPoll && !result.isDone()) {
            session.addWaiting((PendingPoll<EncodedMessages>) result, epoch);
        }
        return result;
    }

    /** Delivers in this thread, unless the delivery may wait for a disk to persist a commit or the number of missed messages. */
    private <T> CompletableFuture<T> deliver(ConsumerSession session, PendingPoll.Attempt<T> attempt, long waitMs) {
        Topic topic = session.topic();
        if (!topic.isOnDisk()) {
            return PendingPoll.start(topic.waiters(), budget, attempt, () -> null, waitMs, topic.executor());
        }
        ReentrantLock lock = session.group().lock();
        if (!session.autoCommit() && !topic.mayDropUnread() && lock.tryLock()) {
            try {
                if (!session.autoCommit()) { // it does not change while the lock is held
                    return PendingPoll.start(topic.waiters(), budget, attempt, () -> null, waitMs, scheduler.disk());
                }
            } finally {
                lock.unlock();
            }
        }
        return PendingPoll.startOnExecutor(topic.waiters(), budget, attempt, () -> null, waitMs, topic.executor());
    }

    @Override
    public CompletableFuture<EncodedMessages> browse(BrowseRequest request) {
        Topic topic = lookup.topic(request.topic());
        int partition = topic.requirePartition("partition", request.partition());
        long before = topic.offset(partition, request.from());
        return PendingPoll.start(
                topic.waiters(),
                budget,
                claim -> claim.getAsBoolean()
                        ? page(topic, partition, request, before, stopped ? 0 : request.minMessages())
                        : null,
                () -> page(topic, partition, request, before, 0),
                request.waitMs(),
                scheduler.processor());
    }

    /** Null if there are too few messages. */
    private EncodedMessages page(Topic topic, int partition, BrowseRequest request, long before, long minMessages) {
        topic.requireNotDeleted();
        long start = topic.offsetAfterWait(partition, request.from(), before);
        if (topic.endOffset(partition) - start < minMessages) {
            return null;
        }
        MessageWriter writer = new MessageWriter(request.limits(), budget.reservation());
        try {
            EncodedMessages page = topic.page(partition, start, writer);
            topic.offsetAfterWait(
                    partition, request.from(), before); // fails if the start was trimmed just before it was read
            return page;
        } catch (Throwable e) { // for example, an OutOfMemoryError
            writer.close();
            throw e;
        }
    }

    @Override
    public SortedMap<Integer, Long> offsets(String topicName, OffsetSpec spec) {
        Topic topic = lookup.topic(topicName);
        SortedMap<Integer, Long> offsets = new TreeMap<>();
        IntStream.range(0, topic.partitions())
                .forEach(partition -> offsets.put(partition, topic.offset(partition, spec)));
        return offsets;
    }

    @Override
    public MessageStream stream(String topicName, Long partition, OffsetSpec from, String lastEventId) {
        Topic topic = lookup.topic(topicName);
        int[] partitions = partition == null
                ? IntStream.range(0, topic.partitions()).toArray()
                : new int[] {topic.requirePartition("partition", partition)};
        long[] next =
                lastEventId == null ? new long[topic.partitions()] : EventId.parse(lastEventId, topic.partitions());
        for (int p : partitions) {
            boolean isOfDeletedTopic = next[p] > topic.endOffset(p); // the topic was deleted and created again since
            next[p] = lastEventId == null || isOfDeletedTopic ? topic.offset(p, from) : next[p];
        }
        return new TopicStream(this, topic, partitions, next);
    }

    @Override
    public int partitionCount(String topic) {
        return lookup.topic(topic).partitions();
    }

    @Override
    public TopicState topic(String topic) {
        return lookup.topic(topic).state();
    }

    @Override
    public Listing<TopicState> topics() {
        return listing(new TreeMap<>(topics.byName()).values(), Topic::state);
    }

    @Override
    public Set<String> topicNames() {
        return topics.byName().keySet();
    }

    @Override
    public List<String> consumerIds(String topic) {
        Topic found = topics.byName().get(topic);
        return found == null ? List.of() : consumers.groupsOf(found).memberIds();
    }

    @Override
    public ConsumerState consumer(String consumerId) {
        return lookup.session(consumerId).state();
    }

    @Override
    public Subscription subscription(String consumerId) {
        ConsumerSession session = lookup.session(consumerId);
        return new Subscription(session.topic().name(), session.groupName());
    }

    @Override
    public Listing<ConsumerState> consumers(String topic, String group) {
        List<ConsumerSession> found = consumers.all().stream()
                .filter(session -> topic == null || session.topic().name().equals(topic))
                .filter(session -> group == null || group.equals(session.groupName()))
                .collect(Collectors.toList());
        return listing(found, ConsumerSession::stateInList);
    }

    @Override
    public Listing<GroupState> groups() {
        return states(consumers.groups().flatMap(TopicGroups::named));
    }

    @Override
    public Listing<GroupState> groups(String name) {
        return states(lookup.groups(name));
    }

    private static <T, R> Listing<R> listing(Collection<T> items, Function<T, R> state) {
        return new Listing<>(items.size(), items.stream().map(state));
    }

    private static Listing<GroupState> states(Stream<Group> groups) {
        return listing(
                groups.sorted(Comparator.comparing(Group::name)
                                .thenComparing(group -> group.topic().name()))
                        .collect(Collectors.toList()),
                Group::state);
    }

    /** The messages of the topics, for a server of another protocol. */
    public PartitionLogs partitionLogs() {
        return new TopicLogs(lookup::topic);
    }

    /** The committed offsets of all groups, for a server of another protocol. */
    public GroupOffsets groupOffsets() {
        return groupOffsets;
    }

    /** The clocks and timers of the broker, for a server of another protocol. */
    public Scheduler scheduler() {
        return scheduler;
    }

    MemoryBudget budget() {
        return budget;
    }

    /** See {@link Maintenance#run}. */
    public CompletableFuture<Void> maintain() {
        return Maintenance.run(topics.all(), scheduler.disk());
    }

    @Override
    public void stop() {
        stopped = true;
        topics.all().forEach(topic -> topic.waiters().wake());
    }

    /** @throws EngineException SHUTTING_DOWN */
    void requireRunning() {
        if (stopped) {
            throw new EngineException(
                    ErrorCode.SHUTTING_DOWN, "The broker is shutting down. Send the request again after its restart.");
        }
    }

    /** Checks first that the consumer was not removed while the call waited. */
    private EncodedMessages next(ConsumerSession session, int epoch, BooleanSupplier claim, ReadLimits limits) {
        requireRunning();
        if (lookup.session(session.consumerId()) != session) {
            throw new EngineException(
                    ErrorCode.CONSUMER_NOT_FOUND,
                    "Consumer " + session.consumerId() + " was removed and registered again during the call. Retry.");
        }
        MessageWriter writer = new MessageWriter(limits, budget.reservation());
        EncodedMessages result;
        try {
            result = session.next(epoch, claim, writer);
        } catch (Throwable e) { // for example, an OutOfMemoryError
            writer.close();
            throw e;
        }
        if (result == null) {
            writer.close();
        }
        return result;
    }
}
