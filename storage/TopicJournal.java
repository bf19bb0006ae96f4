package storage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import engine.ConsumerSettings;
import engine.EngineException;
import engine.GroupOffsets;
import engine.Journal;
import engine.ProduceResult;
import engine.ProducerSequence;
import engine.TopicSettings;
import engine.TopicSnapshot;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Persists a topic in its own folder. This class takes the locks, and determines the order of the operations on the
 * files. Its parts do the work, each for one thread at a time: {@link JournalWriter} writes records, {@link SyncedTail}
 * knows which of them are on disk, {@link JournalSegments} begins and drops segments, and {@link TopicFolder} creates
 * and deletes the folder.
 *
 * <p>Safe for any number of threads. Threads take the locks in this order: the lock of the topic, {@code syncLock},
 * this. This guards all parts. An fsync holds {@code syncLock} but not this, so that records can be written at the same
 * time.
 */
final class TopicJournal implements Journal {

    @GuardedBy("this")
    private final TopicFolder folder;

    private final Fsync fsync;

    @GuardedBy("this")
    private final DueEntries due;

    @GuardedBy("this")
    private final SyncedTail tail;

    @GuardedBy("this")
    private final JournalSegments segments;

    /** Guarded by this, except {@code name} and {@code storageFull}, which read only final fields. */
    private final JournalWriter writer;

    private final Object syncLock = new Object();

    /**
     * A journal that has to be resumed before it is used.
     *
     * @param consumers of the topic, as the files have them when it is resumed; the journal keeps them up to date
     * @param maintenance requests that another thread calls {@link #maintain} soon
     */
    TopicJournal(
            TopicFolder folder,
            String name,
            TopicSettings settings,
            Fsync fsync,
            ConsumersState consumers,
            Runnable maintenance) {
        this.folder = folder;
        this.fsync = fsync;
        this.due = new DueEntries(consumers);
        this.tail = new SyncedTail(fsync, this);
        this.segments = new JournalSegments(folder, settings.partitionsOrDefault(), fsync, tail, maintenance);
        this.writer = new JournalWriter(folder, name, settings, consumers, due, tail, segments);
    }

    /**
     * Creates the folder of a new topic, with its first segment.
     *
     * @throws IOException if that failed; then the folder is removed, now or by the next start
     */
    static TopicJournal create(
            TopicFolder folder, String name, TopicSettings settings, Fsync fsync, Runnable maintenance)
            throws IOException {
        int partitions = settings.partitionsOrDefault();
        TopicJournal journal =
                new TopicJournal(folder, name, settings, fsync, new ConsumersState(partitions), maintenance);
        TopicSnapshot empty =
                new TopicSnapshot(Collections.nCopies(partitions, new TopicSnapshot.Partition(0, 0, 0)), List.of());
        try {
            synchronized (journal) {
                folder.create();
                long size = journal.segments.createFirst(journal.writer.header(empty));
                folder.publish();
                journal.segments.resumeFirst(size);
            }
        } catch (IOException e) {
            folder.discard(e);
            throw e;
        }
        return journal;
    }

    /**
     * Resumes at the end of the segments. Truncates everything after that.
     *
     * @param existing segments in their order, at least one
     * @param end of the last one, in bytes
     * @param isMarked whether a mark says that the last one is on disk up to there
     * @param lacksConsumers whether the last one ends before its consumers
     */
    synchronized void resume(List<JournalSegment> existing, long end, boolean isMarked, boolean lacksConsumers)
            throws IOException {
        segments.resume(existing, end, isMarked);
        if (lacksConsumers) {
            due.addConsumers();
        }
    }

    @Override
    public boolean isSyncedBeforeAnswers() {
        return fsync == Fsync.ALWAYS;
    }

    @Override
    public synchronized void append(
            List<ProduceResult.Range> ranges, long timestamp, ProducerSequence sequence, Messages messages) {
        writer.append(ranges, timestamp, sequence, messages);
    }

    @Override
    public synchronized void commit(String group, Map<Integer, GroupOffsets.Committed> offsets) {
        writer.commit(group, offsets);
    }

    @Override
    public synchronized void autoCommit(String group, Map<Integer, Long> offsets) {
        writer.autoCommit(group, offsets);
    }

    @Override
    public synchronized void deleteCommitted(String group, Set<Integer> partitions) {
        writer.deleteCommitted(group, partitions);
    }

    @Override
    public synchronized void deleteGroup(String group) {
        writer.deleteGroup(group);
    }

    @Override
    public synchronized void register(ConsumerSettings consumer, long registeredAt, String group, long[] committed) {
        writer.register(consumer, registeredAt, group, committed);
    }

    @Override
    public synchronized void unregister(String consumerId) {
        writer.unregister(consumerId);
    }

    @Override
    public synchronized void recordAssignment(String group, long generation, Map<String, List<Integer>> owned) {
        writer.recordAssignment(group, generation, owned);
    }

    @Override
    public synchronized void recordMissed(String consumerId, long messages, Map<Integer, Long> highestDelivered) {
        writer.recordMissed(consumerId, messages, highestDelivered);
    }

    @Override
    public synchronized void deleteBefore(long[] startOffsets) {
        writer.deleteBefore(startOffsets);
    }

    @Override
    public synchronized long position() {
        return tail.position();
    }

    @Override
    public void sync() {
        synchronized (syncLock) {
            SyncedTail.Sync sync;
            synchronized (this) {
                if (folder.isDeleted()) {
                    return;
                }
                if (tail.isBroken()) {
                    throw writer.storageFull(new IOException("an fsync has failed"));
                }
                try {
                    folder.syncIfDue();
                } catch (IOException e) {
                    throw writer.storageFull(e);
                }
                writer.writeDueIfPossible();
                if (tail.isSynced()) {
                    return;
                }
                sync = tail.beginSync();
            }
            try {
                sync.force();
            } catch (IOException e) {
                throw writer.storageFull(e);
            }
        }
    }

    @Override
    public void cutBack(long end) {
        synchronized (syncLock) { // a concurrent fsync would count truncated bytes as synced
            synchronized (this) {
                if (folder.isDeleted()) {
                    return;
                }
                due.cutBack(tail.cutTo(end));
                if (due.hasStartOffsets()) {
                    writer.writeDueIfPossible();
                }
            }
        }
    }

    @Override
    public void maintain(Source topic) {
        requestDrop(topic);
        if (!isSyncedBeforeAnswers()) {
            sync();
        } else if (isSyncDue()) {
            topic.syncSoon(); // the topic removes messages that cannot be synced
        }
        markSynced();
        dropSegments();
        if (isLarge(topic)) {
            sync(); // sync most of it now, while the topic is not locked yet
            topic.checkpoint(this::roll);
        }
        writeDueConsumers();
    }

    @Override
    public void delete() {
        synchronized (syncLock) {
            synchronized (this) {
                if (folder.isDeleted()) {
                    return;
                }
                tail.close();
                try {
                    folder.delete();
                } catch (IOException e) {
                    throw writer.storageFull(e);
                }
            }
        }
    }

    /** The name of the topic. */
    String name() {
        return writer.name();
    }

    synchronized boolean isDeleted() {
        return folder.isDeleted();
    }

    /**
     * Fsyncs, closes the files, and rejects all later records with SHUTTING_DOWN.
     *
     * @throws EngineException STORAGE_FULL if some records may not be on disk
     */
    void close() {
        try {
            sync();
            synchronized (this) {
                writer.close();
            }
            sync(); // records that were written meanwhile
            synchronized (this) {
                tail.mark();
            }
        } catch (IOException e) {
            // the records are on disk, and only the mark is missing
        } finally {
            synchronized (this) {
                writer.close();
                tail.close();
            }
        }
    }

    /**
     * Writes the start offsets of the partitions.
     *
     * @param startOffsets by partition
     */
    synchronized void startAt(long[] startOffsets) {
        writer.startAt(startOffsets);
    }

    private synchronized boolean isSyncDue() {
        return !folder.isDeleted() && (tail.isBroken() || due.hasConsumers() || !tail.isSynced());
    }

    private synchronized void markSynced() {
        if (writer.isOpen()) {
            try {
                tail.mark();
            } catch (IOException e) {
                // the next record includes the mark
            }
        }
    }

    private synchronized void writeDueConsumers() {
        if (due.hasConsumers() && !folder.isDeleted() && !isSyncedBeforeAnswers()) {
            writer.writeDue();
        }
    }

    private synchronized boolean isLarge(Source topic) {
        return segments.isLarge(topic.keptBytes()) && !folder.isDeleted();
    }

    /** Begins the next segment. If that fails, the last one stays in use. The caller holds the lock of the topic. */
    private void roll(TopicSnapshot snapshot) {
        synchronized (syncLock) {
            synchronized (this) {
                if (!writer.isOpen() || tail.isBroken()) {
                    return;
                }
                try {
                    segments.roll(writer.header(snapshot));
                    due.rolled();
                } catch (IOException e) {
                    // maintenance tries again
                }
            }
        }
    }

    /**
     * Writes the start offsets of the partitions, if there are segments to drop. If the disk is full, truncates these
     * segments to free space.
     */
    private void requestDrop(Source topic) {
        SealedSegments sealed;
        synchronized (this) {
            sealed = segments.sealed();
            if (!writer.isOpen() || sealed.isDropDue() || sealed.isEmpty()) {
                return;
            }
        }
        long[] startOffsets = IntStream.range(0, topic.partitions())
                .mapToLong(topic::startOffset)
                .toArray();
        synchronized (this) {
            if (!writer.isOpen() || !sealed.requestDrop(startOffsets)) {
                return;
            }
            try {
                writer.startAt(startOffsets);
            } catch (EngineException noRoom) {
                sealed.empty(startOffsets);
            }
        }
    }

    /** Drops the segments that are not needed any more, once the start offsets are on disk. */
    private synchronized void dropSegments() {
        if (segments.sealed().isDropDue()
                && !due.hasStartOffsets()
                && writer.isOpen()
                && tail.isSyncedTo(due.startOffsetsEnd())) {
            segments.sealed().drop(due.startOffsets());
        }
    }
}
