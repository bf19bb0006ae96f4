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

    /** See {@link Placement}. */
    private final int[] scratch;

    private int turn;
    private volatile boolean isDeleted;

    /**
     * @param memory which has taken what the topic takes
     * @param waiters those who wait for messages
     */
    TopicWriter(String topic, TopicSettings settings, MemoryBudget budget, KeptMemory memory, Journal journal, WaitQueue waiters, Partition[] partitions) {
        this.topic = topic;
        this.budget = budget;
        this.memory = memory;
        this.journal = journal;
        this.waiters = waiters;
        this.partitions = partitions;
        this.futureTimestamps = new FutureTimestamps(topic, settings.maxAgeMs() != null, partitions);
        this.sequences = new ProducerSequences(memory, partitions.length);
        this.groupCommit = journal.isSyncedBeforeAnswers() ? new GroupCommit(topic, journal, waiters, lock, () -> isDeleted ? deletedException() : null) : null;
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
            Written written = write(new Placement(batch, turn, scratch), sequence);
            result = written.result;
            if (groupCommit != null) {
                return answerWhenSynced(written, journalEnd);
            }
            written.publish();
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
        return new TopicSnapshot(Arrays.stream(partitions).map(Partition::log)
                .map(log -> new TopicSnapshot.Partition(log.startOffset(), log.writtenEnd(), log.lastTimestamp()))
                .collect(Collectors.toList()), sequences.snapshot());
    }

    /** Frees the memory of what is too old. It takes the lock only if there is something to free. @param now ms since 1970 */
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
    private CompletableFuture<ProduceResult> answerWhenSynced(Written written, long journalEnd) {
        try {
            return groupCommit.answer(written.result, journalEnd, written::publish, written::undo);
        } catch (Throwable e) { // no thread to sync with, say
            written.undo();
            journal.cutBack(journalEnd);
            throw e;
        }
    }

    /** Does everything that may fail, before anything of it is seen. The lock is held. */
    private Written write(Placement placement, ProducerSequence sequence) {
        long now = System.currentTimeMillis();
        long[] starts = new long[placement.parts()];
        long growth = 0;
        for (int part = 0; part < starts.length; part++) {
            Partition partition = partitions[placement.partition(part)];
            futureTimestamps.note(partition, now);
            partition.retention().trimExpired(now);
            starts[part] = partition.retention().startWithRoomFor(placement.count(part), placement.size(part));
            growth += partition.log().growth(placement.count(part), placement.size(part)) - partition.log().freedBy(starts[part]);
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
            journal.append(written.result.ranges(), now, sequence, placement);
        } catch (Throwable e) {
            written.undo();
            throw e;
        }
        turn = placement.turnAfter();
        return written;
    }

    /** The lock is held. */
    private Written writeMessages(Placement placement, long[] starts, ProducerSequence sequence, long now) {
        Written written = new Written(placement, starts, sequence);
        try {
            placement.forEach((partition, bytes, position, length) -> partitions[partition].log().write(bytes, position, length, now));
            if (sequence != null) {
                sequences.note(sequence, placement.count(), written.result);
            }
        } catch (Throwable e) { // an OutOfMemoryError, say
            written.undoMessages();
            throw e;
        }
        return written;
    }

    /** Messages of a batch that are in the logs, and not yet shown. */
    private final class Written {
        private final Placement placement;
        private final long[] starts;
        private final ProducerSequence sequence;
        private final ProduceResult result;

        /** @param starts that make room for them, by the parts of the placement */
        Written(Placement placement, long[] starts, ProducerSequence sequence) {
            this.placement = placement;
            this.starts = starts;
            this.sequence = sequence;
            List<ProduceResult.Range> ranges = new ArrayList<>(placement.parts());
            for (int part = 0; part < placement.parts(); part++) {
                ranges.add(new ProduceResult.Range(placement.partition(part), log(part).writtenEnd(), placement.count(part)));
            }
            this.result = new ProduceResult(partitions.length, ranges, false);
        }

        private Log log(int part) {
            return partitions[placement.partition(part)].log();
        }

        /** Shows them to readers, and drops what is one too many. The lock is held. */
        void publish() {
            for (int part = 0; part < placement.parts(); part++) {
                ProduceResult.Range range = result.ranges().get(part);
                log(part).publish(range.baseOffset() + range.count(), placement.size(part));
            }
            try {
                for (int part = 0; part < placement.parts(); part++) {
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
