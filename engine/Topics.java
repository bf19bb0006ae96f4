package engine;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/** All topics by name: creates them, restores them from a {@link Storage}, and removes them. Safe for any number of threads. */
final class Topics {
    private final ConcurrentHashMap<String, Topic> byName = new ConcurrentHashMap<>();
    private final RetentionTimer retention;
    private final MemoryBudget budget;
    private final Limits limits;
    private final Storage storage;
    private final Scheduler scheduler;
    private final Executor starter;
    private final Consumers consumers;

    /**
     * @param starter see {@link MemoryBroker#MemoryBroker(MemoryBudget, int, Storage, Scheduler, Executor)}
     * @param consumers to which each new topic is added
     */
    Topics(
            MemoryBudget budget,
            Limits limits,
            Storage storage,
            Scheduler scheduler,
            Executor starter,
            Consumers consumers) {
        this.budget = budget;
        this.limits = limits;
        this.storage = storage;
        this.scheduler = scheduler;
        this.retention = new RetentionTimer(byName.values(), scheduler);
        this.starter = starter;
        this.consumers = consumers;
    }

    /** A live view. */
    Map<String, Topic> byName() {
        return byName;
    }

    /** A live view. */
    Collection<Topic> all() {
        return byName.values();
    }

    /** Returns false if the topic was removed before. */
    boolean remove(Topic topic) {
        return byName.remove(topic.name(), topic);
    }

    /**
     * Creates a topic, or returns the existing one.
     *
     * @throws EngineException INVALID; CONFLICT if it exists with other settings; STORAGE_FULL
     */
    CompletableFuture<TopicRegistration> register(String name, TopicSettings asked) {
        Topic known = byName.get(Names.require("topic", name));
        if (asked.partitionsOrDefault() > limits.partitions()) {
            throw EngineException.invalid(
                    "partitions", "must be from 1 to " + limits.partitions() + ", but is " + asked.partitions());
        }
        if (known != null) {
            return CompletableFuture.completedFuture(registration(known, asked, false));
        }
        return storage == Storage.NONE
                ? CompletableFuture.completedFuture(findOrCreate(name, asked))
                : CompletableFuture.supplyAsync(() -> findOrCreate(name, asked), scheduler.disk());
    }

    private TopicRegistration findOrCreate(String name, TopicSettings asked) {
        boolean[] isNew = new boolean[1];
        Topic topic = byName.computeIfAbsent(name, absent -> {
            isNew[0] = true;
            return create(name, asked);
        });
        if (topic.hasMaxAge() && !topic.isOnDisk()) { // else the storage calls maintain()
            retention.start();
        }
        return registration(topic, asked, isNew[0]);
    }

    private static TopicRegistration registration(Topic topic, TopicSettings asked, boolean isNew) {
        Conflict.requireSame(topic.name(), asked, topic.settings());
        return new TopicRegistration(isNew, topic.partitions());
    }

    private Topic create(String name, TopicSettings settings) {
        Limits.requireRoom(byName.size(), limits.topics(), "topic", "Delete one");
        KeptMemory memory = new KeptMemory(budget, settings.partitionsOrDefault(), storage != Storage.NONE);
        memory.take(memory.ofTopic(name));
        try {
            TopicGroups groups = new TopicGroups(consumers.reservations()::isReserved);
            return newTopic(name, settings, memory, storage.create(name, settings), groups);
        } catch (Throwable e) { // for example, an OutOfMemoryError
            memory.close();
            throw e;
        }
    }

    private Topic newTopic(
            String name, TopicSettings settings, KeptMemory memory, Journal journal, TopicGroups groups) {
        Executor executor = journal == Journal.NONE ? scheduler.processor() : new DiskQueue(scheduler, starter);
        Topic topic = new Topic(name, settings, budget, memory, limits, journal, scheduler, executor, groups);
        consumers.addTopic(topic, groups);
        return topic;
    }

    /** See {@link MemoryBroker#restore}. */
    TopicRestorer restore(String name, TopicSettings settings, Journal journal) {
        KeptMemory memory = new KeptMemory(budget, settings.partitionsOrDefault(), true);
        memory.setRestored(true);
        memory.take(memory.ofTopic(name));
        budget.requireRoomForRestored();
        TopicGroups groups = new TopicGroups(consumers.reservations()::isReserved);
        return new TopicRestorer(newTopic(name, settings, memory, journal, groups), groups, budget);
    }

    /** See {@link MemoryBroker#restored}. */
    List<String> restored(TopicRestorer restorer, Collection<RestoredConsumer> restoredConsumers) {
        Topic topic = restorer.finish();
        byName.put(topic.name(), topic);
        List<String> notices = restoredConsumers.stream()
                .map(consumer -> consumers.restore(topic, consumer))
                .filter(Objects::nonNull)
                .collect(Collectors.toList());
        restorer.finishConsumers(consumers::get);
        topic.memory().setRestored(false);
        budget.requireRoomForRestored();
        return notices;
    }
}
