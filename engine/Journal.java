package engine;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Persists a topic. When a call returns, its writes survive the end of the process. When a later {@link #sync} returns, they also
 * survive a power loss. A call that throws has written nothing.
 *
 * <p>If {@link #autoCommit}, {@link #unregister}, {@link #recordAssignment} or {@link #recordMissed} cannot write because the disk
 * is full, they do not throw. Their records are written with the next write that succeeds.
 *
 * <p>Safe for any number of threads.
 */
public interface Journal {
    /** Writes nothing: topics are lost when the process ends. */
    Journal NONE = new Journal() {
        @Override
        public boolean isSyncedBeforeAnswers() {
            return false;
        }

        @Override
        public void append(
                List<ProduceResult.Range> ranges, long timestamp, ProducerSequence sequence, Messages messages) {}

        @Override
        public void commit(String group, Map<Integer, GroupOffsets.Committed> offsets) {}

        @Override
        public void autoCommit(String group, Map<Integer, Long> offsets) {}

        @Override
        public void deleteCommitted(String group, Set<Integer> partitions) {}

        @Override
        public void deleteGroup(String group) {}

        @Override
        public void register(ConsumerSettings consumer, long registeredAt, String group, long[] committed) {}

        @Override
        public void unregister(String consumerId) {}

        @Override
        public void recordAssignment(String group, long generation, Map<String, List<Integer>> owned) {}

        @Override
        public void recordMissed(String consumerId, long messages, Map<Integer, Long> highestDelivered) {}

        @Override
        public void deleteBefore(long[] startOffsets) {}

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

    /** What a journal reads from its topic. */
    interface Source {
        /** The number of partitions. */
        int partitions();

        /** The offset of the oldest message that has not expired. Takes no lock. */
        long startOffset(int partition);

        /** The size of the retained messages, encoded, in bytes. */
        long keptBytes();

        /** Passes a snapshot of the topic to {@code action}. Meanwhile nothing changes the topic, and all writes are on disk. */
        void checkpoint(Consumer<TopicSnapshot> action);

        /** Schedules an fsync, although no answer waits for it. */
        void syncSoon();
    }

    /** Encoded messages to append. */
    interface Messages {
        /** The approximate size in bytes. */
        int size();

        /**
         * All messages, each as a JSON object on a line of its own, without its partition. For a topic with one partition. The bytes
         * are valid until the call of the journal returns.
         */
        ByteBuffer lines();

        /** Passes each message with its partition to the consumer. */
        void forEach(EncodedBatch.MessageConsumer consumer);
    }

    /** Whether answers must wait for a {@link #sync} of their writes. */
    boolean isSyncedBeforeAnswers();

    /**
     * Appends messages, all of them or none.
     *
     * @param ranges the offsets of the messages
     * @param timestamp ms since 1970
     * @param sequence null if the producer is not idempotent
     * @throws EngineException STORAGE_FULL
     */
    void append(List<ProduceResult.Range> ranges, long timestamp, ProducerSequence sequence, Messages messages);

    /**
     * Writes committed offsets of a group. The group may be new.
     *
     * @param group see {@link ConsumerSettings#groupKey}
     * @param offsets by partition
     * @throws EngineException STORAGE_FULL
     */
    void commit(String group, Map<Integer, GroupOffsets.Committed> offsets);

    /** As {@link #commit}, for offsets that a delivery commits. They have no metadata. */
    void autoCommit(String group, Map<Integer, Long> offsets);

    /**
     * Writes that a group without members has no committed offsets in these partitions any more.
     *
     * @param group see {@link ConsumerSettings#groupKey}
     * @throws EngineException STORAGE_FULL
     */
    void deleteCommitted(String group, Set<Integer> partitions);

    /**
     * Writes the removal of a group without members.
     *
     * @param group see {@link ConsumerSettings#groupKey}
     * @throws EngineException STORAGE_FULL
     */
    void deleteGroup(String group);

    /**
     * Writes a consumer. Replaces an earlier registration of it.
     *
     * @param registeredAt when it was first registered with this topic, in ms since 1970
     * @param group see {@link ConsumerSettings#groupKey}
     * @param committed by partition, the committed offsets of the group; used only where nothing was committed yet
     * @throws EngineException STORAGE_FULL
     */
    void register(ConsumerSettings consumer, long registeredAt, String group, long[] committed);

    /** Writes the removal of a consumer. */
    void unregister(String consumerId);

    /**
     * Writes the assignment of a group.
     *
     * @param group see {@link ConsumerSettings#groupKey}
     * @param owned by member id, the partitions of each member that owns any; null if the assignment has not changed
     */
    void recordAssignment(String group, long generation, Map<String, List<Integer>> owned);

    /**
     * Writes how many messages were dropped before a consumer could read them.
     *
     * @param messages the number of missed messages
     * @param highestDelivered by partition, the offset before which all messages were either delivered or counted as missed
     */
    void recordMissed(String consumerId, long messages, Map<Integer, Long> highestDelivered);

    /**
     * Writes that all messages before these offsets were deleted.
     *
     * @param startOffsets by partition
     * @throws EngineException STORAGE_FULL
     */
    void deleteBefore(long[] startOffsets);

    /**
     * Forces everything that was written before this call to disk (fsync).
     *
     * @throws EngineException STORAGE_FULL if some of it may not be on disk
     */
    void sync();

    /** The end of the journal. The caller holds the lock of the topic. */
    long position();

    /**
     * Removes the messages that were written from {@code position} on. Commits and registrations from there on remain, and are written
     * again. After a failed {@link #sync}, every sync fails until this method is called. The caller holds the lock of the topic.
     */
    void cutBack(long position);

    /** Maintains the files. Called periodically. */
    void maintain(Source topic);

    /**
     * Deletes the files of the topic.
     *
     * @throws EngineException STORAGE_FULL if that failed; then the topic is unchanged
     */
    void delete();
}
