package engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Changes the messages of a topic: appends them and drops them, and writes down what it appends. Appends are serialized by one lock, which is held
 * while the journal writes.
 *
 * <p>Safe for any number of threads.
 */
final class TopicWriter {
    private final String topic;
    private final MemoryBudget budget;
    private final KeptMemory memory;
    private final Journal journal;
    private final WaitQueue waiters;
    private final Partition[] partitions;
    private final FutureTimestamps futureTimestamps;
    private final ProducerSequences sequences;
    private final Object lock = new Object();

    /** Null if answers do not wait for a sync. */
    private final GroupCommit groupCommit;

    /** See {@link PartitionedBatch}. */
    private final int[] scratch;

    private int turn;
    private volatile boolean isDeleted;

    /**
     * @param memory which has taken what the topic takes
     * @param waiters those who wait for messages
     */
    TopicWriter(
            String topic,
            TopicSettings settings,
            MemoryBudget budget,
            KeptMemory memory,
            Journal journal,
            WaitQueue waiters,
            Partition[] partitions) {
        this.topic = topic;
        this.budget = budget;
        this.memory = memory;
        this.journal = journal;
        this.waiters = waiters;
        this.partitions = partitions;
        this.futureTimestamps = new FutureTimestamps(topic, settings.maxAgeMs() != null, partitions);
        this.sequences = new ProducerSequences(memory, partitions.length);
        this.groupCommit = journal.isSyncedBeforeAnswers()
                ? new GroupCommit(topic, journal, waiters, lock, () -> isDeleted ? deletedException() : null)
                : null;
        this.scratch = new int[partitions.length];
    }

    /** The sequence that the producer's next message is to have. */
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
            result = sequence == null ? null : sequences.answered(sequence, batch.count());
            if (result != null) {
                return afterSync(result);
            }
            long journalEnd = groupCommit == null ? 0 : journal.position();
            PendingAppend pending = write(new PartitionedBatch(batch, turn, scratch), sequence);
            result = pending.result;
            if (groupCommit != null) {
                return answerWhenSynced(pending, journalEnd);
            }
            pending.publish();
        }
        waiters.wake();
        return CompletableFuture.completedFuture(result);
    }

    /** An answer that is given once what was written down before it is as safe as was asked for. */
    <T> CompletableFuture<T> afterSync(T answer) {
        if (groupCommit == null) {
            return CompletableFuture.completedFuture(answer);
        }
        synchronized (lock) {
            requireNotDeleted();
            return groupCommit.answer(answer, journal.position(), () -> {}, () -> {});
        }
    }

    /** Sees to it that what was written is put on disk, though no answer waits for it. */
    void syncSoon() {
        synchronized (lock) {
            if (!isDeleted) {
                groupCommit.syncSoon();
            }
        }
    }

    /** Hands over what the topic knows, while nothing changes it and all that was written is on disk. */
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

    /** The lock is held. */
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
     * Frees the memory of what is too old. It takes the lock only if there is something to free.
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

    /** Drops all messages; nothing can be appended any more. */
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

    /** @throws EngineException TOPIC_NOT_FOUND, for whoever looked it up before it was deleted */
    void requireNotDeleted() {
        if (isDeleted) {
            throw deletedException();
        }
    }

    EngineException deletedException() {
        return new EngineException(ErrorCode.TOPIC_NOT_FOUND, "Topic " + topic + " was deleted.");
    }

    /** For whoever fills the topic before anybody else knows it. */
    ProducerSequences sequences() {
        return sequences;
    }

    /** For whoever fills the topic before anybody else knows it. */
    FutureTimestamps futureTimestamps() {
        return futureTimestamps;
    }

    /** The lock is held. */
    private CompletableFuture<ProduceResult> answerWhenSynced(PendingAppend pending, long journalEnd) {
        try {
            return groupCommit.answer(pending.result, journalEnd, pending::publish, pending::undo);
        } catch (Throwable e) { // no thread to sync with, say
            pending.undo();
            journal.cutBack(journalEnd);
            throw e;
        }
    }

    /** Does everything that may fail, before anything of it is seen. The lock is held. */
    private PendingAppend write(PartitionedBatch batch, ProducerSequence sequence) {
        long now = System.currentTimeMillis();
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
            budget.add(-reserved); // the logs have counted what they have really taken
        }
        try {
            journal.append(pending.result.ranges(), now, sequence, batch);
        } catch (Throwable e) {
            pending.undo();
            throw e;
        }
        turn = batch.turnAfter();
        return pending;
    }

    /** The lock is held. */
    private PendingAppend writeMessages(PartitionedBatch batch, long[] starts, ProducerSequence sequence, long now) {
        PendingAppend pending = new PendingAppend(batch, starts, sequence);
        try {
            batch.forEach((partition, bytes, position, length) ->
                    partitions[partition].log().write(bytes, position, length, now));
            if (sequence != null) {
                sequences.note(sequence, batch.count(), pending.result);
            }
        } catch (Throwable e) { // an OutOfMemoryError, say
            pending.undoMessages();
            throw e;
        }
        return pending;
    }

    /** Messages of a batch that are in the logs, and not yet shown. */
    private final class PendingAppend {
        private final PartitionedBatch batch;
        private final long[] starts;
        private final ProducerSequence sequence;
        private final ProduceResult result;

        /** @param starts that make room for them, by the parts of the batch */
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

        /** Shows them to readers, and drops what is one too many. The lock is held. */
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
            result.ranges().forEach(range -> partitions[range.partition()].log().undo(range.baseOffset()));
        }
    }
}
