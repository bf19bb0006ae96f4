package storage;

import engine.EngineException;
import engine.MemoryBroker;
import engine.Names;
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
 * Restores a topic to a broker, record by record, from the segments that {@link TopicJournal} has written. Only {@link
 * #finish} and {@link #acceptMissingOffsets} change files.
 *
 * <p>The last segment may end within a record, because the broker or the machine ended while it was written. After a
 * power loss, it may also be corrupt from some byte on, unless a mark says that this byte was on disk. In both cases
 * the replay ends there, see {@link TruncatedTail}. Any other difference from what was written is a {@link
 * CorruptRecordException}. {@link MissingOffsets} are one, too.
 *
 * <p>For one thread. Each object is used once.
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

    /** Whether all segments were read, and missing messages are the only damage. */
    private boolean hasMissingOffsets;

    /** The numbers of segments that were dropped on a full disk before the start offsets could be written. */
    private long[] droppedNumbers;

    private long lastNumber;
    private boolean lacksConsumers;
    private boolean isMarked;
    private boolean isTailCorrupt;

    /** The tail of the segment that was read last; null if none was read. */
    private TruncatedTail truncated;

    /**
     * A last segment without a complete header, which is deleted when the journal is resumed; null if there is none.
     */
    private Path unfinishedSegment;

    /**
     * @param fsync for the journal
     * @param maintenance for the journal, see {@link TopicJournal}
     */
    TopicReplay(MemoryBroker broker, Path folder, Fsync fsync, Runnable maintenance) {
        this.broker = broker;
        this.folder = folder;
        this.fsync = fsync;
        this.maintenance = maintenance;
    }

    /**
     * Reads all segments.
     *
     * @throws CorruptRecordException after everything before the corrupt record was read
     * @throws StorageException if the topic has another format or does not fit into memory
     */
    void read() throws IOException {
        List<Path> paths = Folders.list(folder);
        paths.stream()
                .filter(path -> !JournalSegment.isSegment(path) && SealedSegments.droppedNumber(path) < 0)
                .forEach(others::add);
        droppedNumbers = paths.stream()
                .mapToLong(SealedSegments::droppedNumber)
                .filter(number -> number > 0)
                .toArray();
        List<Path> files = paths.stream()
                .filter(JournalSegment::isSegment)
                .sorted(Comparator.comparingLong(JournalSegment::number))
                .collect(Collectors.toList());
        if (files.size() > 1 && !hasHeader(files.get(files.size() - 1))) {
            unfinishedSegment = files.remove(files.size() - 1); // the segment before it becomes the last one again
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

    /**
     * Records are appended to the last segment. If it cannot be written, the start fails now, and not after everything
     * was read.
     */
    private static void requireWritable(Path file) throws IOException {
        if (!Files.isWritable(file)) {
            throw Files.exists(file)
                    ? new AccessDeniedException(file.toString())
                    : new NoSuchFileException(file.toString());
        }
    }

    /** Files in the folder that do not belong to the broker. */
    List<Path> others() {
        return others;
    }

    /** Whether missing messages are the only damage. */
    boolean hasMissingOffsets() {
        return hasMissingOffsets;
    }

    /** The missing messages; null if no header could be read. */
    MissingOffsets missing() {
        return missing;
    }

    /** The part after the last complete record. Valid after all segments were read. */
    TruncatedTail truncated() {
        return truncated;
    }

    /**
     * Starts the partitions after the missing messages.
     *
     * @param damaged a new folder for a corrupt tail that is truncated
     */
    void acceptMissingOffsets(Path damaged) throws IOException {
        resume(damaged);
        journal.startAt(missing.startOffsetsAfter());
        journal.close();
    }

    /** Whether no header could be read. Then the name of the topic is unknown. */
    boolean hasNothing() {
        return segments.isEmpty();
    }

    /**
     * Resumes the topic in the broker, and the journal in its files.
     *
     * @return notices for the user, such as that a tail was truncated
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
        String removed = truncated.isEmpty() && unfinishedSegment != null
                ? unfinishedSegment + ": removed, because the broker ended while it created this file"
                : null;
        Stream.of(truncated.notice(damaged), removed, restorer.futureTimestamps())
                .filter(Objects::nonNull)
                .forEach(notices::add);
        return notices;
    }

    /**
     * Resumes the journal at the end of the segments.
     *
     * @param damaged a new folder for a corrupt tail; null if there is none
     */
    private void resume(Path damaged) throws IOException {
        truncated.copyTo(damaged);
        if (unfinishedSegment != null) {
            Files.delete(unfinishedSegment);
        }
        Folders.sync(folder, fsync);
        journal.resume(segments, truncated.end(), isMarked, lacksConsumers);
    }

    TopicJournal journal() {
        return journal;
    }

    /** How many restored messages are kept. */
    long messageCount() {
        return restorer == null ? 0 : restorer.messageCount();
    }

    /**
     * Whether a segment has its header, or had it on disk once. Otherwise the broker ended while it created the
     * segment.
     */
    private static boolean hasHeader(Path path) throws IOException {
        try (RecordReader reader = new RecordReader(path)) {
            return reader.next();
        } catch (CorruptRecordException e) {
            if (e.isUnreadable()) {
                throw e;
            }
            return RecordReader.isSyncedBeyond(path, e.position());
        }
    }

    private void read(Path path, boolean isLast) throws IOException {
        try (RecordReader reader = new RecordReader(path)) {
            JournalSegment segment = null;
            while (hasNext(reader, isLast)) {
                segment = read(segment, reader);
            }
            long left = Files.size(path) - reader.endPosition();
            if (segment == null || (left > 0 && !isLast)) {
                throw reader.corrupt(
                        isLast
                                ? "the file does not begin with the header of its topic"
                                : "it ends within a record, and is not the last file of its topic");
            }
            truncated = new TruncatedTail(path, reader.endPosition(), left, isTailCorrupt);
        }
    }

    private boolean hasNext(RecordReader reader, boolean isLast) throws IOException {
        try {
            return reader.next();
        } catch (CorruptRecordException e) {
            if (!isLast
                    || segments.isEmpty()
                    || e.isUnreadable()
                    || RecordReader.isSyncedBeyond(e.file(), e.position())) {
                throw e;
            }
            isTailCorrupt = true;
            return false;
        }
    }

    /**
     * Applies a record.
     *
     * @param segment null if the record is its header
     */
    private JournalSegment read(JournalSegment segment, RecordReader reader) throws IOException {
        try {
            return segment == null ? beginSegment(reader.file(), reader) : apply(segment, reader);
        } catch (IndexOutOfBoundsException
                | NullPointerException
                | IllegalArgumentException
                | IllegalStateException
                | EngineException e) {
            // The record is well-formed, but its content is wrong.
            throw reader.corrupt("a line that does not fit its topic");
        }
    }

    /** Applies the header of a segment. */
    private JournalSegment beginSegment(Path path, RecordReader reader) throws IOException {
        Entry.TopicHeader topic = reader.entry().topic;
        if (topic == null || reader.messageCount() > 0) {
            throw reader.corrupt("the file does not begin with the header of its topic");
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
        Names.require("topic", topic.name());
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
            throw reader.corrupt("the file begins at offset " + snapshot.endOffset() + " of partition " + partition
                    + ", but the files before it end at offset " + known);
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
        if (startOffset < 0 || startOffset > restorer.endOffset(partition)) {
            throw new IllegalArgumentException("start offset " + startOffset);
        }
        missing.trim(partition, startOffset);
        restorer.trim(partition, startOffset);
    }

    private JournalSegment apply(JournalSegment segment, RecordReader reader) throws IOException {
        Entry entry = reader.entry();
        isMarked = entry.synced != null && entry.synced == reader.startPosition();
        if (entry.appended != null) {
            append(segment, entry, reader);
        } else if (entry.committed != null) {
            consumers.commit(entry.committed);
        } else if (entry.deleted != null) {
            consumers.delete(entry.deleted);
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
    }

    private void append(JournalSegment segment, Entry entry, RecordReader reader) throws IOException {
        int count = 0;
        for (ProduceResult.Range range : entry.appended) {
            if (range.baseOffset() != restorer.endOffset(range.partition())) {
                throw reader.corrupt(
                        "the messages begin at offset " + range.baseOffset() + " of partition " + range.partition()
                                + ", but offset " + restorer.endOffset(range.partition()) + " was expected");
            }
            count += range.count();
            segment.noteMessages(range.partition(), range.baseOffset() + range.count());
        }
        if (count != reader.messageCount()) {
            throw reader.corrupt(
                    "the record has " + reader.messageCount() + " messages, but its last line says " + count);
        }
        if (count == 0) {
            return;
        }
        long timestamp = entry.timestamp;
        reader.forEachMessage((partition, bytes, position, length) ->
                restorer.add(Math.max(0, partition), bytes, position, length, timestamp));
        try {
            restorer.appended(
                    entry.appended,
                    count,
                    entry.sequence == null ? null : new ProducerSequence(entry.producerId, entry.sequence));
        } catch (EngineException e) {
            throw tooLarge(e);
        }
    }

    private StorageException tooLarge(EngineException e) {
        return new StorageException(folder + " does not fit into memory: " + e.getMessage());
    }
}
