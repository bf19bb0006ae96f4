package tests.simulation;

import static tests.simulation.Violation.unless;

import com.fasterxml.jackson.databind.JsonNode;
import engine.ConsumerSettings;
import engine.GroupOffsets.Committed;
import engine.TopicSettings;
import engine.WhenFull;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a topic contains, and what its calls may answer: lists and numbers, without code of the broker. Where the broker may choose, such as
 * the partition of a message without a key or the owner of a partition, the model checks that the choice is possible, and adopts it.
 *
 * <p>A method that gets an answer throws {@link Violation} if the broker may not give it. For one thread.
 */
final class TopicModel {
    private static final int REMEMBERED_REQUESTS = 100;

    final TopicSettings settings;
    final int partitions;

    /** By partition, all messages since offset 0, also the dropped ones. Only the first {@link #end} ones count. */
    final List<List<Message>> logs = new ArrayList<>();

    final long[] start;
    final long[] end;

    /** By id. */
    final Map<String, Producer> producers = new TreeMap<>();

    /** By key: the groups, and each consumer without a group. */
    final Map<String, Reader> readers = new TreeMap<>();

    /** By id, in the order of joining. */
    final Map<String, Member> members = new LinkedHashMap<>();

    /** By key, the partition of its messages. */
    private Map<String, Integer> partitionOfKey = new HashMap<>();

    /**
     * @param body value, key and headers; null if unknown
     * @param key null if absent or unknown
     * @param timestamp in ms since 1970
     */
    record Message(JsonNode body, String key, long timestamp) {
        /** Stands for any message that expired before it was read. The model learns the message if it comes back. */
        static final Message UNREAD = new Message(null, null, 0);
    }

    /** Messages of a partition, and the offset of the first one. */
    record Range(int partition, long base, List<Message> messages) {}

    /** A request of an idempotent producer, and where its messages are. */
    record Request(long sequence, int count, List<Range> ranges) {}

    /** An idempotent producer: its next sequence, and its last requests. Immutable. */
    record Producer(long next, List<Request> requests) {}

    /**
     * A group, or a consumer without a group: its committed offsets, and the members that own the partitions.
     *
     * @param committed by partition; -1 if nothing was committed
     * @param metadata by partition, of the committed offset
     */
    record Reader(long[] committed, String[] metadata, String[] owners, long[] generation) {
        static Reader withoutOffsets(int partitions) {
            Reader reader =
                    new Reader(new long[partitions], new String[partitions], new String[partitions], new long[1]);
            Arrays.fill(reader.committed, -1);
            return reader;
        }

        Reader copy() {
            return new Reader(committed.clone(), metadata.clone(), owners.clone(), generation.clone());
        }

        void commit(int partition, Committed next) {
            committed[partition] = next.offset();
            metadata[partition] = next.metadata();
        }

        void commit(int partition, long offset) {
            commit(partition, new Committed(offset, ""));
        }

        void delete(int partition) {
            committed[partition] = -1;
        }

        /** The committed offsets by partition. */
        Map<Integer, Committed> all() {
            Map<Integer, Committed> all = new TreeMap<>();
            for (int p = 0; p < committed.length; p++) {
                if (committed[p] >= 0) {
                    all.put(p, new Committed(committed[p], metadata[p]));
                }
            }
            return all;
        }
    }

    /**
     * A consumer.
     *
     * @param key of its reader
     * @param timeoutMs null if unlimited
     * @param lastSeenMs of the clock that does not jump
     * @param fencedFrom by partition that was revoked and assigned again, the lowest offset that it may commit
     * @param isRestored whether a restart has restored it, so that it may have owned any partition before
     */
    record Member(
            String key,
            boolean autoCommit,
            Long timeoutMs,
            long lastSeenMs,
            long[] position,
            TreeSet<Integer> everAssigned,
            TreeSet<Integer> revokedUncommitted,
            TreeMap<Integer, Long> fencedFrom,
            boolean isRestored) {
        /** A session timeout that depends on what a power loss has kept. */
        static final Long UNKNOWN = -1L;

        static Member of(
                String key, boolean autoCommit, Long timeoutMs, long nowMs, int partitions, boolean isRestored) {
            return new Member(
                    key,
                    autoCommit,
                    timeoutMs,
                    nowMs,
                    new long[partitions],
                    new TreeSet<>(),
                    new TreeSet<>(),
                    new TreeMap<>(),
                    isRestored);
        }

        Member with(boolean newAutoCommit, Long newTimeoutMs, long nowMs) {
            return new Member(
                    key,
                    newAutoCommit,
                    newTimeoutMs,
                    nowMs,
                    position.clone(),
                    new TreeSet<>(everAssigned),
                    new TreeSet<>(revokedUncommitted),
                    new TreeMap<>(fencedFrom),
                    isRestored);
        }

        Member seenAt(long nowMs) {
            return with(autoCommit, timeoutMs, nowMs);
        }
    }

    TopicModel(TopicSettings settings) {
        this.settings = settings;
        this.partitions = settings.partitionsOrDefault();
        this.start = new long[partitions];
        this.end = new long[partitions];
        for (int p = 0; p < partitions; p++) {
            logs.add(new ArrayList<>());
        }
    }

    /** A copy that later calls do not change. */
    TopicModel copy() {
        TopicModel copy = new TopicModel(settings);
        copy.partitionOfKey = partitionOfKey;
        for (int p = 0; p < partitions; p++) {
            copy.logs.set(p, logs.get(p));
            copy.start[p] = start[p];
            copy.end[p] = end[p];
        }
        copy.producers.putAll(producers);
        readers.forEach((key, reader) -> copy.readers.put(key, reader.copy()));
        members.forEach((id, member) -> copy.members.put(id, member.seenAt(member.lastSeenMs)));
        return copy;
    }

    long nextSequence(String producerId) {
        return producers.containsKey(producerId) ? producers.get(producerId).next : 0;
    }

    /** The earlier request that this one repeats; null if there is none, or if it is too long ago. */
    Request repeated(String producerId, long sequence, int count) {
        return producers.getOrDefault(producerId, new Producer(0, List.of())).requests.stream()
                .filter(request -> request.sequence == sequence && request.count == count)
                .findFirst()
                .orElse(null);
    }

    /**
     * Appends a batch.
     *
     * @param batch in its order, without timestamps
     * @param asked the partition that each message asked for; null for any
     * @param producerId null if the producer is not idempotent
     * @param ranges where the messages are, and what is there
     */
    void append(List<Message> batch, List<Integer> asked, String producerId, List<Range> ranges) {
        unless(firstOf(batch, asked, ranges).equals(ranges), "%s has more than the messages of %s", ranges, batch);
        for (Range range : ranges) {
            int p = range.partition;
            unless(range.base == end[p], "partition %s continues at %s, and not at %s", p, range.base, end[p]);
            if (logs.get(p).size() > end[p]) { // another copy has continued in another way
                logs.set(p, new ArrayList<>(logs.get(p).subList(0, (int) end[p])));
            }
            logs.get(p).addAll(range.messages);
            end[p] += range.messages.size();
        }
        if (producerId != null) {
            long sequence = nextSequence(producerId);
            List<Request> requests =
                    new ArrayList<>(producers.getOrDefault(producerId, new Producer(0, List.of())).requests);
            requests.add(new Request(sequence, batch.size(), ranges));
            int from = Math.max(0, requests.size() - REMEMBERED_REQUESTS);
            producers.put(
                    producerId,
                    new Producer(sequence + batch.size(), List.copyOf(requests.subList(from, requests.size()))));
        }
    }

    /** The messages of a batch, which are the first ones of these ranges. */
    List<Range> firstOf(List<Message> batch, List<Integer> asked, List<Range> ranges) {
        int[] used = new int[ranges.size()];
        for (int i = 0; i < batch.size(); i++) { // each message is the next one of a range
            int r = 0;
            while (r < used.length && !isNext(ranges.get(r), used[r], batch.get(i), asked.get(i))) {
                r++;
            }
            unless(r < used.length, "message %s of %s is not the next one of any of %s", i, batch, ranges);
            used[r]++;
        }
        List<Range> first = new ArrayList<>();
        for (int r = 0; r < used.length; r++) {
            if (used[r] > 0) {
                Range range = ranges.get(r);
                first.add(new Range(range.partition, range.base, range.messages.subList(0, used[r])));
            }
        }
        return first;
    }

    private boolean isNext(Range range, int index, Message message, Integer asked) {
        if (index < range.messages.size() && range.messages.get(index).equals(Message.UNREAD)) {
            return true; // messages of a batch have one timestamp, so all of them have expired
        }
        if (index == range.messages.size()
                || !range.messages.get(index).body.equals(message.body)
                || (asked != null && asked != range.partition)) {
            return false;
        }
        Integer ofKey =
                message.key == null || asked != null ? null : partitionOfKey.putIfAbsent(message.key, range.partition);
        return ofKey == null || ofKey == range.partition;
    }

    /**
     * Adopts the start offsets.
     *
     * @param isFull whether messages may have been dropped to make room
     * @param wallMs the wall clock
     * @param highestWallMs the highest time that the wall clock has had
     */
    void startsAt(long[] starts, boolean isFull, long wallMs, long highestWallMs) {
        for (int p = 0; p < partitions; p++) {
            unless(
                    starts[p] >= start[p] && starts[p] <= end[p],
                    "start %s is not in %s..%s",
                    starts[p],
                    start[p],
                    end[p]);
            Long maxAge = settings.maxAgeMs();
            for (long offset = start[p]; offset < starts[p]; offset++) {
                boolean mayExpire = maxAge != null && logs.get(p).get((int) offset).timestamp < highestWallMs - maxAge;
                unless(
                        mayExpire || (isFull && mayMakeRoom(p, offset)),
                        "offset %s of partition %s was dropped",
                        offset,
                        p);
            }
            long first = starts[p];
            unless(
                    maxAge == null || first == end[p] || !isExpired(logs.get(p).get((int) first), wallMs - maxAge),
                    "offset %s of partition %s is expired, but was kept",
                    first,
                    p);
            start[p] = starts[p];
        }
    }

    /** Whether a message is older than a time. The time of one that was not read is not known. */
    private static boolean isExpired(Message message, long beforeMs) {
        return !message.equals(Message.UNREAD) && message.timestamp < beforeMs;
    }

    /** Whether a message may be dropped to make room for later ones. */
    private boolean mayMakeRoom(int partition, long offset) {
        boolean isRead = !readers.isEmpty()
                && readers.values().stream().allMatch(reader -> reader.committed[partition] > offset);
        return (settings.maxBytes() != null || offset < end[partition] - settings.maxMessages())
                && (isRead || settings.whenFullOrDefault() == WhenFull.DROP_OLDEST);
    }

    /** The first offset with this timestamp or a later one. */
    long offsetAt(int partition, long timestamp) {
        long offset = start[partition];
        while (offset < end[partition] && logs.get(partition).get((int) offset).timestamp < timestamp) {
            offset++;
        }
        return offset;
    }

    /** A member. */
    Member member(String id) {
        unless(members.containsKey(id), "%s is no member", id);
        return members.get(id);
    }

    /** The partitions that a member owns. */
    Set<Integer> owned(String id) {
        TreeSet<Integer> owned = new TreeSet<>();
        String[] owners = readers.get(member(id).key).owners;
        for (int p = 0; p < partitions; p++) {
            if (Objects.equals(owners[p], id)) {
                owned.add(p);
            }
        }
        return owned;
    }

    /** Whether a member has a message to get. */
    boolean hasNext(String id) {
        return owned(id).stream().anyMatch(p -> Math.max(member(id).position[p], start[p]) < end[p]);
    }

    /** A member has got messages. */
    void deliver(String id, List<Range> ranges) {
        Member member = member(id);
        for (Range range : ranges) {
            int p = range.partition;
            long from = Math.max(member.position[p], start[p]);
            unless(owned(id).contains(p), "%s got messages of partition %s, which it does not own", id, p);
            unless(range.base == from, "%s got offset %s of partition %s, and not %s", id, range.base, p, from);
            requireMessages(range);
            member.position[p] = range.base + range.messages.size();
            if (member.autoCommit) {
                readers.get(member.key).commit(p, member.position[p]);
            }
        }
    }

    /** These messages are in the log. */
    void requireMessages(Range range) {
        List<Message> log = logs.get(range.partition).subList(0, (int) end[range.partition]);
        int to = (int) range.base + range.messages.size();
        unless(to <= log.size(), "%s is past the end %s", range, log.size());
        List<Message> expected = log.subList((int) range.base, to);
        for (int i = 0; i < expected.size(); i++) {
            expected.set(i, expected.get(i).equals(Message.UNREAD) ? range.messages.get(i) : expected.get(i));
        }
        unless(expected.equals(range.messages), "%s, and not %s", range, log);
    }

    /** Whether these messages are in the log, at their offsets, or have one of the other bodies. */
    boolean hasMessages(Range range, Set<JsonNode> others) {
        if (range.partition >= partitions) {
            return false;
        }
        for (int i = 0; i < range.messages.size(); i++) {
            long offset = range.base + i;
            Message message = range.messages.get(i);
            boolean isThere = offset < end[range.partition]
                    && logs.get(range.partition).get((int) offset).equals(message);
            if (!isThere && !others.contains(message.body)) {
                return false;
            }
        }
        return true;
    }

    /** Adopts the owners of a reader after members have joined or left. */
    void own(String key, String[] owners, long rebalances) {
        Reader reader = readers.get(key);
        Map<String, Integer> shares = new TreeMap<>();
        members.forEach((id, member) -> {
            if (member.key.equals(key)) {
                shares.put(id, 0);
            }
        });
        for (int p = 0; p < partitions; p++) {
            String before = reader.owners[p];
            String after = owners[p];
            unless(
                    shares.isEmpty() ? after == null : after != null && shares.containsKey(after),
                    "partition %s of %s is owned by %s, and the members are %s",
                    p,
                    key,
                    after,
                    shares);
            shares.computeIfPresent(String.valueOf(after), (id, share) -> share + 1);
            if (Objects.equals(before, after)) {
                continue;
            }
            if (members.containsKey(before) && members.get(before).position[p] > reader.committed[p]) {
                members.get(before).revokedUncommitted.add(p);
            }
            if (after != null) {
                Member member = members.get(after);
                member.position[p] = reader.committed[p];
                member.revokedUncommitted.remove(p);
                if (!member.everAssigned.add(p) || member.isRestored) {
                    member.fencedFrom.put(p, reader.committed[p]);
                }
            }
            reader.owners[p] = after;
        }
        int most = shares.values().stream().max(Integer::compare).orElse(0);
        int least = shares.values().stream().min(Integer::compare).orElse(0);
        unless(most - least <= 1, "unequal shares of %s: %s", key, shares);
        reader.generation[0] += rebalances;
    }

    /** Removes a member, and its reader if it has no group. Returns the key of the reader. */
    String leave(String id) {
        String key = member(id).key;
        members.remove(id);
        if (key.startsWith(ConsumerSettings.ALONE)) {
            readers.remove(key);
        }
        return key;
    }

    /** Commits offsets. */
    void commit(String id, Map<Integer, Long> offsets) {
        offsets.forEach((p, offset) -> readers.get(member(id).key).commit(p, offset));
        member(id).fencedFrom.keySet().removeAll(offsets.keySet());
    }

    /** Moves positions. */
    void seek(String id, Map<Integer, Long> offsets) {
        if (member(id).autoCommit) {
            commit(id, offsets);
        }
        offsets.forEach((p, offset) -> member(id).position[p] = offset);
        member(id).fencedFrom.keySet().removeAll(offsets.keySet());
    }
}
