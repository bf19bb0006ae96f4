package engine;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A broker in RAM: topics that grow at the end, and consumers that each keep their own place in one of them. A {@link Storage} keeps
 * what is to outlive the process.
 *
 * <p>Safe for any number of threads. There is one lock per topic and one per group of consumers, and for reading and
 * writing messages none over all. A call that throws has changed nothing.
 */
public final class MemoryBroker implements MessageBroker {
    private final Topics topics;
    private final Consumers consumers;
    private final Lookup lookup;
    private final MemoryBudget budget;
    private volatile boolean stopped;

    /**
     * @param budget for the logs of all topics
     * @param maxPartitions how many a topic may have at the most
     * @param storage writes down what is to outlive the process
     */
    public MemoryBroker(MemoryBudget budget, int maxPartitions, Storage storage) {
        this(budget, maxPartitions, storage, Runnable::run);
    }

    /**
     * @param budget for the logs of all topics
     * @param maxPartitions how many a topic may have at the most
     * @param storage writes down what is to outlive the process
     * @param starter runs a short task at once or soon. The task starts a thread that executes calls which may wait for a disk. A caller that
     *     makes several calls at a time can delay it until after the last of them, so that one start serves them all.
     */
    public MemoryBroker(MemoryBudget budget, int maxPartitions, Storage storage, Executor starter) {
        this.budget = budget;
        this.consumers = new Consumers(budget);
        this.topics = new Topics(budget, maxPartitions, storage, starter, consumers);
        this.lookup = new Lookup(topics.byName(), consumers, storage == Storage.NONE);
    }

    @Override
    public CompletableFuture<TopicRegistration> registerTopic(String name, TopicSettings asked) {
        return topics.register(name, asked);
    }

    /** Runs a call where it may wait for a disk; in this thread, if nothing of the topic is written to one. */
    private static <T> CompletableFuture<T> inTurn(Topic topic, Supplier<CompletableFuture<T>> call) {
        return topic.isOnDisk()
                ? CompletableFuture.supplyAsync(call, topic.executor()).thenCompose(Function.identity())
                : call.get();
    }

    /**
     * A topic that its {@link Storage} has kept, still empty; nobody knows it until {@link #restored} is called.
     *
     * @param journal where it goes on being written down
     * @throws EngineException STORAGE_FULL if it is more than the memory holds
     */
    public TopicRestorer restore(String name, TopicSettings settings, Journal journal) {
        return topics.restore(name, settings, journal);
    }

    /**
     * A topic is restored: from now on it is there, with these consumers, whose groups it has.
     *
     * @return what people should know, in words
     * @throws EngineException STORAGE_FULL if they are more than the memory holds
     */
    public List<String> restored(TopicRestorer restorer, Collection<RestoredConsumer> restoredConsumers) {
        return topics.restored(restorer, restoredConsumers);
    }

    @Override
    public CompletableFuture<Void> deleteTopic(String name) {
        Topic topic = lookup.topic(name);
        return inTurn(topic, () -> {
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
        String id = Names.requireOrCreate("producer_id", producerId, "producer-");
        return inTurn(topic, () -> CompletableFuture.completedFuture(new ProducerState(id, topic.nextSequence(id))));
    }

    @Override
    public CompletableFuture<ConsumerState> registerConsumer(String topicName, ConsumerSettings settings) {
        Topic topic = lookup.topic(topicName);
        return inTurn(
                topic, () -> topic.afterSync(consumers.register(topic, settings).state()));
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

    /** Changes a consumer, which may have gone while the change waited for a disk. */
    private <T> CompletableFuture<T> change(String consumerId, BiFunction<Topic, ConsumerSession, T> action) {
        return inTurn(lookup.session(consumerId).topic(), () -> {
            ConsumerSession session = lookup.session(consumerId);
            return session.topic().afterSync(action.apply(session.topic(), session));
        });
    }

    @Override
    public CompletableFuture<ProduceResult> produce(String topicName, EncodedBatch batch, ProducerSequence sequence) {
        try {
            Topic topic = lookup.topic(topicName);
            return inTurn(topic, () -> {
                try (batch) {
                    return topic.append(batch, sequence);
                }
            });
        } catch (Throwable e) { // there is no such topic, say, or no thread
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
            session.noteWaiting((PendingPoll<EncodedMessages>) result, epoch);
        }
        return result;
    }

    /** Delivers in this thread, unless the delivery may have to wait for a disk: to write down what is committed, or what was missed. */
    private <T> CompletableFuture<T> deliver(ConsumerSession session, PendingPoll.Attempt<T> attempt, long waitMs) {
        Topic topic = session.topic();
        if (!topic.isOnDisk()) {
            return PendingPoll.until(topic.waiters(), budget, attempt, () -> null, waitMs, topic.executor());
        }
        ReentrantLock lock = session.group().lock();
        if (!session.autoCommit() && !topic.mayDropUnread() && lock.tryLock()) {
            try {
                if (!session.autoCommit()) { // and so it stays as long as the lock is held
                    return PendingPoll.until(topic.waiters(), budget, attempt, () -> null, waitMs, DiskThreads.pool());
                }
            } finally {
                lock.unlock();
            }
        }
        return PendingPoll.elsewhere(topic.waiters(), budget, attempt, () -> null, waitMs, topic.executor());
    }

    @Override
    public CompletableFuture<EncodedMessages> browse(BrowseRequest request) {
        Topic topic = lookup.topic(request.topic());
        int partition = topic.requirePartition("partition", request.partition());
        long before = topic.offset(partition, request.from());
        return PendingPoll.until(
                topic.waiters(),
                budget,
                claim -> claim.getAsBoolean()
                        ? page(topic, partition, request, before, stopped ? 0 : request.minMessages())
                        : null,
                () -> page(topic, partition, request, before, 0),
                request.waitMs(),
                ForkJoinPool.commonPool());
    }

    /** Null if there are too few messages. */
    private EncodedMessages page(Topic topic, int partition, BrowseRequest request, long before, long minMessages) {
        topic.requireNotDeleted();
        long start = topic.offsetLater(partition, request.from(), before);
        if (topic.endOffset(partition) - start < minMessages) {
            return null;
        }
        MessageWriter writer = new MessageWriter(request.limits(), budget.reservation());
        try {
            EncodedMessages page = topic.page(partition, start, writer);
            topic.offsetLater(
                    partition, request.from(), before); // the start may have been dropped just before it was read
            return page;
        } catch (Throwable e) { // an OutOfMemoryError, say
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
        long[] next = lastEventId == null
                ? new long[topic.partitions()]
                : TopicStream.parseId(lastEventId, topic.partitions());
        for (int p : partitions) {
            boolean isOfAnotherLife = next[p] > topic.endOffset(p); // of a topic that has begun anew since
            next[p] = lastEventId == null || isOfAnotherLife ? topic.offset(p, from) : next[p];
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
    public List<String> consumerIds(String topic) {
        Topic found = topics.byName().get(topic);
        return found == null ? List.of() : consumers.groupsOf(found).memberIds();
    }

    @Override
    public ConsumerState consumer(String consumerId) {
        return lookup.session(consumerId).state();
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

    MemoryBudget budget() {
        return budget;
    }

    /** See {@link Maintenance#run}. */
    public void maintain() {
        Maintenance.run(topics.all());
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
                    ErrorCode.SHUTTING_DOWN, "The broker is shutting down. Try again when it is back.");
        }
    }

    /** Looks whether the consumer is still there: while a call waited, it may have gone. */
    private EncodedMessages next(ConsumerSession session, int epoch, BooleanSupplier claim, ReadLimits limits) {
        requireRunning();
        if (lookup.session(session.consumerId()) != session) {
            throw new EngineException(
                    ErrorCode.CONSUMER_NOT_FOUND,
                    "Consumer " + session.consumerId() + " was removed and registered again meanwhile. Ask again.");
        }
        MessageWriter writer = new MessageWriter(limits, budget.reservation());
        EncodedMessages result;
        try {
            result = session.next(epoch, claim, writer);
        } catch (Throwable e) { // an OutOfMemoryError, say
            writer.close();
            throw e;
        }
        if (result == null) {
            writer.close();
        }
        return result;
    }
}
