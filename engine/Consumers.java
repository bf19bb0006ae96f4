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
 * The consumers of a broker by their ids, and what became of those that are not there any more. A consumer that is silent for
 * longer than its session timeout is removed; one that reads alone has such a timeout only if it has asked for it.
 *
 * <p>Safe for any number of threads. Consumers of one topic are added and removed one after the other, with the lock of {@link
 * Topic#membership} held, also while that is written to disk. Nobody else waits for that lock.
 */
final class Consumers {
    private static final int MAX_REMOVALS = 10_000;

    /** What is kept of a removal, in bytes: an entry of the map, and its text besides. */
    private static final int REMOVAL = 100;

    private final MemoryBudget budget;
    private final ConcurrentHashMap<String, ConsumerSession> sessions = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Topic, TopicGroups> groups = new ConcurrentHashMap<>();

    /** The ids that are just being registered, and for which topic. */
    private final ConcurrentHashMap<String, Topic> registering = new ConcurrentHashMap<>();

    /** Why consumers were removed, the latest of them. */
    private final Map<String, String> removals = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            boolean isOneTooMany = size() > MAX_REMOVALS;
            budget.add(isOneTooMany ? -memoryOf(eldest.getValue()) : 0);
            return isOneTooMany;
        }
    });

    /** @param budget for what is kept of consumers */
    Consumers(MemoryBudget budget) {
        this.budget = budget;
    }

    /** From now on the topic can have consumers, in these groups. */
    void host(Topic topic, TopicGroups groupsOfTopic) {
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

    /** All of all topics. */
    Stream<TopicGroups> groups() {
        return groups.values().stream();
    }

    /** Null if there is none. */
    ConsumerSession get(String consumerId) {
        return sessions.get(consumerId);
    }

    Set<String> ids() {
        return sessions.keySet();
    }

    /** By their ids. */
    Collection<ConsumerSession> all() {
        return new TreeMap<>(sessions).values();
    }

    /** What happened to a consumer that is not there any more; null if it never was, or is there. */
    String removalOf(String consumerId) {
        return removals.get(consumerId);
    }

    /** See {@link MemoryBroker#registerConsumer}. */
    ConsumerSession register(Topic topic, ConsumerSettings settings) {
        synchronized (groupsOf(topic)) {
            topic.requireNotDeleted();
            Topic other = registering.putIfAbsent(settings.consumerId(), topic);
            if (other != null) {
                throw readsAnother(settings.consumerId(), other, topic);
            }
            try {
                return registerReserved(topic, settings);
            } finally {
                registering.remove(settings.consumerId());
            }
        }
    }

    /** Nobody else registers this id. The lock is held. */
    private ConsumerSession registerReserved(Topic topic, ConsumerSettings settings) {
        ConsumerSession known = sessions.get(settings.consumerId());
        if (known != null && known.topic().isDeleted()) {
            forget(known);
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
        remove(session, "Consumer " + session.consumerId() + " was unregistered.");
    }

    /** Removes all consumers of a topic that was deleted. It takes time in proportion to their number. */
    void removeAllOf(Topic topic) {
        TopicGroups ofTopic = groupsOf(topic);
        synchronized (ofTopic) { // one that is just being added is in time or refused
            List<ConsumerSession> removed = ofTopic.close();
            removed.stream().limit(MAX_REMOVALS).forEach(this::noteRemovalWithTopic);
            removed.forEach(this::forget);
            groups.remove(topic);
        }
    }

    private void noteRemovalWithTopic(ConsumerSession session) {
        noteRemoval(
                session,
                "Consumer " + session.consumerId() + " was removed together with topic "
                        + session.topic().name() + ", which was deleted. Register the topic first.");
    }

    private void forget(ConsumerSession session) {
        sessions.remove(session.consumerId(), session);
        session.checkSessionBy(null);
    }

    /** The lock is held. */
    private ConsumerSession add(Topic topic, ConsumerSettings settings) {
        String id = settings.consumerId();
        TopicGroups ofTopic = groupsOf(topic);
        boolean isFirst = !ofTopic.has(settings.groupKey());
        topic.memory().take(topic.memory().ofConsumer(id));
        Group group = null;
        ConsumerSession session;
        try {
            group = ofTopic.getOrCreate(topic, settings);
            session = new ConsumerSession(id, topic, group, settings, System.currentTimeMillis());
            session.persist();
        } catch (Throwable e) { // an OutOfMemoryError, say
            topic.memory().giveBack(topic.memory().ofConsumer(id));
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
     * Adds a consumer that was written down before; a member of a group owns nothing yet. It may be with another topic already, if it was
     * removed from one of the two and that was not on disk when the machine ended.
     *
     * @return what people should know, in words; null if there is nothing
     */
    String restore(Topic topic, RestoredConsumer restored) {
        ConsumerSettings settings = restored.settings();
        ConsumerSession other = sessions.get(settings.consumerId());
        if (other == null) {
            add(topic, restored);
            return null;
        }
        boolean isOutdated = other.registeredAt() > restored.registeredAt();
        String notice = "consumer " + settings.consumerId() + " was with topic "
                + other.topic().name() + " and with topic " + topic.name()
                + ", because its removal was not on disk when the machine ended. It is now with topic "
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

    /** The lock is held. */
    private void join(ConsumerSession session) {
        sessions.put(session.consumerId(), session);
        session.group().join(session);
        watchSession(session);
    }

    private void requireSame(ConsumerSession known, Topic topic, ConsumerSettings settings) {
        if (known.topic() != topic) {
            throw readsAnother(known.consumerId(), known.topic(), topic);
        }
        if (!Objects.equals(known.groupName(), settings.group())) {
            throw new EngineException(
                    ErrorCode.CONFLICT,
                    "Consumer " + known.consumerId() + " "
                            + (known.groupName() == null ? "reads alone" : "is a member of group " + known.groupName())
                            + ". Unregister it first, or choose another consumer_id.");
        }
    }

    private static EngineException readsAnother(String consumerId, Topic other, Topic topic) {
        return new EngineException(
                ErrorCode.CONFLICT,
                "Consumer " + consumerId + " reads topic " + other.name() + ". Choose another consumer_id for topic "
                        + topic.name() + ".");
    }

    private void watchSession(ConsumerSession session) {
        if (session.hasSession()) {
            long leftMs = session.sessionTimeoutMs() - session.sinceLastHeartbeatMs();
            session.checkSessionBy(Deadlines.after(Math.max(1, leftMs), () -> checkSession(session)));
        }
    }

    private void checkSession(ConsumerSession session) {
        if (sessions.get(session.consumerId()) != session) {
            return;
        }
        if (isSilentForTooLong(session)) {
            session.topic().executor().execute(() -> expire(session));
        } else {
            watchSession(session);
        }
    }

    private static boolean isSilentForTooLong(ConsumerSession session) {
        return session.sinceLastHeartbeatMs() >= session.sessionTimeoutMs();
    }

    private void expire(ConsumerSession session) {
        TopicGroups ofTopic = groups.get(session.topic());
        if (ofTopic == null) {
            return; // the topic was deleted meanwhile
        }
        synchronized (ofTopic) {
            if (isSilentForTooLong(session)) {
                remove(session, expired(session));
            } else { // it was heard of while this waited
                watchSession(session);
            }
        }
    }

    private static String expired(ConsumerSession session) {
        String silence =
                ": nothing was heard from it for " + session.sessionTimeoutMs() + " ms (session_timeout_ms), and ";
        return "Consumer " + session.consumerId() + " was removed"
                + (session.groupName() == null
                        ? silence + "its positions are gone."
                        : " from group " + session.groupName() + silence
                                + "what it had not committed goes to the others.");
    }

    private void remove(ConsumerSession session, String why) {
        TopicGroups ofTopic = groups.get(session.topic());
        if (ofTopic == null) {
            return; // the topic was deleted meanwhile, and the consumer with it
        }
        synchronized (ofTopic) {
            if (sessions.get(session.consumerId()) == session) {
                session.group()
                        .leave(session); // first: from then on nothing is delivered to it, nor written down of it
                session.topic().journal().unregister(session.consumerId());
                noteRemoval(session, why);
                sessions.remove(
                        session.consumerId()); // last: whoever does not find it any more relies on what is written down
                session.topic().memory().giveBack(session.topic().memory().ofConsumer(session.consumerId()));
                if (session.groupName() == null) {
                    ofTopic.remove(session.group().key(), session.topic());
                }
                session.topic().waiters().wake(); // a call that waits for it is told
            }
        }
    }

    private void noteRemoval(ConsumerSession session, String why) {
        budget.add(memoryOf(why) - memoryOf(removals.put(session.consumerId(), why)));
    }

    private static long memoryOf(String removal) {
        return removal == null ? 0 : REMOVAL + removal.length();
    }
}
