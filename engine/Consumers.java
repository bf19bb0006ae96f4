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
    private final ConcurrentHashMap<String, ConsumerSession> cursors = new ConcurrentHashMap<>();

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

    /** Null if there is none. */
    ConsumerSession get(String consumerId) {
        return cursors.get(consumerId);
    }

    Set<String> ids() {
        return cursors.keySet();
    }

    /** By their ids. */
    Collection<ConsumerSession> all() {
        return new TreeMap<>(cursors).values();
    }

    /** What happened to a consumer that is not there any more; null if it never was, or is there. */
    String removalOf(String consumerId) {
        return removals.get(consumerId);
    }

    /** See {@link MemoryBroker#registerConsumer}. */
    ConsumerSession register(Topic topic, ConsumerSettings settings) {
        synchronized (topic.membership()) {
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
        ConsumerSession known = cursors.get(settings.consumerId());
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

    void unregister(ConsumerSession cursor) {
        remove(cursor, "Consumer " + cursor.consumerId() + " was unregistered. POST /consumers/register adds it again.");
    }

    /** Removes all consumers of a topic that was deleted. It takes time in proportion to their number. */
    void removeAllOf(Topic topic) {
        synchronized (topic.membership()) { // one that is just being added is in time or refused
            List<ConsumerSession> removed = topic.closeGroups();
            removed.stream().limit(MAX_REMOVALS).forEach(this::noteRemovalWithTopic);
            removed.forEach(this::forget);
        }
    }

    private void noteRemovalWithTopic(ConsumerSession cursor) {
        noteRemoval(cursor, "Consumer " + cursor.consumerId() + " was removed together with topic " + cursor.topic().name()
                + ", which was deleted. POST /topics/register and /consumers/register create both again.");
    }

    private void forget(ConsumerSession cursor) {
        cursors.remove(cursor.consumerId(), cursor);
        cursor.checkSessionBy(null);
    }

    /** The lock is held. */
    private ConsumerSession add(Topic topic, ConsumerSettings settings) {
        String id = settings.consumerId();
        boolean isFirst = !topic.hasGroup(settings.groupKey());
        topic.memory().take(topic.memory().ofConsumer(id));
        Group group = null;
        ConsumerSession cursor;
        try {
            group = topic.group(settings.groupKey(), settings.group(), settings.start());
            cursor = new ConsumerSession(id, topic, group, settings, System.currentTimeMillis());
            cursor.writeDown();
        } catch (Throwable e) { // an OutOfMemoryError, say
            topic.memory().giveBack(topic.memory().ofConsumer(id));
            if (isFirst && group != null) {
                topic.forget(group);
            }
            throw e;
        }
        budget.add(-memoryOf(removals.remove(id)));
        join(cursor);
        return cursor;
    }

    /**
     * Adds a consumer that was written down before; a member of a group owns nothing yet. It may be with another topic already, if it was
     * removed from one of the two and that was not on disk when the machine ended.
     *
     * @return what people should know, in words; null if there is nothing
     */
    String restore(Topic topic, RestoredConsumer restored) {
        ConsumerSettings settings = restored.settings();
        ConsumerSession other = cursors.get(settings.consumerId());
        if (other == null) {
            add(topic, restored);
            return null;
        }
        boolean isOutdated = other.registeredAt() > restored.registeredAt();
        String notice = "consumer " + settings.consumerId() + " was with topic " + other.topic().name() + " and with topic " + topic.name()
                + ", because its removal was not on disk when the machine ended. It is now with topic " + (isOutdated ? other.topic() : topic).name()
                + ", where it registered last.";
        if (isOutdated) {
            topic.journal().unregister(settings.consumerId());
            if (settings.group() == null) {
                topic.forget(topic.group(settings.groupKey(), null, settings.start()));
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
        synchronized (topic.membership()) {
            topic.memory().take(topic.memory().ofConsumer(settings.consumerId()));
            Group group = topic.group(settings.groupKey(), settings.group(), settings.start());
            ConsumerSession cursor = new ConsumerSession(settings.consumerId(), topic, group, settings, restored.registeredAt());
            if (settings.group() == null) {
                join(cursor);
                return;
            }
            cursors.put(cursor.consumerId(), cursor);
            group.restore(cursor);
            watchSession(cursor);
        }
    }

    /** The lock is held. */
    private void join(ConsumerSession cursor) {
        cursors.put(cursor.consumerId(), cursor);
        cursor.group().join(cursor);
        watchSession(cursor);
    }

    private void requireSame(ConsumerSession known, Topic topic, ConsumerSettings settings) {
        if (known.topic() != topic) {
            throw readsAnother(known.consumerId(), known.topic(), topic);
        }
        if (!Objects.equals(known.groupName(), settings.group())) {
            throw new EngineException(ErrorCode.CONFLICT, "Consumer " + known.consumerId() + " "
                    + (known.groupName() == null ? "reads alone" : "is a member of group " + known.groupName())
                    + ". Unregister it first, or choose another consumer_id.");
        }
    }

    private static EngineException readsAnother(String consumerId, Topic other, Topic topic) {
        return new EngineException(ErrorCode.CONFLICT, "Consumer " + consumerId + " reads topic " + other.name()
                + ". Choose another consumer_id for topic " + topic.name() + ".");
    }

    private void watchSession(ConsumerSession cursor) {
        if (cursor.hasSession()) {
            long leftMs = cursor.sessionTimeoutMs() - cursor.silentMs();
            cursor.checkSessionBy(Deadlines.after(Math.max(1, leftMs), () -> checkSession(cursor)));
        }
    }

    private void checkSession(ConsumerSession cursor) {
        if (cursors.get(cursor.consumerId()) != cursor) {
            return;
        }
        if (isSilentForTooLong(cursor)) {
            cursor.topic().executor().execute(() -> expire(cursor));
        } else {
            watchSession(cursor);
        }
    }

    private static boolean isSilentForTooLong(ConsumerSession cursor) {
        return cursor.silentMs() >= cursor.sessionTimeoutMs();
    }

    private void expire(ConsumerSession cursor) {
        synchronized (cursor.topic().membership()) {
            if (isSilentForTooLong(cursor)) {
                remove(cursor, expired(cursor));
            } else { // it was heard of while this waited
                watchSession(cursor);
            }
        }
    }

    private static String expired(ConsumerSession cursor) {
        String silence = ": nothing was heard from it for " + cursor.sessionTimeoutMs() + " ms (session_timeout_ms), and ";
        return "Consumer " + cursor.consumerId() + " was removed" + (cursor.groupName() == null
                ? silence + "its positions are gone. POST /consumers/register adds it as a new consumer."
                : " from group " + cursor.groupName() + silence + "what it had not committed goes to the others. "
                        + "POST /consumers/register lets it join again.");
    }

    private void remove(ConsumerSession cursor, String why) {
        synchronized (cursor.topic().membership()) {
            if (cursors.get(cursor.consumerId()) == cursor) {
                cursor.group().leave(cursor); // first: from then on nothing is delivered to it, nor written down of it
                cursor.topic().journal().unregister(cursor.consumerId());
                noteRemoval(cursor, why);
                cursors.remove(cursor.consumerId()); // last: whoever does not find it any more relies on what is written down
                cursor.topic().memory().giveBack(cursor.topic().memory().ofConsumer(cursor.consumerId()));
                if (cursor.groupName() == null) {
                    cursor.topic().forget(cursor.group());
                }
                cursor.topic().waiters().wake(); // a call that waits for it is told
            }
        }
    }

    private void noteRemoval(ConsumerSession cursor, String why) {
        budget.add(memoryOf(why) - memoryOf(removals.put(cursor.consumerId(), why)));
    }

    private static long memoryOf(String removal) {
        return removal == null ? 0 : REMOVAL + removal.length();
    }
}
