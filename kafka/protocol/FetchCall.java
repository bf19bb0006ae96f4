package kafka.protocol;

import engine.EngineException;
import engine.ErrorCode;
import engine.PartitionLogs;
import engine.PartitionRange;
import engine.Reservation;
import engine.WaitQueue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;

/**
 * Fetch. There are no fetch sessions: each request names all its partitions, as clients do if the session id of the response is 0.
 *
 * <p>A fetch waits as follows:
 * <ol>
 * <li>It notes the number of changes of each topic. Then it reads its partitions, each from where it has read before.
 * <li>If it has {@code min_bytes}, or an error, it answers.
 * <li>Otherwise it waits for a change of any of its topics, until {@code max_wait}. Then it continues at step 1.
 * </ol>
 */
final class FetchCall implements Call<FetchRequestData> {
    /** The maximum size of a response, in bytes, as {@code fetch.max.bytes} of Kafka's broker. */
    private static final int MAX_BYTES = 55 << 20;

    private final PartitionLogs logs;
    private final TopicIds ids;

    FetchCall(PartitionLogs logs, TopicIds ids) {
        this.logs = logs;
        this.ids = ids;
    }

    @Override
    public ApiMessage answer(FetchRequestData request, Caller caller) {
        FetchResponseData response = new FetchResponseData();
        if (request.sessionId() != 0) {
            return response.setErrorCode(Errors.FETCH_SESSION_ID_NOT_FOUND.code());
        }
        Fetch fetch = new Fetch(request, caller.memory());
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(request.maxWaitMs());
        while (!fetch.isEnough() && fetch.awaitChange(deadline)) {
            // the condition reads
        }
        fetch.addTo(response);
        return response;
    }

    /** What a request has read so far. */
    private final class Fetch {
        private final FetchRequestData request;
        private final Reservation memory;
        private final List<FetchableTopicResponse> topics = new ArrayList<>();
        private final List<Part> parts = new ArrayList<>();
        private final Map<WaitQueue, Long> changes = new HashMap<>();
        private final long maxBytes;
        private boolean isStopped;

        Fetch(FetchRequestData request, Reservation memory) {
            this.request = request;
            this.memory = memory;
            this.maxBytes = Math.min(MAX_BYTES, request.maxBytes());
            request.topics().forEach(this::add);
        }

        private void add(FetchTopic asked) {
            FetchableTopicResponse topic =
                    new FetchableTopicResponse().setTopic(asked.topic()).setTopicId(asked.topicId());
            topics.add(topic);
            asked.partitions().forEach(partition -> parts.add(new Part(topic, partition)));
        }

        /** Reads what is there. */
        boolean isEnough() {
            changes.clear();
            long size = 0;
            boolean isEnough = isStopped;
            for (Part part : parts) {
                size += part.size();
            }
            for (Part part : parts) {
                size += part.read(maxBytes - size, size == 0);
                isEnough |= part.error != null || part.isFull();
            }
            return isEnough || size >= request.minBytes();
        }

        /** Returns false if the wait has ended. */
        boolean awaitChange(long deadline) {
            CountDownLatch change = new CountDownLatch(1);
            Runnable waiter = change::countDown;
            changes.forEach((queue, seen) -> queue.await(seen, waiter));
            boolean hasChanged = Waits.await(change, deadline);
            changes.keySet().forEach(queue -> queue.forget(waiter));
            isStopped = Thread.currentThread().isInterrupted();
            return hasChanged;
        }

        void addTo(FetchResponseData response) {
            response.setResponses(topics);
            parts.forEach(part -> part.ofTopic.partitions().add(part.response()));
        }

        /** What was read of one partition. */
        private final class Part {
            private final FetchableTopicResponse ofTopic;
            private final FetchPartition asked;
            private String topic;
            private long next;
            private FetchedRecords records;
            private RuntimeException error;

            Part(FetchableTopicResponse ofTopic, FetchPartition asked) {
                this.ofTopic = ofTopic;
                this.asked = asked;
                this.next = asked.fetchOffset();
                try {
                    boolean hasId = !ofTopic.topicId().equals(Uuid.ZERO_UUID); // from version 13 on
                    topic = hasId ? ids.name(ofTopic.topicId()) : ofTopic.topic();
                } catch (UnknownTopicIdException e) {
                    error = e;
                }
            }

            int size() {
                return records == null ? 0 : records.size();
            }

            boolean isFull() {
                return records != null && records.isFull();
            }

            /**
             * @param room for more bytes
             * @param isFirst whether to take a first message that is larger
             * @return how many bytes were added
             */
            long read(long room, boolean isFirst) {
                int before = size();
                if (error != null || isFull()) {
                    return 0;
                }
                try {
                    WaitQueue waiters = logs.waiters(topic);
                    changes.putIfAbsent(waiters, waiters.changes());
                    PartitionRange range = logs.range(topic, asked.partition());
                    range.requireReadable(next);
                    if (records == null) {
                        records = new FetchedRecords(
                                memory, range.end() - next, Math.min(room, asked.partitionMaxBytes()), isFirst);
                    }
                    next = logs.read(topic, asked.partition(), next, records);
                } catch (RuntimeException e) {
                    error = size() > 0 ? null : e;
                }
                return (long) size() - before;
            }

            PartitionData response() {
                PartitionData data = new PartitionData()
                        .setPartitionIndex(asked.partition())
                        .setAbortedTransactions(List.of())
                        .setRecords(records == null ? MemoryRecords.EMPTY : records.finish());
                try {
                    if (error != null) {
                        throw error;
                    }
                    PartitionRange range = logs.range(topic, asked.partition());
                    return data.setHighWatermark(range.end())
                            .setLastStableOffset(range.end())
                            .setLogStartOffset(range.start());
                } catch (RuntimeException e) {
                    return failed(data, e);
                }
            }
        }
    }

    private static PartitionData failed(PartitionData data, RuntimeException failure) {
        boolean isNoPartition = failure instanceof EngineException known && known.code() == ErrorCode.INVALID;
        Errors error = isNoPartition ? Errors.UNKNOWN_TOPIC_OR_PARTITION : KafkaErrors.of(failure);
        return data.setErrorCode(error.code())
                .setRecords(MemoryRecords.EMPTY)
                .setHighWatermark(-1)
                .setLastStableOffset(-1)
                .setLogStartOffset(-1);
    }
}
