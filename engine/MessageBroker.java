package engine;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/**
 * The operations of a broker, about one method for each call of the API. Parameters are names and immutable values. Results are
 * immutable states or encoded messages. A decorator can implement this interface to check, delay or count calls.
 *
 * <p>Safe for any number of threads. No method blocks for a message, a client or a disk: a method that may have to wait
 * returns a future. A method throws errors that it detects at once. Later errors complete the future exceptionally. A call that
 * fails has changed nothing. Cancelling the future of a call that waits for messages ends the wait. Cancelling a future that was
 * derived from it does not.
 *
 * <p>Each method throws an {@link EngineException} with INVALID if an argument is malformed.
 */
public interface MessageBroker {
    /**
     * Creates a topic if it does not exist. Concurrent calls create it only once.
     *
     * @param asked the settings of a new topic; if the topic exists, each setting that is not null must equal the topic's
     * @throws EngineException CONFLICT if it exists with other settings; STORAGE_FULL
     */
    CompletableFuture<TopicRegistration> registerTopic(String topic, TopicSettings asked);

    /** @throws EngineException TOPIC_NOT_FOUND */
    int partitionCount(String topic);

    /** @throws EngineException TOPIC_NOT_FOUND */
    TopicState topic(String topic);

    /** All topics, sorted by name. */
    Listing<TopicState> topics();

    /** The names of all topics, a live view. This is faster than {@link #topics}. */
    Set<String> topicNames();

    /** The ids of a topic's consumers, in alphabetical order; empty if the topic does not exist. */
    List<String> consumerIds(String topic);

    /**
     * Deletes a topic with its messages and its consumers. Calls that wait for its messages end with TOPIC_NOT_FOUND or
     * CONSUMER_NOT_FOUND.
     *
     * @throws EngineException TOPIC_NOT_FOUND; STORAGE_FULL if the topic could not be deleted from disk
     */
    CompletableFuture<Void> deleteTopic(String topic);

    /**
     * Reads messages of one partition. The positions of consumers do not change.
     *
     * @return a page; it may have fewer messages than requested, or none. Cancelling the future ends the wait
     * @throws EngineException TOPIC_NOT_FOUND, OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED, OVERLOADED
     */
    CompletableFuture<EncodedMessages> browse(BrowseRequest request);

    /**
     * Looks up an offset in each partition of a topic.
     *
     * @return by partition, the offset that {@code spec} currently resolves to
     * @throws EngineException TOPIC_NOT_FOUND, OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED
     */
    SortedMap<Integer, Long> offsets(String topic, OffsetSpec spec);

    /**
     * Streams the messages of a topic, including messages that are appended later.
     *
     * @param partition null for all
     * @param from where to start
     * @param lastEventId the id of the event to continue after; replaces {@code from}; null if absent
     * @throws EngineException TOPIC_NOT_FOUND, OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED
     */
    MessageStream stream(String topic, Long partition, OffsetSpec from, String lastEventId);

    /**
     * Checks that a topic exists, and returns the id and the next sequence of a producer.
     *
     * @param producerId null to generate one
     * @throws EngineException TOPIC_NOT_FOUND
     */
    CompletableFuture<ProducerState> registerProducer(String topic, String producerId);

    /**
     * Appends messages to a topic, all of them or none.
     *
     * @param batch the messages; the broker closes the batch when it no longer needs it, also if the call fails
     * @param sequence null if the producer is not idempotent
     * @return the offsets of the messages; completes when the messages are as durable as configured
     * @throws EngineException TOPIC_NOT_FOUND, TOPIC_FULL, STORAGE_FULL, OUT_OF_SEQUENCE
     */
    CompletableFuture<ProduceResult> produce(String topic, EncodedBatch batch, ProducerSequence sequence);

    /**
     * Creates a consumer if it does not exist. A consumer that exists with this topic and group continues at its committed
     * offsets.
     *
     * @throws EngineException TOPIC_NOT_FOUND; CONFLICT if the consumer reads another topic or belongs to another group;
     *     OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED, STORAGE_FULL
     */
    CompletableFuture<ConsumerState> registerConsumer(String topic, ConsumerSettings settings);

    /** @throws EngineException CONSUMER_NOT_FOUND; if the consumer was removed, the message says why */
    ConsumerState consumer(String consumerId);

    /**
     * What a consumer reads. This is faster than {@link #consumer}.
     *
     * @throws EngineException CONSUMER_NOT_FOUND; if the consumer was removed, the message says why
     */
    Subscription subscription(String consumerId);

    /**
     * The consumers, sorted by id, without their {@link IdleReason}s.
     *
     * @param topic null for all topics
     * @param group null for all consumers, with and without a group
     */
    Listing<ConsumerState> consumers(String topic, String group);

    /**
     * Delivers a consumer's next messages and advances its positions.
     *
     * @param waitMs how long to wait for a message, in ms
     * @return null if there is no message, or if the consumer registered again during the call. Cancelling the future ends the
     *     wait
     * @throws EngineException CONSUMER_NOT_FOUND, also if the consumer is removed during the call; OVERLOADED
     */
    CompletableFuture<EncodedMessages> poll(String consumerId, ReadLimits limits, long waitMs);

    /**
     * Commits offsets, all of them or none.
     *
     * @param offsets the next offset to read, by partition; null to commit everything that was delivered
     * @throws EngineException CONSUMER_NOT_FOUND, REBALANCED, OFFSET_OUT_OF_RANGE, STORAGE_FULL
     */
    CompletableFuture<CommitResult> commit(String consumerId, Map<Integer, Long> offsets);

    /**
     * Moves the position of a consumer.
     *
     * @param partition null for all partitions that it owns
     * @return the consumer with its new positions
     * @throws EngineException CONSUMER_NOT_FOUND, REBALANCED, OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED, STORAGE_FULL
     */
    CompletableFuture<ConsumerState> seek(String consumerId, Integer partition, OffsetSpec to);

    /**
     * Removes a consumer. Its partitions are assigned to the other members of its group at once.
     *
     * @return the topic of the consumer
     * @throws EngineException CONSUMER_NOT_FOUND
     */
    CompletableFuture<String> unregisterConsumer(String consumerId);

    /** The consumer groups, sorted by name and then by topic. Consumers without a group are not included. */
    Listing<GroupState> groups();

    /**
     * The groups with this name, one for each topic that has such a group.
     *
     * @throws EngineException GROUP_NOT_FOUND
     */
    Listing<GroupState> groups(String group);

    /** Ends all calls that wait. Later calls do not wait. */
    void stop();
}
