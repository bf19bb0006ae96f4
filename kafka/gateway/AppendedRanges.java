package kafka.gateway;

import engine.ProduceResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Completes with the offsets of messages, as ranges, when Kafka has acknowledged all of them. One thread sends. */
final class AppendedRanges extends CompletableFuture<List<ProduceResult.Range>> {
    private final int count;
    private final List<RecordMetadata> acknowledged = new ArrayList<>();
    private Throwable failure;

    /** @param count the number of messages that will be sent */
    AppendedRanges(int count) {
        this.count = count;
    }

    /** Sends the next message. A failure completes the future when all messages have an answer. */
    void send(KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> message) {
        try {
            producer.send(message, this::answered);
        } catch (RuntimeException e) {
            answered(null, e);
        }
    }

    /**
     * Waits for the result.
     *
     * @throws RuntimeException the error of Kafka
     */
    List<ProduceResult.Range> result() {
        try {
            return get(CallDeadline.leftMs(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : UpstreamErrors.of(e);
        } catch (InterruptedException | TimeoutException e) {
            throw UpstreamErrors.of(e);
        }
    }

    private synchronized void answered(RecordMetadata metadata, Exception e) {
        acknowledged.add(metadata);
        if (e != null && failure == null) {
            failure = e;
        }
        if (acknowledged.size() == count) {
            if (failure == null) {
                complete(ranges());
            } else {
                completeExceptionally(failure);
            }
        }
    }

    private List<ProduceResult.Range> ranges() {
        acknowledged.sort(Comparator.comparingInt(RecordMetadata::partition).thenComparingLong(RecordMetadata::offset));
        List<ProduceResult.Range> ranges = new ArrayList<>();
        for (int from = 0, to; from < count; from = to) {
            to = from + 1;
            while (to < count && follows(acknowledged.get(to - 1), acknowledged.get(to))) {
                to++;
            }
            RecordMetadata first = acknowledged.get(from);
            ranges.add(new ProduceResult.Range(first.partition(), first.offset(), to - from));
        }
        return ranges;
    }

    private static boolean follows(RecordMetadata before, RecordMetadata next) {
        return before.partition() == next.partition() && before.offset() + 1 == next.offset();
    }
}
