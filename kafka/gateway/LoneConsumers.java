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
import engine.MessageWriter;
import engine.OffsetSpec;
import engine.PartitionRange;
import engine.Position;
import engine.ReadLimits;
import engine.RemovalReason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import kafka.gateway.StoredConsumer.Place;
import org.apache.kafka.common.TopicPartition;

/**
 * The consumers without a group. Their state is in Kafka, so that a consumer may send each call to another gateway. Calls of a consumer that
 * overlap wait for each other in one gateway. In several gateways, both may deliver the same messages.
 *
 * <p>Safe for any number of threads.
 */
final class LoneConsumers {
    private final TopicCatalog topics;
    private final ConsumerStore store;
    private final PartitionTurns turns;
    private final MemoryBudget budget;
    private final WaitingCalls waitingCalls;
    private final IdLocks locks = new IdLocks();

    LoneConsumers(
            TopicCatalog topics,
            ConsumerStore store,
            PartitionTurns turns,
            MemoryBudget budget,
            WaitingCalls waitingCalls) {
        this.topics = topics;
        this.store = store;
        this.turns = turns;
        this.budget = budget;
        this.waitingCalls = waitingCalls;
    }

    private <T> T locked(String id, Supplier<T> call) {
        Lock lock = locks.of(id);
        lock.lock();
        try {
            return call.get();
        } finally {
            lock.unlock();
        }
    }

    /** Runs a call with a consumer without a group. */
    private <T> T with(String id, Function<StoredConsumer, T> call) {
        return locked(id, () -> {
            StoredConsumer consumer = getOrForget(id);
            if (consumer.group() != null) {
                throw new MemberFound(consumer);
            }
            return call.apply(consumer);
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

    /** A consumer is a member of a group: see {@link GroupMembers}. */
    @SuppressWarnings("serial") // an exception is not serialized here
    static final class MemberFound extends RuntimeException {
        private final StoredConsumer consumer;

        MemberFound(StoredConsumer consumer) {
            super("consumer " + consumer.id() + " is a member of a group", null, false, false);
            this.consumer = consumer;
        }

        StoredConsumer consumer() {
            return consumer;
        }
    }

    /** See {@link engine.MessageBroker#registerConsumer}. */
    ConsumerState register(String topic, ConsumerSettings settings) {
        int partitions = topics.partitionCount(topic);
        return locked(settings.consumerId(), () -> {
            StoredConsumer known = store.find(settings.consumerId());
            if (known != null && known.group() != null) {
                throw Conflict.otherGroup(known.id(), known.group());
            }
            if (known != null && !known.topic().equals(topic)) {
                throw Conflict.otherTopic(settings.consumerId(), known.topic(), topic);
            }
            boolean autoCommit =
                    settings.autoCommit() != null ? settings.autoCommit() : known == null || known.autoCommit();
            StoredConsumer registered = known == null
                    ? started(settings, topic, partitions, autoCommit)
                    : known.atCommitted().with(autoCommit, 0).savedToday();
            store.save(registered, known);
            waitingCalls.end(registered.id());
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
        return StoredConsumer.alone(settings.consumerId(), topic, autoCommit, places);
    }

    /** The states of these consumers, without their reasons. */
    List<ConsumerState> states(Collection<StoredConsumer> found) {
        Map<TopicPartition, Long> ends = new HashMap<>();
        topics.rangesIfExist(found.stream().map(StoredConsumer::topic).collect(Collectors.toSet()))
                .forEach((partition, range) -> ends.put(partition, range.end()));
        return found.stream()
                .map(consumer -> state(consumer, positions(consumer, ends), null))
                .toList();
    }

    ConsumerState state(String id) {
        return with(id, this::state);
    }

    private ConsumerState state(StoredConsumer consumer) {
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
        return with(id, consumer -> {
            if (!consumer.topic().equals(topic)) {
                waitingCalls.forget(id);
                throw new EngineException(
                        ErrorCode.CONSUMER_NOT_FOUND,
                        "Consumer " + id + " was removed and registered again during the call. Retry.");
            }
            if (consumer.isDue()) {
                store.save(consumer.savedToday(), consumer);
            }
            return PartitionTurns.deliver(
                    limits, budget, claim, writer -> read(consumer, writer), moved -> store.save(moved, consumer));
        });
    }

    /** Returns the consumer after a read. */
    private StoredConsumer read(StoredConsumer consumer, MessageWriter writer) {
        StoredConsumer[] moved = {consumer};
        turns.read(
                partitionsOf(consumer),
                consumer.places().values().stream().mapToLong(Place::position).sum(),
                partition -> consumer.places().get(partition.partition()).position(),
                writer,
                (partition, from, next) -> {
                    Place place = consumer.places().get(partition.partition());
                    moved[0] = moved[0].with(
                            partition.partition(),
                            new Place(
                                    consumer.autoCommit() ? next : place.committed(),
                                    next,
                                    place.missed() + from - place.position()));
                });
        return moved[0];
    }

    /** See {@link engine.MessageBroker#commit}. */
    CommitResult commit(String id, Map<Integer, Long> offsets) {
        return with(id, consumer -> {
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
        return with(id, consumer -> {
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
        return with(id, consumer -> {
            store.delete(id, RemovalReason.unregistered(id));
            return consumer.topic();
        });
    }
}
