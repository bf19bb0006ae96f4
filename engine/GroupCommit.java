package engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Group commit, as in databases: answers that wait for an fsync. Answers that arrive during an fsync share the next one, so that
 * many producers cost hardly more fsyncs than one:
 * <ol>
 * <li>A thread writes to the journal, with the lock of the topic held, and adds its answer here.
 * <li>A background thread runs while answers wait. It notes the last answer, and syncs the journal without the lock.
 * <li>With the lock, it publishes the writes of these answers in the order of writing. Then it sends the answers.
 * <li>If the fsync fails, it is unknown what is on disk. With the lock, all unpublished messages are removed, the latest first, and
 *     all waiting answers fail. Registrations and commits remain, and are written with the next record, so that clients can
 *     repeat them.
 * </ol>
 *
 * <p>The lock of the topic, which is passed to the constructor, guards all fields that are not final, and {@code waiting}.
 */
final class GroupCommit {
    private final String topic;
    private final Journal journal;
    private final WaitQueue waiters;
    private final Object lock;
    private final Supplier<EngineException> deleted;
    private final Executor executor;
    private final Deque<Pending<?>> waiting = new ArrayDeque<>();
    private long lastNumber;
    private boolean isRunning;

    /**
     * @param waiters the calls that wait for the topic's messages
     * @param lock of the topic
     * @param deleted gives the failure of all waiting answers when the topic was deleted; null until then
     * @param executor for tasks that may wait for a disk
     */
    GroupCommit(
            String topic,
            Journal journal,
            WaitQueue waiters,
            Object lock,
            Supplier<EngineException> deleted,
            Executor executor) {
        this.topic = topic;
        this.journal = journal;
        this.waiters = waiters;
        this.lock = lock;
        this.deleted = deleted;
        this.executor = executor;
    }

    /**
     * An answer that waits.
     *
     * @param number grows by 1 with each answer
     * @param start the end of the journal before the write that the answer waits for
     * @param onSynced is run with the lock held after an fsync
     * @param onUndone is run with the lock held after a failed fsync
     */
    private record Pending<T>(
            long number, CompletableFuture<T> answer, T value, long start, Runnable onSynced, Runnable onUndone) {
        void complete(EngineException failure) {
            if (failure == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(failure);
            }
        }
    }

    /**
     * Returns a future that completes with {@code value} when all earlier writes are on disk. The caller holds the lock.
     *
     * @param start the end of the journal before the write that the answer waits for
     * @param onSynced is run with the lock held after the fsync
     * @param onUndone is run with the lock held, instead, if the fsync fails
     */
    <T> CompletableFuture<T> answer(T value, long start, Runnable onSynced, Runnable onUndone) {
        Pending<T> pending = new Pending<>(++lastNumber, new CompletableFuture<>(), value, start, onSynced, onUndone);
        if (!isRunning) {
            executor.execute(this::syncLoop); // it waits for the lock, which this thread holds
            isRunning = true;
        }
        waiting.add(pending);
        return pending.answer;
    }

    /** Schedules an fsync, although no answer waits for it. The caller holds the lock. */
    void syncSoon() {
        if (!isRunning) {
            answer(null, journal.position(), () -> {}, () -> {});
        }
    }

    /** Syncs now, for all waiting answers. The caller holds the lock, and runs the result after it has released the lock. */
    Runnable settle() {
        return settle(lastNumber, trySync());
    }

    private void syncLoop() {
        try {
            while (true) {
                long number;
                synchronized (lock) {
                    if (waiting.isEmpty()) {
                        isRunning = false;
                        return;
                    }
                    number = lastNumber;
                }
                EngineException failure = trySync();
                Runnable answers;
                synchronized (lock) {
                    answers = settle(number, failure);
                }
                answers.run(); // before the next fsync, so that producers that send again now share it
            }
        } catch (RuntimeException | Error e) { // no answer may wait for ever
            executor.execute(this::syncLoop);
            throw e;
        }
    }

    private EngineException trySync() {
        try {
            journal.sync();
            return null;
        } catch (EngineException e) {
            return e;
        } catch (Throwable e) {
            return unexpected(e);
        }
    }

    /** For example, for an OutOfMemoryError. */
    private EngineException unexpected(Throwable e) {
        return new EngineException(ErrorCode.STORAGE_FULL, "The broker could not sync topic " + topic + ": " + e);
    }

    /**
     * Publishes the writes of the answers up to {@code number}, or undoes all writes after a failure. Does nothing if another thread
     * has settled these answers. The caller holds the lock.
     */
    private Runnable settle(long number, EngineException failure) {
        if (waiting.isEmpty() || waiting.getFirst().number > number) {
            return () -> {};
        }
        List<Pending<?>> settled = new ArrayList<>();
        EngineException deletion = deleted.get();
        EngineException thrown = deletion != null ? deletion : failure;
        try {
            if (thrown == null) {
                while (!waiting.isEmpty() && waiting.getFirst().number <= number) {
                    settled.add(waiting.removeFirst());
                }
                settled.forEach(pending -> pending.onSynced.run());
            } else {
                undoAll(settled);
            }
        } catch (RuntimeException | Error e) {
            thrown = unexpected(e);
        }
        EngineException result = thrown;
        return () -> {
            try {
                waiters.wake();
            } finally {
                settled.forEach(pending -> pending.complete(result));
            }
        };
    }

    private void undoAll(List<Pending<?>> undone) {
        long start = waiting.isEmpty() ? journal.position() : waiting.getFirst().start;
        while (!waiting.isEmpty()) {
            undone.add(waiting.removeLast());
        }
        if (deleted.get() == null) {
            try {
                undone.forEach(pending -> pending.onUndone.run());
            } finally {
                journal.cutBack(start);
            }
        }
    }
}
