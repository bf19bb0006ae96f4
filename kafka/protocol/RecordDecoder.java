package kafka.protocol;

import engine.DecodedMessage;
import engine.EncodedBatch;
import engine.EngineException;
import engine.ErrorCode;
import engine.Header;
import engine.Reservation;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.DefaultRecord;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteUtils;

/**
 * Converts a record batch of Kafka to messages. The records of a compressed batch are decompressed one after the other, so that a small
 * request cannot take much memory. Their offsets and timestamps are ignored: the broker assigns its own.
 */
final class RecordDecoder {
    /** More bytes than a record has besides those of its key, value and headers, in bytes. */
    private static final int MAX_OVERHEAD = 1 << 10;

    private final MutableRecordBatch batch;

    /**
     * @param records of one partition in a produce request
     * @throws KafkaException CorruptRecordException, InvalidRecordException if this is not one valid record batch
     */
    RecordDecoder(BaseRecords records) {
        if (!(records instanceof MemoryRecords inMemory)) {
            throw new InvalidRecordException("The request has no records.");
        }
        Iterator<MutableRecordBatch> batches = inMemory.batches().iterator();
        if (!batches.hasNext()) {
            throw new InvalidRecordException("The request has no record batch.");
        }
        batch = batches.next();
        if (batches.hasNext() || inMemory.validBytes() != inMemory.sizeInBytes()) {
            throw new InvalidRecordException("The records of a partition must be one record batch.");
        }
        if (batch.magic() != RecordBatch.MAGIC_VALUE_V2) {
            throw new InvalidRecordException("The record batch has format " + batch.magic() + ", and not 2.");
        }
        batch.ensureValid();
        if (batch.isControlBatch() || batch.isTransactional()) {
            throw new InvalidRecordException("The broker has no transactions.");
        }
        if (batch.countOrNull() == 0) {
            throw new InvalidRecordException("The record batch is empty.");
        }
    }

    /** The producer; negative if it is not idempotent. */
    long producerId() {
        return batch.producerId();
    }

    short producerEpoch() {
        return batch.producerEpoch();
    }

    /** The sequence of the first record. */
    int baseSequence() {
        return batch.baseSequence();
    }

    int count() {
        return batch.countOrNull();
    }

    /**
     * Creates a batch of the messages for one partition. The caller closes it.
     *
     * @param maxMessageBytes the maximum size of key, value and headers of a message
     * @param memory of the batch
     * @throws EngineException TOO_LARGE, OVERLOADED
     */
    EncodedBatch messages(int partition, int maxMessageBytes, Reservation memory) {
        EncodedBatch messages = new EncodedBatch(maxMessageBytes, batch.sizeInBytes() + 16 * count(), memory);
        try {
            if (batch.isCompressed()) {
                addDecompressed(messages, partition, maxMessageBytes);
            } else {
                batch.forEach(record -> messages.add(message(record), partition));
            }
            return messages;
        } catch (EngineException e) {
            messages.close();
            throw e;
        } catch (KafkaException | IllegalArgumentException | NoSuchElementException | IOException e) {
            messages.close();
            throw new CorruptRecordException("The record batch cannot be read: " + e.getMessage());
        } catch (Throwable e) { // such as an OutOfMemoryError
            messages.close();
            throw e;
        }
    }

    /** Checks the size of a record before it is decompressed. The iterator of kafka-clients would allocate any size. */
    private void addDecompressed(EncodedBatch messages, int partition, int maxMessageBytes) throws IOException {
        long limit = 2L * maxMessageBytes + MAX_OVERHEAD;
        try (DataInputStream in =
                new DataInputStream(((DefaultRecordBatch) batch).recordInputStream(BufferSupplier.NO_CACHING))) {
            for (int i = 0; i < count(); i++) {
                int size = ByteUtils.readVarint(in);
                if (size < 0 || size > limit) {
                    throw new EngineException(
                            ErrorCode.TOO_LARGE,
                            "A record has " + size + " bytes, and the limit for a message is " + maxMessageBytes + ".");
                }
                ByteBuffer record = ByteBuffer.allocate(ByteUtils.sizeOfVarint(size) + size);
                ByteUtils.writeVarint(size, record);
                in.readFully(record.array(), record.position(), size);
                messages.add(message(DefaultRecord.readFrom(record.rewind(), 0, 0, 0, 0L)), partition);
            }
            if (in.read() >= 0) {
                throw new InvalidRecordException("The record batch has more than " + count() + " records.");
            }
        }
    }

    private static DecodedMessage message(Record record) {
        List<Header> headers = List.of();
        if (record.headers().length > 0) {
            headers = new ArrayList<>(record.headers().length);
            for (org.apache.kafka.common.header.Header header : record.headers()) {
                headers.add(new Header(header.key(), header.value()));
            }
        }
        return new DecodedMessage(bytes(record.value()), bytes(record.key()), headers);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
