package kafka.gateway;

import engine.MessageWriter;
import engine.PartitionRange;
import engine.ProduceResult;
import engine.TopicSettings;
import engine.TopicState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;

/** The states of topics. The traffic is what passed through this gateway. Safe for any number of threads. */
final class TopicStates {
    private final Cluster cluster;
    private final TopicCatalog topics;
    private final Map<String, Counters> counters = new ConcurrentHashMap<>();

    private static final class Counters {
        private final LongAdder messagesIn = new LongAdder();
        private final LongAdder bytesIn = new LongAdder();
        private final LongAdder messagesOut = new LongAdder();
        private final LongAdder bytesOut = new LongAdder();

        private TopicState.Traffic traffic() {
            return new TopicState.Traffic(messagesIn.sum(), bytesIn.sum(), messagesOut.sum(), bytesOut.sum());
        }
    }

    TopicStates(Cluster cluster, TopicCatalog topics) {
        this.cluster = cluster;
        this.topics = topics;
    }

    /** @param bytes the size of the messages */
    void addIn(String topic, ProduceResult result, long bytes) {
        Counters of = counters(topic);
        of.messagesIn.add(
                result.ranges().stream().mapToInt(ProduceResult.Range::count).sum());
        of.bytesIn.add(bytes);
    }

    void addOut(String topic, MessageWriter sent) {
        Counters of = counters(topic);
        of.messagesOut.add(sent.count());
        of.bytesOut.add(sent.length());
    }

    private Counters counters(String topic) {
        return counters.computeIfAbsent(topic, absent -> new Counters());
    }

    void forget(String topic) {
        counters.remove(topic);
    }

    /** The states of topics, sorted by name. A topic that was deleted meanwhile is missing. */
    List<TopicState> of(Collection<String> names) {
        if (names.isEmpty()) {
            return List.of();
        }
        Map<String, TopicSettings> settings = new TreeMap<>(topics.settings(names));
        Map<String, List<PartitionRange>> ranges = new HashMap<>();
        topics.rangesIfExist(settings.keySet())
                .forEach((partition, range) -> ranges.computeIfAbsent(partition.topic(), absent -> new ArrayList<>())
                        .add(range));
        Map<String, Long> sizes = sizes();
        List<TopicState> states = new ArrayList<>();
        settings.keySet().retainAll(ranges.keySet());
        settings.forEach((name, of) -> states.add(new TopicState(
                name,
                of,
                ranges.get(name).stream()
                        .sorted(Comparator.comparingInt(PartitionRange::partition))
                        .map(range -> new TopicState.Partition(range.partition(), range.start(), range.end()))
                        .toList(),
                sizes.getOrDefault(name, 0L),
                counters(name).traffic())));
        return states;
    }

    /** The size of one replica of each topic on the disks of Kafka, in bytes. */
    private Map<String, Long> sizes() {
        List<Integer> nodes = Cluster.await(cluster.admin().describeCluster().nodes()).stream()
                .map(Node::id)
                .toList();
        Map<TopicPartition, Long> largest = new HashMap<>();
        Cluster.await(cluster.admin().describeLogDirs(nodes).allDescriptions()).values().stream()
                .flatMap(folders -> folders.values().stream())
                .map(LogDirDescription::replicaInfos)
                .forEach(replicas ->
                        replicas.forEach((partition, replica) -> largest.merge(partition, replica.size(), Math::max)));
        Map<String, Long> sizes = new HashMap<>();
        largest.forEach((partition, size) -> sizes.merge(partition.topic(), size, Long::sum));
        return sizes;
    }
}
