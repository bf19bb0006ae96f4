package engine;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A named list of partitions, each of which is a {@link Log}. The key of a message selects its partition as in Kafka. Messages
 * without a key are distributed round-robin. Messages are ordered within a partition.
 *
 * <p>Safe for any number of threads. The lock of the {@link TopicWriter} serializes appends to the topic. Topics do not wait for
 * each other, and readers take no lock.
 */
final class Topic implements Journal.Source {
    private final String name;
    private final TopicSettings settings;
    private final KeptMemory memory;
    private final Journal journal;
    private final Scheduler scheduler;
    private final Executor executor;
    private final WaitQueue waiters;
    private final Partition[] partitions;
    private final TopicWriter writer;
    private final byte[] messagePrefix;
    private final LongAdder messagesOut = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();

    /** Whether {@link #deleteBefore} was called since the start of the broker. */
    private volatile boolean hasDeletedMessages;

    /**
     * @param budget for the messages
     * @param memory for everything else, already reserved
     * @param executor see {@link #executor()}
     * @param readers the readers that messages are retained for
     */
    Topic(
            String name,
            TopicSettings settings,
            MemoryBudget budget,
            KeptMemory memory,
            Limits limits,
            Journal journal,
            Scheduler scheduler,
            Executor executor,
            LogRetention.Readers readers) {
        this.name = name;
        this.settings = settings;
        this.memory = memory;
        this.journal = journal;
        this.scheduler = scheduler;
        this.executor = executor;
        this.waiters = new WaitQueue(scheduler);
        this.partitions = IntStream.range(0, settings.partitionsOrDefault())
                .mapToObj(p -> {
                    Log log = new Log(budget);
                    return new Partition(log, new LogRetention(log, p, settings, readers, scheduler));
                })
                .toArray(Partition[]::new);
        this.writer = new TopicWriter(
                name, settings, budget, memory, limits.producers(), journal, waiters, scheduler, partitions);
        this.messagePrefix = partitions.length == 1 ? MessageCodec.prefix(name, 0, false) : null;
    }

    String name() {
        return name;
    }

    TopicSettings settings() {
        return settings;
    }

    /** The number of partitions. */
    @Override
    public int partitions() {
        return partitions.length;
    }

    /** The number of retained messages. */
    long messageCount() {
        return IntStream.range(0, partitions.length)
                .mapToLong(this::messageCount)
                .sum();
    }

    private long messageCount(int partition) {
        long start = startOffset(partition); // read first, because the end offset only grows
        return endOffset(partition) - start;
    }

    /** The size of the retained messages, encoded, in bytes. */
    @Override
    public long keptBytes() {
        return IntStream.range(0, partitions.length).mapToLong(this::keptBytes).sum();
    }

    /** The size of the retained messages of a partition, encoded, in bytes. */
    long keptBytes(int partition) {
        return partitions[partition].log().keptBytesFrom(startOffset(partition));
    }

    /** The current state. */
    TopicState state() {
        List<TopicState.Partition> states = IntStream.range(0, partitions.length)
                .mapToObj(p -> {
                    long start = startOffset(p); // read first, because the end offset only grows
                    return new TopicState.Partition(p, start, endOffset(p));
                })
                .collect(Collectors.toList());
        return new TopicState(name, settings, states, keptBytes(), traffic());
    }

    private TopicState.Traffic traffic() {
        long count = Arrays.stream(partitions)
                .mapToLong(partition -> partition.log().appendedCount())
                .sum();
        long bytes = Arrays.stream(partitions)
                .mapToLong(partition -> partition.log().appendedBytes())
                .sum();
        return new TopicState.Traffic(count, bytes, messagesOut.sum(), bytesOut.sum());
    }

    /** The offset of the oldest message that has not expired. Takes no lock. The memory of expired messages is freed later. */
    @Override
    public long startOffset(int partition) {
        return hasMaxAge()
                ? partitions[partition].retention().startOffset(scheduler.millis())
                : partitions[partition].log().startOffset();
    }

    /** The offset of the partition's next message. */
    public long endOffset(int partition) {
        return partitions[partition].log().highWatermark();
    }

    /**
     * The offset that {@code spec} currently resolves to.
     *
     * @throws EngineException OFFSET_OUT_OF_RANGE if the offset is past the end, OFFSET_TRIMMED if it is before the start
     */
    long offset(int partition, OffsetSpec spec) {
        long start = startOffset(partition);
        if (spec.isEarliest() || spec.isLatest()) {
            return spec.isEarliest() ? start : endOffset(partition);
        }
        if (spec.isTimestamp()) {
            return Math.max(start, partitions[partition].log().offsetAt(start, spec.value()));
        }
        return range(partition, start).requireReadable(spec.value());
    }

    /** The range of the offsets of a partition. */
    PartitionRange range(int partition) {
        return range(partition, startOffset(partition));
    }

    private PartitionRange range(int partition, long start) {
        return new PartitionRange(name, partition, partitions.length, start, endOffset(partition));
    }

    /**
     * The offset that {@code spec} resolves to after a call has waited. A numeric offset is checked again. All others keep the
     * offset from the start of the call, or the start offset if that offset was dropped meanwhile.
     *
     * @param before the result of {@link #offset} at the start of the call
     * @throws EngineException as {@link #offset}
     */
    long offsetAfterWait(int partition, OffsetSpec spec, long before) {
        return spec.isNumber() ? offset(partition, spec) : Math.max(before, startOffset(partition));
    }

    /** The sequence that is expected for the producer's next message. */
    long nextSequence(String producerId) {
        return writer.nextSequence(producerId);
    }

    /** See {@link PartitionRange#requirePartition}. */
    int requirePartition(String field, long partition) {
        return PartitionRange.requirePartition(field, name, partitions.length, partition);
    }

    /** The messages from an offset on, and the offset to continue from: see {@link MemoryBroker#browse}. */
    EncodedMessages page(int partition, long from, MessageWriter page) {
        long next = read(partition, from, page);
        return page.finish(",\"next_offset\":" + next + ",\"end_offset\":" + endOffset(partition));
    }

    /**
     * Appends messages, all of them or none. An empty batch changes nothing, whatever its sequence.
     *
     * @param sequence null if the producer is not idempotent
     * @return the offsets of the messages; completes when the messages are as durable as configured
     * @throws EngineException INVALID, OUT_OF_SEQUENCE, TOPIC_FULL, STORAGE_FULL; TOPIC_NOT_FOUND if the topic was just deleted
     */
    CompletableFuture<ProduceResult> append(EncodedBatch batch, ProducerSequence sequence) {
        requirePartition("partition", batch.highestPartition());
        return writer.append(batch, sequence);
    }

    /** See {@link PartitionLogs#deleteBefore}. */
    CompletableFuture<Long> deleteBefore(int partition, long offset) {
        range(partition).requireCommittable(offset);
        hasDeletedMessages = true;
        return writer.deleteBefore(partition, offset);
    }

    /** A future that completes with {@code answer} when all earlier writes are as durable as configured. */
    <T> CompletableFuture<T> afterSync(T answer) {
        return writer.afterSync(answer);
    }

    @Override
    public void syncSoon() {
        writer.syncSoon();
    }

    @Override
    public void checkpoint(Consumer<TopicSnapshot> action) {
        writer.checkpoint(action);
    }

    /** Drops expired messages, in memory and in the journal. */
    void maintain() {
        trimExpired();
        journal.maintain(this);
    }

    /** Whether messages expire. */
    boolean hasMaxAge() {
        return settings.maxAgeMs() != null;
    }

    /** Whether messages may be dropped before all consumers have read them. */
    boolean mayDropUnread() {
        return hasMaxAge() || settings.dropsOldest() || hasDeletedMessages;
    }

    /** Frees the memory of expired messages. */
    void trimExpired() {
        if (hasMaxAge()) {
            writer.trimExpired(scheduler.millis());
        }
    }

    /** Whether changes of the topic are written to disk. If so, only the {@link #executor} may make them. */
    boolean isOnDisk() {
        return journal != Journal.NONE;
    }

    /** The clocks and threads for everything that belongs to the topic. */
    Scheduler scheduler() {
        return scheduler;
    }

    /** Runs background changes, and all changes if the topic {@link #isOnDisk}. */
    Executor executor() {
        return executor;
    }

    /** Runs a call on the {@link #executor} if the topic is on disk, because the call may wait for the disk; else in this thread. */
    <T> CompletableFuture<T> call(Supplier<CompletableFuture<T>> call) {
        return isOnDisk() ? CompletableFuture.supplyAsync(call, executor).thenCompose(Function.identity()) : call.get();
    }

    /** Persists the topic. */
    Journal journal() {
        return journal;
    }

    /** Reads from an offset on, or from the start offset if that is later. Returns the offset after the last message. */
    long read(int partition, long from, MessageWriter to) {
        int countBefore = to.count();
        int lengthBefore = to.length();
        long next = partitions[partition]
                .log()
                .read(Math.max(from, startOffset(partition)), to.from(messagePrefix(partition)));
        messagesOut.add(to.count() - countBefore);
        bytesOut.add(to.length() - lengthBefore);
        return next;
    }

    /**
     * Reads messages from an offset on, until the reader rejects one or the log ends.
     *
     * @return the offset after the last message that was read
     * @throws EngineException OFFSET_TRIMMED if the message of the offset was dropped meanwhile
     */
    long read(int partition, long from, MessageReader reader) {
        requireNotDeleted();
        long[] read = new long[2];
        long next = partitions[partition].log().read(from, (offset, timestamp, bytes, position, length) -> {
            if (offset != from + read[0]) {
                range(partition).requireReadable(from);
            }
            if (!reader.message(offset, timestamp, bytes, position, length)) {
                return false;
            }
            read[0]++;
            read[1] += length;
            return true;
        });
        messagesOut.add(read[0]);
        bytesOut.add(read[1]);
        return next;
    }

    /** Cached only for a single partition, because a topic may have very many. */
    private byte[] messagePrefix(int partition) {
        return messagePrefix != null ? messagePrefix : MessageCodec.prefix(name, partition, true);
    }

    /** The memory that the topic uses besides its messages. */
    KeptMemory memory() {
        return memory;
    }

    /** The calls that wait for messages or for a partition. */
    WaitQueue waiters() {
        return waiters;
    }

    /** For restoring the topic, before it is visible to other threads. */
    Partition[] allPartitions() {
        return partitions;
    }

    /** For restoring the topic, before it is visible to other threads. */
    TopicWriter writer() {
        return writer;
    }

    /** Drops all messages. Later appends fail with TOPIC_NOT_FOUND. */
    void delete() {
        writer.delete();
    }

    boolean isDeleted() {
        return writer.isDeleted();
    }

    /** @throws EngineException TOPIC_NOT_FOUND if the topic was deleted after the caller looked it up */
    void requireNotDeleted() {
        writer.requireNotDeleted();
    }

    EngineException deletedException() {
        return writer.deletedException();
    }
}
