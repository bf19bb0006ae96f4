package kafka.gateway;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads one partition after the other. It keeps records that were fetched but not read yet. For one thread at a time. */
final class PartitionReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    /** How long a fetch waits at the end of a partition, in ms: briefly, because the next read may be for another offset. */
    private static final int FETCH_WAIT_MS = 10;

    /** How long fetched records are used, in ns. After that, the topic may have been deleted and created again. */
    private static final long KEEP_NANOS = 1_000_000_000L;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Deque<ConsumerRecord<byte[], byte[]>> ahead = new ArrayDeque<>();
    private TopicPartition partition;

    /** The offset to read next. */
    private long next;

    private long fetchedNanos;

    PartitionReader(Cluster cluster) {
        consumer = cluster.consumer(Map.of(
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                FETCH_WAIT_MS,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                10_000));
    }

    /** Whether it would continue at this offset without a request to Kafka. */
    boolean isAt(TopicPartition wanted, long offset) {
        return wanted.equals(partition) && next == offset;
    }

    /** Whether it has read a partition of this topic last. */
    boolean isOf(String topic) {
        return partition != null && partition.topic().equals(topic);
    }

    /** Whether it also has the record at this offset already. */
    boolean hasFetched(TopicPartition wanted, long offset) {
        return isAt(wanted, offset) && !ahead.isEmpty() && isFresh();
    }

    /**
     * Reads records that are fetched already, until there are no more or one is rejected.
     *
     * @return the offset to continue from
     */
    long readFetched(Predicate<ConsumerRecord<byte[], byte[]>> accept) {
        for (ConsumerRecord<byte[], byte[]> record; (record = ahead.peek()) != null; ahead.remove()) {
            if (!accept.test(record)) {
                next = record.offset();
                return next;
            }
            next = record.offset() + 1;
        }
        return next;
    }

    /**
     * Reads records until there are no more before {@code end}, or until one is rejected.
     *
     * @param end an offset that exists, so that the read does not wait
     * @param accept returns false to reject a record and end the read before it
     * @return the offset to continue from. It skips offsets that have no record
     */
    long read(TopicPartition wanted, long from, long end, Predicate<ConsumerRecord<byte[], byte[]>> accept)
            throws TimeoutException {
        seek(wanted, from);
        while (next < end) {
            if (ahead.isEmpty()) {
                consumer.poll(POLL).records(partition).forEach(ahead::add);
                fetchedNanos = System.nanoTime();
                if (ahead.isEmpty()) {
                    next = Math.max(next, consumer.position(partition));
                    if (next < end && CallDeadline.leftMs() <= 1) {
                        throw new TimeoutException("no records of " + partition + " from offset " + next);
                    }
                }
            }
            readFetched(accept);
            if (!ahead.isEmpty()) {
                return next; // it was rejected
            }
        }
        return next;
    }

    private boolean isFresh() {
        return System.nanoTime() - fetchedNanos < KEEP_NANOS;
    }

    private void seek(TopicPartition wanted, long from) {
        if (isAt(wanted, from) && isFresh()) {
            return;
        }
        ahead.clear();
        if (!wanted.equals(partition)) {
            partition = null;
            consumer.assign(List.of(wanted));
        }
        consumer.seek(wanted, from);
        partition = wanted;
        next = from;
    }

    @Override
    public void close() {
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ZERO));
    }
}
