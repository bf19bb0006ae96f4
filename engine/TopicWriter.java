package engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Changes the messages of a topic: appends them, drops them, and persists them in the {@link Journal}. One lock serializes appends,
 * and is held while the journal writes.
 *
 * <p>Safe for any number of threads.
 */
final class TopicWriter {
    private final String topic;
    private final MemoryBudget budget;
    private final KeptMemory memory;
    private final Journal journal;
    private final WaitQueue waiters;
    private final Scheduler scheduler;
    private final Partition[] partitions;
    private final FutureTimestamps futureTimestamps;
    private final ProducerSequences sequences;
    private final Object lock = new Object();

    /** Null if answers do not wait for an fsync. */
    private final GroupCommit groupCommit;

    /** See {@link PartitionedBatch}. */
    @GuardedBy("lock")
    private final int[] scratch;

    /** The partition of the next message that is assigned round-robin. */
    @GuardedBy("lock")
    private int roundRobin;

    private volatile boolean isDeleted;

    /**
     * @param memory of the topic, already reserved
     * @param maxProducers how many producers are remembered
     * @param waiters the calls that wait for messages
     */
    TopicWriter(
            String topic,
            TopicSettings settings,
            MemoryBudget budget,
            KeptMemory memory,
            int maxProducers,
            Journal journal,
            WaitQueue waiters,
            Scheduler scheduler,
            Partition[] partitions) {
        this.topic = topic;
        this.budget = budget;
        this.memory = memory;
        this.journal = journal;
        this.waiters = waiters;
        this.scheduler = scheduler;
        this.partitions = partitions;
        this.futureTimestamps =
                new FutureTimestamps(topic, settings.maxAgeMs() != null, partitions, scheduler.processor());
        this.sequences = new ProducerSequences(memory, maxProducers, partitions.length);
        this.groupCommit = journal.isSyncedBeforeAnswers()
                ? new GroupCommit(
                        topic, journal, waiters, lock, () -> isDeleted ? deletedException() : null, scheduler.disk())
                : null;
        this.scratch = new int[partitions.length];
    }

    /** The sequence that is expected for the producer's next message. */
    long nextSequence(String producerId) {
        synchronized (lock) {
            return sequences.next(producerId);
        }
    }

    /** See {@link Topic#append}. */
    CompletableFuture<ProduceResult> append(EncodedBatch batch, ProducerSequence sequence) {
        ProduceResult result;
        synchronized (lock) {
            requireNotDeleted();
            if (batch.count() == 0) {
                return CompletableFuture.completedFuture(new ProduceResult(partitions.length, List.of(), false));
            }
            result = sequence == null ? null : sequences.findDuplicate(sequence, batch.count());
            if (result != null) {
                return afterSync(result);
            }
            long journalEnd = groupCommit == null ? 0 : journal.position();
            PendingAppend pending = write(new PartitionedBatch(batch, roundRobin, scratch), sequence);
            result = pending.result;
            if (groupCommit != null) {
                return answerWhenSynced(pending, journalEnd);
            }
            pending.publish();
        }
        waiters.wake();
        return CompletableFuture.completedFuture(result);
    }

    /** A future that completes with {@code answer} when all earlier writes are as durable as configured. */
    <T> CompletableFuture<T> afterSync(T answer) {
        if (groupCommit == null) {
            return CompletableFuture.completedFuture(answer);
        }
        synchronized (lock) {
            requireNotDeleted();
            return groupCommit.answer(answer, journal.position(), () -> {}, () -> {});
        }
    }

    /** Schedules an fsync, although no answer waits for it. */
    void syncSoon() {
        synchronized (lock) {
            if (!isDeleted) {
                groupCommit.syncSoon();
            }
        }
    }

    /** Passes a snapshot of the topic to {@code action}. Meanwhile nothing changes the topic, and all writes are on disk. */
    void checkpoint(Consumer<TopicSnapshot> action) {
        Runnable answers = () -> {};
        try {
            synchronized (lock) {
                if (isDeleted) {
                    return;
                }
                if (groupCommit != null) {
                    answers = groupCommit.settle();
                }
                action.accept(snapshot());
            }
        } finally {
            answers.run();
        }
    }

    @GuardedBy("lock")
    private TopicSnapshot snapshot() {
        return new TopicSnapshot(
                Arrays.stream(partitions)
                        .map(Partition::log)
                        .map(log ->
                                new TopicSnapshot.Partition(log.startOffset(), log.logEndOffset(), log.lastTimestamp()))
                        .collect(Collectors.toList()),
                sequences.snapshot());
    }

    /**
     * Frees the memory of expired messages. Takes the lock only if there are any.
     *
     * @param now ms since 1970
     */
    void trimExpired(long now) {
        for (Partition partition : partitions) {
            if (partition.retention().hasWork(now)) {
                synchronized (lock) {
                    futureTimestamps.note(partition, now);
                    partition.retention().trimExpired(now);
                }
            }
        }
    }

    /** See {@link PartitionLogs#deleteBefore}. */
    CompletableFuture<Long> deleteBefore(int partition, long offset) {
        CompletableFuture<Long> answer;
        synchronized (lock) {
            requireNotDeleted();
            Log log = partitions[partition].log();
            if (offset > log.startOffset()) {
                long[] startOffsets = Arrays.stream(partitions)
                        .mapToLong(each -> each.log().startOffset())
                        .toArray();
                startOffsets[partition] = offset;
                journal.deleteBefore(startOffsets);
                log.trim(offset);
            }
            answer = afterSync(log.startOffset());
        }
        waiters.wake();
        return answer;
    }

    /** Drops all messages. Later appends fail with TOPIC_NOT_FOUND. */
    void delete() {
        synchronized (lock) {
            isDeleted = true;
            for (Partition partition : partitions) {
                partition.log().clear();
            }
            memory.close();
        }
    }

    boolean isDeleted() {
        return isDeleted;
    }

    /** @throws EngineException TOPIC_NOT_FOUND if the topic was deleted after the caller looked it up */
    void requireNotDeleted() {
        if (isDeleted) {
            throw deletedException();
        }
    }

    EngineException deletedException() {
        return new EngineException(ErrorCode.TOPIC_NOT_FOUND, "Topic " + topic + " was deleted.");
    }

    /** For restoring the topic, before it is visible to other threads. */
    ProducerSequences sequences() {
        return sequences;
    }

    /** For restoring the topic, before it is visible to other threads. */
    FutureTimestamps futureTimestamps() {
        return futureTimestamps;
    }

    @GuardedBy("lock")
    private CompletableFuture<ProduceResult> answerWhenSynced(PendingAppend pending, long journalEnd) {
        try {
            return groupCommit.answer(pending.result, journalEnd, pending::publish, pending::undo);
        } catch (Throwable e) { // for example, no thread can be started for the fsync
            pending.undo();
            journal.cutBack(journalEnd);
            throw e;
        }
    }

    /** Does everything that may fail, before the messages become visible. */
    @GuardedBy("lock")
    private PendingAppend write(PartitionedBatch batch, ProducerSequence sequence) {
        long now = scheduler.millis();
        long[] starts = new long[batch.parts()];
        long growth = 0;
        for (int part = 0; part < starts.length; part++) {
            Partition partition = partitions[batch.partition(part)];
            futureTimestamps.note(partition, now);
            partition.retention().trimExpired(now);
            starts[part] = partition.retention().startWithRoomFor(batch.count(part), batch.size(part));
            growth += partition.log().growth(batch.count(part), batch.size(part))
                    - partition.log().freedBy(starts[part]);
        }
        long reserved = Math.max(0, growth);
        budget.keep(reserved);
        PendingAppend pending;
        try {
            pending = writeMessages(batch, starts, sequence, now);
        } finally {
            budget.add(-reserved); // the logs have added the memory that they actually use
        }
        try {
            journal.append(pending.result.ranges(), now, sequence, batch);
        } catch (Throwable e) {
            pending.undo();
            throw e;
        }
        roundRobin = batch.nextRoundRobin();
        return pending;
    }

    @GuardedBy("lock")
    private PendingAppend writeMessages(PartitionedBatch batch, long[] starts, ProducerSequence sequence, long now) {
        PendingAppend pending = new PendingAppend(batch, starts, sequence);
        try {
            batch.forEach((partition, bytes, position, length) ->
                    partitions[partition].log().write(bytes, position, length, now));
            if (sequence != null) {
                sequences.note(sequence, batch.count(), pending.result);
            }
        } catch (Throwable e) { // for example, an OutOfMemoryError
            pending.undoMessages();
            throw e;
        }
        return pending;
    }

    /** Messages of a batch that are in the logs, but not visible yet. For a thread that holds {@code lock}. */
    private final class PendingAppend {
        private final PartitionedBatch batch;
        private final long[] starts;
        private final ProducerSequence sequence;
        private final ProduceResult result;

        /** @param starts by part of the batch, the start offset that makes room for it in its log */
        PendingAppend(PartitionedBatch batch, long[] starts, ProducerSequence sequence) {
            this.batch = batch;
            this.starts = starts;
            this.sequence = sequence;
            List<ProduceResult.Range> ranges = new ArrayList<>(batch.parts());
            for (int part = 0; part < batch.parts(); part++) {
                ranges.add(
                        new ProduceResult.Range(batch.partition(part), log(part).logEndOffset(), batch.count(part)));
            }
            this.result = new ProduceResult(partitions.length, ranges, false);
        }

        private Log log(int part) {
            return partitions[batch.partition(part)].log();
        }

        /** Makes the messages visible to readers, and drops messages that exceed the limits. */
        void publish() {
            for (int part = 0; part < batch.parts(); part++) {
                ProduceResult.Range range = result.ranges().get(part);
                log(part).publish(range.baseOffset() + range.count(), batch.size(part));
            }
            try {
                for (int part = 0; part < batch.parts(); part++) {
                    log(part).trim(starts[part]);
                }
            } catch (OutOfMemoryError e) {
                // the messages are visible, so the append has succeeded; the next append trims
            }
        }

        /** Removes the messages and the producer's sequence again. */
        void undo() {
            undoMessages();
            if (sequence != null) {
                sequences.undo(sequence);
            }
        }

        private void undoMessages() {
            result.ranges().forEach(range -> partitions[range.partition()].log().undo(range.baseOffset()));
        }
    }
}
