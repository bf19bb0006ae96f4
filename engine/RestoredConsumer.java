package engine;

/**
 * A consumer that a {@link Journal} has persisted.
 *
 * @param registeredAt when it was first registered with this topic, in ms since 1970; 0 if an earlier version persisted it
 */
public record RestoredConsumer(ConsumerSettings settings, long registeredAt) {}
