package engine;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a broker does, in RAM: topics that grow at the end, and consumers that each keep their own place in one of them.
 * What outlives the process is the business of a {@link Storage}.
 *
 * <p>Safe for any number of threads. There is one lock per topic and one per group of consumers, and for reading and
 * writing messages none over all. A call that throws has changed nothing.
 */
public final class Engine {
    private static final int MAX_COMPARED_NAMES = 1000;

    private final ConcurrentHashMap<String, Topic> topics = new ConcurrentHashMap<>();
    private final Consumers consumers;
    private final MemoryBudget budget;
    private final int maxPartitions;
    private final Storage storage;
    private final Retention retention = new Retention(topics.values());
    private volatile boolean stopped;

    /**
     * @param budget for the logs of all topics
     * @param maxPartitions how many a topic may have at the most
     * @param storage writes down what is to outlive the process
     */
    public Engine(MemoryBudget budget, int maxPartitions, Storage storage) {
        this.budget = budget;
        this.maxPartitions = maxPartitions;
        this.storage = storage;
        this.consumers = new Consumers(budget, storage.diskThreads() == null ? ForkJoinPool.commonPool() : storage.diskThreads());
    }

    /**
     * Makes sure that a topic exists. However many ask at once, it is created once.
     *
     * @param asked the settings of a new topic; of one that is there, those that are given have to be the same
     * @return true if this call created it
     * @throws EngineException CONFLICT if it exists with other settings; STORAGE_FULL
     */
    public boolean registerTopic(String name, TopicSettings asked) {
        Topic known = topics.get(Names.require("topic", name));
        boolean[] isNew = new boolean[1];
        if (asked.partitionsOrDefault() > maxPartitions) {
            throw EngineException.invalid("partitions", "must be from 1 to " + maxPartitions + ", but is " + asked.partitions());
        }
        if (known == null) {
            known = topics.computeIfAbsent(name, absent -> {
                isNew[0] = true;
                return create(name, asked);
            });
            if (known.hasMaxAge() && storage.diskThreads() == null) { // else the storage calls maintain()
                retention.start();
            }
        }
        if (!asked.isMetBy(known.settings())) {
            throw new EngineException(ErrorCode.CONFLICT, "Topic " + name + " exists with other settings: " + known.settings()
                    + ". Ask for the same, or for none, or delete it first.");
        }
        return isNew[0];
    }

    private Topic create(String name, TopicSettings settings) {
        KeptMemory memory = new KeptMemory(budget, settings.partitionsOrDefault(), storage != Storage.NONE);
        memory.take(memory.ofTopic(name));
        try {
            return new Topic(name, settings, budget, memory, storage.create(name, settings));
        } catch (Throwable e) { // an OutOfMemoryError, say
            memory.close();
            throw e;
        }
    }

    /**
     * A topic that its {@link Storage} has kept, still empty; nobody knows it until {@link #restored} is called.
     *
     * @param journal where it goes on being written down
     * @throws EngineException STORAGE_FULL if it is more than the memory holds
     */
    public TopicRestorer restore(String name, TopicSettings settings, Journal journal) {
        KeptMemory memory = new KeptMemory(budget, settings.partitionsOrDefault(), true);
        memory.setRestored(true);
        memory.take(memory.ofTopic(name));
        budget.requireRoomForRestored();
        return new Topic(name, settings, budget, memory, journal).restorer();
    }

    /**
     * A topic is restored: from now on it is there, with these consumers, whose groups it has.
     *
     * @throws EngineException STORAGE_FULL if they are more than the memory holds
     */
    public void restored(TopicRestorer restorer, Collection<ConsumerSettings> restoredConsumers) {
        Topic topic = restorer.finish();
        topics.put(topic.name(), topic);
        restoredConsumers.forEach(settings -> consumers.restore(topic, settings));
        restorer.finishConsumers(consumers::get);
        topic.memory().setRestored(false);
        budget.requireRoomForRestored();
    }

    /**
     * Removes a topic with its messages and its consumers. Whoever waits for it is told.
     *
     * @throws EngineException TOPIC_NOT_FOUND; STORAGE_FULL if it could not be removed from disk
     */
    public void deleteTopic(String name) {
        Topic topic = topic(name);
        topic.journal().delete();
        if (topics.remove(name, topic)) {
            topic.delete();
            consumers.removeAllOf(topic);
            topic.waiters().wake();
        }
    }

    /**
     * @param producerId null for a fresh one
     * @return the producer's id
     */
    public String registerProducer(String topic, String producerId) {
        topic(topic);
        return Names.requireOrCreate("producer_id", producerId, "producer-");
    }

    /**
     * Makes sure that a consumer exists. One that is known for this topic and group goes on from what it has committed.
     *
     * @throws EngineException TOPIC_NOT_FOUND; CONFLICT if the consumer reads another topic or is of another group;
     *     OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED, STORAGE_FULL
     */
    public Cursor registerConsumer(String topic, ConsumerSettings settings) {
        return consumers.register(topic(topic), settings);
    }

    /**
     * Removes a consumer; its partitions go to the others of its group at once.
     *
     * @throws EngineException CONSUMER_NOT_FOUND
     */
    public void unregisterConsumer(String consumerId) {
        consumers.unregister(cursor(consumerId));
    }

    /**
     * Appends messages to a topic, all of them or none.
     *
     * @param sequence null from a producer that does not count its messages
     * @return where they went, once they are as safe as was asked for
     * @throws EngineException INVALID, TOPIC_FULL, STORAGE_FULL, OUT_OF_SEQUENCE; also through the result
     */
    public CompletableFuture<Appended> produce(Topic topic, EncodedBatch batch, ProducerSequence sequence) {
        return topic.append(batch, sequence);
    }

    /**
     * Delivers a consumer's next messages and moves the consumer on.
     *
     * @param writer makes what the messages are written to
     * @param finish makes the result of a writer with one message or more
     * @param waitMs how long to wait if there is nothing new
     * @return the result, or null if there is nothing; cancelling it ends the waiting
     *     and so does the consumer's registering again: then the result is null
     * @throws EngineException CONSUMER_NOT_FOUND, also through the result if it goes away meanwhile; OVERLOADED, likewise
     */
    public <T> CompletableFuture<T> consume(
            String consumerId, Supplier<MessageWriter> writer, Function<MessageWriter, T> finish, long waitMs) {
        Cursor cursor = cursor(consumerId);
        cursor.touch();
        int registration = cursor.registrations();
        CompletableFuture<T> result = deliver(cursor, claim -> next(cursor, registration, claim, writer.get(), finish), waitMs);
        if (result instanceof Waiting && !result.isDone()) {
            cursor.noteWaiting((Waiting<T>) result, registration);
        }
        return result;
    }

    /** Delivers in this thread, unless the delivery may have to wait for a disk. */
    private <T> CompletableFuture<T> deliver(Cursor cursor, Waiting.Attempt<T> attempt, long waitMs) {
        Waiters waiters = cursor.topic().waiters();
        Executor diskThreads = storage.diskThreads();
        if (diskThreads == null) {
            return Waiting.until(waiters, budget, attempt, () -> null, waitMs, ForkJoinPool.commonPool());
        }
        ReentrantLock lock = cursor.group().lock();
        if (!cursor.commitsItself() && lock.tryLock()) {
            try {
                if (!cursor.commitsItself()) { // and so it stays as long as the lock is held
                    return Waiting.until(waiters, budget, attempt, () -> null, waitMs, diskThreads);
                }
            } finally {
                lock.unlock();
            }
        }
        return Waiting.elsewhere(waiters, budget, attempt, () -> null, waitMs, diskThreads);
    }

    /**
     * Looks at a partition's messages; no consumer moves.
     *
     * @param from where to begin at the moment of the answer: what is dropped while the call waits is not in it
     * @param minMessages how many to wait for
     * @param page makes {@code {"messages":[...],"next_offset":...,"end_offset":...}} from an offset on, perhaps with fewer messages or none:
     *     see {@link Topic#page}
     * @param waitMs how long to wait for them
     * @return the page; cancelling it ends the waiting
     * @throws EngineException OFFSET_OUT_OF_RANGE; OFFSET_TRIMMED, also through the result, if the offset was dropped meanwhile;
     *     TOPIC_NOT_FOUND likewise
     */
    public <T> CompletableFuture<T> browse(
            Topic topic, int partition, StartPosition from, long minMessages, Pages<T> page, long waitMs) {
        long before = from.in(topic, partition);
        return Waiting.until(topic.waiters(), budget,
                claim -> claim.getAsBoolean() ? page(topic, partition, from, before, stopped ? 0 : minMessages, page) : null,
                () -> page(topic, partition, from, before, 0, page), waitMs, ForkJoinPool.commonPool());
    }

    /** Null if there are too few messages. */
    private static <T> T page(Topic topic, int partition, StartPosition from, long before, long minMessages, Pages<T> page) {
        topic.requireNotDeleted();
        long start = from.inLater(topic, partition, before);
        if (topic.endOffset(partition) - start < minMessages) {
            return null;
        }
        return page.read(start, () -> from.inLater(topic, partition, before));
    }

    /** Makes pages of messages. */
    public interface Pages<T> {
        /**
         * @param start the offset to begin with
         * @param check has to be run when the messages were read; it throws an exception if the start was dropped just before
         */
        T read(long start, Runnable check);
    }

    /**
     * The messages of a topic, and those that come.
     *
     * @param partition null for all
     * @param from where to begin
     * @param lastEventId the id of the event to go on after, in place of that; null if there is none
     * @throws EngineException INVALID, OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED
     */
    public MessageStream stream(Topic topic, Integer partition, StartPosition from, String lastEventId) {
        int[] partitions = partition == null ? IntStream.range(0, topic.partitions()).toArray() : new int[] {partition};
        long[] next = lastEventId == null ? new long[topic.partitions()] : MessageStream.parseId(lastEventId, topic.partitions());
        for (int p : partitions) {
            boolean isOfAnotherLife = next[p] > topic.endOffset(p); // of a topic that has begun anew since
            next[p] = lastEventId == null || isOfAnotherLife ? from.in(topic, p) : next[p];
        }
        return new MessageStream(this, topic, partitions, next);
    }

    /** The topics of this moment, by name. */
    public Collection<Topic> topics() {
        return new TreeMap<>(topics).values();
    }

    public MemoryBudget budget() {
        return budget;
    }

    /** The consumers of this moment, by id. */
    public Collection<Cursor> cursors() {
        return consumers.all();
    }

    /** The groups of this moment, by name and then by topic; each is asked for its state. */
    public List<Supplier<GroupState>> groups() {
        return states(topics.values().stream().flatMap(Topic::groups));
    }

    /**
     * The groups of this name, one for each topic that has such a group.
     *
     * @throws EngineException GROUP_NOT_FOUND
     */
    public List<Supplier<GroupState>> groups(String name) {
        Names.require("group", name);
        List<Supplier<GroupState>> found = states(topics.values().stream().map(topic -> topic.groupNamed(name)).filter(Objects::nonNull));
        if (found.isEmpty()) {
            Set<String> known = topics.values().stream().flatMap(Topic::groups).map(Group::name).collect(Collectors.toSet());
            throw new EngineException(ErrorCode.GROUP_NOT_FOUND, "No group " + name + "." + didYouMean(name, known)
                    + " A group exists once a consumer has registered with its name: POST /consumers/register.");
        }
        return found;
    }

    /** The states themselves take much memory, so that each is made when it is asked for. */
    private static List<Supplier<GroupState>> states(Stream<Group> groups) {
        return groups.sorted(Comparator.comparing(Group::name).thenComparing(group -> group.topic().name()))
                .map(group -> (Supplier<GroupState>) group::state).collect(Collectors.toList());
    }

    /** @throws EngineException TOPIC_NOT_FOUND */
    public Topic topic(String name) {
        Topic topic = topics.get(name);
        if (topic == null) {
            Names.require("topic", name);
            throw new EngineException(ErrorCode.TOPIC_NOT_FOUND, "No topic " + name + "."
                    + didYouMean(name, topics.keySet()) + " POST /topics/register creates it.");
        }
        return topic;
    }

    /** @throws EngineException CONSUMER_NOT_FOUND; if it was there once, it says what happened to it */
    public Cursor cursor(String consumerId) {
        Cursor cursor = consumers.get(consumerId);
        if (cursor == null) {
            Names.require("consumer_id", consumerId);
            String removal = consumers.removalOf(consumerId);
            throw new EngineException(ErrorCode.CONSUMER_NOT_FOUND, removal != null ? removal : "No consumer " + consumerId + "."
                    + didYouMean(consumerId, consumers.ids())
                    + " POST /consumers/register adds it" + (storage == Storage.NONE
                    ? "; a broker that was restarted has forgotten its consumers." : "."));
        }
        return cursor;
    }

    /**
     * Does what is not to hold up a request: drops what is too old, and lets the journals see to their files.
     *
     * @throws EngineException STORAGE_FULL if it failed for a topic
     */
    public void maintain() {
        EngineException failure = null;
        for (Topic topic : topics.values()) {
            try {
                topic.maintain();
            } catch (EngineException e) { // the others are seen to all the same
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Tells everybody who waits that nothing will come any more. */
    public void stop() {
        stopped = true;
        topics.values().forEach(topic -> topic.waiters().wake());
    }

    /** @throws EngineException SHUTTING_DOWN */
    void requireRunning() {
        if (stopped) {
            throw new EngineException(ErrorCode.SHUTTING_DOWN, "The broker is shutting down. Try again when it is back.");
        }
    }

    /** Among very many names it does not look: the answer to a mistake must not keep others waiting. */
    private static String didYouMean(String wanted, Set<String> known) {
        if (known.size() > MAX_COMPARED_NAMES) {
            return "";
        }
        return Names.nearest(wanted, known).map(name -> " Did you mean " + name + "?").orElse("");
    }

    /** Looks whether the consumer is still there: while somebody waited, it may have gone. */
    private <T> T next(Cursor cursor, int registration, BooleanSupplier claim, MessageWriter writer, Function<MessageWriter, T> finish) {
        requireRunning();
        if (cursor(cursor.consumerId()) != cursor) {
            throw new EngineException(ErrorCode.CONSUMER_NOT_FOUND, "Consumer " + cursor.consumerId()
                    + " was removed and registered again meanwhile. Ask again.");
        }
        T result;
        try {
            result = cursor.next(registration, claim, writer, finish);
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
