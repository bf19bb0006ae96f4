package kafka.gateway;

import engine.DecodedMessage;
import engine.EncodedBatch;
import engine.EngineException;
import engine.MessageCodec;
import engine.PartitionRange;
import engine.ProduceResult;
import engine.ProducerSequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Appends messages to topics of Kafka. A batch is all or nothing, in one of three ways:
 *
 * <ol>
 * <li>A single message is sent by a producer that all callers share.
 * <li>Messages of one partition that fit into one record batch of Kafka are sent by a producer that no other caller uses meanwhile. Kafka
 *     appends a record batch as a whole.
 * <li>All others are sent in a transaction: see {@link TransactionQueue}. It ends with a marker in each partition, which takes an offset.
 *     So are messages with a sequence: see {@link ProducerSessions}.
 * </ol>
 *
 * <p>Safe for any number of threads.
 */
final class RecordProducer implements AutoCloseable {
    /** The size of the record batches of way 2, in bytes. Kafka accepts a little more by default (max.message.bytes). */
    private static final int RECORD_BATCH_SIZE = 1_000_000;

    /** The bytes that a record takes besides its texts, at most, and that a header takes besides its texts. */
    private static final int RECORD_OVERHEAD = 40;

    private static final int HEADER_OVERHEAD = 10;

    /** How many batches of way 2 are sent at the same time. */
    private static final int BATCH_PRODUCERS = 4;

    private final Cluster cluster;
    private final TopicCatalog topics;
    private final Executor executor;
    private final KafkaProducer<byte[], byte[]> shared;
    private final BlockingQueue<KafkaProducer<byte[], byte[]>> idle = new LinkedBlockingQueue<>();
    private final AtomicInteger batchProducers = new AtomicInteger();
    private final TransactionQueue transactions;
    private final ProducerSessions sessions;
    private final Map<String, AtomicInteger> roundRobin = new ConcurrentHashMap<>();

    /** @param executor for what waits for Kafka */
    RecordProducer(Cluster cluster, TopicCatalog topics, Executor executor) {
        this.cluster = cluster;
        this.topics = topics;
        this.executor = executor;
        this.shared = cluster.producer(Map.of());
        this.transactions = new TransactionQueue(cluster);
        this.sessions = new ProducerSessions(cluster);
    }

    /** The sequence that is expected for a producer's next message to a topic. */
    long nextSequence(String topic, String producerId) {
        topics.partitionCount(topic);
        return sessions.next(topic, producerId);
    }

    /**
     * See {@link engine.MessageBroker#produce}. Closes the batch.
     *
     * @param sequence null if the producer is not idempotent
     */
    CompletableFuture<ProduceResult> produce(String topic, EncodedBatch batch, ProducerSequence sequence) {
        int partitions;
        List<ProducerRecord<byte[], byte[]>> records;
        int size = 0;
        try (batch) {
            partitions = topics.partitionCount(topic);
            PartitionRange.requirePartition("partition", topic, partitions, batch.highestPartition());
            records = records(topic, batch, partitions);
            size = batch.size();
        }
        if (records.isEmpty()) {
            return CompletableFuture.completedFuture(new ProduceResult(partitions, List.of(), false));
        }
        if (sequence != null) {
            return CompletableFuture.completedFuture(sessions.produce(topic, partitions, records, sequence));
        }
        Runnable requireTopic = CallDeadline.inherited(() -> {
            topics.forget(topic);
            topics.partitionCount(topic); // 404 if the topic was deleted
        });
        return send(records, size)
                .thenApply(ranges -> new ProduceResult(partitions, ranges, false))
                .exceptionallyAsync( // because the thread of a Kafka client must not wait
                        failure -> {
                            requireTopic.run();
                            throw UpstreamErrors.of(failure);
                        },
                        executor);
    }

    private List<ProducerRecord<byte[], byte[]>> records(String topic, EncodedBatch batch, int partitions) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(batch.count());
        AtomicInteger next = roundRobin.computeIfAbsent(topic, absent -> new AtomicInteger());
        batch.forEach((placement, bytes, position, length) -> {
            int placed = EncodedBatch.partition(placement, partitions);
            int partition = placed >= 0 ? placed : Math.floorMod(next.getAndIncrement(), partitions);
            DecodedMessage message = MessageCodec.decode(bytes, position, length);
            RecordHeaders headers = new RecordHeaders();
            message.headers().forEach(header -> headers.add(header.name(), header.value()));
            records.add(new ProducerRecord<>(topic, partition, null, message.key(), message.value(), headers));
        });
        return records;
    }

    private CompletableFuture<List<ProduceResult.Range>> send(List<ProducerRecord<byte[], byte[]>> records, int size) {
        if (records.size() == 1) {
            AppendedRanges ranges = new AppendedRanges(1);
            ranges.send(shared, records.get(0));
            return ranges;
        }
        return isOneRecordBatch(records, size) ? sendAlone(records) : transactions.add(records);
    }

    private static boolean isOneRecordBatch(List<ProducerRecord<byte[], byte[]>> records, int size) {
        int partition = records.get(0).partition();
        long most = size;
        for (ProducerRecord<byte[], byte[]> record : records) {
            if (record.partition() != partition) {
                return false;
            }
            int headers = record.headers().toArray().length;
            most += RECORD_OVERHEAD + (long) HEADER_OVERHEAD * headers;
        }
        return most <= RECORD_BATCH_SIZE;
    }

    private CompletableFuture<List<ProduceResult.Range>> sendAlone(List<ProducerRecord<byte[], byte[]>> records) {
        KafkaProducer<byte[], byte[]> producer = acquire();
        AppendedRanges ranges = new AppendedRanges(records.size());
        try {
            records.forEach(record -> ranges.send(producer, record));
            producer.flush();
        } finally {
            idle.add(producer);
        }
        return ranges;
    }

    private KafkaProducer<byte[], byte[]> acquire() {
        KafkaProducer<byte[], byte[]> producer = idle.poll();
        if (producer != null) {
            return producer;
        }
        if (batchProducers.getAndIncrement() < BATCH_PRODUCERS) {
            try {
                return batchProducer();
            } catch (RuntimeException e) {
                batchProducers.decrementAndGet();
                throw UpstreamErrors.of(e);
            }
        }
        batchProducers.decrementAndGet();
        try {
            producer = idle.poll(CallDeadline.leftMs(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw UpstreamErrors.of(e);
        }
        if (producer == null) {
            throw new EngineException(
                    engine.ErrorCode.OVERLOADED, "Other batches use all producers. Retry after a second.");
        }
        return producer;
    }

    private KafkaProducer<byte[], byte[]> batchProducer() {
        return cluster.producer(Map.of(
                ProducerConfig.BATCH_SIZE_CONFIG,
                RECORD_BATCH_SIZE,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                4 * RECORD_BATCH_SIZE,
                ProducerConfig.LINGER_MS_CONFIG,
                Cluster.TIMEOUT_MS / 2)); // the flush ends it
    }

    @Override
    public void close() {
        Duration limit = Duration.ofMillis(500);
        shared.close(limit);
        transactions.close();
        sessions.close();
        idle.forEach(producer -> producer.close(limit));
    }
}
