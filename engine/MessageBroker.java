package engine;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/**
 * What an API needs of a broker, about one method for each call. Names and immutable values go in; immutable states or encoded
 * messages come out. Another engine implements it, and a decorator that checks, delays or counts calls forwards to it.
 *
 * <p>Safe for any number of threads. No method blocks for a message, a client or a disk: where an answer may have to wait,
 * it is a future. A method throws what it finds out at once; what it finds out later comes through the future. A call that fails has changed
 * nothing. To cancel the future of a call that waits for messages ends the waiting; to cancel what was made from it does not.
 *
 * <p>Each method throws an {@link EngineException} with INVALID if an argument is malformed.
 */
public interface MessageBroker {
    /**
     * Makes sure that a topic exists. However many ask at once, it is created once.
     *
     * @param asked the settings of a new topic; of one that is there, those that are given have to be the same
     * @throws EngineException CONFLICT if it exists with other settings; STORAGE_FULL
     */
    CompletableFuture<TopicRegistration> registerTopic(String topic, TopicSettings asked);

    /** @throws EngineException TOPIC_NOT_FOUND */
    int partitionCount(String topic);

    /** @throws EngineException TOPIC_NOT_FOUND */
    TopicState topic(String topic);

    /** All topics, by name. */
    Listing<TopicState> topics();

    /** The ids of a topic's consumers, in alphabetical order; empty if there is no such topic. */
    List<String> consumerIds(String topic);

    /**
     * Removes a topic with its messages and its consumers. Calls that wait for it end with TOPIC_NOT_FOUND or CONSUMER_NOT_FOUND.
     *
     * @throws EngineException TOPIC_NOT_FOUND; STORAGE_FULL if it could not be removed from disk
     */
    CompletableFuture<Void> deleteTopic(String topic);

    /**
     * Reads messages of one partition. No consumer moves.
     *
     * @return a page, perhaps with fewer messages than asked for, or with none; cancelling it ends the waiting
     * @throws EngineException TOPIC_NOT_FOUND, OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED, OVERLOADED
     */
    CompletableFuture<EncodedMessages> browse(BrowseRequest request);

    /**
     * Looks up an offset in each partition of a topic.
     *
     * @return the offset that {@code spec} stands for at this moment, by partition
     * @throws EngineException TOPIC_NOT_FOUND, OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED
     */
    SortedMap<Integer, Long> offsets(String topic, OffsetSpec spec);

    /**
     * The messages of a topic, and those that come.
     *
     * @param partition null for all
     * @param from where to begin
     * @param lastEventId the id of the event to continue after, in place of {@code from}; null if absent
     * @throws EngineException TOPIC_NOT_FOUND, OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED
     */
    MessageStream stream(String topic, Long partition, OffsetSpec from, String lastEventId);

    /**
     * Checks that a topic exists, and names a producer of it.
     *
     * @param producerId null for a fresh one
     * @throws EngineException TOPIC_NOT_FOUND
     */
    CompletableFuture<ProducerState> registerProducer(String topic, String producerId);

    /**
     * Appends messages to a topic, all of them or none.
     *
     * @param batch which the broker closes when it does not need it any more, also if the call fails
     * @param sequence null from a producer that does not count its messages
     * @return where they went, once they are as safe as the broker was asked for
     * @throws EngineException TOPIC_NOT_FOUND, TOPIC_FULL, STORAGE_FULL, OUT_OF_SEQUENCE
     */
    CompletableFuture<ProduceResult> produce(String topic, EncodedBatch batch, ProducerSequence sequence);

    /**
     * Makes sure that a consumer exists. One that is known for this topic and group continues from what it has committed.
     *
     * @throws EngineException TOPIC_NOT_FOUND; CONFLICT if the consumer reads another topic or is of another group;
     *     OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED, STORAGE_FULL
     */
    CompletableFuture<ConsumerState> registerConsumer(String topic, ConsumerSettings settings);

    /** @throws EngineException CONSUMER_NOT_FOUND; if it existed before, the message says what happened to it */
    ConsumerState consumer(String consumerId);

    /**
     * The consumers, by id, without the reasons why they get nothing.
     *
     * @param topic null for all topics
     * @param group null for all groups, and for consumers that read alone
     */
    Listing<ConsumerState> consumers(String topic, String group);

    /**
     * Delivers a consumer's next messages and moves the consumer on.
     *
     * @param waitMs how long to wait if there is nothing new
     * @return null if there is nothing, or if the consumer registered again meanwhile; cancelling it ends the waiting
     * @throws EngineException CONSUMER_NOT_FOUND, also if it goes away meanwhile; OVERLOADED
     */
    CompletableFuture<EncodedMessages> poll(String consumerId, ReadLimits limits, long waitMs);

    /**
     * Commits offsets, all of them or none.
     *
     * @param offsets the next offset to read, by partition; null for all that was delivered
     * @throws EngineException CONSUMER_NOT_FOUND, REBALANCED, OFFSET_OUT_OF_RANGE, STORAGE_FULL
     */
    CompletableFuture<CommitResult> commit(String consumerId, Map<Integer, Long> offsets);

    /**
     * Moves a consumer to another place.
     *
     * @param partition null for all that it owns
     * @return where it stands then
     * @throws EngineException CONSUMER_NOT_FOUND, REBALANCED, OFFSET_OUT_OF_RANGE, OFFSET_TRIMMED, STORAGE_FULL
     */
    CompletableFuture<ConsumerState> seek(String consumerId, Integer partition, OffsetSpec to);

    /**
     * Removes a consumer; its partitions go to the others of its group at once.
     *
     * @return the topic that it read
     * @throws EngineException CONSUMER_NOT_FOUND
     */
    CompletableFuture<String> unregisterConsumer(String consumerId);

    /** The groups, by name and then by topic. A consumer that reads alone is no group. */
    Listing<GroupState> groups();

    /**
     * The groups of one name, one for each topic that has such a group.
     *
     * @throws EngineException GROUP_NOT_FOUND
     */
    Listing<GroupState> groups(String group);

    /** Ends all calls that wait. Calls that would wait later end at once. */
    void stop();
}
