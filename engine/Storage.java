package engine;

/** Gives new topics their journals. Safe for any number of threads. */
@FunctionalInterface
public interface Storage {
    /** For topics that end with the process. */
    Storage NONE = (topic, settings) -> Journal.NONE;

    /**
     * Makes the journal of a topic that has just been created.
     *
     * @throws EngineException STORAGE_FULL; then there is none
     */
    Journal create(String topic, TopicSettings settings);
}
