package storage;

import engine.ConsumerSettings;
import engine.EngineException;
import engine.ErrorCode;
import engine.Journal;
import engine.ProduceResult;
import engine.ProducerSequence;
import engine.TopicSettings;
import engine.TopicSnapshot;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Writes what happens to a topic as records to the end of its last segment. This class knows which record says what, and writes the
 * entries that are due before the next record. It also keeps the {@link ConsumersState} up to date, from which headers are written.
 * {@link Journal} says what the methods mean.
 *
 * <p>For one thread at a time. A method that throws has written nothing.
 */
final class JournalWriter {
    private static final JournalTail.Records NO_MORE = writer -> {};

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

    /** Whether records can be written: the journal is not closed, and the topic not deleted. */
    boolean isOpen() {
        return !isClosed && !folder.isDeleted();
    }

    /** From now on records are refused with SHUTTING_DOWN. */
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

    void commit(String group, Map<Integer, Long> offsets) {
        write(Entry.committed(ConsumersState.commitEntry(group, offsets)));
        consumers.commit(group, offsets);
    }

    void autoCommit(String group, Map<Integer, Long> offsets) {
        consumers.commit(group, offsets);
        writeOrLater(Entry.committed(ConsumersState.commitEntry(group, offsets)));
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
     * Writes which offsets the partitions start with.
     *
     * @param startOffsets by partition
     */
    void startAt(long[] startOffsets) {
        due.addStartOffsets(startOffsets);
        writeDue();
    }

    private void write(Entry entry) {
        write(RecordWriter.ENTRY_SIZE, writer -> writer.close(entry));
    }

    /** If the entry cannot be written now, all consumers are written with the next record. */
    private void writeOrLater(Entry entry) {
        try {
            write(entry);
        } catch (EngineException e) {
            due.addConsumers();
        }
    }

    /**
     * Writes what is due.
     *
     * @throws EngineException STORAGE_FULL or SHUTTING_DOWN; then it stays due
     */
    void writeDue() {
        write(RecordWriter.ENTRY_SIZE, NO_MORE);
    }

    /** Writes what is due, if anything is and it can be written now. */
    void writeDueIfPossible() {
        if (!due.isEmpty()) {
            try {
                writeDue();
            } catch (EngineException e) {
                // no answer waits for it
            }
        }
    }

    /**
     * Writes records after those that are due, or nothing once the topic is deleted.
     *
     * @param sizeHint about how many bytes they have
     */
    private void write(int sizeHint, JournalTail.Records records) {
        if (folder.isDeleted()) {
            return;
        }
        if (isClosed) {
            throw new EngineException(
                    ErrorCode.SHUTTING_DOWN, "The broker stops. Start it again, and repeat the request.");
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

    /** What every segment begins with: the topic, and its consumers. */
    JournalTail.Records header(TopicSnapshot snapshot) {
        return writer -> {
            writer.close(Entry.topic(
                    new Entry.TopicHeader(Entry.FORMAT, name, settings, snapshot.partitions(), snapshot.producers())));
            writer.close(Entry.consumers(consumers.entry()));
        };
    }

    /** For a request that failed because nothing could be written or synced. */
    EngineException storageFull(IOException e) {
        return new EngineException(
                ErrorCode.STORAGE_FULL,
                "The disk took no more for topic " + name + " (" + FileErrors.reason(e)
                        + "). No message of this request was kept; what was accepted before is there. Free some space on the disk of "
                        + folder.path().toAbsolutePath().getParent()
                        + ", or DELETE a topic, and send it again: no restart is needed.");
    }
}
