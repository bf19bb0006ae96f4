package kafka.protocol;

import engine.DecodedMessage;
import engine.Header;
import engine.MessageCodec;
import engine.MessageReader;
import engine.Reservation;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.ByteBufferOutputStream;

/**
 * Messages of one partition as record batches of Kafka, which begin at the offset that the consumer asks for. Their timestamps are those
 * of the broker (LogAppendTime), of which a record batch has one: a message with another timestamp begins another record batch. For one
 * thread.
 */
final class FetchedRecords implements MessageReader {
    /** More bytes than a record of Kafka needs besides the bytes of its message in the log. */
    private static final int RECORD_OVERHEAD = 32;

    private static final int FIRST_SIZE = 4 << 10;

    /** More messages are not expected in a response. */
    private static final long MANY = 1 << 20;

    /** The factor by which the buffer grows: large, because every step copies. */
    private static final int GROWTH = 4;

    private final Reservation memory;
    private final long available;
    private final long maxBytes;
    private final boolean takesFirst;
    private ByteBufferOutputStream out;
    private MemoryRecordsBuilder batch;
    private long batchTimestamp;
    private long taken = FIRST_SIZE; // so little is not counted
    private int count;
    private boolean isFull;

    /**
     * @param available the number of messages that can be read now
     * @param maxBytes of the record batches
     * @param takesFirst whether to add a first message that is larger
     */
    FetchedRecords(Reservation memory, long available, long maxBytes, boolean takesFirst) {
        this.available = Math.min(available, MANY);
        this.memory = memory;
        this.maxBytes = maxBytes;
        this.takesFirst = takesFirst;
    }

    /** The size so far, in bytes. */
    int size() {
        return out == null ? 0 : out.position();
    }

    /** Whether a message was rejected, because of the limit or the memory. */
    boolean isFull() {
        return isFull;
    }

    /** @throws engine.EngineException OVERLOADED, TOO_LARGE if there is no memory for a first message */
    @Override
    public boolean message(long offset, long timestamp, byte[] bytes, int position, int length) {
        boolean beginsBatch = batch == null || timestamp != batchTimestamp;
        long needed =
                (long) size() + length + RECORD_OVERHEAD + (beginsBatch ? DefaultRecordBatch.RECORD_BATCH_OVERHEAD : 0);
        boolean isFirst = count == 0 && takesFirst;
        if ((needed > maxBytes && !isFirst) || !ensureMemory(needed, isFirst)) {
            isFull = true;
            return false;
        }
        if (beginsBatch) {
            begin(offset, timestamp);
        }
        DecodedMessage message = MessageCodec.decode(bytes, position, length);
        batch.appendWithOffset(offset, timestamp, message.key(), message.value(), headers(message.headers()));
        count++;
        return true;
    }

    private boolean ensureMemory(long needed, boolean isFirst) {
        if (needed <= taken) {
            return true;
        }
        long expected = Math.max(GROWTH * taken, available * (needed / (count + 1)));
        long more = Math.max(needed, Math.min(expected, maxBytes)) - taken;
        if (isFirst) {
            memory.take(more);
        } else if (!memory.tryTake(more)) {
            return false;
        }
        taken += more;
        if (out != null) {
            out.ensureRemaining((int) (taken - out.position())); // else it would grow in small steps
        }
        return true;
    }

    private void begin(long offset, long timestamp) {
        endBatch();
        if (out == null) {
            out = new ByteBufferOutputStream((int) taken);
        }
        batch = new MemoryRecordsBuilder(
                out,
                RecordBatch.CURRENT_MAGIC_VALUE,
                Compression.NONE,
                TimestampType.LOG_APPEND_TIME,
                offset,
                timestamp,
                RecordBatch.NO_PRODUCER_ID,
                RecordBatch.NO_PRODUCER_EPOCH,
                RecordBatch.NO_SEQUENCE,
                false,
                false,
                0,
                Integer.MAX_VALUE);
        batchTimestamp = timestamp;
    }

    private void endBatch() {
        if (batch != null) {
            batch.close();
            batch = null;
        }
    }

    private static org.apache.kafka.common.header.Header[] headers(List<Header> headers) {
        return headers.isEmpty()
                ? Record.EMPTY_HEADERS
                : headers.stream()
                        .map(header -> new RecordHeader(header.name(), header.value()))
                        .toArray(org.apache.kafka.common.header.Header[]::new);
    }

    /** Ends the last record batch. */
    MemoryRecords finish() {
        endBatch();
        if (out == null) {
            return MemoryRecords.EMPTY;
        }
        ByteBuffer buffer = out.buffer().duplicate();
        buffer.flip();
        return MemoryRecords.readableRecords(buffer);
    }
}
