package storage;

import engine.ConsumerSettings;
import engine.EngineException;
import engine.ErrorCode;
import engine.GroupOffsets;
import engine.Journal;
import engine.ProduceResult;
import engine.ProducerSequence;
import engine.TopicSettings;
import engine.TopicSnapshot;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Appends the changes of a topic as records to its last segment. This class chooses the entry for each change, and
 * writes due entries before the next record. It also keeps the {@link ConsumersState} up to date, from which headers
 * are written. {@link Journal} documents the methods.
 *
 * <p>For one thread at a time. A method that throws has written nothing.
 */
final class JournalWriter {
    private static final JournalTail.Records ONLY_DUE_ENTRIES = writer -> {};

    private final TopicFolder folder;
    private final String name;
    private final TopicSettings settings;
    private final byte[][] lineStarts;
    private final ConsumersState consumers;
    private final DueEntries due;
    private final SyncedTail tail;
    private final JournalSegments segments;
    private boolean isClosed;

    JournalWriter(
            TopicFolder folder,
            String name,
            TopicSettings settings,
            ConsumersState consumers,
            DueEntries due,
            SyncedTail tail,
            JournalSegments segments) {
        this.folder = folder;
        this.name = name;
        this.settings = settings;
        this.lineStarts = IntStream.range(0, settings.partitionsOrDefault())
                .mapToObj(RecordWriter::lineStart)
                .toArray(byte[][]::new);
        this.consumers = consumers;
        this.due = due;
        this.tail = tail;
        this.segments = segments;
    }

    /** The name of the topic. */
    String name() {
        return name;
    }

    /** Whether records can be written. They cannot after the journal is closed or the topic is deleted. */
    boolean isOpen() {
        return !isClosed && !folder.isDeleted();
    }

    /** Rejects all later records with SHUTTING_DOWN. */
    void close() {
        isClosed = true;
    }

    void append(
            List<ProduceResult.Range> ranges, long timestamp, ProducerSequence sequence, Journal.Messages messages) {
        write(messages.size() + RecordWriter.ENTRY_SIZE, writer -> {
            if (lineStarts.length > 1) {
                messages.forEach(
                        (partition, bytes, from, length) -> writer.message(lineStarts[partition], bytes, from, length));
            } else {
                writer.messages(messages.lines());
            }
            writer.closeAppended(ranges, timestamp, sequence);
        });
        ranges.forEach(range -> segments.last().noteMessages(range.partition(), range.baseOffset() + range.count()));
    }

    void commit(String group, Map<Integer, GroupOffsets.Committed> offsets) {
        Entry.Commit commit = ConsumersState.commitEntry(group, ConsumersState.offsetsWithMetadata(offsets));
        write(Entry.committed(commit));
        consumers.commit(commit);
    }

    void autoCommit(String group, Map<Integer, Long> offsets) {
        Entry.Commit commit = ConsumersState.commitEntry(group, ConsumersState.offsets(offsets));
        consumers.commit(commit);
        writeOrLater(Entry.committed(commit));
    }

    void deleteCommitted(String group, Set<Integer> partitions) {
        delete(new Entry.Deletion(ConsumersState.groupName(group), List.copyOf(partitions)));
    }

    void deleteGroup(String group) {
        delete(new Entry.Deletion(ConsumersState.groupName(group), null));
    }

    private void delete(Entry.Deletion deletion) {
        write(Entry.deleted(deletion));
        consumers.delete(deletion);
    }

    void register(ConsumerSettings consumer, long registeredAt, String group, long[] committed) {
        Entry.Registration registration = consumers.registrationEntry(consumer, registeredAt, group, committed);
        write(Entry.registered(registration));
        consumers.register(registration);
    }

    void unregister(String consumerId) {
        consumers.unregister(consumerId);
        writeOrLater(Entry.unregistered(consumerId));
    }

    void recordAssignment(String group, long generation, Map<String, List<Integer>> owned) {
        Entry.Assignment assignment = new Entry.Assignment(ConsumersState.groupName(group), generation, owned);
        consumers.assign(assignment);
        writeOrLater(Entry.assigned(assignment));
    }

    void recordMissed(String consumerId, long messages, Map<Integer, Long> highestDelivered) {
        Entry.Missed missed = new Entry.Missed(consumerId, messages, ConsumersState.offsets(highestDelivered));
        consumers.miss(missed);
        writeOrLater(Entry.missed(missed));
    }

    /**
     * Writes the start offsets of the partitions.
     *
     * @param startOffsets by partition
     */
    void startAt(long[] startOffsets) {
        due.addStartOffsets(startOffsets);
        writeDue();
    }

    void deleteBefore(long[] startOffsets) {
        write(DueEntries.trimmed(startOffsets));
        due.wroteStartOffsets(startOffsets, tail.position());
    }

    private void write(Entry entry) {
        write(RecordWriter.ENTRY_SIZE, writer -> writer.close(entry));
    }

    /** Writes an entry. If that fails, all consumers are written with the next record. */
    private void writeOrLater(Entry entry) {
        try {
            write(entry);
        } catch (EngineException e) {
            due.addConsumers();
        }
    }

    /**
     * Writes the due entries.
     *
     * @throws EngineException STORAGE_FULL or SHUTTING_DOWN; then they stay due
     */
    void writeDue() {
        write(RecordWriter.ENTRY_SIZE, ONLY_DUE_ENTRIES);
    }

    /** Writes the due entries, if there are any. Ignores a failure. */
    void writeDueIfPossible() {
        if (!due.isEmpty()) {
            try {
                writeDue();
            } catch (EngineException e) {
                // they stay due, and no response waits for them
            }
        }
    }

    /**
     * Writes the due entries and then the records. Writes nothing if the topic is deleted.
     *
     * @param sizeHint approximate size of the records, in bytes
     */
    private void write(int sizeHint, JournalTail.Records records) {
        if (folder.isDeleted()) {
            return;
        }
        if (isClosed) {
            throw new EngineException(
                    ErrorCode.SHUTTING_DOWN, "The broker is shutting down. Start it again, and repeat the request.");
        }
        try {
            tail.write(sizeHint, writer -> {
                due.writeTo(writer);
                records.to(writer);
            });
        } catch (IOException e) {
            throw storageFull(e);
        }
        due.written(tail.position());
        segments.checkSize();
    }

    /** The first records of every segment: the topic and its consumers. */
    JournalTail.Records header(TopicSnapshot snapshot) {
        return writer -> {
            writer.close(Entry.topic(
                    new Entry.TopicHeader(Entry.FORMAT, name, settings, snapshot.partitions(), snapshot.producers())));
            writer.close(Entry.consumers(consumers.entry()));
        };
    }

    /** The error of a request whose records could not be written or fsynced. */
    EngineException storageFull(IOException e) {
        return new EngineException(
                ErrorCode.STORAGE_FULL,
                "Topic " + name + " could not be written to disk (" + FileErrors.reason(e)
                        + "). No message of this request was kept; earlier messages were. Free some space on the disk of "
                        + folder.path().toAbsolutePath().getParent()
                        + ", or delete a topic, and send the request again: no restart is needed.");
    }
}
