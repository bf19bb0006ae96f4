package engine;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The consumers of a broker by id, and why recent ones were removed. A consumer that sends no request for its session timeout is
 * removed. A consumer without a group has a session timeout only if it was requested.
 *
 * <p>Safe for any number of threads. A thread that adds or removes a consumer holds the monitor of the topic's {@link TopicGroups},
 * also during the write to disk. Only {@link MemoryGroupOffsets} takes that monitor, too.
 */
final class Consumers {
    private static final int MAX_REMOVALS = 10_000;

    /** The memory of an entry of {@link #removals} without its text, in bytes. */
    private static final int REMOVAL = 100;

    private final MemoryBudget budget;
    private final int maxConsumers;
    private final GroupReservations reservations;
    private final ConcurrentHashMap<String, ConsumerSession> sessions = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Topic, TopicGroups> groups = new ConcurrentHashMap<>();

    /** The ids that are currently being registered, with their topics. */
    private final ConcurrentHashMap<String, Topic> registering = new ConcurrentHashMap<>();

    /** By consumer id, the reason of the removal. Only the latest removals are kept. */
    private final Map<String, String> removals = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            boolean isOverLimit = size() > MAX_REMOVALS;
            budget.add(isOverLimit ? -memoryOf(eldest.getValue()) : 0);
            return isOverLimit;
        }
    });

    /** @param budget for the reasons of removals */
    Consumers(MemoryBudget budget, int maxConsumers) {
        this.budget = budget;
        this.maxConsumers = maxConsumers;
        this.reservations = new GroupReservations(budget);
    }

    /** Which groups have members, by protocol. */
    GroupReservations reservations() {
        return reservations;
    }

    /** Adds a topic, whose consumers will be in these groups. */
    void addTopic(Topic topic, TopicGroups groupsOfTopic) {
        groups.put(topic, groupsOfTopic);
    }

    /** @throws EngineException TOPIC_NOT_FOUND if the topic was deleted */
    TopicGroups groupsOf(Topic topic) {
        TopicGroups found = groups.get(topic);
        if (found == null) {
            throw topic.deletedException();
        }
        return found;
    }

    /** The groups of each topic. */
    Stream<TopicGroups> groups() {
        return groups.values().stream();
    }

    /** Null if absent. */
    ConsumerSession get(String consumerId) {
        return sessions.get(consumerId);
    }

    Set<String> ids() {
        return sessions.keySet();
    }

    /** Sorted by id. */
    Collection<ConsumerSession> all() {
        return new TreeMap<>(sessions).values();
    }

    /** Why a consumer was removed; null if it was not removed, or too long ago. */
    String removalOf(String consumerId) {
        return removals.get(consumerId);
    }

    /** See {@link MemoryBroker#registerConsumer}. */
    ConsumerSession register(Topic topic, ConsumerSettings settings) {
        synchronized (groupsOf(topic)) {
            topic.requireNotDeleted();
            Topic other = registering.putIfAbsent(settings.consumerId(), topic);
            if (other != null) {
                throw Conflict.otherTopic(settings.consumerId(), other.name(), topic.name());
            }
            try {
                return registerReserved(topic, settings);
            } finally {
                registering.remove(settings.consumerId());
            }
        }
    }

    /** No other thread registers this id. The caller holds the monitor of the topic's {@link TopicGroups}. */
    private ConsumerSession registerReserved(Topic topic, ConsumerSettings settings) {
        ConsumerSession known = sessions.get(settings.consumerId());
        if (known != null && known.topic().isDeleted()) {
            drop(known);
            known = null;
        }
        if (known == null) {
            return add(topic, settings);
        }
        requireSame(known, topic, settings);
        known.registerAgain(settings);
        watchSession(known);
        return known;
    }

    void unregister(ConsumerSession session) {
        remove(session, RemovalReason.unregistered(session.consumerId()));
    }

    /** Removes all consumers of a deleted topic. The time is proportional to their number. */
    void removeAllOf(Topic topic) {
        TopicGroups ofTopic = groupsOf(topic);
        synchronized (ofTopic) { // a consumer that is being added is either removed here or refused
            List<ConsumerSession> removed = ofTopic.close();
            removed.stream().limit(MAX_REMOVALS).forEach(this::noteRemovalWithTopic);
            removed.forEach(this::drop);
            groups.remove(topic);
        }
    }

    private void noteRemovalWithTopic(ConsumerSession session) {
        noteRemoval(
                session,
                RemovalReason.topicDeleted(session.consumerId(), session.topic().name()));
    }

    private void drop(ConsumerSession session) {
        removeSession(session);
        session.sessionTimeout().setCheck(null);
    }

    private void removeSession(ConsumerSession session) {
        if (sessions.remove(session.consumerId(), session)) {
            reservations.leave(session.groupName());
        }
    }

    /** The caller holds the monitor of the topic's {@link TopicGroups}. */
    private ConsumerSession add(Topic topic, ConsumerSettings settings) {
        String id = settings.consumerId();
        Limits.requireRoom(sessions.size(), maxConsumers, "consumer", "Unregister one");
        TopicGroups ofTopic = groupsOf(topic);
        boolean isFirst = !ofTopic.has(settings.groupKey());
        topic.memory().take(topic.memory().ofConsumer(id));
        Group group = null;
        boolean isJoined = false;
        ConsumerSession session;
        try {
            reservations.join(settings.group());
            isJoined = true;
            group = ofTopic.getOrCreate(topic, settings);
            session = new ConsumerSession(
                    id, topic, group, settings, topic.scheduler().millis());
            long[] starts = group.committed().allOr(p -> topic.offset(p, settings.start()));
            session.persist(starts);
            group.start(starts);
        } catch (Throwable e) { // for example, an OutOfMemoryError
            topic.memory().giveBack(topic.memory().ofConsumer(id));
            if (isJoined) {
                reservations.leave(settings.group());
            }
            if (isFirst && group != null) {
                ofTopic.remove(group.key(), topic);
            }
            throw e;
        }
        budget.add(-memoryOf(removals.remove(id)));
        join(session);
        return session;
    }

    /**
     * Adds a persisted consumer. A member of a group owns no partition yet. The consumer may already exist with another topic, if it
     * was removed from one of the two and that removal was lost when the machine stopped.
     *
     * @return a notice for the user, in words; null if there is none
     */
    String restore(Topic topic, RestoredConsumer restored) {
        ConsumerSettings settings = restored.settings();
        ConsumerSession other = sessions.get(settings.consumerId());
        if (other == null) {
            add(topic, restored);
            return null;
        }
        boolean isOutdated = other.registeredAt() > restored.registeredAt();
        String notice = "consumer " + settings.consumerId() + " was registered with topic "
                + other.topic().name() + " and with topic " + topic.name()
                + ", because its removal was not on disk when the machine stopped. It now reads topic "
                + (isOutdated ? other.topic() : topic).name()
                + ", where it registered last.";
        if (isOutdated) {
            topic.journal().unregister(settings.consumerId());
            if (settings.group() == null) {
                groupsOf(topic).remove(settings.groupKey(), topic);
            }
        } else {
            remove(other, notice);
            budget.add(-memoryOf(removals.remove(settings.consumerId())));
            add(topic, restored);
        }
        return notice;
    }

    private void add(Topic topic, RestoredConsumer restored) {
        ConsumerSettings settings = restored.settings();
        synchronized (groupsOf(topic)) {
            topic.memory().take(topic.memory().ofConsumer(settings.consumerId()));
            reservations.join(settings.group());
            Group group = groupsOf(topic).getOrCreate(topic, settings);
            ConsumerSession session =
                    new ConsumerSession(settings.consumerId(), topic, group, settings, restored.registeredAt());
            if (settings.group() == null) {
                join(session);
                return;
            }
            sessions.put(session.consumerId(), session);
            group.restore(session);
            watchSession(session);
        }
    }

    /** The caller holds the monitor of the topic's {@link TopicGroups}. */
    private void join(ConsumerSession session) {
        sessions.put(session.consumerId(), session);
        session.group().join(session);
        watchSession(session);
    }

    private void requireSame(ConsumerSession known, Topic topic, ConsumerSettings settings) {
        if (known.topic() != topic) {
            throw Conflict.otherTopic(known.consumerId(), known.topic().name(), topic.name());
        }
        if (!Objects.equals(known.groupName(), settings.group())) {
            throw Conflict.otherGroup(known.consumerId(), known.groupName());
        }
    }

    private void watchSession(ConsumerSession session) {
        if (session.sessionTimeout().isLimited()) {
            long leftMs = session.sessionTimeout().ms() - session.sinceLastHeartbeatMs();
            Scheduler scheduler = session.topic().scheduler();
            session.sessionTimeout().setCheck(scheduler.after(Math.max(1, leftMs), () -> checkSession(session)));
        }
    }

    private void checkSession(ConsumerSession session) {
        if (sessions.get(session.consumerId()) != session) {
            return;
        }
        if (isExpired(session)) {
            session.topic().executor().execute(() -> expire(session));
        } else {
            watchSession(session);
        }
    }

    private static boolean isExpired(ConsumerSession session) {
        return session.sinceLastHeartbeatMs() >= session.sessionTimeout().ms();
    }

    private void expire(ConsumerSession session) {
        TopicGroups ofTopic = groups.get(session.topic());
        if (ofTopic == null) {
            return; // the topic was deleted meanwhile
        }
        synchronized (ofTopic) {
            if (isExpired(session)) {
                remove(session, expired(session));
            } else { // it sent a request while this waited for the lock
                watchSession(session);
            }
        }
    }

    private static String expired(ConsumerSession session) {
        return RemovalReason.sessionTimeout(
                session.consumerId(),
                session.groupName(),
                session.sessionTimeout().ms());
    }

    private void remove(ConsumerSession session, String reason) {
        TopicGroups ofTopic = groups.get(session.topic());
        if (ofTopic == null) {
            return; // the topic was deleted meanwhile, and the consumer with it
        }
        synchronized (ofTopic) {
            if (sessions.get(session.consumerId()) == session) {
                session.group().leave(session); // first: from now on nothing is delivered or committed
                session.topic().journal().unregister(session.consumerId());
                noteRemoval(session, reason);
                removeSession(session); // last: when it is no longer found, its removal is persisted
                session.topic().memory().giveBack(session.topic().memory().ofConsumer(session.consumerId()));
                if (session.groupName() == null) {
                    ofTopic.remove(session.group().key(), session.topic());
                }
                session.topic().waiters().wake(); // ends the calls that wait for this consumer
            }
        }
    }

    private void noteRemoval(ConsumerSession session, String reason) {
        budget.add(memoryOf(reason) - memoryOf(removals.put(session.consumerId(), reason)));
    }

    private static long memoryOf(String reason) {
        return reason == null ? 0 : REMOVAL + reason.length();
    }
}
