package engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * The memory that a topic takes from a {@link MemoryBudget} besides its messages: for itself, its partitions, groups, consumers and
 * producers. The sizes are estimates in bytes. They were measured with {@code jcmd PID GC.class_histogram} and rounded up.
 *
 * <p>Safe for any number of threads.
 */
final class KeptMemory {
    private static final int TOPIC = 900;
    private static final int PARTITION = 130;
    private static final int GROUP = 560;
    private static final int CONSUMER = 800;
    private static final int PARTITION_OF_GROUP = 16;
    private static final int PARTITION_OF_CONSUMER = 20;
    private static final int METADATA = 120;
    private static final int PRODUCER = 700;
    private static final int REQUEST = 160;
    private static final int RANGE = 40;

    /** The additional memory in a journal. */
    private static final int JOURNAL = 2000;

    private static final int PARTITION_IN_JOURNAL = 60;
    private static final int CONSUMER_IN_JOURNAL = 400;
    private static final int PARTITION_OF_CONSUMER_IN_JOURNAL = 24;
    private static final int METADATA_IN_JOURNAL = 80;

    private final MemoryBudget budget;
    private final int partitions;
    private final boolean hasJournal;

    @GuardedBy("this")
    private long taken;

    @GuardedBy("this")
    private boolean isRestored;

    @GuardedBy("this")
    private boolean isClosed;

    /** @param hasJournal whether the topic is persisted */
    KeptMemory(MemoryBudget budget, int partitions, boolean hasJournal) {
        this.budget = budget;
        this.partitions = partitions;
        this.hasJournal = hasJournal;
    }

    /**
     * Takes memory. Does nothing after {@link #close}.
     *
     * @throws EngineException STORAGE_FULL, unless the topic is being restored
     */
    synchronized void take(long bytes) {
        if (isClosed) {
            return;
        }
        if (isRestored) {
            budget.add(bytes);
        } else {
            budget.keepState(bytes);
        }
        taken += bytes;
    }

    /** Releases memory. Does nothing after {@link #close}. */
    synchronized void giveBack(long bytes) {
        if (!isClosed) {
            budget.add(-bytes);
            taken -= bytes;
        }
    }

    /** Releases all memory. */
    synchronized void close() {
        giveBack(taken);
        isClosed = true;
    }

    /** Sets whether the topic is being restored. If so, {@link #take} does not fail, because the memory sufficed before. */
    synchronized void setRestored(boolean isRestored) {
        this.isRestored = isRestored;
    }

    /** The memory of a topic. */
    long ofTopic(String name) {
        return TOPIC
                + 2L * name.length()
                + (long) PARTITION * partitions
                + (hasJournal ? JOURNAL + 4L * name.length() + (long) PARTITION_IN_JOURNAL * partitions : 0);
    }

    /** The memory of a group without its members. */
    long ofGroup(String key) {
        return GROUP + key.length() + (long) PARTITION_OF_GROUP * partitions;
    }

    /** The memory of the metadata of a committed offset; 0 if there is none. */
    long ofMetadata(GroupOffsets.Committed committed) {
        return committed.metadata().isEmpty()
                ? 0
                : METADATA + 2L * committed.metadata().length() + (hasJournal ? METADATA_IN_JOURNAL : 0);
    }

    /** The memory of a consumer without its group. */
    long ofConsumer(String consumerId) {
        return CONSUMER
                + 2L * consumerId.length()
                + (long) PARTITION_OF_CONSUMER * partitions
                + (hasJournal
                        ? CONSUMER_IN_JOURNAL
                                + 2L * consumerId.length()
                                + (long) PARTITION_OF_CONSUMER_IN_JOURNAL * partitions
                        : 0);
    }

    /** The memory of a producer's state without its requests. */
    static long ofProducer(String producerId) {
        return (long) PRODUCER + producerId.length();
    }

    /** The memory of a request in a producer's state. */
    static long ofRequest(int ranges) {
        return REQUEST + (long) RANGE * ranges;
    }
}
