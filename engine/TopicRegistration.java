package engine;

/**
 * The result of the registration of a topic.
 *
 * @param isCreated false if the topic existed before
 */
public record TopicRegistration(boolean isCreated, int partitionCount) {}
