package kafka.gateway;

import engine.EngineException;
import engine.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** A pool of readers. A read prefers a reader that is at its offset already. Safe for any number of threads. */
final class PartitionReaders implements AutoCloseable {
    /** The maximum number of reads at the same time. Each reader may hold some megabytes. */
    private static final int MAX_READERS = 16;

    private final Cluster cluster;
    private final Semaphore permits = new Semaphore(MAX_READERS, true);

    /** Those that were used last are at the end. */
    private final List<PartitionReader> idle = new ArrayList<>();

    private int created;

    PartitionReaders(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * See {@link PartitionReader#read}.
     *
     * @throws EngineException UPSTREAM_UNAVAILABLE, OVERLOADED
     */
    long read(TopicPartition partition, long from, long end, Predicate<ConsumerRecord<byte[], byte[]>> accept) {
        PartitionReader reader = acquire(partition, from);
        boolean isUsable = false;
        try {
            long next = reader.read(partition, from, end, accept);
            isUsable = true;
            return next;
        } catch (TimeoutException | RuntimeException e) {
            throw UpstreamErrors.of(e);
        } finally {
            release(reader, isUsable);
        }
    }

    /**
     * Reads records that a reader has fetched already, without a request to Kafka.
     *
     * @return the offset to continue from; -1 if no reader has fetched the record at {@code from}
     */
    long readFetched(TopicPartition partition, long from, Predicate<ConsumerRecord<byte[], byte[]>> accept) {
        if (!permits.tryAcquire()) {
            return -1;
        }
        PartitionReader reader = idleWith(partition, from);
        if (reader == null) {
            permits.release();
            return -1;
        }
        boolean isUsable = false;
        try {
            long next = reader.readFetched(accept);
            isUsable = true;
            return next;
        } finally {
            release(reader, isUsable);
        }
    }

    private synchronized PartitionReader idleWith(TopicPartition partition, long from) {
        for (int i = idle.size() - 1; i >= 0; i--) {
            if (idle.get(i).hasFetched(partition, from)) {
                return idle.remove(i);
            }
        }
        return null;
    }

    /** Closes the readers of a topic that was deleted. They may have its messages. */
    synchronized void forget(String topic) {
        idle.removeIf(reader -> {
            boolean isOfTopic = reader.isOf(topic);
            if (isOfTopic) {
                created--;
                reader.close();
            }
            return isOfTopic;
        });
    }

    private PartitionReader acquire(TopicPartition partition, long from) {
        try {
            if (!permits.tryAcquire(CallDeadline.leftMs(), TimeUnit.MILLISECONDS)) {
                throw new EngineException(ErrorCode.OVERLOADED, "Other reads use all readers. Retry after a second.");
            }
        } catch (InterruptedException e) {
            throw UpstreamErrors.of(e);
        }
        try {
            return idleOrNew(partition, from);
        } catch (RuntimeException e) {
            permits.release();
            throw UpstreamErrors.of(e);
        }
    }

    private synchronized PartitionReader idleOrNew(TopicPartition partition, long from) {
        for (int i = idle.size() - 1; i >= 0; i--) {
            if (idle.get(i).isAt(partition, from)) {
                return idle.remove(i);
            }
        }
        if (created < MAX_READERS) {
            PartitionReader reader = new PartitionReader(cluster);
            created++;
            return reader;
        }
        return idle.remove(0);
    }

    private synchronized void release(PartitionReader reader, boolean isUsable) {
        if (isUsable) {
            idle.add(reader);
        } else {
            created--;
            reader.close();
        }
        permits.release();
    }

    @Override
    public synchronized void close() {
        idle.forEach(PartitionReader::close);
        idle.clear();
    }
}
