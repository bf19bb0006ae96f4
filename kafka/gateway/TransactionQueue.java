package kafka.gateway;

import engine.EngineException;
import engine.ErrorCode;
import engine.ProduceResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Sends batches in transactions of Kafka (KIP-98), so that each batch is all or nothing. A transaction takes some milliseconds, so all
 * batches that arrive during a transaction share the next one. Safe for any number of threads.
 */
final class TransactionQueue implements AutoCloseable {
    /** The number of batches that may wait. */
    private static final int CAPACITY = 256;

    private static final int MAX_BATCHES = 64;

    private record Pending(
            List<ProducerRecord<byte[], byte[]>> records, CompletableFuture<List<ProduceResult.Range>> answer) {}

    private final Cluster cluster;
    private final BlockingQueue<Pending> queue = new LinkedBlockingQueue<>(CAPACITY);
    private final Thread thread = new Thread(this::run, "transactions");

    /** Unique, because Kafka lets only one producer with an id live. */
    private final String transactionalId = "mini-kafka-gateway-" + UUID.randomUUID();

    private volatile boolean isClosed;

    /** Null before the first transaction, and after a failure. */
    private KafkaProducer<byte[], byte[]> producer;

    TransactionQueue(Cluster cluster) {
        this.cluster = cluster;
        thread.setDaemon(true);
        thread.start();
    }

    /** The future fails with the error of the transaction. Then no message of the batch is visible, unless the error says otherwise. */
    CompletableFuture<List<ProduceResult.Range>> add(List<ProducerRecord<byte[], byte[]>> records) {
        CompletableFuture<List<ProduceResult.Range>> answer = new CompletableFuture<>();
        if (!queue.offer(new Pending(records, answer))) {
            throw new EngineException(
                    ErrorCode.OVERLOADED, "Too many batches wait for a transaction. Retry after a second.");
        }
        return answer;
    }

    private void run() {
        try {
            while (!isClosed) {
                Pending first = queue.poll(200, TimeUnit.MILLISECONDS);
                if (first != null) {
                    List<Pending> batches = new ArrayList<>(List.of(first));
                    queue.drainTo(batches, MAX_BATCHES - 1);
                    commit(batches);
                }
            }
        } catch (InterruptedException e) {
            // the gateway stops
        }
        closeProducer();
    }

    private void commit(List<Pending> batches) {
        try {
            List<List<ProduceResult.Range>> appended = transaction(batches);
            for (int i = 0; i < batches.size(); i++) {
                batches.get(i).answer.complete(appended.get(i));
            }
        } catch (RuntimeException e) {
            abort();
            EngineException error = UpstreamErrors.of(e);
            if (batches.size() > 1 && error.code() != ErrorCode.UPSTREAM_UNAVAILABLE) {
                batches.forEach(batch -> commit(List.of(batch))); // one batch is at fault
            } else {
                batches.forEach(batch -> batch.answer.completeExceptionally(error));
            }
        }
    }

    private List<List<ProduceResult.Range>> transaction(List<Pending> batches) {
        if (producer == null) {
            producer = cluster.producer(Map.of(
                    ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                    transactionalId,
                    ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                    2 * Cluster.TIMEOUT_MS,
                    ProducerConfig.BATCH_SIZE_CONFIG,
                    256 << 10));
            producer.initTransactions();
        }
        producer.beginTransaction();
        List<AppendedRanges> sent = new ArrayList<>();
        for (Pending batch : batches) {
            AppendedRanges ranges = new AppendedRanges(batch.records.size());
            batch.records.forEach(record -> ranges.send(producer, record));
            sent.add(ranges);
        }
        producer.flush();
        List<List<ProduceResult.Range>> appended =
                sent.stream().map(AppendedRanges::result).toList();
        producer.commitTransaction();
        return appended;
    }

    /** Readers see no later message of the partitions before the transaction has ended. */
    private void abort() {
        if (producer == null) {
            return;
        }
        try {
            producer.abortTransaction();
        } catch (RuntimeException e) {
            closeProducer(); // the next one aborts the transaction when it is initialized
        }
    }

    private void closeProducer() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    @Override
    public void close() {
        isClosed = true;
    }
}
