package storage;

import engine.EngineException;
import engine.MemoryBroker;
import engine.ProduceResult;
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
import java.util.stream.Stream;

/**
 * Reads a topic back into a broker, record by record, from the segments that {@link TopicJournal} has written. Reading changes no file;
 * {@link #finish} or {@link #acceptMissingOffsets} does.
 *
 * <p>The last segment may end within a record, because the broker or the machine ended while it was written. After a power loss it may
 * also be corrupt from some byte on, unless a mark says that this byte was on disk. In both cases the replay ends there: see {@link
 * TruncatedTail}. Everything else that is not as it was written is a {@link CorruptRecordException}, and so are {@link MissingOffsets}.
 *
 * <p>For one thread, once.
 */
final class TopicReplay {
    private final MemoryBroker broker;
    private final Path folder;
    private final Fsync fsync;
    private final Runnable maintenance;
    private final List<JournalSegment> segments = new ArrayList<>();
    private final List<Path> others = new ArrayList<>();
    private TopicJournal journal;
    private TopicRestorer restorer;
    private ConsumersState consumers;
    private int partitions;
    private MissingOffsets missing;

    /** Whether everything was read, and missing messages are all that is damaged. */
    private boolean hasMissingOffsets;

    /** The numbers of segments that were dropped on a full disk, before the start offsets could be written. */
    private long[] droppedNumbers;

    private long lastNumber;
    private boolean lacksConsumers;
    private boolean isMarked;
    private boolean isTailCorrupt;

    /** Of the segment that was read last; null if none was. */
    private TruncatedTail truncated;

    /** A last segment without a whole header, which is removed; null if there is none. */
    private Path unbegun;

    /** @param fsync and {@code maintenance}: for the journal that resumes */
    TopicReplay(MemoryBroker broker, Path folder, Fsync fsync, Runnable maintenance) {
        this.broker = broker;
        this.folder = folder;
        this.fsync = fsync;
        this.maintenance = maintenance;
    }

    /**
     * Reads everything.
     *
     * @throws CorruptRecordException after everything before the corrupt record was read
     * @throws StorageException if the topic is of another format or does not fit into memory
     */
    void read() throws IOException {
        List<Path> paths = Folders.list(folder);
        paths.stream()
                .filter(path -> !JournalSegment.isOne(path) && SealedSegments.droppedNumber(path) < 0)
                .forEach(others::add);
        droppedNumbers = paths.stream()
                .mapToLong(SealedSegments::droppedNumber)
                .filter(number -> number > 0)
                .toArray();
        List<Path> files = paths.stream()
                .filter(JournalSegment::isOne)
                .sorted(Comparator.comparingLong(JournalSegment::number))
                .collect(Collectors.toList());
        if (files.size() > 1 && !isBegun(files.get(files.size() - 1))) {
            unbegun = files.remove(files.size() - 1); // the segment before it is the last one again
        }
        requireWritable(files.get(files.size() - 1));
        for (int i = 0; i < files.size(); i++) {
            read(files.get(i), i == files.size() - 1);
        }
        hasMissingOffsets = !missing.isEmpty();
        if (hasMissingOffsets) {
            throw missing.toException();
        }
        restorer.trimToLimits();
    }

    /** The last segment grows: a start finds out at once that it cannot, and not after everything was read. */
    private static void requireWritable(Path file) throws IOException {
        if (!Files.isWritable(file)) {
            throw Files.exists(file)
                    ? new AccessDeniedException(file.toString())
                    : new NoSuchFileException(file.toString());
        }
    }

    /** What is in the folder that is not the broker's. */
    List<Path> others() {
        return others;
    }

    /** Whether missing messages are all that is damaged. */
    boolean hasMissingOffsets() {
        return hasMissingOffsets;
    }

    /** The messages that are missing; null if no segment could be begun. */
    MissingOffsets missing() {
        return missing;
    }

    /** What follows the last whole record. Everything has to be read. */
    TruncatedTail truncated() {
        return truncated;
    }

    /**
     * Starts the partitions after the messages that are missing.
     *
     * @param damaged a new folder for what is truncated
     */
    void acceptMissingOffsets(Path damaged) throws IOException {
        resume(damaged);
        journal.startAt(missing.startOffsetsAfter());
        journal.close();
    }

    /** Whether no segment could be begun: then nothing tells what topic it was. */
    boolean hasNothing() {
        return segments.isEmpty();
    }

    /**
     * Resumes the topic, in the broker and in its files.
     *
     * @return what people should know, such as what was truncated, in words
     */
    List<String> finish() throws IOException {
        Path damaged = truncated.isCorrupt() ? DamagedFolder.newFor(folder) : null;
        resume(damaged);
        List<String> notices = new ArrayList<>();
        try {
            notices.addAll(broker.restored(restorer, consumers.restoreTo(restorer)));
        } catch (EngineException e) {
            throw tooLarge(e);
        }
        String removed = truncated.isEmpty() && unbegun != null
                ? unbegun + ": removed, for it was being begun when the broker ended"
                : null;
        Stream.of(truncated.notice(damaged), removed, restorer.futureTimestamps())
                .filter(Objects::nonNull)
                .forEach(notices::add);
        return notices;
    }

    /**
     * Resumes the journal where the segments end.
     *
     * @param damaged a new folder for a corrupt tail, if there is one
     */
    private void resume(Path damaged) throws IOException {
        truncated.copyTo(damaged);
        if (unbegun != null) {
            Files.delete(unbegun);
        }
        Folders.sync(folder, fsync);
        journal.resume(segments, truncated.end(), isMarked, lacksConsumers);
    }

    TopicJournal journal() {
        return journal;
    }

    /** How many messages were read and are kept. */
    long messageCount() {
        return restorer == null ? 0 : restorer.messageCount();
    }

    /** Whether a segment has its first record. If that never was on disk, the broker ended while it began the segment. */
    private static boolean isBegun(Path path) throws IOException {
        try (RecordReader reader = new RecordReader(path)) {
            return reader.next();
        } catch (CorruptRecordException e) {
            return RecordReader.isSyncedBeyond(path, e.position());
        }
    }

    private void read(Path path, boolean isLast) throws IOException {
        try (RecordReader reader = new RecordReader(path)) {
            JournalSegment segment = null;
            while (hasNext(reader, isLast)) {
                segment = segment == null ? beginSegment(path, reader) : apply(segment, reader);
            }
            long left = Files.size(path) - reader.endPosition();
            if (segment == null || (left > 0 && !isLast)) {
                throw reader.corrupt(
                        isLast
                                ? "a file that does not begin with its topic"
                                : "it ends within a record, and is not the last file of its topic");
            }
            truncated = new TruncatedTail(path, reader.endPosition(), left, isTailCorrupt);
        }
    }

    private boolean hasNext(RecordReader reader, boolean isLast) throws IOException {
        try {
            return reader.next();
        } catch (CorruptRecordException e) {
            if (!isLast || segments.isEmpty() || RecordReader.isSyncedBeyond(e.file(), e.position())) {
                throw e;
            }
            isTailCorrupt = true;
            return false;
        }
    }

    /** Applies the header of a segment. */
    private JournalSegment beginSegment(Path path, RecordReader reader) throws IOException {
        Entry.TopicHeader topic = reader.entry().topic;
        if (topic == null || reader.messageCount() > 0) {
            throw reader.corrupt("a file that does not begin with its topic");
        }
        if (topic.format() != Entry.FORMAT) {
            throw new StorageException(
                    path + " has format " + topic.format() + ", and this version reads format " + Entry.FORMAT);
        }
        if (restorer == null) {
            beginTopic(topic);
        }
        for (int p = 0; p < partitions; p++) {
            resumePartition(p, topic.partitions().get(p), reader);
        }
        lastNumber = JournalSegment.number(path);
        lacksConsumers = true;
        isMarked = false;
        restorer.producers(topic.producers());
        JournalSegment segment = new JournalSegment(folder, JournalSegment.number(path), partitions);
        segments.add(segment);
        return segment;
    }

    private void beginTopic(Entry.TopicHeader topic) throws IOException {
        partitions = topic.settings().partitionsOrDefault();
        consumers = new ConsumersState(partitions);
        journal = new TopicJournal(
                new TopicFolder(folder, fsync), topic.name(), topic.settings(), fsync, consumers, maintenance);
        try {
            restorer = broker.restore(topic.name(), topic.settings(), journal);
        } catch (EngineException e) {
            throw tooLarge(e);
        }
        missing = new MissingOffsets(partitions);
    }

    private void resumePartition(int partition, TopicSnapshot.Partition snapshot, RecordReader reader)
            throws CorruptRecordException {
        long known = restorer.endOffset(partition);
        if (known > snapshot.endOffset()) {
            throw reader.corrupt("a file that begins at offset " + snapshot.endOffset() + " of partition " + partition
                    + ", after offset " + known);
        }
        if (known < snapshot.endOffset()) {
            restorer.resumeAt(partition, snapshot.endOffset(), snapshot.timestamp());
            if (!hasDropped(lastNumber, JournalSegment.number(reader.file()))) {
                missing.note(partition, known, snapshot.endOffset(), reader.file());
            }
        }
        trim(partition, snapshot.startOffset());
    }

    /** Whether a segment between these two was dropped. */
    private boolean hasDropped(long after, long before) {
        return Arrays.stream(droppedNumbers).anyMatch(number -> number > after && number < before);
    }

    private void trim(int partition, long startOffset) {
        missing.trim(partition, startOffset);
        restorer.trim(partition, startOffset);
    }

    private JournalSegment apply(JournalSegment segment, RecordReader reader) throws IOException {
        Entry entry = reader.entry();
        isMarked = entry.synced != null && entry.synced == reader.startPosition();
        try {
            if (entry.appended != null) {
                append(segment, entry, reader);
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
                throw reader.corrupt("a line that this version does not understand");
            }
            return segment;
        } catch (IndexOutOfBoundsException | NullPointerException e) { // well-formed, and wrong all the same
            throw reader.corrupt("a line that does not fit its topic");
        }
    }

    private void append(JournalSegment segment, Entry entry, RecordReader reader) throws IOException {
        int count = 0;
        for (ProduceResult.Range range : entry.appended) {
            if (range.baseOffset() != restorer.endOffset(range.partition())) {
                throw reader.corrupt("messages from offset " + range.baseOffset() + " of partition " + range.partition()
                        + " on, after offset " + restorer.endOffset(range.partition()));
            }
            count += range.count();
            segment.noteMessages(range.partition(), range.baseOffset() + range.count());
        }
        if (count != reader.messageCount()) {
            throw reader.corrupt("a record of " + count + " messages that has " + reader.messageCount());
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

    private StorageException tooLarge(EngineException e) {
        return new StorageException(folder + " does not fit into memory: " + e.getMessage());
    }
}
