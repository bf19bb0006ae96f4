package engine;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Where a topic is written down, so that it outlives the process. What a call has written when it returns survives the end
 * of the process, and once {@link #sync} has returned, the end of the machine. A call that throws has written nothing.
 *
 * <p>Safe for any number of threads.
 */
public interface Journal {
    /** Writes nothing down: topics end with the process. */
    Journal NONE = new Journal() {
        @Override
        public boolean isSyncedBeforeAnswers() {
            return false;
        }

        @Override
        public void append(
                List<ProduceResult.Range> ranges, long timestamp, ProducerSequence sequence, Messages messages) {}

        @Override
        public void commit(String group, Map<Integer, Long> offsets) {}

        @Override
        public void autoCommit(String group, Map<Integer, Long> offsets) {}

        @Override
        public void register(ConsumerSettings consumer, long registeredAt, String group, long[] committed) {}

        @Override
        public void unregister(String consumerId) {}

        @Override
        public void recordAssignment(String group, long generation, Map<String, List<Integer>> owned) {}

        @Override
        public void recordMissed(String consumerId, long messages, Map<Integer, Long> highestDelivered) {}

        @Override
        public void sync() {}

        @Override
        public long position() {
            return 0;
        }

        @Override
        public void cutBack(long position) {}

        @Override
        public void maintain(Source topic) {}

        @Override
        public void delete() {}
    };

    /** What a journal needs of its topic. */
    interface Source {
        /** How many partitions there are. */
        int partitions();

        /** The offset of the oldest message that is kept. Takes no lock. */
        long startOffset(int partition);

        /** The encoded messages that are kept, in bytes. */
        long keptBytes();

        /** Hands over what the topic knows, while nothing changes it and all that was written is on disk. */
        void checkpoint(Consumer<TopicSnapshot> action);

        /** Sees to it that what was written is put on disk, though no answer waits for it. */
        void syncSoon();
    }

    /** Messages on their way into a journal, encoded. */
    interface Messages {
        /** How many bytes they take, about. */
        int size();

        /**
         * All of them, each as a JSON object on a line of its own, without its partition: for a topic that has one. The bytes are valid
         * until the call of the journal returns.
         */
        ByteBuffer lines();

        /** Hands over each with its partition. */
        void forEach(EncodedBatch.MessageConsumer consumer);
    }

    /** Whether an answer is to wait until what it tells of is synced. */
    boolean isSyncedBeforeAnswers();

    /**
     * Writes messages down, all of them or none.
     *
     * @param ranges where they go
     * @param timestamp ms since 1970
     * @param sequence null from a producer that does not count
     * @throws EngineException STORAGE_FULL
     */
    void append(List<ProduceResult.Range> ranges, long timestamp, ProducerSequence sequence, Messages messages);

    /**
     * Writes down what a group has committed.
     *
     * @param offsets by partition
     * @throws EngineException STORAGE_FULL
     */
    void commit(String group, Map<Integer, Long> offsets);

    /** As {@link #commit}, for what is committed with its delivery; what cannot be written now is written with what is written next. */
    void autoCommit(String group, Map<Integer, Long> offsets);

    /**
     * Writes a consumer down, in place of what was known of it.
     *
     * @param registeredAt when it was first registered with this topic, in ms since 1970
     * @param committed what its group has committed, if the group is new
     * @throws EngineException STORAGE_FULL
     */
    void register(ConsumerSettings consumer, long registeredAt, String group, long[] committed);

    /** Strikes a consumer out; what cannot be written now is written with what is written next. */
    void unregister(String consumerId);

    /**
     * Writes down which partitions the members of a group own; what cannot be written now is written with what is written next.
     *
     * @param owned the partitions of each member that has some; null if they are as before
     */
    void recordAssignment(String group, long generation, Map<String, List<Integer>> owned);

    /**
     * Writes down how many messages were dropped before a consumer could get them; what cannot be written now is written with what is
     * written next.
     *
     * @param highestDelivered by partition: messages before this offset are counted, or were delivered
     */
    void recordMissed(String consumerId, long messages, Map<Integer, Long> highestDelivered);

    /**
     * Puts everything that was written before this call on disk.
     *
     * @throws EngineException STORAGE_FULL if some of it may not be there
     */
    void sync();

    /** Where it ends. The lock of the topic is held. */
    long position();

    /**
     * Takes back the messages that were written from there on; what was committed or registered since stays, and is written again.
     * Until then, once a {@link #sync} has failed, all syncs fail. The lock of the topic is held.
     */
    void cutBack(long position);

    /** Is called every now and then, to see to its files. */
    void maintain(Source topic);

    /**
     * Removes the topic.
     *
     * @throws EngineException STORAGE_FULL if it could not be; then it is there as before
     */
    void delete();
}
