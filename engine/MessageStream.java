package engine;

/**
 * Messages of a topic as they come, as server-sent events. The id of an event says where to continue after it: the message's
 * offset or, in a topic of several partitions, the offset after which to continue in each, {@code 12.7.-1}. For one thread at a time.
 */
public interface MessageStream {
    /**
     * The events that are there now, some of them at least.
     *
     * @return null if there is none
     * @throws EngineException TOPIC_NOT_FOUND if the topic was deleted; SHUTTING_DOWN; OVERLOADED
     */
    EncodedMessages next();

    /** Runs something, once, when there may be more than {@link #next} has found. */
    void await(Runnable action);

    /** The action is not needed any more. */
    void forget(Runnable action);
}
