package engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * A {@link GroupCommit} answers each write once, after it is on disk, and publishes the writes in their order. If an fsync fails, the writes
 * that wait are undone, the latest first.
 */
public class GroupCommitInterleavings {
    private final Object lock = new Object();
    private final MemoryJournal journal = new MemoryJournal();
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final List<Write> all = new ArrayList<>();

    /** The writes that are not undone. */
    private final List<Write> writes = new ArrayList<>();

    /** The writes that are published and not undone, in the order of publishing. */
    private final List<Write> published = new ArrayList<>();

    private final GroupCommit groupCommit =
            new GroupCommit("t", journal, new WaitQueue(Scheduler.SYSTEM), lock, () -> null, this::addTask);

    private String fault;

    /** A journal in memory. Its position is the number of writes, and its syncs can fail. */
    private static final class MemoryJournal implements Journal {
        private long written;
        private long synced;
        private int cuts;
        private boolean mustFail;
        private boolean hasFailed;

        @Override
        public boolean isSyncedBeforeAnswers() {
            return true;
        }

        @Override
        public void sync() {
            long end;
            int cutsBefore;
            synchronized (this) {
                end = written;
                cutsBefore = cuts;
            }
            synchronized (this) { // it takes time, so that other threads may write meanwhile
                if (mustFail || hasFailed) {
                    mustFail = false;
                    hasFailed = true;
                    throw new EngineException(ErrorCode.STORAGE_FULL, "the fsync failed");
                }
                if (cuts == cutsBefore) {
                    synced = Math.max(synced, end);
                }
            }
        }

        @Override
        public synchronized long position() {
            return written;
        }

        @Override
        public synchronized void cutBack(long position) {
            cuts++;
            written = position;
            synced = Math.min(synced, position);
            hasFailed = false;
        }

        synchronized void write() {
            written++;
        }

        synchronized boolean isSynced(long position) {
            return synced >= position;
        }

        synchronized void failNext() {
            mustFail = true;
        }

        @Override
        public void append(List<ProduceResult.Range> ranges, long time, ProducerSequence from, Messages messages) {}

        @Override
        public void commit(String group, Map<Integer, GroupOffsets.Committed> offsets) {}

        @Override
        public void deleteCommitted(String group, Set<Integer> partitions) {}

        @Override
        public void deleteGroup(String group) {}

        @Override
        public void deleteBefore(long[] startOffsets) {}

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
        public void maintain(Source topic) {}

        @Override
        public void delete() {}
    }

    /** A write, and what came of it. */
    private final class Write {
        private final long start;
        private boolean isPublished;
        private boolean isUndone;
        private int answers;

        Write(long start) {
            this.start = start;
        }

        void publish() {
            require(published.isEmpty() || published.get(published.size() - 1).start < start, "published out of order");
            require(journal.isSynced(start + 1), "published, and not on disk");
            isPublished = true;
            published.add(this);
        }

        void undo() {
            require(!isPublished, "undone, and published");
            require(writes.get(writes.size() - 1) == this, "undone, and not the latest");
            isUndone = true;
            writes.remove(this);
        }

        void answer(Long value, Throwable failure) {
            answers++;
            require(failure == null ? isPublished : isUndone, "answered before it was settled");
        }
    }

    private void require(boolean condition, String text) {
        fault = condition || fault != null ? fault : text;
    }

    private void addTask(Runnable task) {
        synchronized (tasks) {
            tasks.add(task);
        }
    }

    @Operation
    public void write() {
        CompletableFuture<Long> answer;
        Write write;
        synchronized (lock) {
            write = new Write(journal.position());
            journal.write();
            writes.add(write);
            all.add(write);
            answer = groupCommit.answer(write.start, write.start, write::publish, write::undo);
        }
        answer.whenComplete(write::answer);
    }

    @Operation
    public void failNextSync() {
        journal.failNext();
    }

    /** What a background thread does. */
    @Operation
    public void runTask() {
        Runnable task;
        synchronized (tasks) {
            task = tasks.poll();
        }
        if (task != null) {
            task.run();
        }
    }

    /** What a checkpoint does. */
    @Operation
    public void settle() {
        Runnable answers;
        synchronized (lock) {
            answers = groupCommit.settle();
        }
        answers.run();
    }

    @Validate
    public void eachWriteIsAnsweredOnce() {
        while (!tasks.isEmpty()) {
            tasks.poll().run();
        }
        for (Write write : all) {
            require(write.answers == 1, "answered " + write.answers + " times");
        }
        if (fault != null) {
            throw new IllegalStateException(fault);
        }
    }

    @Test
    void each_write_is_answered_once_after_it_is_on_disk() {
        new ModelCheckingOptions()
                .iterations(10)
                .invocationsPerIteration(100)
                .threads(2)
                .actorsBefore(1)
                .actorsPerThread(4)
                .actorsAfter(1)
                .check(GroupCommitInterleavings.class);
    }
}
