package engine;

import java.util.concurrent.Executor;

/** Gives new topics their journals. Safe for any number of threads. */
public interface Storage {
    /** For topics that end with the process. */
    Storage NONE = new Storage() {
        @Override
        public Journal create(String topic, TopicSettings settings) {
            return Journal.NONE;
        }

        @Override
        public Executor diskThreads() {
            return null;
        }
    };

    /**
     * Makes the journal of a topic that has just been created.
     *
     * @throws EngineException STORAGE_FULL; then there is none
     */
    Journal create(String topic, TopicSettings settings);

    /**
     * The threads for calls that may write to a journal, or wait for a lock that is held meanwhile: a disk may take seconds, and no
     * other thread is to wait for it. Null if nothing is written.
     */
    Executor diskThreads();
}
