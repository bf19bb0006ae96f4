package engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Answers that wait until what they tell of is on disk. Those that come while a sync is going on share the next one, so
 * that many producers cost hardly more syncs than one (what databases call group commit):
 * <ol>
 * <li>Whoever has written something, with the lock of the topic held, adds its answer here.
 * <li>A thread that is there as long as somebody waits notes who does, and syncs the journal without the lock.
 * <li>With the lock it publishes what those have written, in the order of writing, and then sends their answers.
 * <li>If the sync failed, nobody knows what is on disk. With the lock all messages that were not published are taken back, the
 *     latest first, and everybody who waits is told. What was registered or committed stays so, and is written with the next record:
 *     it can be asked for again.
 * </ol>
 */
final class GroupCommit {
    private final String topic;
    private final Journal journal;
    private final WaitQueue waiters;
    private final Object lock;
    private final Supplier<EngineException> refusal;
    private final Deque<Pending<?>> waiting = new ArrayDeque<>();
    private long lastNumber;
    private boolean isRunning;

    /**
     * @param waiters who wait for the topic's messages
     * @param lock of the topic
     * @param refusal what everybody is told who waits, once the topic was deleted; null until then
     */
    GroupCommit(String topic, Journal journal, WaitQueue waiters, Object lock, Supplier<EngineException> refusal) {
        this.topic = topic;
        this.journal = journal;
        this.waiters = waiters;
        this.lock = lock;
        this.refusal = refusal;
    }

    /**
     * @param number counts up
     * @param start where the journal ended before what it waits for was written
     * @param whenSynced and whenUndone are run with the lock held
     */
    private record Pending<T>(
            long number, CompletableFuture<T> answer, T value, long start, Runnable whenSynced, Runnable whenUndone) {
        void complete(EngineException failure) {
            if (failure == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(failure);
            }
        }
    }

    /**
     * An answer that is given when all that was written so far is on disk. The lock is held.
     *
     * @param start where the journal ended before what it waits for was written
     * @param whenSynced what to do then
     * @param whenUndone what to do instead if it never will be
     */
    <T> CompletableFuture<T> answer(T value, long start, Runnable whenSynced, Runnable whenUndone) {
        Pending<T> one = new Pending<>(++lastNumber, new CompletableFuture<>(), value, start, whenSynced, whenUndone);
        if (!isRunning) {
            DiskThreads.pool().execute(this::syncWhileSomebodyWaits); // it gets the lock after us
            isRunning = true;
        }
        waiting.add(one);
        return one.answer;
    }

    /** Sees to it that a sync comes, though nobody waits for it. The lock is held. */
    void syncSoon() {
        if (!isRunning) {
            answer(null, journal.position(), () -> {}, () -> {});
        }
    }

    /** Syncs now, for everybody who waits. The lock is held; the result is to be run without it. */
    Runnable settle() {
        return settle(lastNumber, trySync());
    }

    private void syncWhileSomebodyWaits() {
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
                answers.run(); // here: whoever sends again meanwhile shares the next sync
            }
        } catch (RuntimeException | Error e) { // nobody may wait for ever
            DiskThreads.pool().execute(this::syncWhileSomebodyWaits);
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

    /** An OutOfMemoryError, say: whoever waits is told. */
    private EngineException unexpected(Throwable e) {
        return new EngineException(ErrorCode.STORAGE_FULL, "The broker could not sync topic " + topic + ": " + e);
    }

    /** Publishes what was written up to that number, or takes all back, if others have not done so meanwhile. The lock is held. */
    private Runnable settle(long number, EngineException failure) {
        if (waiting.isEmpty() || waiting.getFirst().number > number) {
            return () -> {};
        }
        List<Pending<?>> settled = new ArrayList<>();
        EngineException deleted = refusal.get();
        EngineException told = deleted != null ? deleted : failure;
        try {
            if (told == null) {
                while (!waiting.isEmpty() && waiting.getFirst().number <= number) {
                    settled.add(waiting.removeFirst());
                }
                settled.forEach(one -> one.whenSynced.run());
            } else {
                undoAll(settled);
            }
        } catch (RuntimeException | Error e) {
            told = unexpected(e);
        }
        EngineException result = told;
        return () -> {
            try {
                waiters.wake();
            } finally {
                settled.forEach(one -> one.complete(result));
            }
        };
    }

    private void undoAll(List<Pending<?>> undone) {
        long start = waiting.isEmpty() ? journal.position() : waiting.getFirst().start;
        while (!waiting.isEmpty()) {
            undone.add(waiting.removeLast());
        }
        if (refusal.get() == null) {
            try {
                undone.forEach(one -> one.whenUndone.run());
            } finally {
                journal.cutBack(start);
            }
        }
    }
}
