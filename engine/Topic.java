package engine;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A named list of partitions, each of which is a {@link Log}. The key of a message picks its partition as in Kafka; messages
 * without a key take turns. Order is kept within a partition.
 *
 * <p>Safe for any number of threads: appends to one topic are serialized by the lock of its {@link TopicWriter}, and topics do not wait for each
 * other. Readers wait for nobody.
 */
final class Topic implements Journal.Source {
    private final String name;
    private final TopicSettings settings;
    private final KeptMemory memory;
    private final Journal journal;
    private final Executor executor;
    private final WaitQueue waiters = new WaitQueue();
    private final Partition[] partitions;
    private final TopicWriter writer;
    private final byte[] messagePrefix;
    private final LongAdder messagesOut = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();

    /**
     * @param budget for the messages
     * @param memory which has taken what the topic takes besides
     * @param executor see {@link #executor()}
     * @param readers for whom messages are kept
     */
    Topic(
            String name,
            TopicSettings settings,
            MemoryBudget budget,
            KeptMemory memory,
            Journal journal,
            Executor executor,
            LogRetention.Readers readers) {
        this.name = name;
        this.settings = settings;
        this.memory = memory;
        this.journal = journal;
        this.executor = executor;
        this.partitions = IntStream.range(0, settings.partitionsOrDefault())
                .mapToObj(p -> {
                    Log log = new Log(budget);
                    return new Partition(log, new LogRetention(log, p, settings, readers));
                })
                .toArray(Partition[]::new);
        this.writer = new TopicWriter(name, settings, budget, memory, journal, waiters, partitions);
        this.messagePrefix = partitions.length == 1 ? MessageCodec.prefix(name, 0, false) : null;
    }

    String name() {
        return name;
    }

    TopicSettings settings() {
        return settings;
    }

    /** How many partitions there are. */
    @Override
    public int partitions() {
        return partitions.length;
    }

    /** How many messages are kept. */
    long messageCount() {
        return IntStream.range(0, partitions.length)
                .mapToLong(this::messageCount)
                .sum();
    }

    private long messageCount(int partition) {
        long start = startOffset(partition); // before the end, which only grows
        return endOffset(partition) - start;
    }

    /** The encoded messages that are kept, in bytes. */
    @Override
    public long keptBytes() {
        return IntStream.range(0, partitions.length)
                .mapToLong(p -> partitions[p].log().keptBytesFrom(startOffset(p)))
                .sum();
    }

    /** What it is at this moment. */
    TopicState state() {
        List<TopicState.Partition> states = IntStream.range(0, partitions.length)
                .mapToObj(p -> {
                    long start = startOffset(p); // before the end, which only grows
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

    /** The offset of the oldest message that is kept and not too old. Takes no lock: the memory of what is too old is freed later. */
    @Override
    public long startOffset(int partition) {
        return hasMaxAge()
                ? partitions[partition].retention().startOffset(System.currentTimeMillis())
                : partitions[partition].log().startOffset();
    }

    /** The offset that the partition's next message will get. */
    public long endOffset(int partition) {
        return partitions[partition].log().highWatermark();
    }

    /**
     * The offset that a place stands for at this moment.
     *
     * @throws EngineException OFFSET_OUT_OF_RANGE if an offset lies past the end, OFFSET_TRIMMED if before the start
     */
    long offset(int partition, OffsetSpec place) {
        long start = startOffset(partition);
        if (place.isEarliest() || place.isLatest()) {
            return place.isEarliest() ? start : endOffset(partition);
        }
        if (place.isTimestamp()) {
            return Math.max(start, partitions[partition].log().offsetAt(start, place.value()));
        }
        if (place.value() < start) {
            throw new EngineException(
                    ErrorCode.OFFSET_TRIMMED,
                    "Offset " + place.value() + " of topic " + name + " was dropped; the oldest message kept is "
                            + start + ". Start there or at \"earliest\".");
        }
        requireNotPastTheEnd(partition, place.value(), "At the end, or \"latest\", new messages are waited for");
        return place.value();
    }

    /**
     * The offset that a place stands for when a call that has waited is answered. An offset has to be there still. All else stands for what it
     * stood for when the call came or, if that was dropped meanwhile, for the start.
     *
     * @param before what {@link #offset} gave when the call came
     * @throws EngineException as {@link #offset}
     */
    long offsetLater(int partition, OffsetSpec place, long before) {
        return place.isNumber() ? offset(partition, place) : Math.max(before, startOffset(partition));
    }

    /** The sequence that the producer's next message is to have. */
    long nextSequence(String producerId) {
        return writer.nextSequence(producerId);
    }

    /**
     * Returns the partition if there is one of this number.
     *
     * @throws EngineException INVALID, naming the field
     */
    int requirePartition(String field, long partition) {
        if (partition < 0 || partition >= partitions.length) {
            throw EngineException.invalid(
                    field,
                    "must be from 0 to " + (partitions.length - 1) + ", for topic " + name + " has "
                            + Plural.of(partitions.length, "partition") + ", but is " + partition);
        }
        return (int) partition;
    }

    /**
     * @param advice a sentence, without its full stop
     * @throws EngineException OFFSET_OUT_OF_RANGE
     */
    void requireNotPastTheEnd(int partition, long offset, String advice) {
        long end = endOffset(partition);
        if (offset > end) {
            throw new EngineException(
                    ErrorCode.OFFSET_OUT_OF_RANGE,
                    "Offset " + offset + " is past the end of topic " + name
                            + (partitions.length == 1 ? "" : ", partition " + partition) + ", which is " + end + ". "
                            + advice + ": take " + end + " or less.");
        }
    }

    /** The messages from an offset on, and where to go on: see {@link MemoryBroker#browse}. */
    EncodedMessages page(int partition, long from, MessageWriter page) {
        long next = read(partition, from, page);
        return page.finish(",\"next_offset\":" + next + ",\"end_offset\":" + endOffset(partition));
    }

    /**
     * Appends messages, all of them or none. A batch of no messages changes nothing, whatever its sequence.
     *
     * @param sequence null from a producer that does not count
     * @return where they went, once they are as safe as was asked for
     * @throws EngineException INVALID, OUT_OF_SEQUENCE, TOPIC_FULL, STORAGE_FULL; TOPIC_NOT_FOUND if it was just deleted
     */
    CompletableFuture<ProduceResult> append(EncodedBatch batch, ProducerSequence sequence) {
        requirePartition("partition", batch.highestPartition());
        return writer.append(batch, sequence);
    }

    /** An answer that is given once what was written down before it is as safe as was asked for. */
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

    /** Drops what is too old, here and in the journal. */
    void maintain() {
        trimExpired();
        journal.maintain(this);
    }

    /** Whether messages get too old. */
    boolean hasMaxAge() {
        return settings.maxAgeMs() != null;
    }

    /** Whether messages may be dropped that a consumer has not read. */
    boolean mayDropUnread() {
        return hasMaxAge() || settings.dropsOldest();
    }

    /** Frees the memory of what is too old. */
    void trimExpired() {
        if (hasMaxAge()) {
            writer.trimExpired(System.currentTimeMillis());
        }
    }

    /** Whether changes of the topic are written to a disk, so that only its {@link #executor} may make them. */
    boolean isOnDisk() {
        return journal != Journal.NONE;
    }

    /** For changes that do not come from a caller, and for all changes if the topic {@link #isOnDisk}. */
    Executor executor() {
        return executor;
    }

    /** Where it is written down. */
    Journal journal() {
        return journal;
    }

    /** Reads from an offset on, or from the start if that is later, and returns the offset after the last message. */
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

    /** Of several partitions none is kept: there may be very many. */
    private byte[] messagePrefix(int partition) {
        return messagePrefix != null ? messagePrefix : MessageCodec.prefix(name, partition, true);
    }

    /** What it takes of the memory, besides its messages. */
    KeptMemory memory() {
        return memory;
    }

    /** Those who wait for messages, or for a partition. */
    WaitQueue waiters() {
        return waiters;
    }

    /** For whoever fills the topic before anybody else knows it. */
    Partition[] allPartitions() {
        return partitions;
    }

    /** For whoever fills the topic before anybody else knows it. */
    TopicWriter writer() {
        return writer;
    }

    /** Drops all messages; nothing can be appended any more. */
    void delete() {
        writer.delete();
    }

    boolean isDeleted() {
        return writer.isDeleted();
    }

    /** @throws EngineException TOPIC_NOT_FOUND, for whoever looked it up before it was deleted */
    void requireNotDeleted() {
        writer.requireNotDeleted();
    }

    EngineException deletedException() {
        return writer.deletedException();
    }
}
