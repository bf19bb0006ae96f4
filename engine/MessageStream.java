package engine;

/**
 * A stream of the messages of a topic, as server-sent events. The id of an event says where to continue after it. In a topic with one
 * partition, the id is the offset of the message. In a topic with several partitions, it has the last offset of each, such as
 * {@code 12.7.-1}; -1 means none. For one thread at a time.
 */
public interface MessageStream {
    /**
     * The next events that are available, at least one.
     *
     * @return null if there are none
     * @throws EngineException TOPIC_NOT_FOUND if the topic was deleted; SHUTTING_DOWN; OVERLOADED
     */
    EncodedMessages next();

    /** Runs {@code action} once, when there may be new events since the last call of {@link #next}. */
    void await(Runnable action);

    /** Cancels {@link #await}. An action that is being started may still run. */
    void forget(Runnable action);
}
