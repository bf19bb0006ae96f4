package storage;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import engine.ProduceResult;
import engine.ProducerSequence;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Appends records to a file. A record is a closing line. If the record has messages, they come before it, one per line,
 * in the form that they have in the log. Every line is a JSON object, so the file is NDJSON:
 *
 * <pre>
 *   {"value":"hello"}
 *   {"value":"world","key":"user-1"}
 *   {"appended":[{"partition":0,"base_offset":2,"count":2}],"timestamp":1795474064171,"crc32c":"9a3c1f07"}
 *   {"committed":{"consumer_id":"alice","offsets":[{"partition":0,"offset":4}]},"crc32c":"5d0e44b2"}
 * </pre>
 *
 * In a topic with several partitions, each message starts with {@code "partition":2}. The checksum is CRC-32C (RFC
 * 3720) of all bytes of the record before the comma of {@code ,"crc32c"}, as 8 hexadecimal digits. Anything after the
 * last closing line is an incomplete record. For one thread.
 */
final class RecordWriter {
    private static final int MIN_BUFFER = 512;
    private static final int MAX_BUFFER = 32 << 10;

    /**
     * How many bytes to write at once without the buffer. The JDK copies them to a direct buffer of this size, which it
     * keeps for the thread.
     */
    private static final int SLICE = 128 << 10;

    private static final byte[] LINE_END = ascii("}\n");
    private static final byte[] HEX = ascii("0123456789abcdef");
    private static final byte[] LINE_FEED = ascii("\n");

    /** A size hint for an entry without messages, in bytes. Most entries are smaller. */
    static final int ENTRY_SIZE = 256;

    static final String CRC_NAME = "crc32c";
    static final int CRC_DIGITS = 8;

    private final FileChannel channel;
    private final CRC32C crc = new CRC32C();
    private final byte[] buffer;
    private int length;
    private int checksumEnd;
    private long position;

    /**
     * @param position the end of the file, in bytes
     * @param sizeHint approximate size of the records, in bytes
     */
    RecordWriter(FileChannel channel, long position, int sizeHint) {
        this.channel = channel;
        this.position = position;
        this.buffer = new byte[Math.max(MIN_BUFFER, Math.min(MAX_BUFFER, sizeHint))];
    }

    /** The end of the file, in bytes. Valid after {@link #flush}. */
    long position() {
        return position;
    }

    /** The start of a message in a topic with several partitions. */
    static byte[] lineStart(int partition) {
        return ascii("{\"partition\":" + partition + ",");
    }

    /**
     * Adds a message to a record.
     *
     * @param lineStart see {@link #lineStart}
     * @throws UncheckedIOException instead of an IOException, because engine loops call this method
     */
    void message(byte[] lineStart, byte[] bytes, int from, int size) {
        try {
            put(lineStart, 0, lineStart.length);
            put(bytes, from, size);
            put(LINE_END, 0, LINE_END.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds messages of a topic with one partition to a record. The lines are written unchanged. */
    void messages(ByteBuffer lines) throws IOException {
        if (lines.remaining() <= buffer.length - length) {
            int size = lines.remaining();
            lines.get(buffer, length, size);
            length += size;
            return;
        }
        flush();
        while (lines.hasRemaining()) {
            ByteBuffer slice = lines.slice(lines.position(), Math.min(SLICE, lines.remaining()));
            crc.update(slice.duplicate());
            write(slice);
            lines.position(lines.position() + slice.limit());
        }
    }

    /** Closes a record that has at least one message. */
    void closeAppended(List<ProduceResult.Range> ranges, long timestamp, ProducerSequence sequence) throws IOException {
        // written member by member, because each produce does this, and data binding takes twice as long
        try (JsonGenerator json = new ClosingLine()) {
            json.writeStartObject();
            json.writeArrayFieldStart("appended");
            for (ProduceResult.Range range : ranges) {
                json.writeStartObject();
                json.writeNumberField("partition", range.partition());
                json.writeNumberField("base_offset", range.baseOffset());
                json.writeNumberField("count", range.count());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeNumberField("timestamp", timestamp);
            if (sequence != null) {
                json.writeStringField("producer_id", sequence.producerId());
                json.writeNumberField("sequence", sequence.sequence());
            }
            json.writeEndObject();
        }
    }

    /** Closes a record with another entry. */
    void close(Entry entry) throws IOException {
        try (JsonGenerator json = new ClosingLine()) {
            Entry.JSON.writeValue(json, entry);
        }
    }

    /** Writes an object and, as its last member, the checksum of the record. This closes the record. */
    private final class ClosingLine extends JsonGeneratorDelegate {
        ClosingLine() throws IOException {
            super(Entry.JSON.createGenerator(new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    put(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int from, int size) throws IOException {
                    put(bytes, from, size);
                }
            }));
        }

        @Override
        public void writeEndObject() throws IOException {
            if (!getOutputContext().getParent().inRoot()) {
                super.writeEndObject();
                return;
            }
            flush();
            updateChecksum();
            writeStringField(CRC_NAME, new String(hex(crc), StandardCharsets.US_ASCII));
            super.writeEndObject();
            flush();
            put(LINE_FEED, 0, LINE_FEED.length);
            crc.reset();
            checksumEnd = length;
        }
    }

    /** Writes the buffer to the file. */
    void flush() throws IOException {
        updateChecksum();
        write(ByteBuffer.wrap(buffer, 0, length));
        length = 0;
        checksumEnd = 0;
    }

    /** The hexadecimal digits of a checksum. */
    static byte[] hex(CRC32C crc) {
        byte[] digits = new byte[CRC_DIGITS];
        for (int i = 0; i < CRC_DIGITS; i++) {
            digits[i] = HEX[(int) (crc.getValue() >> (4 * (CRC_DIGITS - 1 - i))) & 0xF];
        }
        return digits;
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
    }

    /** Updates the checksum with the new bytes of the buffer. */
    private void updateChecksum() {
        crc.update(buffer, checksumEnd, length - checksumEnd);
        checksumEnd = length;
    }

    private void put(byte[] bytes, int from, int size) throws IOException {
        int at = from;
        for (int left = size; left > 0; ) {
            if (length == buffer.length) {
                flush();
            }
            int part = Math.min(left, buffer.length - length);
            System.arraycopy(bytes, at, buffer, length, part);
            length += part;
            at += part;
            left -= part;
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
