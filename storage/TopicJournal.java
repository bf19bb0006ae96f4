package storage;

import engine.Appended;
import engine.ConsumerSettings;
import engine.EngineException;
import engine.ErrorCode;
import engine.Journal;
import engine.ProducerSequence;
import engine.Topic;
import engine.TopicSettings;
import engine.TopicSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes a topic down in files of its own, in a folder of its own. Every file begins with what the topic and its consumers
 * were when it began, so that the files before it are needed for their messages alone, and go when those have gone: see {@link
 * ClosedFiles}.
 *
 * <p>A sync that has failed says nothing of what is on disk, and the next one may wrongly say that all is. So all syncs fail from
 * then on until {@link #cutBack} has taken back what was not synced; with {@link Fsync#INTERVAL}, where it was answered already,
 * the next one counts. What a sync has put on disk is marked in the file soon after, so that a start can tell what a machine without
 * power never had on disk from what the disk has lost since (what Kafka's recovery point tells).
 *
 * <p>Safe for any number of threads. Locks are taken in this order: the topic's, the one for syncing, this.
 */
final class TopicJournal implements Journal {
    private static final long MIN_FILE_SIZE = 1 << 20;
    private static final long MAX_FILE_SIZE = 64 << 20;

    /** How much larger than what it begins with a file gets at least. */
    private static final int MIN_GROWTH = 4;

    private static final int ENTRY_SIZE = 256;

    private final Path folder;
    private final String name;
    private final TopicSettings settings;
    private final Fsync fsync;
    private final ConsumersState consumers;
    private final Runnable maintenance;
    private final ClosedFiles closed;
    private final Object syncLock = new Object();
    private JournalFile file;
    private JournalTail tail;
    private long syncedPosition;
    private long markedPosition;

    /** Where the last record ends that is no mark. */
    private long contentPosition;

    private long sizeLimit = MIN_FILE_SIZE;
    private long firstPosition;

    /** What the partitions begin with, as was written at {@link #trimmedPosition}: when that is synced, files may go. Else null. */
    private long[] trimmed;

    private long trimmedPosition;

    /** Whether there is something about consumers that could not be written: then all of them are with the next record. */
    private boolean areConsumersDue;

    private boolean isSyncBroken;
    private boolean isDeleted;

    /** @param maintenance calls {@link #maintain} soon, on another thread */
    TopicJournal(Path folder, String name, TopicSettings settings, Fsync fsync, ConsumersState consumers, Runnable maintenance) {
        this.folder = folder;
        this.name = name;
        this.settings = settings;
        this.fsync = fsync;
        this.consumers = consumers;
        this.maintenance = maintenance;
        this.closed = new ClosedFiles(folder);
    }

    /** A journal in a new folder, with its first file; it is complete when the folder has its name. */
    static TopicJournal create(Path draft, Path folder, String name, TopicSettings settings, Fsync fsync, Runnable maintenance)
            throws IOException {
        int partitions = settings.partitionsOrDefault();
        TopicJournal journal = new TopicJournal(folder, name, settings, fsync, new ConsumersState(partitions), maintenance);
        List<TopicSnapshot.Partition> starts = IntStream.range(0, partitions)
                .mapToObj(p -> new TopicSnapshot.Partition(0, 0, 0)).collect(Collectors.toList());
        Path whereItIs = draft;
        try {
            Folders.create(draft);
            JournalTail first = journal.begin(new JournalFile(draft, 1, partitions), new TopicSnapshot(starts, List.of()));
            first.close();
            Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
            whereItIs = folder;
            Folders.sync(folder.getParent(), fsync);
            journal.goOn(List.of(new JournalFile(folder, 1, partitions)), first.position(), false, false);
        } catch (IOException e) {
            Folders.delete(whereItIs);
            throw e;
        }
        return journal;
    }

    /**
     * Goes on where the files end. What follows there is cut off.
     *
     * @param files in their order, one at least
     * @param end of the last one, in bytes
     * @param isMarked whether it says so far that it is on disk
     * @param lacksConsumers whether the last one has not come to its consumers
     */
    synchronized void goOn(List<JournalFile> files, long end, boolean isMarked, boolean lacksConsumers) throws IOException {
        files.subList(0, files.size() - 1).forEach(closed::add);
        file = files.get(files.size() - 1);
        tail = new JournalTail(file.path(), end);
        tail.requireClean();
        force(tail);
        syncedPosition = end;
        contentPosition = end;
        markedPosition = isMarked ? end : 0;
        areConsumersDue = lacksConsumers;
    }

    @Override
    public boolean isSyncedBeforeAnswers() {
        return fsync == Fsync.ALWAYS;
    }

    @Override
    public synchronized void append(List<Appended.Range> ranges, long timestamp, ProducerSequence sequence, Messages messages) {
        boolean isOneOfSeveral = settings.partitionsOrDefault() > 1;
        write(messages.size() + ENTRY_SIZE, writer -> {
            messages.forEach((partition, bytes, from, length) -> writer.message(isOneOfSeveral ? partition : -1, bytes, from, length));
            writer.closeAppended(ranges, timestamp, sequence);
        });
        ranges.forEach(range -> file.noteMessages(range.partition(), range.baseOffset() + range.count()));
    }

    @Override
    public synchronized void commit(String group, Map<Integer, Long> offsets) {
        write(Entry.committed(ConsumersState.commitEntry(group, offsets)));
        consumers.commit(group, offsets);
    }

    @Override
    public synchronized void noteDelivery(String group, Map<Integer, Long> offsets) {
        consumers.commit(group, offsets);
        writeOrLater(Entry.committed(ConsumersState.commitEntry(group, offsets)));
    }

    @Override
    public synchronized void register(ConsumerSettings consumer, String group, long[] committed) {
        Entry.Registration registration = consumers.registrationEntry(consumer, group, committed);
        write(Entry.registered(registration));
        consumers.register(registration);
    }

    @Override
    public synchronized void unregister(String consumerId) {
        consumers.unregister(consumerId);
        writeOrLater(Entry.unregistered(consumerId));
    }

    @Override
    public synchronized long position() {
        return tail.position();
    }

    @Override
    public void sync() {
        synchronized (syncLock) {
            long end;
            JournalTail toSync;
            synchronized (this) {
                requireSyncable();
                if (isDeleted) {
                    return;
                }
                if (areConsumersDue) {
                    write(ENTRY_SIZE, writer -> {}); // they go first
                }
                if (syncedPosition == tail.position()) {
                    return;
                }
                toSync = tail;
                end = tail.position();
            }
            try {
                force(toSync);
            } catch (IOException e) {
                synchronized (this) {
                    isSyncBroken = fsync == Fsync.ALWAYS;
                }
                throw storageFull(e);
            }
            synchronized (this) {
                syncedPosition = end;
            }
        }
    }

    @Override
    public synchronized void cutBack(long end) {
        long to = isSyncBroken ? Math.min(end, syncedPosition) : end; // what lies between is of consumers, and written again
        isSyncBroken = false;
        areConsumersDue = true;
        if (!isDeleted) {
            tail.cutTo(to);
            syncedPosition = Math.min(syncedPosition, to);
            contentPosition = Math.min(contentPosition, to);
            markedPosition = 0; // the mark may be gone
            if (trimmedPosition > to) {
                trimmed = null; // so is what was written of that
            }
        }
    }

    @Override
    public void maintain(Topic topic) {
        noteWhatToDrop(topic);
        if (isSyncedBeforeAnswers()) {
            if (isSyncDue()) {
                topic.syncSoon(); // which takes back what could not be
            }
        } else {
            sync();
        }
        markSynced();
        dropFiles();
        if (isFileLarge(topic)) {
            sync(); // nearly all, while nobody has to wait for it
            topic.checkpoint(this::beginNext);
        }
    }

    @Override
    public void delete() {
        synchronized (syncLock) {
            synchronized (this) {
                if (isDeleted) {
                    return;
                }
                Path grave = folder.resolveSibling(DataDirectory.DELETED + folder.getFileName());
                try {
                    tail.close(); // a folder with an open file has its name for good, on Windows
                    Files.move(folder, grave, StandardCopyOption.ATOMIC_MOVE);
                    isDeleted = true;
                    Folders.sync(folder.getParent(), fsync);
                    Folders.delete(grave);
                } catch (IOException e) {
                    if (!isDeleted) {
                        throw storageFull(e);
                    } // else what is left goes with the next start
                }
            }
        }
    }

    String name() {
        return name;
    }

    synchronized boolean isDeleted() {
        return isDeleted;
    }

    /** Syncs, and writes no more. */
    void close() {
        try {
            sync();
            markSynced();
        } finally {
            synchronized (this) {
                tail.close();
            }
        }
    }

    /** Writes down what the partitions begin with. */
    synchronized void beginAt(long[] starts) {
        write(Entry.trimmed(IntStream.range(0, starts.length).mapToObj(p -> new Entry.Start(p, starts[p])).collect(Collectors.toList())));
    }

    private void write(Entry entry) {
        write(ENTRY_SIZE, writer -> writer.close(entry));
    }

    private void writeOrLater(Entry entry) {
        try {
            write(entry);
        } catch (EngineException e) {
            areConsumersDue = true;
        }
    }

    /** This is locked. */
    private void write(int sizeHint, JournalTail.Records record) {
        if (isDeleted) {
            return; // the topic is about to go
        }
        try {
            tail.write(sizeHint, writer -> {
                if (isMarkDue()) {
                    writer.closeSynced(syncedPosition);
                }
                if (areConsumersDue) {
                    writer.close(Entry.consumers(consumers.entry()));
                }
                record.to(writer);
            });
            areConsumersDue = false;
            contentPosition = tail.position();
            noteMark();
        } catch (IOException e) {
            throw storageFull(e);
        }
        if (tail.position() > sizeLimit) {
            sizeLimit = Long.MAX_VALUE; // once is enough
            maintenance.run();
        }
    }

    /** Says in the file what is on disk, if nothing else has been written since that could say so with it. */
    private synchronized void markSynced() {
        if (!isDeleted && isMarkDue()) {
            try {
                tail.write(ENTRY_SIZE, writer -> writer.closeSynced(syncedPosition));
                noteMark();
            } catch (IOException e) {
                // with what is written next
            }
        }
    }

    /** A mark itself needs none. */
    private boolean isMarkDue() {
        return Math.min(syncedPosition, contentPosition) > markedPosition;
    }

    private void noteMark() {
        markedPosition = syncedPosition;
    }

    private synchronized boolean isSyncDue() {
        return !isDeleted && (isSyncBroken || areConsumersDue || syncedPosition < tail.position());
    }

    private void force(JournalTail file) throws IOException {
        if (fsync != Fsync.NEVER) {
            file.force();
        }
    }

    private void requireSyncable() {
        if (isSyncBroken) {
            throw storageFull(new IOException("a sync has failed"));
        }
    }

    /** A file is to be about as large as what the topic keeps, so that what it keeps no more takes no more room than that. */
    private synchronized boolean isFileLarge(Topic topic) {
        sizeLimit = Math.max(MIN_GROWTH * firstPosition, Math.max(MIN_FILE_SIZE, Math.min(MAX_FILE_SIZE, topic.keptBytes())));
        return !isDeleted && tail.position() > sizeLimit;
    }

    /** Begins the next file; if it cannot be, the last one goes on. The topic is locked. */
    private void beginNext(TopicSnapshot snapshot) {
        synchronized (syncLock) {
            synchronized (this) {
                if (isDeleted) {
                    return;
                }
                try {
                    requireSyncable();
                    tail.requireClean();
                    force(tail); // what a file follows on is whole
                    JournalFile next = new JournalFile(folder, file.number() + 1, settings.partitionsOrDefault());
                    JournalTail begun = begin(next, snapshot);
                    tail.close();
                    closed.add(file);
                    file = next;
                    tail = begun;
                    firstPosition = begun.position();
                    syncedPosition = begun.position();
                    contentPosition = begun.position();
                    markedPosition = 0;
                    trimmedPosition = 0; // it begins with that
                    areConsumersDue = false;
                } catch (IOException e) {
                    sizeLimit = Long.MAX_VALUE; // until the next time that this is seen to
                }
            }
        }
    }

    /** Begins a file: with what the topic is, and with its consumers. */
    private JournalTail begin(JournalFile next, TopicSnapshot snapshot) throws IOException {
        JournalTail begun = new JournalTail(next.path(), 0);
        try {
            begun.write(ENTRY_SIZE, writer -> {
                writer.close(Entry.topic(new Entry.TopicState(Entry.FORMAT, name, settings, snapshot.partitions(), snapshot.producers())));
                writer.close(Entry.consumers(consumers.entry()));
            });
            force(begun);
            Folders.sync(next.path().getParent(), fsync);
            return begun;
        } catch (IOException e) {
            begun.close();
            Files.deleteIfExists(next.path());
            throw e;
        }
    }

    /** Writes down what the topic begins with, if there are files that do not matter any more. */
    private void noteWhatToDrop(Topic topic) {
        synchronized (this) {
            if (isDeleted || closed.isEmpty() || trimmed != null) {
                return;
            }
        }
        long[] starts = IntStream.range(0, topic.partitions()).mapToLong(topic::startOffset).toArray();
        synchronized (this) {
            if (isDeleted || !closed.hasSomeToDrop(starts)) {
                return;
            }
            try {
                beginAt(starts);
                trimmed = starts;
                trimmedPosition = tail.position();
            } catch (EngineException noRoom) {
                closed.empty(starts); // with the room that this gives, the next time
            }
        }
    }

    /** Removes the files that do not matter any more, once that is on disk. */
    private synchronized void dropFiles() {
        if (!isDeleted && trimmed != null && trimmedPosition <= syncedPosition) {
            closed.drop(trimmed);
            trimmed = null;
        }
    }

    private EngineException storageFull(IOException e) {
        return new EngineException(ErrorCode.STORAGE_FULL, "The disk took no more for topic " + name + " (" + DataDirectory.reason(e)
                + "). No message of this request was kept; what was accepted before is there. Free some space on the disk of "
                + folder.toAbsolutePath().getParent() + ", or DELETE a topic, and send it again: no restart is needed.");
    }
}
