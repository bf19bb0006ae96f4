package kafka.gateway;

import engine.EngineException;
import engine.ProduceResult;
import engine.ProducerSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The sequence of a producer in a topic, as Kafka stores it with the messages in one transaction. The Kafka group of the producer has, as the
 * committed offset of partition 0, the next sequence. The metadata of each partition list the last requests that appended to it:
 *
 * <pre>
 *   7:120:3 10:123:1     sequence 7 appended 3 messages from offset 120 on, sequence 10 appended one at offset 123
 * </pre>
 *
 * Immutable.
 */
record SequenceState(String topic, long next, SortedMap<Integer, List<Appended>> requests) {
    /** The requests that are remembered for each partition. Kafka limits metadata to 4,096 bytes. */
    private static final int REMEMBERED = 40;

    /** Messages of a request in a partition. */
    record Appended(long sequence, long baseOffset, int count) {
        @Override
        public String toString() {
            return sequence + ":" + baseOffset + ":" + count;
        }
    }

    static SequenceState of(String topic, Map<TopicPartition, OffsetAndMetadata> offsets) {
        long next = 0;
        SortedMap<Integer, List<Appended>> requests = new TreeMap<>();
        for (Map.Entry<TopicPartition, OffsetAndMetadata> entry : offsets.entrySet()) {
            if (entry.getValue() != null && entry.getKey().topic().equals(topic)) {
                int partition = entry.getKey().partition();
                next = partition == 0 ? entry.getValue().offset() : next;
                requests.put(partition, parse(entry.getValue().metadata()));
            }
        }
        return new SequenceState(topic, next, requests);
    }

    private static List<Appended> parse(String metadata) {
        List<Appended> requests = new ArrayList<>();
        for (String request : metadata.split(" ")) {
            String[] numbers = request.split(":");
            if (numbers.length == 3) {
                requests.add(new Appended(
                        Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Integer.parseInt(numbers[2])));
            }
        }
        return requests;
    }

    /**
     * Checks the sequence of a request.
     *
     * @param count the number of its messages
     * @return the messages of the earlier request that this one repeats; null if this request has the expected sequence
     * @throws EngineException OUT_OF_SEQUENCE
     */
    List<ProduceResult.Range> findDuplicate(ProducerSequence from, int count) {
        if (from.sequence() == next) {
            return null;
        }
        List<ProduceResult.Range> ranges = new ArrayList<>();
        requests.forEach((partition, all) -> all.stream()
                .filter(request -> request.sequence == from.sequence())
                .forEach(request -> ranges.add(new ProduceResult.Range(partition, request.baseOffset, request.count))));
        if (ranges.stream().mapToInt(ProduceResult.Range::count).sum() == count) {
            return ranges;
        }
        throw from.outOfSequence(next);
    }

    /** The state after a request with the expected sequence. */
    SequenceState after(List<ProduceResult.Range> appended) {
        SortedMap<Integer, List<Appended>> changed = new TreeMap<>(requests);
        long count = 0;
        for (ProduceResult.Range range : appended) {
            List<Appended> all = new ArrayList<>(changed.getOrDefault(range.partition(), List.of()));
            all.add(new Appended(next, range.baseOffset(), range.count()));
            changed.put(range.partition(), all.subList(Math.max(0, all.size() - REMEMBERED), all.size()));
            count += range.count();
        }
        return new SequenceState(topic, next + count, changed);
    }

    /** The offsets to commit in Kafka, with those of the partitions that a request has changed. */
    Map<TopicPartition, OffsetAndMetadata> offsets(List<ProduceResult.Range> appended) {
        Map<TopicPartition, OffsetAndMetadata> offsets =
                new TreeMap<>(java.util.Comparator.comparingInt(TopicPartition::partition));
        offsets.put(new TopicPartition(topic, 0), stored(0));
        appended.forEach(range -> offsets.put(new TopicPartition(topic, range.partition()), stored(range.partition())));
        return offsets;
    }

    private OffsetAndMetadata stored(int partition) {
        String metadata = requests.getOrDefault(partition, List.of()).stream()
                .map(Appended::toString)
                .collect(Collectors.joining(" "));
        return new OffsetAndMetadata(partition == 0 ? next : 0, metadata);
    }
}
