package storage;

import engine.Appended;
import engine.ProducerSequence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes records to the end of a file. A record is messages, a line each as they lie in the log, and a line that closes it;
 * or that line alone. Every line is a JSON object, so that the file is NDJSON:
 *
 * <pre>
 *   {"value":"hello"}
 *   {"value":"world","key":"user-1"}
 *   {"appended":[{"partition":0,"base_offset":2,"count":2}],"timestamp":1795474064171,"crc32c":"9a3c1f07"}
 *   {"committed":{"consumer_id":"alice","offsets":[{"partition":0,"offset":4}]},"crc32c":"5d0e44b2"}
 * </pre>
 *
 * In a topic of several partitions a message has {@code "partition":2} first. The checksum is CRC-32C (RFC 3720) of all
 * bytes of the record up to the comma before {@code "crc32c"}, as 8 hexadecimal digits. What follows the last closing line
 * is a record that was not finished. For one thread.
 */
final class RecordWriter {
    private static final int MIN_BUFFER = 512;
    private static final int MAX_BUFFER = 32 << 10;

    /** How much is written at a time of what need not be buffered: the JDK copies it, to memory that it keeps for the thread. */
    private static final int SLICE = 128 << 10;

    private static final byte[] LINE_END = ascii("}\n");
    private static final byte[] HEX = ascii("0123456789abcdef");
    static final String SYNCED = "{\"synced\":";
    static final byte[] CRC = ascii(",\"crc32c\":\"");
    static final int CRC_DIGITS = 8;

    private final FileChannel channel;
    private final CRC32C crc = new CRC32C();
    private final byte[] buffer;
    private int length;
    private int checked;
    private long position;

    /**
     * @param position where the file ends
     * @param sizeHint how many bytes to expect
     */
    RecordWriter(FileChannel channel, long position, int sizeHint) {
        this.channel = channel;
        this.position = position;
        this.buffer = new byte[Math.max(MIN_BUFFER, Math.min(MAX_BUFFER, sizeHint))];
    }

    /** Where the file ends once all records are closed and written. */
    long position() {
        return position;
    }

    /** What a message begins with in a topic that has several partitions. */
    static byte[] lineStart(int partition) {
        return ascii("{\"partition\":" + partition + ",");
    }

    /**
     * Adds a message to a record.
     *
     * @param lineStart see {@link #lineStart}
     * @throws UncheckedIOException where others of this class throw an IOException: it is called from within loops of others
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

    /** Adds messages to a record: lines as they are to be, of a topic that has one partition. */
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

    /** Closes a record of messages. */
    void closeAppended(List<Appended.Range> ranges, long timestamp, ProducerSequence sequence) throws IOException {
        StringBuilder line = new StringBuilder(128).append("{\"appended\":[");
        for (Appended.Range range : ranges) {
            line.append("{\"partition\":").append(range.partition()).append(",\"base_offset\":").append(range.baseOffset())
                    .append(",\"count\":").append(range.count()).append("},");
        }
        line.setCharAt(line.length() - 1, ']');
        line.append(",\"timestamp\":").append(timestamp);
        if (sequence != null) { // whose name needs no escaping
            line.append(",\"producer_id\":\"").append(sequence.producerId()).append("\",\"sequence\":").append(sequence.sequence());
        }
        byte[] json = ascii(line.toString());
        close(json, json.length);
    }

    /** Closes a record that says up to where the file is on disk, in bytes. */
    void closeSynced(long syncedPosition) throws IOException {
        byte[] json = ascii(SYNCED + syncedPosition);
        close(json, json.length);
    }

    /** Closes a record with any other entry. */
    void close(Entry entry) throws IOException {
        byte[] json = entry.toJson();
        close(json, json.length - 1);
    }

    /** Writes what is not written yet. */
    void flush() throws IOException {
        check();
        write(ByteBuffer.wrap(buffer, 0, length));
        length = 0;
        checked = 0;
    }

    /** The digits of a checksum. */
    static byte[] hex(CRC32C crc) {
        byte[] digits = new byte[CRC_DIGITS];
        for (int i = 0; i < CRC_DIGITS; i++) {
            digits[i] = HEX[(int) (crc.getValue() >> 4 * (CRC_DIGITS - 1 - i)) & 0xF];
        }
        return digits;
    }

    private void close(byte[] json, int size) throws IOException {
        put(json, 0, size);
        ensureRoom(CRC.length + CRC_DIGITS + 3); // all that follows is not of what is checked
        check();
        System.arraycopy(CRC, 0, buffer, length, CRC.length);
        length += CRC.length;
        System.arraycopy(hex(crc), 0, buffer, length, CRC_DIGITS);
        length += CRC_DIGITS;
        buffer[length++] = '"';
        buffer[length++] = '}';
        buffer[length++] = '\n';
        crc.reset();
        checked = length;
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
    }

    /** Takes what is in the buffer into the checksum. */
    private void check() {
        crc.update(buffer, checked, length - checked);
        checked = length;
    }

    private void put(byte[] bytes, int from, int size) throws IOException {
        int at = from;
        for (int left = size; left > 0; ) {
            ensureRoom(1);
            int part = Math.min(left, buffer.length - length);
            System.arraycopy(bytes, at, buffer, length, part);
            length += part;
            at += part;
            left -= part;
        }
    }

    /** @param size not more than the smallest buffer */
    private void ensureRoom(int size) throws IOException {
        if (length + size > buffer.length) {
            flush();
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
