package kafka.gateway;

import engine.Conflict;
import engine.ConsumerSettings;
import engine.ConsumerState;
import engine.EngineException;
import engine.ErrorCode;
import engine.MemoryBudget;
import engine.RemovalReason;
import engine.Scheduler;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/**
 * The members of groups that this gateway serves. A member stays with the gateway where it was registered. Another gateway that gets a call
 * of the member finds it as follows:
 *
 * <ol>
 * <li>The {@link ConsumerStore} has the URL of the gateway that serves the consumer. The call goes there: see {@link Forwarder}.
 * <li>If that gateway does not answer, or does not serve the member any more, this gateway serves it from now on: see {@link Membership}.
 * </ol>
 *
 * <p>A member that sends no request for its session timeout is removed. Safe for any number of threads.
 */
final class GroupMembers {
    /** Each member has a connection to Kafka and two threads. */
    private static final int MAX_MEMBERS = 1_000;

    /** How long the gateway of a member is remembered, in ns. */
    private static final long REMEMBER_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Beyond it, all are forgotten. */
    private static final int MAX_REMEMBERED = 100_000;

    private static final int RETRY_MS = 1_000;

    private final Cluster cluster;
    private final TopicCatalog topics;
    private final KafkaGroups groups;
    private final ConsumerStore store;
    private final PartitionTurns turns;
    private final MemoryBudget budget;
    private final WaitingCalls waitingCalls;
    private final TailWatch tail;
    private final Executor executor;
    private final IdLocks locks = new IdLocks();
    private final Map<String, GroupMember> members = new ConcurrentHashMap<>();

    /** By id, the members of other gateways. */
    private final Map<String, Remembered> elsewhere = new ConcurrentHashMap<>();

    /** The members of other gateways that this gateway serves from their next call on. */
    private final Set<String> takenOver = ConcurrentHashMap.newKeySet();

    /** By URL, when a gateway did not answer, in ns. */
    private final Map<String, Long> down = new ConcurrentHashMap<>();

    /** The URL of this gateway; null until it serves. */
    private volatile String url;

    private record Remembered(String url, long nanos) {}

    GroupMembers(
            Cluster cluster,
            TopicCatalog topics,
            KafkaGroups groups,
            ConsumerStore store,
            PartitionTurns turns,
            MemoryBudget budget,
            WaitingCalls waitingCalls,
            TailWatch tail,
            Executor executor) {
        this.cluster = cluster;
        this.topics = topics;
        this.groups = groups;
        this.store = store;
        this.turns = turns;
        this.budget = budget;
        this.waitingCalls = waitingCalls;
        this.tail = tail;
        this.executor = executor;
    }

    /** Sets the URL at which other gateways reach this one. */
    void servedAt(String ownUrl) {
        url = ownUrl;
    }

    /** The URL at which other gateways reach this one; null until it serves. */
    String url() {
        return url;
    }

    private static boolean isRecent(long nanos) {
        return System.nanoTime() - nanos < REMEMBER_NANOS;
    }

    /**
     * The member with this id, if this gateway serves it; otherwise null.
     *
     * @throws MemberElsewhere if another gateway is known to serve it
     */
    GroupMember find(String id) {
        GroupMember found = members.get(id);
        if (found != null && found.membership().isEnded()) {
            forget(found);
            found = null;
        }
        Remembered other = elsewhere.get(id);
        if (found == null && other != null && isRecent(other.nanos) && !isDown(other.url) && !takenOver.contains(id)) {
            throw new MemberElsewhere(id, other.url);
        }
        return found;
    }

    /** A call of a consumer has ended. */
    void heartbeat(String id) {
        GroupMember member = members.get(id);
        if (member != null) {
            member.sessionTimeout().heartbeat();
        }
    }

    private void forget(GroupMember member) {
        if (members.remove(member.id(), member)) {
            member.sessionTimeout().setCheck(null);
            waitingCalls.end(member.id()); // the clients call again, and find the other gateway
        }
    }

    private boolean isDown(String other) {
        Long since = down.get(other);
        return since != null && isRecent(since);
    }

    /** A gateway did not answer, so this gateway serves its members for some time. */
    void markDown(MemberElsewhere call) {
        down.put(call.url(), System.nanoTime());
    }

    /** The next call of a member makes this gateway serve it, even if another one does. */
    void takeOver(String id) {
        elsewhere.remove(id);
        takenOver.add(id);
    }

    /**
     * Makes this gateway serve a member, unless another one does.
     *
     * @throws MemberElsewhere if another gateway serves it
     */
    GroupMember resume(StoredConsumer stored) {
        Lock lock = locks.of(stored.id());
        lock.lock();
        try {
            GroupMember found = find(stored.id());
            boolean isTakenOver = takenOver.remove(stored.id());
            if (found != null) {
                return found;
            }
            String other = stored.gateway();
            if (other != null && !other.equals(url) && !isTakenOver && !isDown(other)) {
                remember(stored.id(), other);
                throw new MemberElsewhere(stored.id(), other);
            }
            requireRoom();
            StoredConsumer own = stored.servedBy(url);
            store.save(own, null);
            return join(own);
        } finally {
            lock.unlock();
        }
    }

    private void remember(String id, String other) {
        if (elsewhere.size() >= MAX_REMEMBERED) {
            elsewhere.clear();
        }
        elsewhere.put(id, new Remembered(other, System.nanoTime()));
    }

    private void requireRoom() {
        if (members.size() >= MAX_MEMBERS) {
            throw new EngineException(
                    ErrorCode.OVERLOADED,
                    "This gateway serves " + MAX_MEMBERS
                            + " members of groups, which is its limit. Start another gateway.");
        }
    }

    private GroupMember join(StoredConsumer stored) {
        Membership membership = new Membership(
                cluster,
                stored.group(),
                stored.topic(),
                InstanceId.of(stored.id()),
                url,
                stored.sessionTimeoutMs(),
                () -> tail.queue(stored.topic()).wake());
        GroupMember member = new GroupMember(stored, membership, topics, groups, turns, budget, waitingCalls);
        members.put(stored.id(), member);
        elsewhere.remove(stored.id());
        watchSession(member, stored.sessionTimeoutMs());
        return member;
    }

    /**
     * See {@link engine.MessageBroker#registerConsumer}.
     *
     * @param known the consumer, if it exists; otherwise null
     */
    ConsumerState register(String topic, ConsumerSettings settings, StoredConsumer known) {
        String id = settings.consumerId();
        if (known != null && !known.topic().equals(topic)) {
            throw Conflict.otherTopic(id, known.topic(), topic);
        }
        if (known != null && !Objects.equals(known.group(), settings.group())) {
            throw Conflict.otherGroup(id, known.group());
        }
        StoredConsumer registered = registered(topic, settings, known);
        InstanceId.of(id); // refuses an id that is too long
        Lock lock = locks.of(id);
        lock.lock();
        try {
            GroupMember member;
            if (known == null) {
                endStale(id);
                requireRoom();
                groups.start(settings.group(), topic, settings.start());
                member = resume(registered);
            } else {
                member = resume(known);
                store.save(registered, null);
                member.registerAgain(registered);
            }
            ConsumerState state = member.state();
            member.sessionTimeout().heartbeat(); // the session begins with the answer
            watchSession(member, registered.sessionTimeoutMs());
            return state;
        } finally {
            lock.unlock();
        }
    }

    private StoredConsumer registered(String topic, ConsumerSettings settings, StoredConsumer known) {
        boolean autoCommit =
                settings.autoCommit() != null ? settings.autoCommit() : known == null || known.autoCommit();
        long timeoutMs = settings.sessionTimeoutMs() != null
                ? settings.sessionTimeoutMs()
                : known == null ? ConsumerSettings.DEFAULT_SESSION_TIMEOUT_MS : known.sessionTimeoutMs();
        return StoredConsumer.member(settings.consumerId(), topic, settings.group(), autoCommit, timeoutMs, url);
    }

    /** Another gateway has deleted the topic of a member, and the consumer with it. */
    private void endStale(String id) {
        GroupMember stale = members.get(id);
        if (stale != null) {
            end(stale);
        }
    }

    /** Ends the membership. */
    CompletableFuture<Void> end(GroupMember member) {
        members.remove(member.id(), member);
        member.sessionTimeout().setCheck(null);
        waitingCalls.forget(member.id());
        return member.membership().end(true);
    }

    /** See {@link engine.MessageBroker#unregisterConsumer}. */
    String unregister(GroupMember member) {
        remove(member, RemovalReason.unregistered(member.id()));
        return member.topic();
    }

    private void remove(GroupMember member, String reason) {
        Lock lock = locks.of(member.id());
        lock.lock();
        try {
            if (members.get(member.id()) == member) {
                removeNow(member, reason);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The caller holds the lock of the id. */
    private void removeNow(GroupMember member, String reason) {
        int generation = member.membership().generation();
        store.delete(member.id(), reason);
        Cluster.await(end(member));
        members.values().stream()
                .filter(other -> other.group().equals(member.group()))
                .forEach(other -> other.membership().rebalance(generation));
        tail.queue(member.topic()).wake();
    }

    /** Removes the members of a topic that was deleted. */
    void removeAllOf(String topic) {
        members.values().stream().filter(member -> member.topic().equals(topic)).forEach(this::end);
    }

    private void watchSession(GroupMember member, long inMs) {
        member.sessionTimeout().setCheck(Scheduler.SYSTEM.after(inMs, () -> {
            try {
                executor.execute(() -> CallDeadline.within(() -> checkSession(member)));
            } catch (EngineException e) { // too many calls wait for Kafka
                watchSession(member, RETRY_MS);
            }
        }));
    }

    private Void checkSession(GroupMember member) {
        Lock lock = locks.of(member.id()); // a call that registers it again holds the lock
        lock.lock();
        try {
            if (members.get(member.id()) != member) {
                return null;
            }
            long timeoutMs = member.sessionTimeout().ms();
            long leftMs = timeoutMs - member.sinceLastHeartbeatMs();
            if (leftMs <= 0) {
                removeNow(member, RemovalReason.sessionTimeout(member.id(), member.group(), timeoutMs));
            } else {
                watchSession(member, leftMs);
                saveDaily(member);
            }
        } catch (EngineException e) { // Kafka is away
            watchSession(member, RETRY_MS);
        } finally {
            lock.unlock();
        }
        return null;
    }

    /** See {@link StoredConsumer#isDue}. */
    private void saveDaily(GroupMember member) {
        if (member.stored().isDue()) {
            StoredConsumer now = member.stored().savedToday();
            store.save(now, null);
            member.storedAs(now);
        }
    }

    /** The member with this id, if this gateway serves it; otherwise null. */
    GroupMember served(String id) {
        GroupMember own = members.get(id);
        return own == null || own.membership().isEnded() ? null : own;
    }

    /** The generation of a group, if a member of this gateway knows it; otherwise 0. */
    long generation(String group, String topic) {
        return members.values().stream()
                .filter(member -> member.group().equals(group) && member.topic().equals(topic))
                .mapToLong(member -> Math.max(0, member.membership().generation()))
                .max()
                .orElse(0);
    }

    /** Ends the memberships. The members stay in their groups, so that other gateways can take over without a rebalance. */
    void close() {
        List<GroupMember> all = List.copyOf(members.values());
        members.clear();
        all.forEach(member -> member.membership().end(false));
    }
}
