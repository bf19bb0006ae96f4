package kafka.gateway;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import engine.ProduceResult;
import engine.ProducerSequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;

/**
 * The idempotent producers, whose messages have a sequence. The messages of a request and the next sequence are committed in one transaction:
 * see {@link SequenceState}. The transactional id is the id of the producer, so that Kafka fences a gateway when another gateway begins to
 * serve the producer:
 *
 * <ol>
 * <li>The first request of a producer initializes its transactions. Kafka completes or aborts what another gateway has begun.
 * <li>The gateway reads the state of the producer, and keeps it.
 * <li>If a later request is fenced, another gateway has served the producer. The gateway forgets the state and continues at step 1.
 * </ol>
 *
 * <p>Safe for any number of threads.
 */
final class ProducerSessions implements AutoCloseable {
    /** The prefix of the Kafka groups and transactional ids. */
    private static final String PREFIX = "mini-kafka producer ";

    /** The sessions that are kept. Each has a connection to Kafka and a thread. */
    private static final int MAX_SESSIONS = 32;

    private final Cluster cluster;

    @GuardedBy("itself")
    private final LinkedHashMap<String, Session> sessions = new LinkedHashMap<>(16, 0.75f, true);

    ProducerSessions(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Whether a Kafka group is that of a producer, and not a group of the API. */
    static boolean isOfProducer(String group) {
        return group.startsWith(PREFIX);
    }

    /** The sequence that is expected for the producer's next message to a topic. */
    long next(String topic, String producerId) {
        return read(topic, producerId).next();
    }

    private SequenceState read(String topic, String producerId) {
        return SequenceState.of(
                topic,
                Cluster.await(cluster.admin()
                        .listConsumerGroupOffsets(
                                PREFIX + producerId, new ListConsumerGroupOffsetsOptions().requireStable(true))
                        .partitionsToOffsetAndMetadata()));
    }

    /**
     * Appends the messages of a request, unless it repeats an earlier one.
     *
     * @param partitions of the topic
     */
    ProduceResult produce(
            String topic, int partitions, List<ProducerRecord<byte[], byte[]>> records, ProducerSequence sequence) {
        Session session = session(sequence.producerId());
        synchronized (session) {
            try {
                return session.produce(topic, partitions, records, sequence);
            } catch (ProducerFencedException | InvalidProducerEpochException e) {
                session.end();
                return session.produce(topic, partitions, records, sequence);
            }
        }
    }

    private Session session(String producerId) {
        List<Session> evicted = new ArrayList<>();
        try {
            synchronized (sessions) {
                if (!sessions.containsKey(producerId) && sessions.size() >= MAX_SESSIONS) {
                    evicted.add(sessions.remove(sessions.keySet().iterator().next()));
                }
                return sessions.computeIfAbsent(producerId, Session::new);
            }
        } finally {
            evicted.forEach(Session::endLater);
        }
    }

    /** A producer that this gateway serves. Its methods are called by one thread at a time. */
    private final class Session {
        private final String producerId;
        private final Map<String, SequenceState> states = new HashMap<>();

        /** The Kafka group that has the sequences. */
        private ConsumerGroupMetadata group;

        /** Null before the first request, and after a failure. */
        private KafkaProducer<byte[], byte[]> producer;

        Session(String producerId) {
            this.producerId = producerId;
        }

        private ProduceResult produce(
                String topic, int partitions, List<ProducerRecord<byte[], byte[]>> records, ProducerSequence sequence) {
            begin();
            SequenceState state = states.computeIfAbsent(topic, absent -> read(topic, producerId));
            List<ProduceResult.Range> duplicate = state.findDuplicate(sequence, records.size());
            if (duplicate != null) {
                return new ProduceResult(partitions, duplicate, true);
            }
            try {
                List<ProduceResult.Range> appended = transaction(state, records);
                states.put(topic, state.after(appended));
                return new ProduceResult(partitions, appended, false);
            } catch (RuntimeException e) {
                end(); // what became of the transaction is found out when the next request begins
                throw e;
            }
        }

        private void begin() {
            if (producer == null) {
                producer = cluster.producer(Map.of(
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        PREFIX + producerId,
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        2 * Cluster.TIMEOUT_MS,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        256 << 10));
                group = cluster.metadata(PREFIX + producerId);
                try {
                    producer.initTransactions();
                } catch (RuntimeException e) {
                    end();
                    throw e;
                }
            }
        }

        private List<ProduceResult.Range> transaction(
                SequenceState state, List<ProducerRecord<byte[], byte[]>> records) {
            producer.beginTransaction();
            AppendedRanges sent = new AppendedRanges(records.size());
            records.forEach(record -> sent.send(producer, record));
            producer.flush();
            List<ProduceResult.Range> appended = sent.result();
            producer.sendOffsetsToTransaction(state.after(appended).offsets(appended), group);
            producer.commitTransaction();
            return appended;
        }

        /** Forgets the state, and aborts what is not committed. */
        private void end() {
            states.clear();
            if (producer != null) {
                try {
                    producer.abortTransaction(); // readers see no later message before the transaction has ended
                } catch (RuntimeException e) {
                    // there is none, or the next request aborts it
                }
                producer.close(Duration.ZERO);
                producer = null;
            }
        }

        private void endLater() {
            synchronized (this) {
                end();
            }
        }
    }

    @Override
    public void close() {
        List<Session> all;
        synchronized (sessions) {
            all = List.copyOf(sessions.values());
            sessions.clear();
        }
        all.forEach(Session::endLater);
    }
}
