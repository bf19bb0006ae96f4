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
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes a topic down in files of its own, in a folder of its own. Every file begins with what the topic and its consumers
 * were when it began, so that the files before it are needed for their messages alone, and go when those have gone.
 *
 * <p>A record is written at the known end of the last file. If that fails, what was written of it is cut off again, and the next
 * one is written to the same place: a full disk needs no more than room. If cutting off fails too, it is done before the
 * next record is written.
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
    private final Object syncLock = new Object();

    /** The files that do not grow any more. */
    private final List<JournalFile> closed = new ArrayList<>();

    private JournalFile file;
    private FileChannel channel;
    private long position;
    private long firstPosition;
    private long sizeLimit = MIN_FILE_SIZE;
    private long syncedPosition;
    private boolean areConsumersDue;
    private boolean isTailDirty;
    private boolean isDeleted;

    /** @param maintenance calls {@link #maintain} soon, on another thread */
    TopicJournal(Path folder, String name, TopicSettings settings, Fsync fsync, ConsumersState consumers, Runnable maintenance) {
        this.folder = folder;
        this.name = name;
        this.settings = settings;
        this.fsync = fsync;
        this.consumers = consumers;
        this.maintenance = maintenance;
    }

    /** A journal in a new folder, with its first file. */
    static TopicJournal create(Path draft, Path folder, String name, TopicSettings settings, Fsync fsync, Runnable maintenance)
            throws IOException {
        int partitions = settings.partitionsOrDefault();
        Folders.create(draft);
        TopicJournal journal = new TopicJournal(folder, name, settings, fsync, new ConsumersState(partitions), maintenance);
        List<TopicSnapshot.Partition> starts = IntStream.range(0, partitions)
                .mapToObj(p -> new TopicSnapshot.Partition(0, 0, 0)).collect(Collectors.toList());
        try {
            journal.begin(new JournalFile(draft, 1, partitions), new TopicSnapshot(starts, List.of()));
            Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            journal.closeChannel();
            Folders.delete(draft);
            throw e;
        }
        journal.file = new JournalFile(folder, 1, partitions);
        if (fsync != Fsync.NEVER) {
            Folders.sync(folder.getParent());
        }
        return journal;
    }

    /**
     * Goes on where the files end. What follows there is cut off.
     *
     * @param files in their order, one at least
     * @param end of the last one, in bytes
     */
    synchronized void goOn(List<JournalFile> files, long end) throws IOException {
        closed.addAll(files.subList(0, files.size() - 1));
        file = files.get(files.size() - 1);
        channel = Folders.openFile(file.path());
        position = end;
        if (channel.size() > end) {
            channel.truncate(end);
            areConsumersDue = true; // perhaps the file has not come to them
        }
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
    public void sync() {
        synchronized (syncLock) {
            FileChannel toSync;
            long end;
            synchronized (this) {
                if (isDeleted || syncedPosition == position) {
                    return;
                }
                toSync = openChannel();
                end = position;
            }
            try {
                toSync.force(false);
            } catch (IOException e) {
                throw storageFull(e);
            }
            synchronized (this) {
                syncedPosition = end;
            }
        }
    }

    @Override
    public synchronized void undoUnsynced() {
        position = syncedPosition;
        areConsumersDue = true;
        cutBack();
    }

    @Override
    public void maintain(Topic topic) {
        if (fsync != Fsync.NEVER) {
            sync();
        }
        if (isFileLarge(topic)) {
            topic.checkpoint(this::beginNext);
        }
        dropFiles(topic);
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
                    Files.move(folder, grave, StandardCopyOption.ATOMIC_MOVE);
                    isDeleted = true;
                    closeChannel();
                    Folders.delete(grave);
                    if (fsync != Fsync.NEVER) {
                        Folders.sync(folder.getParent());
                    }
                } catch (IOException e) {
                    if (!isDeleted) {
                        throw storageFull(e);
                    } // else what is left goes with the next start
                }
            }
        }
    }

    synchronized boolean isDeleted() {
        return isDeleted;
    }

    /** Syncs, and writes no more. */
    void close() {
        if (fsync != Fsync.NEVER) {
            sync();
        }
        synchronized (this) {
            closeChannel();
        }
    }

    private interface Writing {
        void to(RecordWriter writer) throws IOException;
    }

    private void write(Entry entry) {
        write(ENTRY_SIZE, writer -> writer.close(entry));
    }

    /** What cannot be written now is written with all consumers before the next record. */
    private void writeOrLater(Entry entry) {
        try {
            write(entry);
        } catch (EngineException e) {
            areConsumersDue = true;
        }
    }

    /** This is locked. */
    private void write(int sizeHint, Writing record) {
        if (isDeleted) {
            return; // the topic is about to go
        }
        boolean isWritten = false;
        try (RecordWriter writer = new RecordWriter(openChannel(), position, sizeHint)) {
            requireCleanTail();
            if (areConsumersDue) {
                writer.close(Entry.consumers(consumers.entry()));
            }
            record.to(writer);
            writer.flush();
            position = writer.position();
            areConsumersDue = false;
            isWritten = true;
            callForMaintenance();
        } catch (IOException e) {
            throw storageFull(e);
        } catch (UncheckedIOException e) {
            throw storageFull(e.getCause());
        } finally {
            if (!isWritten) {
                cutBack();
            }
        }
    }

    /** Removes what was written past the end, of records that failed. */
    private void cutBack() {
        isTailDirty = true;
        try {
            requireCleanTail();
        } catch (IOException e) {
            // before the next record
        }
    }

    private void requireCleanTail() throws IOException {
        if (isTailDirty) {
            openChannel().truncate(position);
            isTailDirty = false;
        }
    }

    /** A thread that is interrupted while it writes closes the file, for everybody. */
    private FileChannel openChannel() {
        if (!channel.isOpen()) {
            try {
                channel = Folders.openFile(file.path());
            } catch (IOException e) {
                throw storageFull(e);
            }
        }
        return channel;
    }

    private void callForMaintenance() {
        if (position > sizeLimit) {
            sizeLimit = Long.MAX_VALUE; // once is enough
            maintenance.run();
        }
    }

    /** A file is to be about as large as what the topic keeps, so that what it keeps no more takes no more room than that. */
    private synchronized boolean isFileLarge(Topic topic) {
        sizeLimit = Math.max(MIN_GROWTH * firstPosition, Math.max(MIN_FILE_SIZE, Math.min(MAX_FILE_SIZE, topic.keptBytes())));
        return !isDeleted && position > sizeLimit;
    }

    /** Begins the next file; if it cannot be, the last one goes on. The topic is locked. */
    private void beginNext(TopicSnapshot snapshot) {
        synchronized (syncLock) {
            if (fsync != Fsync.NEVER) {
                sync(); // what a file follows on is whole
            }
            synchronized (this) {
                if (isDeleted) {
                    return;
                }
                JournalFile before = file;
                FileChannel channelBefore = openChannel();
                try {
                    requireCleanTail();
                    begin(new JournalFile(folder, before.number() + 1, settings.partitionsOrDefault()), snapshot);
                    closed.add(before);
                    channelBefore.close();
                } catch (IOException e) {
                    file = before;
                    channel = channelBefore;
                }
            }
        }
    }

    /** Begins a file: with what the topic is, and with its consumers. */
    private void begin(JournalFile next, TopicSnapshot snapshot) throws IOException {
        FileChannel opened = Folders.openFile(next.path());
        try (RecordWriter writer = new RecordWriter(opened, 0, ENTRY_SIZE)) {
            writer.close(Entry.topic(new Entry.TopicState(Entry.FORMAT, name, settings, snapshot.partitions(), snapshot.producers())));
            writer.close(Entry.consumers(consumers.entry()));
            writer.flush();
            if (fsync != Fsync.NEVER) {
                opened.force(true);
                Folders.sync(next.path().getParent());
            }
            file = next;
            channel = opened;
            position = writer.position();
            firstPosition = position;
            syncedPosition = position;
            areConsumersDue = false;
            isTailDirty = false;
        } catch (IOException e) {
            opened.close();
            Files.deleteIfExists(next.path());
            throw e;
        }
    }

    /** Removes the files whose messages have gone. */
    private void dropFiles(Topic topic) {
        if (!hasClosedFiles()) {
            return;
        }
        long[] starts = IntStream.range(0, topic.partitions()).mapToLong(topic::startOffset).toArray();
        List<JournalFile> dropped;
        synchronized (this) {
            dropped = closed.stream().filter(one -> one.hasNothingFrom(starts)).collect(Collectors.toList());
            if (isDeleted || dropped.isEmpty()) {
                return;
            }
            try {
                beginAt(starts);
            } catch (EngineException noRoom) {
                dropped.forEach(TopicJournal::empty);
                return; // with the room that this gives, the next time
            }
        }
        if (fsync != Fsync.NEVER) {
            sync();
        }
        synchronized (this) {
            if (!isDeleted) {
                dropped.forEach(one -> {
                    if (deleteFile(one)) {
                        closed.remove(one);
                    }
                });
            }
        }
    }

    private synchronized boolean hasClosedFiles() {
        return !closed.isEmpty();
    }

    /** Writes down what the partitions begin with. */
    synchronized void beginAt(long[] starts) {
        write(Entry.trimmed(IntStream.range(0, starts.length).mapToObj(p -> new Entry.Start(p, starts[p])).collect(Collectors.toList())));
    }

    /** Gives back the room that a file takes, where there is none to write down that it is dropped. */
    private static void empty(JournalFile file) {
        try (FileChannel channel = Folders.openFile(file.path())) {
            channel.truncate(0);
        } catch (IOException e) {
            // the next time
        }
    }

    private static boolean deleteFile(JournalFile file) {
        try {
            Files.deleteIfExists(file.path());
            return true;
        } catch (IOException e) {
            return false; // the next time
        }
    }

    private void closeChannel() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // all that was answered is written
        }
    }

    private EngineException storageFull(IOException e) {
        return new EngineException(ErrorCode.STORAGE_FULL, "The disk took no more for topic " + name + " (" + e.getMessage()
                + "). Nothing of this request was kept; what was accepted before is there. Make room in " + folder.toAbsolutePath()
                + " and send it again: no restart is needed.");
    }
}
