package engine;

/**
 * What became of the registration of a topic.
 *
 * @param isCreated false if the topic existed
 */
public record TopicRegistration(boolean isCreated, int partitionCount) {}
