package kafka.gateway;

import engine.EngineException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A Kafka cluster: its admin client, producers and consumers. Each call has a time limit: see {@link CallDeadline}.
 *
 * <p>Safe for any number of threads.
 */
final class Cluster implements AutoCloseable {
    /** The maximum time of a call of Kafka, in ms. */
    static final int TIMEOUT_MS = CallDeadline.CALL_MS;

    /** The maximum time of a request to one node, in ms, so that a call can still ask another node. */
    private static final int REQUEST_TIMEOUT_MS = 2_000;

    private static final int CLOSE_TIMEOUT_MS = 500;
    private static final int SLOW_MS = 500;

    private final Map<String, Object> settings;
    private final int maxRecordBytes;
    private final Admin admin;

    /**
     * @param settings of Kafka clients, with the bootstrap servers
     * @param maxRecordBytes the maximum size of a record of Kafka, in bytes
     */
    Cluster(Map<String, Object> settings, int maxRecordBytes) {
        this.maxRecordBytes = maxRecordBytes;
        this.settings = Map.copyOf(settings);
        this.admin = Admin.create(with(Map.of(
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS)));
    }

    /** The maximum size of a record of Kafka, in bytes. */
    int maxRecordBytes() {
        return maxRecordBytes;
    }

    Admin admin() {
        return admin;
    }

    /** A producer whose messages are acknowledged by all replicas in sync, and never duplicated by a retry. */
    KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> all = with(Map.of(
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                TIMEOUT_MS,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                REQUEST_TIMEOUT_MS,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                TIMEOUT_MS,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                Math.max(maxRecordBytes, 1 << 20),
                ProducerConfig.LINGER_MS_CONFIG,
                0));
        all.putAll(more);
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** A consumer that never joins a group, and reads committed messages only. For one thread at a time. */
    KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> more) {
        Map<String, Object> all = with(Map.of(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "none",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                REQUEST_TIMEOUT_MS,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                TIMEOUT_MS));
        all.putAll(more);
        return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** What a transaction needs of a group that has no members. */
    ConsumerGroupMetadata metadata(String group) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(Map.of(ConsumerConfig.GROUP_ID_CONFIG, group))) {
            return consumer.groupMetadata();
        }
    }

    private Map<String, Object> with(Map<String, Object> own) {
        Map<String, Object> all = new HashMap<>(settings);
        all.putAll(own);
        return all;
    }

    /**
     * Waits for the result of a call, at most until the {@link CallDeadline}.
     *
     * @throws EngineException what {@link UpstreamErrors} makes of the failure
     */
    static <T> T await(Future<T> call) {
        return await(call, cause -> {
            throw UpstreamErrors.of(cause);
        });
    }

    /**
     * As {@link #await(Future)}, for a call that may fail.
     *
     * @param ofFailure returns the result for a failure of Kafka, or throws an exception
     */
    static <T> T await(Future<T> call, Function<Throwable, T> ofFailure) {
        try {
            return await(call, CallDeadline.leftMs(), ofFailure);
        } catch (TimeoutException e) {
            throw UpstreamErrors.of(e);
        }
    }

    /**
     * As {@link #await(Future)}, with a check if the call takes long: Kafka repeats some calls of a topic that was deleted until their time is
     * over.
     *
     * @param check throws an exception to end the wait
     */
    static <T> T await(Future<T> call, Runnable check) {
        try {
            return await(call, Math.min(SLOW_MS, CallDeadline.leftMs()), cause -> {
                throw UpstreamErrors.of(cause);
            });
        } catch (TimeoutException e) {
            check.run();
            return await(call);
        }
    }

    private static <T> T await(Future<T> call, long timeoutMs, Function<Throwable, T> ofFailure)
            throws TimeoutException {
        try {
            return call.get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            return ofFailure.apply(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UpstreamErrors.of(e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofMillis(CLOSE_TIMEOUT_MS));
    }
}
