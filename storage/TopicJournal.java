package storage;

import engine.ProduceResult;
import engine.ConsumerSettings;
import engine.EngineException;
import engine.ErrorCode;
import engine.Journal;
import engine.ProducerSequence;
import engine.TopicSettings;
import engine.TopicSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes a topic down in files of its own, in a folder of its own. Every file begins with what the topic and its consumers
 * were when it began, so that the files before it are needed for their messages alone, and go when those have gone: see {@link
 * ClosedFiles}. How it is put on disk, see {@link SyncedTail}.
 *
 * <p>Safe for any number of threads. Locks are taken in this order: the topic's, the one for syncing, this.
 */
final class TopicJournal implements Journal {
    private static final long MIN_FILE_SIZE = 1 << 20;
    private static final long MAX_FILE_SIZE = 64 << 20;

    /** How much larger than what it begins with a file gets at least. */
    private static final int MIN_GROWTH = 4;

    private static final int ENTRY_SIZE = 256;

    private static final JournalTail.Records NOTHING_ELSE = writer -> {};

    private final Path folder;
    private final String name;
    private final TopicSettings settings;
    private final byte[][] lineStarts;
    private final Fsync fsync;
    private final ConsumersState consumers;
    private final Runnable maintenance;
    private final ClosedFiles closed;
    private final SyncedTail tail;
    private final Object syncLock = new Object();
    private JournalFile file;

    /** At what size to see whether the file is large. */
    private long sizeToCheckAt = MIN_FILE_SIZE;

    private long firstPosition;

    /** Whether there is something about consumers that could not be written: then all of them are with the next record. */
    private boolean areConsumersDue;

    /** What the partitions begin with, when it was last written or was to be; null if it never was. */
    private long[] starts;

    /** Whether that is to be written with the next record. */
    private boolean areStartsDue;

    /** Where in the file it was written: once that is synced, the files before it may be dropped. */
    private long startsPosition;

    private boolean isDropDue;
    private boolean isClosed;
    private boolean isDeleted;

    /** @param maintenance calls {@link #maintain} soon, on another thread */
    TopicJournal(Path folder, String name, TopicSettings settings, Fsync fsync, ConsumersState consumers, Runnable maintenance) {
        this.folder = folder;
        this.name = name;
        this.settings = settings;
        this.lineStarts = IntStream.range(0, settings.partitionsOrDefault()).mapToObj(RecordWriter::lineStart).toArray(byte[][]::new);
        this.fsync = fsync;
        this.consumers = consumers;
        this.maintenance = maintenance;
        this.closed = new ClosedFiles(folder, fsync);
        this.tail = new SyncedTail(fsync);
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
            try {
                discard(whereItIs);
            } catch (IOException left) { // it goes with the next start
                e.addSuppressed(left);
            }
            throw e;
        }
        return journal;
    }

    /** Removes a folder, which has a name that the next start removes while only some of it has gone. */
    private static void discard(Path folder) throws IOException {
        Path grave = grave(folder);
        Files.move(folder, grave, StandardCopyOption.ATOMIC_MOVE);
        Folders.delete(grave);
    }

    private static Path grave(Path folder) {
        return folder.resolveSibling(TopicsFolder.DELETED + folder.getFileName());
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
        JournalTail last = new JournalTail(file.path(), end);
        last.requireClean();
        last.force(fsync);
        tail.goOn(last, isMarked);
        areConsumersDue = lacksConsumers;
    }

    @Override
    public boolean isSyncedBeforeAnswers() {
        return fsync == Fsync.ALWAYS;
    }

    @Override
    public synchronized void append(List<ProduceResult.Range> ranges, long timestamp, ProducerSequence sequence, Messages messages) {
        write(messages.size() + ENTRY_SIZE, writer -> {
            if (lineStarts.length > 1) {
                messages.forEach((partition, bytes, from, length) -> writer.message(lineStarts[partition], bytes, from, length));
            } else {
                writer.messages(messages.lines());
            }
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
    public synchronized void register(ConsumerSettings consumer, long registeredAt, String group, long[] committed) {
        Entry.Registration registration = consumers.registrationEntry(consumer, registeredAt, group, committed);
        write(Entry.registered(registration));
        consumers.register(registration);
    }

    @Override
    public synchronized void unregister(String consumerId) {
        consumers.unregister(consumerId);
        writeOrLater(Entry.unregistered(consumerId));
    }

    @Override
    public synchronized void noteAssignment(String group, long generation, Map<String, List<Integer>> owned) {
        Entry.Assignment assignment = new Entry.Assignment(ConsumersState.groupName(group), generation, owned);
        consumers.assign(assignment);
        writeOrLater(Entry.assigned(assignment));
    }

    @Override
    public synchronized void noteMissed(String consumerId, long messages, Map<Integer, Long> passed) {
        Entry.Missed missed = new Entry.Missed(consumerId, messages, ConsumersState.offsets(passed));
        consumers.miss(missed);
        writeOrLater(Entry.missed(missed));
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
                if (isDeleted) {
                    return;
                }
                if (tail.isBroken()) {
                    throw storageFull(new IOException("a sync has failed"));
                }
                writeWhatIsDue();
                if (tail.isSyncedTo(tail.position())) {
                    return;
                }
                sync = tail.beginSync();
            }
            try {
                finish(sync);
            } catch (IOException e) {
                throw storageFull(e);
            }
        }
    }

    @Override
    public void cutBack(long end) {
        synchronized (syncLock) { // lest a sync counts what is not there any more
            synchronized (this) {
                if (isDeleted) {
                    return;
                }
                long to = tail.cutTo(end); // what was cut off of consumers and of starts is written again
                areConsumersDue = true;
                areStartsDue |= starts != null && startsPosition > to;
                if (areStartsDue) {
                    writeWhatIsDue();
                }
            }
        }
    }

    @Override
    public void maintain(Source topic) {
        noteWhatToDrop(topic);
        if (!isSyncedBeforeAnswers()) {
            sync();
        } else if (isSyncDue()) {
            topic.syncSoon(); // which takes back what could not be
        }
        markSynced();
        dropFiles();
        if (isFileLarge(topic)) {
            sync(); // nearly all, while nobody has to wait for it
            topic.checkpoint(this::beginNext);
        }
        requireNothingDue();
    }

    @Override
    public void delete() {
        synchronized (syncLock) {
            synchronized (this) {
                if (isDeleted) {
                    return;
                }
                Path grave = grave(folder);
                try {
                    tail.close(); // a folder with an open file has its name for good, on Windows
                    Files.move(folder, grave, StandardCopyOption.ATOMIC_MOVE);
                } catch (IOException e) {
                    if (!isGone(folder)) {
                        throw storageFull(e);
                    }
                }
                isDeleted = true;
                try {
                    Folders.sync(folder.getParent(), fsync);
                } catch (IOException e) {
                    if (takeBackDeletion(grave)) {
                        throw storageFull(e);
                    }
                }
                try {
                    Folders.delete(grave);
                } catch (IOException e) {
                    DataDirectory.LOG.warn(TopicsFolder.leftInWords(grave, e));
                }
            }
        }
    }

    /** Somebody else has removed the folder: then no start finds it. Without the folder around it nobody can tell. */
    private static boolean isGone(Path folder) {
        return Files.notExists(folder, LinkOption.NOFOLLOW_LINKS) && Files.isDirectory(folder.getParent());
    }

    private boolean takeBackDeletion(Path grave) {
        try {
            Files.move(grave, folder, StandardCopyOption.ATOMIC_MOVE);
            isDeleted = false;
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    String name() {
        return name;
    }

    synchronized boolean isDeleted() {
        return isDeleted;
    }

    /** Syncs, and writes no more: whoever comes too late is told. */
    void close() {
        try {
            sync();
            synchronized (this) {
                isClosed = true;
            }
            sync(); // what came in between
            synchronized (this) {
                tail.mark();
            }
        } catch (IOException e) {
            // that it is on disk is all that matters
        } finally {
            synchronized (this) {
                isClosed = true;
                tail.close();
            }
        }
    }

    /** Writes down what the partitions begin with. */
    synchronized void beginAt(long[] partitionStarts) {
        starts = partitionStarts;
        areStartsDue = true;
        write(ENTRY_SIZE, NOTHING_ELSE);
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

    /** What cannot be written now is written with what is written next. This is locked. */
    private void writeWhatIsDue() {
        if (areConsumersDue || areStartsDue) {
            try {
                write(ENTRY_SIZE, NOTHING_ELSE);
            } catch (EngineException e) {
                // nobody waits for it
            }
        }
    }

    /** This is locked. */
    private void write(int sizeHint, JournalTail.Records record) {
        if (isDeleted) {
            return; // the topic is about to go
        }
        if (isClosed) {
            throw new EngineException(ErrorCode.SHUTTING_DOWN, "The broker stops. Start it again, and repeat the request.");
        }
        try {
            tail.write(sizeHint, writer -> {
                if (areConsumersDue) {
                    writer.close(Entry.consumers(consumers.entry()));
                }
                if (areStartsDue) {
                    writer.close(Entry.trimmed(IntStream.range(0, starts.length).mapToObj(p -> new Entry.Start(p, starts[p])).collect(Collectors.toList())));
                }
                record.to(writer);
            });
        } catch (IOException e) {
            throw storageFull(e);
        }
        areConsumersDue = false;
        startsPosition = areStartsDue ? tail.position() : startsPosition;
        areStartsDue = false;
        if (tail.position() > sizeToCheckAt) {
            sizeToCheckAt = Long.MAX_VALUE; // once is enough
            maintenance.run();
        }
    }

    private synchronized boolean isSyncDue() {
        return !isDeleted && (tail.isBroken() || areConsumersDue || !tail.isSyncedTo(tail.position()));
    }

    private synchronized void markSynced() {
        if (!isDeleted && !isClosed) {
            try {
                tail.mark();
            } catch (IOException e) {
                // with what is written next
            }
        }
    }

    private void finish(SyncedTail.Sync sync) throws IOException {
        try {
            sync.force();
        } catch (IOException e) {
            synchronized (this) {
                sync.failed();
            }
            throw e;
        }
        synchronized (this) {
            sync.succeeded();
        }
    }

    private synchronized void requireNothingDue() {
        if (areConsumersDue && !isDeleted && !isSyncedBeforeAnswers()) {
            write(ENTRY_SIZE, NOTHING_ELSE);
        }
    }

    /** A file is to be about as large as what the topic keeps, so that what it keeps no more takes no more room than that. */
    private synchronized boolean isFileLarge(Source topic) {
        long limit = Math.max(MIN_GROWTH * firstPosition, Math.max(MIN_FILE_SIZE, Math.min(MAX_FILE_SIZE, topic.keptBytes())));
        boolean isLarge = tail.position() > limit;
        sizeToCheckAt = isLarge ? limit : Math.max(limit, Math.min(MAX_FILE_SIZE, 2 * tail.position())); // what is kept grows along
        return isLarge && !isDeleted;
    }

    /** Begins the next file; if it cannot be, the last one goes on. The topic is locked. */
    private void beginNext(TopicSnapshot snapshot) {
        synchronized (syncLock) {
            synchronized (this) {
                if (isDeleted || isClosed || tail.isBroken()) {
                    return;
                }
                try {
                    tail.requireClean();
                    finish(tail.beginSync()); // what a file follows on is whole
                    JournalFile next = JournalFile.after(file.number(), folder, settings.partitionsOrDefault());
                    JournalTail begun = begin(next, snapshot);
                    tail.close();
                    closed.add(file);
                    file = next;
                    firstPosition = begun.position();
                    tail.goOn(begun, false);
                    areConsumersDue = false;
                    areStartsDue = false; // it begins with them
                    startsPosition = 0;
                } catch (IOException e) {
                    sizeToCheckAt = Long.MAX_VALUE; // until the next time that this is seen to
                }
            }
        }
    }

    /** Begins a file: with what the topic is, and with its consumers. */
    private JournalTail begin(JournalFile next, TopicSnapshot snapshot) throws IOException {
        JournalTail begun = new JournalTail(next.path(), 0);
        boolean isDone = false;
        try {
            begun.write(ENTRY_SIZE, writer -> {
                writer.close(Entry.topic(new Entry.TopicState(Entry.FORMAT, name, settings, snapshot.partitions(), snapshot.producers())));
                writer.close(Entry.consumers(consumers.entry()));
            });
            begun.force(fsync);
            Folders.sync(next.path().getParent(), fsync);
            isDone = true;
            return begun;
        } finally {
            if (!isDone) {
                begun.cutTo(0); // if it comes back after the end of the machine, it has not begun
                begun.close();
                Files.deleteIfExists(next.path());
            }
        }
    }

    /** Writes down what the topic begins with, if there are files that do not matter any more. */
    private void noteWhatToDrop(Source topic) {
        synchronized (this) {
            if (isDeleted || isClosed || isDropDue || closed.isEmpty()) {
                return;
            }
        }
        long[] now = IntStream.range(0, topic.partitions()).mapToLong(topic::startOffset).toArray();
        synchronized (this) {
            if (isDeleted || isClosed || !closed.hasSomeToDrop(now)) {
                return;
            }
            isDropDue = true;
            try {
                beginAt(now);
            } catch (EngineException noRoom) {
                closed.empty(now); // with the room that this gives, the next time
            }
        }
    }

    /** Removes the files that do not matter any more, once that is on disk. */
    private synchronized void dropFiles() {
        if (isDropDue && !areStartsDue && !isDeleted && !isClosed && tail.isSyncedTo(startsPosition)) {
            closed.drop(starts);
            isDropDue = false;
        }
    }

    private EngineException storageFull(IOException e) {
        return new EngineException(ErrorCode.STORAGE_FULL, "The disk took no more for topic " + name + " (" + DataDirectory.reason(e)
                + "). No message of this request was kept; what was accepted before is there. Free some space on the disk of "
                + folder.toAbsolutePath().getParent() + ", or DELETE a topic, and send it again: no restart is needed.");
    }
}
