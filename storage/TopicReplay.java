package storage;

import engine.ProduceResult;
import engine.MemoryBroker;
import engine.EngineException;
import engine.ProducerSequence;
import engine.TopicRestorer;
import engine.TopicSnapshot;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Reads a topic back into an engine, record by record, from the files that {@link TopicJournal} has written. For one thread,
 * once.
 *
 * <p>Where the last file ends within a record, the broker or the machine ended while it was written: what is there of it will
 * be cut off. So will what a machine that lost its power has not written from somewhere on, unless a mark says that it was on
 * disk. Whatever else is not as it was written is {@link Damage}, and so are messages that are not there and were not dropped.
 */
final class TopicReplay {
    private final MemoryBroker engine;
    private final Path folder;
    private final Fsync fsync;
    private final Runnable maintenance;
    private final List<JournalFile> files = new ArrayList<>();
    private final List<Path> others = new ArrayList<>();
    private TopicJournal journal;
    private TopicRestorer restorer;
    private ConsumersState consumers;
    private long[] starts;

    /** By partition: what lies before this offset is not in the files, and has to have been dropped. */
    private long[] missingBefore;

    /** By partition: how many messages there are before those. */
    private long[] countBefore;

    /** The file before which messages are not there. */
    private Path gap;

    /** What the partitions begin with if they are to begin after the messages that are not there; null if all are. */
    private long[] startsAfterGap;

    /** The numbers of files that were dropped without its being written down. */
    private long[] droppedNumbers;

    private long lastNumber;
    private boolean lacksConsumers;
    private boolean isMarked;
    private long end;
    private long torn;
    private boolean isTornWithin;
    private Path unbegun;

    /** @param fsync and {@code maintenance} for the journal that goes on */
    TopicReplay(MemoryBroker engine, Path folder, Fsync fsync, Runnable maintenance) {
        this.engine = engine;
        this.folder = folder;
        this.fsync = fsync;
        this.maintenance = maintenance;
    }

    /** Reads everything. @throws Damage with what comes before it read */
    void read() throws IOException {
        List<Path> paths = Folders.list(folder);
        List<Path> journals = paths.stream().filter(JournalFile::isOne).sorted(Comparator.comparingLong(JournalFile::number)).collect(Collectors.toList());
        paths.stream().filter(path -> !JournalFile.isOne(path) && ClosedFiles.droppedNumber(path) < 0).forEach(others::add);
        if (journals.size() > 1 && !isBegun(journals.get(journals.size() - 1))) {
            unbegun = journals.remove(journals.size() - 1); // the one before it goes on
        }
        droppedNumbers = paths.stream().mapToLong(ClosedFiles::droppedNumber).filter(number -> number > 0).toArray();
        requireWritable(journals.get(journals.size() - 1));
        for (int i = 0; i < journals.size(); i++) {
            read(journals.get(i), i == journals.size() - 1);
        }
        int[] withGap = IntStream.range(0, starts.length).filter(p -> missingBefore[p] > starts[p]).toArray();
        if (withGap.length > 0) {
            startsAfterGap = starts.clone();
            for (int p : withGap) {
                startsAfterGap[p] = missingBefore[p];
            }
            throw new Damage(gap, "messages are not there, of " + Arrays.stream(withGap).mapToObj(p -> "partition " + p + " before offset "
                    + missingBefore[p]).collect(Collectors.joining(", ")) + "; the file before it may be gone");
        }
        restorer.trimToLimits();
    }

    /** It grows: what cannot be is not found out only when everything else was read. */
    private static void requireWritable(Path file) throws IOException {
        if (!Files.isWritable(file)) {
            throw Files.exists(file) ? new AccessDeniedException(file.toString()) : new NoSuchFileException(file.toString());
        }
    }

    /** What is in the folder that is not the broker's. */
    List<Path> others() {
        return others;
    }

    /** Whether messages that are not there are all that is damaged. */
    boolean isGap() {
        return startsAfterGap != null;
    }

    /** How many messages are there before those that are not, in the same partitions. */
    long countBeforeGap() {
        return IntStream.range(0, starts.length).filter(p -> startsAfterGap[p] > starts[p]).mapToLong(p -> countBefore[p]).sum();
    }

    /** What is cut off besides, in words; empty if nothing is. */
    String tornInWords() {
        return torn == 0 ? "" : ", and the last " + torn + " bytes of " + lastFile() + ", which were not all written when the broker or the machine ended";
    }

    /** Lets the partitions begin after the messages that are not there. @param damaged a new folder for what is cut off besides */
    void acceptGap(Path damaged) throws IOException {
        goOn(damaged);
        journal.beginAt(startsAfterGap);
        journal.close();
    }

    /** Tells whether no file could be begun: then there is nothing to go on from. */
    boolean hasNothing() {
        return files.isEmpty();
    }

    /** Lets the topic go on, in the engine and in its files. @return what people should know, such as what was cut off, in words */
    List<String> finish() throws IOException {
        Path damaged = isTornWithin ? DataDirectory.newDamagedFolder(folder) : null;
        goOn(damaged);
        List<String> notices = new ArrayList<>();
        try {
            notices.addAll(engine.restored(restorer, consumers.restoreTo(restorer)));
        } catch (EngineException e) {
            throw tooLarge(e);
        }
        String cutOff = lastFile() + ": cut off the last " + torn + " bytes, which were " + (isTornWithin
                ? "not all on disk when the machine ended; what there is of them went to " + damaged : "being written when the broker ended");
        Stream.of(torn == 0 ? null : cutOff,
                torn > 0 || unbegun == null ? null : unbegun + ": removed, for it was being begun when the broker ended",
                restorer.futureTimestamps()).filter(Objects::nonNull).forEach(notices::add);
        return notices;
    }

    /** Lets the files go on where they end. @param damaged a new folder for what is torn within, if anything is */
    private void goOn(Path damaged) throws IOException {
        if (isTornWithin) {
            Folders.createSynced(damaged);
            Folders.copy(lastFile(), end, damaged.resolve(lastFile().getFileName()));
        }
        if (unbegun != null) {
            Files.delete(unbegun);
        }
        Folders.sync(folder, fsync);
        journal.goOn(files, end, isMarked, lacksConsumers);
    }

    private Path lastFile() {
        return files.get(files.size() - 1).path();
    }

    TopicJournal journal() {
        return journal;
    }

    /** How many messages are there. */
    long messageCount() {
        return restorer == null ? 0 : restorer.messageCount();
    }

    /** Whether the first line of a file is there. If it never was on disk, the file was being begun when the broker ended. */
    private static boolean isBegun(Path path) throws IOException {
        try (RecordReader reader = new RecordReader(path)) {
            return reader.next();
        } catch (Damage damage) {
            return RecordReader.isSyncedBeyond(path, damage.position());
        }
    }

    private void read(Path path, boolean isLast) throws IOException {
        try (RecordReader reader = new RecordReader(path)) {
            JournalFile file = null;
            while (hasNext(reader, isLast)) {
                file = file == null ? begin(path, reader) : apply(file, reader);
            }
            long left = Files.size(path) - reader.endPosition();
            if (file == null || left > 0 && !isLast) {
                throw reader.damage(isLast ? "a file that does not begin with its topic"
                        : "it ends within a record, and is not the last file of its topic");
            }
            end = reader.endPosition();
            torn = left;
        }
    }

    private boolean hasNext(RecordReader reader, boolean isLast) throws IOException {
        try {
            return reader.next();
        } catch (Damage damage) {
            if (!isLast || files.isEmpty() || RecordReader.isSyncedBeyond(damage.file(), damage.position())) {
                throw damage;
            }
            isTornWithin = true;
            return false;
        }
    }

    /** Takes the first record of a file. */
    private JournalFile begin(Path path, RecordReader reader) throws IOException {
        Entry.TopicState topic = reader.entry().topic;
        if (topic == null || reader.messageCount() > 0) {
            throw reader.damage("a file that does not begin with its topic");
        }
        if (topic.format() != Entry.FORMAT) {
            throw new DataDirectory.Refusal(path + " has format " + topic.format() + ", and this version reads format " + Entry.FORMAT);
        }
        if (restorer == null) {
            int partitions = topic.settings().partitionsOrDefault();
            consumers = new ConsumersState(partitions);
            journal = new TopicJournal(folder, topic.name(), topic.settings(), fsync, consumers, maintenance);
            try {
                restorer = engine.restore(topic.name(), topic.settings(), journal);
            } catch (EngineException e) {
                throw tooLarge(e);
            }
            starts = new long[partitions];
            missingBefore = new long[partitions];
            countBefore = new long[partitions];
        }
        for (int p = 0; p < starts.length; p++) {
            goOn(p, topic.partitions().get(p), reader);
        }
        lastNumber = JournalFile.number(path);
        lacksConsumers = true;
        isMarked = false;
        restorer.producers(topic.producers());
        JournalFile file = new JournalFile(folder, JournalFile.number(path), starts.length);
        files.add(file);
        return file;
    }

    private void goOn(int partition, TopicSnapshot.Partition snapshot, RecordReader reader) throws Damage {
        long known = restorer.endOffset(partition);
        if (known > snapshot.endOffset()) {
            throw reader.damage("a file that begins at offset " + snapshot.endOffset() + " of partition " + partition + ", after offset " + known);
        }
        if (known < snapshot.endOffset()) {
            restorer.goOnAt(partition, snapshot.endOffset(), snapshot.timestamp());
            if (!hasDropped(lastNumber, JournalFile.number(reader.file()))) {
                missingBefore[partition] = snapshot.endOffset();
                countBefore[partition] += Math.max(0, known - starts[partition]);
                gap = reader.file();
            }
        }
        trim(partition, snapshot.startOffset());
    }

    private boolean hasDropped(long after, long before) {
        return Arrays.stream(droppedNumbers).anyMatch(number -> number > after && number < before);
    }

    private void trim(int partition, long startOffset) {
        starts[partition] = Math.max(starts[partition], startOffset);
        restorer.trim(partition, startOffset);
    }

    private JournalFile apply(JournalFile file, RecordReader reader) throws IOException {
        Entry entry = reader.entry();
        isMarked = entry.synced != null && entry.synced == reader.startPosition();
        try {
            if (entry.appended != null) {
                append(file, entry, reader);
            } else if (entry.committed != null) {
                consumers.apply(entry.committed);
            } else if (entry.registered != null) {
                consumers.register(entry.registered);
            } else if (entry.unregistered != null) {
                consumers.unregister(entry.unregistered);
            } else if (entry.assigned != null) {
                consumers.assign(entry.assigned);
            } else if (entry.missed != null) {
                consumers.miss(entry.missed);
            } else if (entry.trimmed != null) {
                entry.trimmed.forEach(start -> trim(start.partition(), start.startOffset()));
            } else if (entry.consumers != null) {
                consumers.replaceWith(entry.consumers);
                lacksConsumers = false;
            } else if (entry.synced == null) {
                throw reader.damage("a line that this version does not understand");
            }
            return file;
        } catch (IndexOutOfBoundsException | NullPointerException e) { // well-formed, and wrong all the same
            throw reader.damage("a line that does not fit its topic");
        }
    }

    private void append(JournalFile file, Entry entry, RecordReader reader) throws IOException {
        int count = 0;
        for (ProduceResult.Range range : entry.appended) {
            if (range.baseOffset() != restorer.endOffset(range.partition())) {
                throw reader.damage("messages from offset " + range.baseOffset() + " of partition " + range.partition()
                        + " on, after offset " + restorer.endOffset(range.partition()));
            }
            count += range.count();
            file.noteMessages(range.partition(), range.baseOffset() + range.count());
        }
        if (count != reader.messageCount()) {
            throw reader.damage("a record of " + count + " messages that has " + reader.messageCount());
        }
        if (count == 0) {
            return;
        }
        long timestamp = entry.timestamp;
        reader.forEachMessage((partition, bytes, position, length) ->
                restorer.add(Math.max(0, partition), bytes, position, length, timestamp));
        try {
            restorer.appended(entry.appended, count, ProducerSequence.of(entry.producerId, entry.sequence));
        } catch (EngineException e) {
            throw tooLarge(e);
        }
    }

    private DataDirectory.Refusal tooLarge(EngineException e) {
        return new DataDirectory.Refusal(folder + " does not fit into memory: " + e.getMessage());
    }
}
