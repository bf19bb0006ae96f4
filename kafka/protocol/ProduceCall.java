package kafka.protocol;

import engine.EncodedBatch;
import engine.EngineException;
import engine.ErrorCode;
import engine.MemoryBudget;
import engine.MessageBroker;
import engine.PartitionLogs;
import engine.ProduceResult;
import engine.ProducerSequence;
import engine.WaitQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.DuplicateSequenceException;
import org.apache.kafka.common.errors.InvalidRequiredAcksException;
import org.apache.kafka.common.errors.UnknownProducerIdException;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/**
 * Produce. The record batch of a partition is appended as a whole. The response comes when the messages are as durable as configured,
 * whatever {@code acks} says; with {@code acks=0} there is none.
 *
 * <p>An idempotent producer of Kafka counts its messages for each partition and epoch. It is a producer of the broker for each of these, so
 * that a repeated request is recognized, also after a restart. If a topic is full, and does not drop old messages, the request waits for
 * room until its timeout ends. Then the producer gets a timeout, and retries.
 */
final class ProduceCall implements Call<ProduceRequestData> {
    /** Kafka's sequences are ints that continue at 0 after the maximum. */
    private static final long SEQUENCES = 1L << 31;

    private final MessageBroker broker;
    private final PartitionLogs logs;
    private final MemoryBudget budget;
    private final int maxMessageBytes;

    ProduceCall(MessageBroker broker, PartitionLogs logs, MemoryBudget budget, int maxMessageBytes) {
        this.broker = broker;
        this.logs = logs;
        this.budget = budget;
        this.maxMessageBytes = maxMessageBytes;
    }

    /** An append that was begun: its result or error comes later. */
    private record Pending(PartitionProduceResponse response, CompletableFuture<ProduceResult> result) {}

    @Override
    public ApiMessage answer(ProduceRequestData request, Caller caller) {
        if (request.acks() < -1 || request.acks() > 1) {
            throw new InvalidRequiredAcksException("acks must be -1, 0 or 1, but is " + request.acks() + ".");
        }
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(request.timeoutMs());
        ProduceResponseData response = new ProduceResponseData();
        List<Runnable> completions = new ArrayList<>();
        request.topicData().forEach(topic -> {
            TopicProduceResponse ofTopic = new TopicProduceResponse().setName(topic.name());
            response.responses().add(ofTopic);
            topic.partitionData().forEach(partition -> {
                Pending pending = begin(topic.name(), partition);
                ofTopic.partitionResponses().add(pending.response);
                completions.add(() -> complete(topic.name(), partition, pending, deadline));
            });
        });
        completions.forEach(Runnable::run);
        return request.acks() == 0 ? null : response;
    }

    private Pending begin(String topic, PartitionProduceData partition) {
        PartitionProduceResponse response = new PartitionProduceResponse().setIndex(partition.index());
        CompletableFuture<ProduceResult> result;
        try {
            result = append(topic, partition.index(), new RecordDecoder(partition.records()), 0);
        } catch (RuntimeException e) {
            result = CompletableFuture.failedFuture(e);
        }
        return new Pending(response, result);
    }

    private void complete(String topic, PartitionProduceData partition, Pending pending, long deadline) {
        PartitionProduceResponse response = pending.response;
        try {
            fill(response, topic, afterFailure(topic, partition, pending.result, deadline));
        } catch (RuntimeException e) {
            Throwable cause = KafkaErrors.cause(e);
            boolean isNoPartition = cause instanceof EngineException known && known.code() == ErrorCode.INVALID;
            Errors error = isNoPartition ? Errors.UNKNOWN_TOPIC_OR_PARTITION : KafkaErrors.of(cause);
            response.setErrorCode(error.code())
                    .setErrorMessage(cause.getMessage())
                    .setBaseOffset(-1);
        }
    }

    private void fill(PartitionProduceResponse response, String topic, ProduceResult result) {
        ProduceResult.Range range = result.ranges().get(0);
        response.setBaseOffset(range.baseOffset());
        logs.read(topic, range.partition(), range.baseOffset(), (offset, timestamp, bytes, position, length) -> {
            response.setLogAppendTimeMs(timestamp);
            return false;
        });
        response.setLogStartOffset(logs.range(topic, range.partition()).start());
    }

    /** The result; if the topic is full, that of a later append; if a sequence is not the expected one, that of its long form. */
    private ProduceResult afterFailure(
            String topic, PartitionProduceData partition, CompletableFuture<ProduceResult> first, long deadline) {
        CompletableFuture<ProduceResult> result = first;
        while (true) {
            WaitQueue waiters = logs.waiters(topic);
            long seen = waiters.changes();
            try {
                return result.join();
            } catch (RuntimeException e) {
                if (!(KafkaErrors.cause(e) instanceof EngineException known)) {
                    throw e;
                }
                RecordDecoder records = new RecordDecoder(partition.records());
                if (known.code() == ErrorCode.OUT_OF_SEQUENCE) {
                    return appendInSequence(topic, partition.index(), records, known);
                }
                if (known.code() != ErrorCode.TOPIC_FULL || !Waits.forChange(waiters, seen, deadline)) {
                    throw e;
                }
                result = append(topic, partition.index(), records, 0);
            }
        }
    }

    /** @param earlier how many sequences come before the int that the producer has sent */
    private CompletableFuture<ProduceResult> append(String topic, int partition, RecordDecoder records, long earlier) {
        ProducerSequence sequence = records.producerId() < 0
                ? null
                : new ProducerSequence(producer(records, partition), earlier + records.baseSequence());
        EncodedBatch batch = records.messages(partition, maxMessageBytes, budget.reservation());
        return broker.produce(topic, batch, sequence);
    }

    private static String producer(RecordDecoder records, int partition) {
        return "kafka-" + records.producerId() + "-" + records.producerEpoch() + "-" + partition;
    }

    /** After {@value #SEQUENCES} messages, a sequence of Kafka is no longer that of the broker, which does not start again at 0. */
    private ProduceResult appendInSequence(
            String topic, int partition, RecordDecoder records, EngineException outOfSequence) {
        long next = broker.registerProducer(topic, producer(records, partition))
                .join()
                .nextSequence();
        if (next == 0) {
            throw new UnknownProducerIdException(outOfSequence.getMessage());
        }
        long difference = Math.floorMod(records.baseSequence() - next, SEQUENCES);
        long nearest = next + (difference < SEQUENCES / 2 ? difference : difference - SEQUENCES);
        if (nearest != records.baseSequence()) {
            try {
                return append(topic, partition, records, nearest - records.baseSequence())
                        .join();
            } catch (RuntimeException e) {
                if (nearest >= next || KafkaErrors.of(e) != Errors.OUT_OF_ORDER_SEQUENCE_NUMBER) {
                    throw e;
                }
            }
        }
        if (nearest < next) {
            throw new DuplicateSequenceException(outOfSequence.getMessage());
        }
        throw outOfSequence;
    }
}
