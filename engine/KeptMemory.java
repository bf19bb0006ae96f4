package engine;

/**
 * What one topic takes of a {@link MemoryBudget}, besides its messages: itself, its partitions, groups, consumers and the producers that it
 * remembers. The sizes are estimates in bytes. They were measured with {@code jcmd PID GC.class_histogram} and rounded up.
 *
 * <p>Safe for any number of threads.
 */
final class KeptMemory {
    private static final int TOPIC = 900;
    private static final int PARTITION = 130;
    private static final int GROUP = 500;
    private static final int CONSUMER = 800;
    private static final int PARTITION_OF_GROUP = 16;
    private static final int PARTITION_OF_CONSUMER = 20;
    private static final int PRODUCER = 700;
    private static final int REQUEST = 160;
    private static final int RANGE = 40;

    /** What the same takes once more in a journal. */
    private static final int JOURNAL = 2000;

    private static final int PARTITION_IN_JOURNAL = 60;
    private static final int CONSUMER_IN_JOURNAL = 400;
    private static final int PARTITION_OF_CONSUMER_IN_JOURNAL = 24;

    private final MemoryBudget budget;
    private final int partitions;
    private final boolean hasJournal;
    private long taken;
    private boolean isRestored;
    private boolean isClosed;

    /** @param hasJournal whether the topic is written down, too */
    KeptMemory(MemoryBudget budget, int partitions, boolean hasJournal) {
        this.budget = budget;
        this.partitions = partitions;
        this.hasJournal = hasJournal;
    }

    /**
     * Takes so much more.
     *
     * @throws EngineException STORAGE_FULL, unless the topic is being read back
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

    /** Gives so much back; nothing more once it is closed. */
    synchronized void giveBack(long bytes) {
        if (!isClosed) {
            budget.add(-bytes);
            taken -= bytes;
        }
    }

    /** Gives all back, for good. */
    synchronized void close() {
        giveBack(taken);
        isClosed = true;
    }

    /** Whether the topic is being read back: what was within the limit once is not refused. */
    synchronized void setRestored(boolean isRestored) {
        this.isRestored = isRestored;
    }

    /** Of the topic. */
    long ofTopic(String name) {
        return TOPIC
                + 2L * name.length()
                + (long) PARTITION * partitions
                + (hasJournal ? JOURNAL + 4L * name.length() + (long) PARTITION_IN_JOURNAL * partitions : 0);
    }

    /** Of a group without its members. */
    long ofGroup(String key) {
        return GROUP + key.length() + (long) PARTITION_OF_GROUP * partitions;
    }

    /** Of a consumer without its group. */
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

    /** Of a producer that is remembered, without its requests. */
    static long ofProducer(String producerId) {
        return (long) PRODUCER + producerId.length();
    }

    /** Of a request of a producer. */
    static long ofRequest(int ranges) {
        return REQUEST + (long) RANGE * ranges;
    }
}
