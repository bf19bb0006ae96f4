package engine;

/** Creates the journals of new topics. Safe for any number of threads. */
@FunctionalInterface
public interface Storage {
    /** Does not persist topics: they are lost when the process ends. */
    Storage NONE = (topic, settings) -> Journal.NONE;

    /**
     * Creates the journal of a new topic.
     *
     * @throws EngineException STORAGE_FULL; then no journal was created
     */
    Journal create(String topic, TopicSettings settings);
}
