package kafka.gateway;

import engine.CommitResult;
import engine.Conflict;
import engine.ConsumerSettings;
import engine.ConsumerState;
import engine.EncodedMessages;
import engine.EngineException;
import engine.ErrorCode;
import engine.IdleReason;
import engine.MemoryBudget;
import engine.MessageCodec;
import engine.MessageWriter;
import engine.OffsetSpec;
import engine.PartitionRange;
import engine.Position;
import engine.ReadLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kafka.gateway.StoredConsumer.Place;
import org.apache.kafka.common.TopicPartition;

/**
 * The consumers without a group. Their state is in Kafka, so that a consumer may send each call to another gateway. Calls of a consumer that
 * overlap wait for each other in one gateway. In several gateways, both may deliver the same messages.
 *
 * <p>Safe for any number of threads.
 */
final class LoneConsumers {
    private static final int LOCKS = 256;

    private final TopicCatalog topics;
    private final ConsumerStore store;
    private final PartitionReaders readers;
    private final MemoryBudget budget;
    private final WaitingCalls waitingCalls;
    private final Lock[] locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(Lock[]::new);

    LoneConsumers(
            TopicCatalog topics,
            ConsumerStore store,
            PartitionReaders readers,
            MemoryBudget budget,
            WaitingCalls waitingCalls) {
        this.topics = topics;
        this.store = store;
        this.readers = readers;
        this.budget = budget;
        this.waitingCalls = waitingCalls;
    }

    private <T> T locked(String id, Supplier<T> call) {
        Lock lock = locks[Math.floorMod(id.hashCode(), LOCKS)];
        lock.lock();
        try {
            return call.get();
        } finally {
            lock.unlock();
        }
    }

    /** See {@link engine.MessageBroker#registerConsumer}. */
    ConsumerState register(String topic, ConsumerSettings settings) {
        int partitions = topics.partitionCount(topic);
        return locked(settings.consumerId(), () -> {
            StoredConsumer known = store.find(settings.consumerId());
            if (known != null && !known.topic().equals(topic)) {
                throw Conflict.otherTopic(settings.consumerId(), known.topic(), topic);
            }
            boolean autoCommit =
                    settings.autoCommit() != null ? settings.autoCommit() : known == null || known.autoCommit();
            StoredConsumer registered = known == null
                    ? started(settings, topic, partitions, autoCommit)
                    : known.atCommitted().with(autoCommit);
            store.save(registered, known);
            return state(registered);
        });
    }

    private StoredConsumer started(ConsumerSettings settings, String topic, int partitions, boolean autoCommit) {
        PartitionRange.requireSinglePartition(null, settings.start(), topic, partitions);
        SortedMap<Integer, Place> places = new TreeMap<>();
        for (TopicPartition partition : topics.partitions(topic)) {
            long start = topics.offset(partition, settings.start());
            places.put(partition.partition(), new Place(start, start, 0));
        }
        return new StoredConsumer(settings.consumerId(), topic, autoCommit, places);
    }

    StoredConsumer get(String id) {
        return store.get(id);
    }

    List<String> idsOf(String topic) {
        return store.all().stream()
                .filter(consumer -> consumer.topic().equals(topic))
                .map(StoredConsumer::id)
                .toList();
    }

    /** The states of all consumers, sorted by id, without their reasons. */
    List<ConsumerState> states(String topic) {
        List<StoredConsumer> found = store.all().stream()
                .filter(consumer -> topic == null || consumer.topic().equals(topic))
                .toList();
        Map<TopicPartition, Long> ends = new HashMap<>();
        topics.rangesIfExist(found.stream().map(StoredConsumer::topic).collect(Collectors.toSet()))
                .forEach((partition, range) -> ends.put(partition, range.end()));
        return found.stream()
                .map(consumer -> state(consumer, positions(consumer, ends), null))
                .toList();
    }

    ConsumerState state(StoredConsumer consumer) {
        List<Position> positions = positions(consumer, topics.ends(partitionsOf(consumer)));
        return state(consumer, positions, IdleReason.of(consumer.topic(), positions, missed(consumer)));
    }

    private ConsumerState state(StoredConsumer consumer, List<Position> positions, IdleReason reason) {
        return new ConsumerState(
                consumer.id(),
                consumer.topic(),
                consumer.places().size(),
                null,
                0,
                consumer.autoCommit(),
                positions,
                missed(consumer),
                waitingCalls.count(consumer.id()),
                reason);
    }

    private static long missed(StoredConsumer consumer) {
        return consumer.places().values().stream().mapToLong(Place::missed).sum();
    }

    private static List<TopicPartition> partitionsOf(StoredConsumer consumer) {
        return consumer.places().keySet().stream()
                .map(partition -> new TopicPartition(consumer.topic(), partition))
                .toList();
    }

    private static List<Position> positions(StoredConsumer consumer, Map<TopicPartition, Long> ends) {
        List<Position> positions = new ArrayList<>();
        consumer.places().forEach((partition, place) -> {
            long end = ends.getOrDefault(new TopicPartition(consumer.topic(), partition), place.position());
            positions.add(
                    new Position(partition, place.position(), place.committed(), Math.max(0, end - place.position())));
        });
        return positions;
    }

    /**
     * Delivers the next messages, and saves the positions before it returns them.
     *
     * @param topic that the caller believes the consumer to read
     * @param claim see {@link engine.PendingPoll.Attempt}
     * @return null if there are none
     */
    EncodedMessages poll(String id, String topic, ReadLimits limits, BooleanSupplier claim) {
        return locked(id, () -> {
            StoredConsumer consumer = getOrForget(id);
            if (!consumer.topic().equals(topic)) {
                waitingCalls.forget(id);
                throw new EngineException(
                        ErrorCode.CONSUMER_NOT_FOUND,
                        "Consumer " + id + " was removed and registered again during the call. Retry.");
            }
            MessageWriter writer = new MessageWriter(limits, budget.reservation());
            try {
                StoredConsumer moved = read(consumer, writer);
                if (writer.count() > 0 && claim.getAsBoolean()) {
                    store.save(moved, consumer);
                    return writer.finish();
                }
                writer.close();
                return null;
            } catch (Throwable e) { // for example, an OutOfMemoryError
                writer.close();
                throw e;
            }
        });
    }

    private StoredConsumer getOrForget(String id) {
        try {
            return store.get(id);
        } catch (EngineException e) {
            waitingCalls.forget(id);
            throw e;
        }
    }

    /** Reads the partitions in turn: the first one depends on the positions, so that no partition is always last. */
    private StoredConsumer read(StoredConsumer consumer, MessageWriter writer) {
        StoredConsumer moved = consumer;
        List<TopicPartition> partitions = partitionsOf(consumer);
        Map<TopicPartition, PartitionRange> ranges = topics.ranges(partitions);
        RecordText text = new RecordText(writer);
        long turn =
                consumer.places().values().stream().mapToLong(Place::position).sum();
        for (int i = 0; i < partitions.size() && !writer.isFull(); i++) {
            TopicPartition partition = partitions.get((int) ((turn + i) % partitions.size()));
            PartitionRange range = ranges.get(partition);
            Place place = consumer.places().get(partition.partition());
            long from = Math.max(place.position(), range.start());
            if (from < range.end()) {
                writer.from(MessageCodec.prefix(consumer.topic(), partition.partition(), partitions.size() > 1));
                long next = readers.read(partition, from, range.end(), text::write);
                long missed = place.missed() + from - place.position();
                moved = moved.with(
                        partition.partition(),
                        new Place(consumer.autoCommit() ? next : place.committed(), next, missed));
            }
        }
        return moved;
    }

    /** See {@link engine.MessageBroker#commit}. */
    CommitResult commit(String id, Map<Integer, Long> offsets) {
        return locked(id, () -> {
            StoredConsumer consumer = store.get(id);
            int partitions = consumer.places().size();
            Map<Integer, Long> committed = offsets == null ? delivered(consumer) : checked(consumer, offsets);
            StoredConsumer moved = consumer;
            for (Map.Entry<Integer, Long> entry : committed.entrySet()) {
                Place place = consumer.places().get(entry.getKey());
                moved = moved.with(entry.getKey(), new Place(entry.getValue(), place.position(), place.missed()));
            }
            store.save(moved, consumer);
            return new CommitResult(consumer.topic(), partitions, committed);
        });
    }

    private static Map<Integer, Long> delivered(StoredConsumer consumer) {
        Map<Integer, Long> delivered = new TreeMap<>();
        consumer.places().forEach((partition, place) -> delivered.put(partition, place.position()));
        return delivered;
    }

    private Map<Integer, Long> checked(StoredConsumer consumer, Map<Integer, Long> offsets) {
        for (Map.Entry<Integer, Long> entry : offsets.entrySet()) {
            int partition = PartitionRange.requirePartition(
                    "partition", consumer.topic(), consumer.places().size(), entry.getKey());
            topics.range(new TopicPartition(consumer.topic(), partition)).requireCommittable(entry.getValue());
        }
        return new TreeMap<>(offsets);
    }

    /** See {@link engine.MessageBroker#seek}. */
    ConsumerState seek(String id, Integer partition, OffsetSpec to) {
        return locked(id, () -> {
            StoredConsumer consumer = store.get(id);
            int partitions = consumer.places().size();
            PartitionRange.requireSinglePartition(partition, to, consumer.topic(), partitions);
            List<Integer> sought = partition == null
                    ? List.copyOf(consumer.places().keySet())
                    : List.of(PartitionRange.requirePartition("partition", consumer.topic(), partitions, partition));
            StoredConsumer moved = consumer;
            for (int one : sought) {
                long offset = topics.offset(new TopicPartition(consumer.topic(), one), to);
                Place place = consumer.places().get(one);
                moved = moved.with(
                        one, new Place(consumer.autoCommit() ? offset : place.committed(), offset, place.missed()));
            }
            store.save(moved, consumer);
            return state(moved);
        });
    }

    /** See {@link engine.MessageBroker#unregisterConsumer}. */
    String unregister(String id) {
        return locked(id, () -> {
            StoredConsumer consumer = store.get(id);
            store.delete(id);
            return consumer.topic();
        });
    }

    void delete(String id) {
        store.delete(id);
    }
}
