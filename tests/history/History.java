package tests.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Records what concurrent clients have sent, received and committed, and finds anomalies. It does not depend on the protocol. A message is
 * recognized by its value, so values have to be unique. A partition has a name, such as {@code demo-0}. Thread-safe.
 *
 * <p>A request without an answer is not recorded, because its messages may or may not be in the log.
 */
public final class History {
    private record Place(PartitionHistory partition, int offset) {
        @Override
        public String toString() {
            return partition.at(offset);
        }
    }

    private final Map<String, PartitionHistory> partitions = new TreeMap<>();
    private final Findings found = new Findings();
    private final Set<String> refused = new HashSet<>();

    /** By producer, what it has sent in this order without being told the offsets. */
    private final Map<String, List<String>> sentInOrder = new TreeMap<>();

    /** By producer and partition, the last offset that it was told. */
    private final Map<List<String>, Long> lastSent = new HashMap<>();

    /** By consumer and partition, the next offset that it should get. */
    private final Map<List<String>, Long> nextPolled = new HashMap<>();

    /** By consumer and partition, the highest offset that it has tried to commit. */
    private final Map<List<String>, Long> askedCommit = new HashMap<>();

    /** By consumer and partition, the last offset that it has committed successfully. */
    private final Map<List<String>, Long> committed = new HashMap<>();

    /** A producer was told that these messages are in a partition, from an offset on. */
    public synchronized void sent(String producer, String partition, long baseOffset, List<String> values) {
        Long last = lastSent.put(List.of(producer, partition), baseOffset + values.size() - 1);
        if (last != null && last >= baseOffset) {
            found.add(Anomaly.NONMONOTONIC_SEND, producer + " sent to " + last + ", then to " + baseOffset);
        }
        for (int i = 0; i < values.size(); i++) {
            partition(partition).acknowledged(baseOffset + i, values.get(i), found);
        }
    }

    /** A producer was told that these messages are in the log, in this order, but not where. */
    public synchronized void sent(String producer, List<String> values) {
        sentInOrder.computeIfAbsent(producer, absent -> new ArrayList<>()).addAll(values);
    }

    /** A producer was told that these messages are not in the log. */
    public synchronized void refused(List<String> values) {
        refused.addAll(values);
    }

    /** A consumer has got these messages of a partition, which follow on each other. */
    public synchronized void polled(String consumer, String partition, long baseOffset, List<String> values) {
        PartitionHistory log = partition(partition);
        Long next = nextPolled.put(List.of(consumer, partition), baseOffset + values.size());
        if (next != null && baseOffset < next) {
            found.add(Anomaly.NONMONOTONIC_POLL, consumer + " got " + log.at(baseOffset) + " instead of " + next);
        } else if (next != null && baseOffset > next) {
            log.skipped(consumer, next, baseOffset);
        }
        for (int i = 0; i < values.size(); i++) {
            log.polled(baseOffset + i, values.get(i), found);
        }
    }

    /** The next message that a consumer gets has this offset. */
    public synchronized void positioned(String consumer, String partition, long offset) {
        nextPolled.put(List.of(consumer, partition), offset);
    }

    /** A consumer may continue at another offset, because of a rebalance, a seek, or a new registration. */
    public synchronized void repositioned(String consumer) {
        nextPolled.keySet().removeIf(key -> key.get(0).equals(consumer));
    }

    /** The next offset that a consumer should get; 0 if it has none of the partition yet. */
    public synchronized long nextOffset(String consumer, String partition) {
        return nextPolled.getOrDefault(List.of(consumer, partition), 0L);
    }

    /** Retention has dropped the messages of a partition below this offset. */
    public synchronized void startsAt(String partition, long offset) {
        partition(partition).startsAt(offset);
    }

    /** The broker says where a partition ends, while no producer is active. */
    public synchronized void endsAt(String partition, long endOffset) {
        partition(partition).endsAt(endOffset, found);
    }

    /** A consumer tries to commit an offset. */
    public synchronized void commitRequested(String consumer, String partition, long offset) {
        askedCommit.merge(List.of(consumer, partition), offset, Math::max);
    }

    /** A commit was successful. */
    public synchronized void commitAnswered(String consumer, String partition, long offset) {
        committed.put(List.of(consumer, partition), offset);
    }

    /** Whether a commit of a consumer was successful. */
    public synchronized boolean hasAnsweredCommit(String consumer) {
        return committed.keySet().stream().anyMatch(key -> key.get(0).equals(consumer));
    }

    /**
     * The broker has this committed offset of a consumer, which does nothing at the moment.
     *
     * @param endOffset the end of the partition
     */
    public synchronized void committedOffsetIs(String consumer, String partition, long offset, long endOffset) {
        List<String> key = List.of(consumer, partition);
        String where = "offset of " + consumer + " in " + partition + ": " + offset;
        long answered = committed.getOrDefault(key, 0L);
        long asked = askedCommit.getOrDefault(key, 0L);
        if (offset < answered) {
            found.add(Anomaly.LOST_COMMIT, where + ", and it has committed " + answered);
        }
        if (offset > asked || offset > endOffset) {
            found.add(
                    Anomaly.COMMIT_AHEAD, where + ", and it asked for " + asked + ", and the log ends at " + endOffset);
        }
        committed.put(key, offset);
    }

    /** How many different messages consumers have got. */
    public synchronized int polledMessages() {
        return partitions.values().stream()
                .mapToInt(PartitionHistory::polledMessages)
                .sum();
    }

    /** Whether a producer was told that a message is not in the log. */
    public synchronized boolean hasRefused() {
        return !refused.isEmpty();
    }

    /** The first anomalies. Valid after a consumer has read each partition to its end, and while no client is active. */
    public synchronized List<Finding> findings() {
        Findings all = found.copy();
        Map<String, Place> places = new HashMap<>();
        partitions.values().forEach(partition -> {
            partition.check(all);
            findDuplicates(partition, places, all);
        });
        sentInOrder.forEach((producer, values) -> checkOrder(producer, values, places, all));
        return all.list();
    }

    private void findDuplicates(PartitionHistory partition, Map<String, Place> places, Findings findings) {
        List<String> values = partition.values();
        for (int offset = 0; offset < values.size(); offset++) {
            String value = values.get(offset);
            if (value == null) {
                continue;
            }
            Place before = places.put(value, new Place(partition, offset));
            if (before != null) {
                findings.add(Anomaly.DUPLICATE, value + " is at " + before + " and at " + partition.at(offset));
            }
            if (refused.contains(value) && partition.wasPolled(offset)) {
                findings.add(Anomaly.ABORTED_READ, value + " is at " + partition.at(offset));
            }
        }
    }

    private static void checkOrder(String producer, List<String> values, Map<String, Place> places, Findings findings) {
        Map<PartitionHistory, Integer> last = new HashMap<>();
        for (String value : values) {
            Place place = places.get(value);
            if (place == null) {
                findings.add(Anomaly.UNSEEN, value + " of " + producer);
            } else if (last.merge(place.partition, place.offset, Math::max) > place.offset) {
                findings.add(Anomaly.NONMONOTONIC_SEND, value + " of " + producer + " is at " + place);
            }
        }
    }

    private PartitionHistory partition(String name) {
        return partitions.computeIfAbsent(name, PartitionHistory::new);
    }
}
