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

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Deque<ConsumerRecord<byte[], byte[]>> ahead = new ArrayDeque<>();
    private TopicPartition partition;

    /** The offset to read next. */
    private long next;

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
                if (ahead.isEmpty()) {
                    next = Math.max(next, consumer.position(partition));
                    if (next < end && CallDeadline.leftMs() <= 1) {
                        throw new TimeoutException("no records of " + partition + " from offset " + next);
                    }
                }
            }
            for (ConsumerRecord<byte[], byte[]> record; (record = ahead.peek()) != null; ahead.remove()) {
                if (!accept.test(record)) {
                    next = record.offset();
                    return next;
                }
                next = record.offset() + 1;
            }
        }
        return next;
    }

    private void seek(TopicPartition wanted, long from) {
        if (isAt(wanted, from)) {
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
