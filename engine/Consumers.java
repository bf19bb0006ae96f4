package engine;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The consumers of a broker by their ids, and what became of those that are not there any more. A consumer that is silent for
 * longer than its session timeout is removed; one that reads alone has such a timeout only if it has asked for it. Safe for any number of threads.
 */
final class Consumers {
    private static final int MAX_REMOVALS = 10_000;

    private final ConcurrentHashMap<String, Cursor> cursors = new ConcurrentHashMap<>();

    /** Whoever adds or removes one holds it; whoever waits for messages never takes it. */
    private final Object lock = new Object();

    /** Why consumers were removed, the latest of them. */
    private final Map<String, String> removals = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MAX_REMOVALS;
        }
    });

    /** Null if there is none. */
    Cursor get(String consumerId) {
        return cursors.get(consumerId);
    }

    Set<String> ids() {
        return cursors.keySet();
    }

    /** By their ids. */
    Collection<Cursor> all() {
        return new TreeMap<>(cursors).values();
    }

    /** What happened to a consumer that is not there any more; null if it never was, or is there. */
    String removalOf(String consumerId) {
        return removals.get(consumerId);
    }

    /** See {@link Engine#registerConsumer}. */
    Cursor register(Topic topic, ConsumerSettings settings) {
        synchronized (lock) {
            topic.requireNotDeleted();
            Cursor known = cursors.get(settings.consumerId());
            if (known != null && known.topic().isDeleted()) {
                removeWithTopic(known);
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
    }

    void unregister(Cursor cursor) {
        remove(cursor, "Consumer " + cursor.consumerId() + " was unregistered. POST /consumers/register adds it again.");
    }

    void removeAllOf(Topic topic) {
        synchronized (lock) { // one that is just being added is in time or refused
            all().stream().filter(cursor -> cursor.topic() == topic).forEach(this::removeWithTopic);
        }
    }

    private void removeWithTopic(Cursor cursor) {
        remove(cursor, "Consumer " + cursor.consumerId() + " went with topic " + cursor.topic().name()
                + ", which was deleted. POST /topics/register and /consumers/register begin anew.");
    }

    /** The lock is held. */
    private Cursor add(Topic topic, ConsumerSettings settings) {
        String id = settings.consumerId();
        boolean isFirst = !topic.hasGroup(settings.groupKey());
        Group group = topic.group(settings.groupKey(), settings.group(), settings.start());
        Cursor cursor = new Cursor(id, topic, group, settings);
        try {
            cursor.writeDown();
        } catch (EngineException e) {
            if (isFirst) {
                topic.forget(group);
            }
            throw e;
        }
        removals.remove(id);
        join(cursor);
        return cursor;
    }

    /** Adds a consumer that was written down before. */
    void restore(Topic topic, ConsumerSettings settings) {
        synchronized (lock) {
            Group group = topic.group(settings.groupKey(), settings.group(), settings.start());
            join(new Cursor(settings.consumerId(), topic, group, settings));
        }
    }

    /** The lock is held. */
    private void join(Cursor cursor) {
        cursors.put(cursor.consumerId(), cursor);
        cursor.group().join(cursor);
        watchSession(cursor);
    }

    private void requireSame(Cursor known, Topic topic, ConsumerSettings settings) {
        if (known.topic() != topic) {
            throw new EngineException(ErrorCode.CONFLICT, "Consumer " + known.consumerId() + " reads topic " + known.topic().name()
                    + ". Choose another consumer_id for topic " + topic.name() + ".");
        }
        if (!Objects.equals(known.groupName(), settings.group())) {
            throw new EngineException(ErrorCode.CONFLICT, "Consumer " + known.consumerId() + " "
                    + (known.groupName() == null ? "reads alone" : "is a member of group " + known.groupName())
                    + ". Unregister it first, or choose another consumer_id.");
        }
    }

    private void watchSession(Cursor cursor) {
        if (cursor.hasSession()) {
            long leftMs = cursor.sessionTimeoutMs() - cursor.silentMs();
            cursor.checkSessionBy(Deadlines.after(Math.max(1, leftMs), () -> checkSession(cursor)));
        }
    }

    private void checkSession(Cursor cursor) {
        if (cursors.get(cursor.consumerId()) != cursor) {
            return;
        }
        if (cursor.silentMs() < cursor.sessionTimeoutMs()) {
            watchSession(cursor);
            return;
        }
        remove(cursor, expired(cursor));
    }

    private static String expired(Cursor cursor) {
        String silence = ": nothing was heard from it for " + cursor.sessionTimeoutMs() + " ms (session_timeout_ms), and ";
        return "Consumer " + cursor.consumerId() + " was removed" + (cursor.groupName() == null
                ? silence + "its positions are gone. POST /consumers/register adds it as a new consumer."
                : " from group " + cursor.groupName() + silence + "what it had not committed goes to the others. "
                        + "POST /consumers/register lets it join again.");
    }

    private void remove(Cursor cursor, String why) {
        synchronized (lock) {
            if (cursors.get(cursor.consumerId()) == cursor) {
                cursor.group().leave(cursor); // first: from then on nothing is delivered to it, nor written down of it
                cursor.topic().journal().unregister(cursor.consumerId());
                removals.put(cursor.consumerId(), why);
                cursors.remove(cursor.consumerId()); // last: whoever does not find it any more relies on what is written down
                if (cursor.groupName() == null) {
                    cursor.topic().forget(cursor.group());
                }
                cursor.topic().waiters().wake(); // a call that waits for it is told
            }
        }
    }
}
