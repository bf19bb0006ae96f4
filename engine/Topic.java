package engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import java.util.stream.Stream;

/**
 * A named list of partitions, each of which is a {@link Log}. The key of a message picks its partition as in Kafka; messages
 * without a key take turns. Order is kept within a partition.
 *
 * <p>Safe for any number of threads: appends to one topic are serialized by its own lock, and topics do not wait for each
 * other. Readers wait for nobody, except to drop what is too old.
 */
final class Topic implements Journal.Source {
    private static final Logger LOG = LoggerFactory.getLogger("mini-kafka");

    private final String name;
    private final TopicSettings settings;
    private final MemoryBudget budget;
    private final KeptMemory memory;
    private final Journal journal;
    private final GroupCommit sharedSync;
    private final Executor executor;
    private final Log[] logs;
    private final byte[] messagePrefix;
    private final Object lock = new Object();
    private final ProducerSequences sequences;
    private final Map<String, Group> groups = new ConcurrentHashMap<>();
    private final Object membership = new Object();
    private final WaitQueue waiters = new WaitQueue();
    private final LongAdder messagesOut = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private int turn;

    /** By partition: its place among those that a batch goes to. Whoever holds the lock may use it. */
    private final int[] slots;

    private volatile boolean isDeleted;

    /** Whether people were told that there are timestamps in the future. */
    private boolean hasReportedFuture;

    /** @param memory which has taken what the topic takes */
    Topic(String name, TopicSettings settings, MemoryBudget budget, KeptMemory memory, Journal journal) {
        this.name = name;
        this.settings = settings;
        this.budget = budget;
        this.memory = memory;
        this.journal = journal;
        this.executor = journal == Journal.NONE ? ForkJoinPool.commonPool() : new DiskThreads.Queue();
        this.sharedSync = journal.isSyncedBeforeAnswers() ? new GroupCommit(this, journal, lock) : null;
        int partitions = settings.partitionsOrDefault();
        this.sequences = new ProducerSequences(memory, partitions);
        this.slots = new int[partitions];
        this.logs = IntStream.range(0, partitions).mapToObj(p -> new Log(budget)).toArray(Log[]::new);
        this.messagePrefix = partitions == 1 ? MessageCodec.prefix(name, 0, false) : null;
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
        return logs.length;
    }

    /** How many messages are kept. */
    long messageCount() {
        return IntStream.range(0, logs.length).mapToLong(this::messageCount).sum();
    }

    private long messageCount(int partition) {
        long start = startOffset(partition); // before the end, which only grows
        return endOffset(partition) - start;
    }

    /** The encoded messages that are kept, in bytes. */
    @Override
    public long keptBytes() {
        return IntStream.range(0, logs.length).mapToLong(p -> logs[p].keptBytesFrom(startOffset(p))).sum();
    }

    /** What it is at this moment. */
    TopicState state() {
        List<TopicState.Partition> partitions = IntStream.range(0, logs.length).mapToObj(p -> {
            long start = startOffset(p); // before the end, which only grows
            return new TopicState.Partition(p, start, endOffset(p));
        }).collect(Collectors.toList());
        return new TopicState(name, settings, partitions, keptBytes(), traffic());
    }

    private TopicState.Traffic traffic() {
        return new TopicState.Traffic(Arrays.stream(logs).mapToLong(Log::appendedCount).sum(), Arrays.stream(logs).mapToLong(Log::appendedBytes).sum(),
                messagesOut.sum(), bytesOut.sum());
    }

    /** The groups that have a name: a consumer that reads alone is none. */
    Stream<Group> groups() {
        return groups.values().stream().filter(group -> group.name() != null);
    }

    /** The group of this name; null if there is none. */
    Group groupNamed(String groupName) {
        return groups.get(ConsumerSettings.GROUP + groupName);
    }

    /** The offset of the oldest message that is kept and not too old. Takes no lock: the memory of what is too old is freed later. */
    @Override
    public long startOffset(int partition) {
        Log log = logs[partition];
        return hasMaxAge() ? log.startWithinAge(settings, now()) : log.startOffset();
    }

    /** The offset that the partition's next message will get. */
    public long endOffset(int partition) {
        return logs[partition].endOffset();
    }

    /** The offset of the first message that was appended at this time (ms since 1970) or later; the end if there is none. */
    long offsetAt(int partition, long timestamp) {
        return Math.max(startOffset(partition), logs[partition].offsetAt(timestamp));
    }

    /** The sequence that the producer's next message is to have. */
    long nextSequence(String producerId) {
        synchronized (lock) {
            return sequences.next(producerId);
        }
    }

    /**
     * Returns the partition if there is one of this number.
     *
     * @throws EngineException INVALID, naming the field
     */
    int requirePartition(String field, long partition) {
        if (partition < 0 || partition >= logs.length) {
            throw EngineException.invalid(field, "must be from 0 to " + (logs.length - 1) + ", for topic " + name + " has "
                    + Plural.of(logs.length, "partition") + ", but is " + partition);
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
            throw new EngineException(ErrorCode.OFFSET_OUT_OF_RANGE, "Offset " + offset + " is past the end of topic " + name
                    + (logs.length == 1 ? "" : ", partition " + partition) + ", which is " + end + ". " + advice + ": take " + end + " or less.");
        }
    }

    /** The messages from an offset on, and where to go on: see {@link MemoryBroker#browse}. */
    EncodedMessages page(int partition, long from, MessageWriter writer) {
        long next = read(partition, from, writer);
        return writer.finish(",\"next_offset\":" + next + ",\"end_offset\":" + endOffset(partition));
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
        ProduceResult appended;
        synchronized (lock) {
            requireNotDeleted();
            if (batch.count() == 0) {
                return CompletableFuture.completedFuture(new ProduceResult(logs.length, List.of(), false));
            }
            appended = sequence == null ? null : sequences.answered(sequence, batch.count());
            if (appended != null) {
                return afterSync(appended);
            }
            long journalEnd = sharedSync == null ? 0 : journal.position();
            Written written = write(new Placement(batch), sequence);
            appended = written.appended;
            if (sharedSync != null) {
                return answerWhenSynced(written, journalEnd);
            }
            written.publish();
        }
        waiters.wake();
        return CompletableFuture.completedFuture(appended);
    }

    /** An answer that is given once what was written down before it is as safe as was asked for. */
    public <T> CompletableFuture<T> afterSync(T answer) {
        if (sharedSync == null) {
            return CompletableFuture.completedFuture(answer);
        }
        synchronized (lock) {
            requireNotDeleted();
            return sharedSync.answer(answer, journal.position(), () -> {}, () -> {});
        }
    }

    /** Sees to it that what was written is put on disk, though no answer waits for it. */
    @Override
    public void syncSoon() {
        synchronized (lock) {
            if (!isDeleted) {
                sharedSync.syncSoon();
            }
        }
    }

    /** Hands over what the topic knows, while nothing changes it and all that was written is on disk. */
    @Override
    public void checkpoint(Consumer<TopicSnapshot> action) {
        Runnable answers = () -> {};
        try {
            synchronized (lock) {
                if (isDeleted) {
                    return;
                }
                if (sharedSync != null) {
                    answers = sharedSync.settle();
                }
                action.accept(snapshot());
            }
        } finally {
            answers.run();
        }
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

    /** Frees the memory of what is too old. It takes the lock only if there is something to free. */
    void trimExpired() {
        if (!hasMaxAge()) {
            return;
        }
        long now = now();
        for (Log log : logs) {
            if (log.hasFutureTimestamps(now) || log.startWithinAge(settings, now) > log.startOffset()) {
                synchronized (lock) {
                    noteFutureTimestamps(log, now);
                    log.trimExpired(settings, now);
                }
            }
        }
    }

    /** The lock is held. */
    private void noteFutureTimestamps(Log log, long now) {
        if (log.hasFutureTimestamps(now)) {
            log.noteFutureTimestamps(now);
            if (!hasReportedFuture) {
                hasReportedFuture = true;
                CompletableFuture.runAsync(() -> { // counting takes a while
                    String report = futureTimestamps(now);
                    if (report != null) {
                        LOG.warn(report);
                    }
                });
            }
        }
    }

    /** Notes which timestamps are in the future. The topic was just restored. @return that in words; null if none is */
    String reportFutureTimestamps() {
        long now = now();
        for (Log log : logs) {
            log.noteFutureTimestamps(now);
        }
        String report = futureTimestamps(now);
        hasReportedFuture = report != null;
        return report;
    }

    private String futureTimestamps(long now) {
        long count = Arrays.stream(logs).mapToLong(log -> log.countAfter(now)).sum();
        return count == 0 ? null : "Topic " + name + " has " + Plural.of(count, "message") + " with a timestamp in the future. The clock of this machine was"
                + " wrong when they were appended, or it is wrong now. " + (hasMaxAge() ? "For max_age_ms their age counts from now on. " : "")
                + "A seek by timestamp finds them before messages that came later.";
    }

    private static long now() {
        return System.currentTimeMillis();
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

    /** Reads from an offset on into the writer, or from the start if that is later, and returns the offset after the last message. */
    long read(int partition, long from, MessageWriter writer) {
        int countBefore = writer.count();
        int lengthBefore = writer.length();
        long next = logs[partition].read(Math.max(from, startOffset(partition)), writer.from(messagePrefix(partition)));
        messagesOut.add(writer.count() - countBefore);
        bytesOut.add(writer.length() - lengthBefore);
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

    /** The ids of its consumers at this moment. */
    List<String> consumerIds() {
        return groups.values().stream().flatMap(group -> group.memberIds().stream()).sorted().collect(Collectors.toList());
    }

    /** The group of this key; it begins at the position if it is new. */
    Group group(String key, String groupName, OffsetSpec start) {
        return groups.computeIfAbsent(key, absent -> {
            long[] committed = IntStream.range(0, logs.length).mapToLong(p -> start.in(this, p)).toArray();
            memory.take(memory.ofGroup(key));
            return new Group(this, key, groupName, committed);
        });
    }

    boolean hasGroup(String key) {
        return groups.containsKey(key);
    }

    Group restoreGroup(String key, String groupName, long[] committed) {
        memory.take(memory.ofGroup(key));
        Group group = new Group(this, key, groupName, committed);
        groups.put(key, group);
        return group;
    }

    void forget(Group group) {
        if (groups.remove(group.key(), group)) {
            memory.giveBack(memory.ofGroup(group.key()));
        }
    }

    /** Removes all consumers of this topic, which was deleted. @return who they were */
    List<ConsumerSession> closeGroups() {
        List<ConsumerSession> removed = new ArrayList<>();
        groups.values().forEach(group -> removed.addAll(group.close()));
        groups.clear();
        return removed;
    }

    /** The lock of whoever adds or removes a consumer, see {@link Consumers}. */
    Object membership() {
        return membership;
    }

    /** Fills the topic with what was kept of it, before anybody else knows it. */
    TopicRestorer restorer() {
        memory.setRestored(true);
        return new TopicRestorer(this, logs, sequences, budget);
    }

    /** The lock is held. */
    private TopicSnapshot snapshot() {
        return new TopicSnapshot(Arrays.stream(logs)
                .map(log -> new TopicSnapshot.Partition(log.startOffset(), log.writtenEnd(), log.lastTimestamp()))
                .collect(Collectors.toList()), sequences.snapshot());
    }

    /** Drops all messages; nothing can be appended any more. */
    void delete() {
        synchronized (lock) {
            isDeleted = true;
            for (Log log : logs) {
                log.clear();
            }
            memory.close();
        }
    }

    boolean isDeleted() {
        return isDeleted;
    }

    /** @throws EngineException TOPIC_NOT_FOUND, for whoever looked it up before it was deleted */
    void requireNotDeleted() {
        if (isDeleted) {
            throw deletedException();
        }
    }

    EngineException deletedException() {
        return new EngineException(ErrorCode.TOPIC_NOT_FOUND, "Topic " + name + " was deleted. POST /topics/register creates it anew.");
    }

    /** The lock is held. */
    private CompletableFuture<ProduceResult> answerWhenSynced(Written written, long journalEnd) {
        try {
            return sharedSync.answer(written.appended, journalEnd, written::publish, written::undo);
        } catch (Throwable e) { // no thread to sync with, say
            written.undo();
            journal.cutBack(journalEnd);
            throw e;
        }
    }

    /** Does everything that may fail, before anything of it is seen. The lock is held. */
    private Written write(Placement placement, ProducerSequence sequence) {
        long now = now();
        long[] starts = new long[placement.used.length];
        long growth = 0;
        for (int i = 0; i < starts.length; i++) {
            Log log = logs[placement.used[i]];
            noteFutureTimestamps(log, now);
            log.trimExpired(settings, now);
            starts[i] = log.startWithRoomFor(placement.counts[i], placement.sizes[i], settings, readers(placement.used[i]));
            growth += log.growth(placement.counts[i], placement.sizes[i]) - log.freedBy(starts[i]);
        }
        long reserved = Math.max(0, growth);
        budget.keep(reserved);
        Written written;
        try {
            written = writeMessages(placement, starts, sequence, now);
        } finally {
            budget.add(-reserved); // the logs have counted what they have really taken
        }
        try {
            journal.append(written.appended.ranges(), now, sequence, placement);
        } catch (Throwable e) {
            written.undo();
            throw e;
        }
        turn = placement.turnAfter;
        return written;
    }

    /** The lock is held. */
    private Written writeMessages(Placement placement, long[] starts, ProducerSequence sequence, long now) {
        Written written = new Written(placement, starts, sequence);
        try {
            placement.forEach((partition, bytes, position, length) -> logs[partition].write(bytes, position, length, now));
            if (sequence != null) {
                sequences.note(sequence, placement.batch.count(), written.appended);
            }
        } catch (Throwable e) { // an OutOfMemoryError, say
            written.undoMessages();
            throw e;
        }
        return written;
    }

    private Log.Readers readers(int partition) {
        return new Log.Readers() {
            @Override
            public long readByAll() {
                return groups.values().stream().mapToLong(group -> group.committed(partition)).min().orElse(0);
            }

            @Override
            public String whoHasNotRead(long offset) {
                return groups.values().stream().filter(group -> group.committed(partition) <= offset).map(Group::description)
                        .min(Comparator.naturalOrder()).map(who -> who + " has not read offset " + offset)
                        .orElse("no consumer is registered yet, to read what has to make room");
            }
        };
    }

    /** Messages of a batch that are in the logs, and not yet shown. */
    private final class Written {
        private final Placement placement;
        private final long[] starts;
        private final ProducerSequence sequence;
        private final ProduceResult appended;

        /** @param starts that make room for them, in the order of the partitions that are used */
        Written(Placement placement, long[] starts, ProducerSequence sequence) {
            this.placement = placement;
            this.starts = starts;
            this.sequence = sequence;
            List<ProduceResult.Range> ranges = new ArrayList<>(placement.used.length);
            for (int i = 0; i < placement.used.length; i++) {
                ranges.add(new ProduceResult.Range(placement.used[i], logs[placement.used[i]].writtenEnd(), placement.counts[i]));
            }
            this.appended = new ProduceResult(logs.length, ranges, false);
        }

        /** Shows them to readers, and drops what is one too many. The lock is held. */
        void publish() {
            for (int i = 0; i < placement.used.length; i++) {
                ProduceResult.Range range = appended.ranges().get(i);
                logs[range.partition()].publish(range.baseOffset() + range.count(), placement.sizes[i]);
            }
            try {
                for (int i = 0; i < placement.used.length; i++) {
                    logs[placement.used[i]].trim(starts[i]);
                }
            } catch (OutOfMemoryError e) {
                // the messages are there; the next append trims
            }
        }

        /** Takes them back, as if they had never come. The lock is held. */
        void undo() {
            undoMessages();
            if (sequence != null) {
                sequences.undo(sequence);
            }
        }

        private void undoMessages() {
            appended.ranges().forEach(range -> logs[range.partition()].undo(range.baseOffset()));
        }
    }

    /** Which messages of a batch go where. */
    private final class Placement implements Journal.Messages {
        private final EncodedBatch batch;

        /** The partitions that the messages go to, in their order. */
        private final int[] used;

        /** How many messages go to each of them, and how many bytes. */
        private final int[] counts;
        private final int[] sizes;

        private int turnAfter = turn;

        /** The lock is held. */
        Placement(EncodedBatch batch) {
            this.batch = batch;
            this.used = used();
            this.counts = new int[used.length];
            this.sizes = new int[used.length];
            if (used.length == 1) {
                counts[0] = batch.count();
                sizes[0] = batch.size();
            } else {
                count();
            }
        }

        /** A batch may be much smaller than the number of partitions. */
        private int[] used() {
            if (logs.length == 1) {
                return batch.count() == 0 ? new int[0] : new int[] {0};
            }
            if (batch.count() == 1) {
                int[] only = new int[1];
                forEach((partition, bytes, position, length) -> only[0] = partition);
                return only;
            }
            BitSet touched = new BitSet();
            forEach((partition, bytes, position, length) -> touched.set(partition));
            return touched.stream().toArray();
        }

        private void count() {
            for (int i = 0; i < used.length; i++) {
                slots[used[i]] = i;
            }
            forEach((partition, bytes, position, length) -> {
                counts[slots[partition]]++;
                sizes[slots[partition]] += length;
            });
        }

        @Override
        public int size() {
            return batch.size();
        }

        @Override
        public ByteBuffer lines() {
            return batch.lines();
        }

        /** Hands over each message with its partition, each time the same one. */
        @Override
        public void forEach(EncodedBatch.MessageConsumer consumer) {
            turnAfter = turn;
            batch.forEach((placement, bytes, position, length) -> {
                int partition = logs.length == 1 ? 0 : EncodedBatch.partition(placement, logs.length);
                if (partition < 0) {
                    partition = turnAfter;
                    turnAfter = (turnAfter + 1) % logs.length;
                }
                consumer.accept(partition, bytes, position, length);
            });
        }
    }
}
