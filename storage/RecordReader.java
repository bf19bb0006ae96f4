package storage;

import java.io.Closeable;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/** Reads the records of a file in their order, see {@link RecordWriter} for the format. For one thread. */
final class RecordReader implements Closeable {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EIGHT_LINE_FEEDS = 0x0A0A0A0A0A0A0A0AL;
    private static final byte[] VALUE = "{\"value".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PARTITION = "{\"partition\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CRC = (",\"" + RecordWriter.CRC_NAME + "\":\"").getBytes(StandardCharsets.US_ASCII);
    private static final int CRC_MEMBER_SIZE = CRC.length + RecordWriter.CRC_DIGITS + 2;

    /** Earlier versions wrote this for an empty batch. It is not valid JSON, because a bracket is missing after the colon. */
    private static final byte[] EMPTY_BATCH = "{\"appended\":],".getBytes(StandardCharsets.US_ASCII);

    private static final int MIN_BUFFER = 4 << 10;
    private static final int READ_SIZE = 1 << 20;
    private static final int MAX_BUFFER = Integer.MAX_VALUE - 8;
    private static final Pattern SYNCED = Pattern.compile("(\\{\"synced\":(\\d{1,18})),\"crc32c\":\"([0-9a-f]{8})\"}");

    private final Path file;
    private final FileChannel channel;
    private byte[] buffer;
    private int filled;
    private int start;
    private int end;
    private long bufferPosition;
    private int[] messageEnds = new int[1024];
    private int messageCount;
    private Entry entry;

    RecordReader(Path file) throws IOException {
        this.file = file;
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        this.buffer = new byte[(int) Math.max(MIN_BUFFER, Math.min(READ_SIZE, channel.size() + 1))];
    }

    /**
     * Whether a mark after a position says that the file was on disk beyond that position. If so, a corrupt record
     * there was whole before. Returns true if the file cannot be read.
     */
    static boolean isSyncedBeyond(Path file, long position) {
        try {
            return Folders.readLines(
                    file,
                    position,
                    lines -> lines.flatMap(line -> SYNCED.matcher(line).results())
                            .anyMatch(mark -> {
                                CRC32C crc = new CRC32C();
                                crc.update(mark.group(1).getBytes(StandardCharsets.US_ASCII));
                                return Long.parseLong(mark.group(2)) > position
                                        && mark.group(3)
                                                .equals(new String(RecordWriter.hex(crc), StandardCharsets.US_ASCII));
                            }));
        } catch (IOException e) {
            return true;
        }
    }

    /** Receives the messages of a record. The bytes are valid until the method returns. */
    interface MessageConsumer {
        /** @param partition -1 if the line names none */
        void message(int partition, byte[] bytes, int position, int length);
    }

    /**
     * Goes to the next record.
     *
     * @return false if there is none; anything after {@link #endPosition} is an incomplete record
     * @throws CorruptRecordException if the next record differs from what was written
     */
    boolean next() throws IOException {
        start = end;
        messageCount = 0;
        int lineStart = start;
        int at = start;
        while (true) {
            int lineEnd = lineFeed(at);
            if (lineEnd < 0) {
                int lineOffset = lineStart - start;
                at = filled - start; // continue here after the buffer was moved
                if (!fill()) {
                    return false;
                }
                at += start;
                lineStart = start + lineOffset;
            } else if (isMessage(lineStart, lineEnd)) {
                noteMessage(lineEnd - start);
                lineStart = lineEnd + 1;
                at = lineStart;
            } else {
                entry = close(lineStart, lineEnd);
                end = lineEnd + 1;
                return true;
            }
        }
    }

    Path file() {
        return file;
    }

    /** The closing line of the record. */
    Entry entry() {
        return entry;
    }

    /** How many messages the record has. */
    int messageCount() {
        return messageCount;
    }

    /** The start of the record in the file, in bytes. */
    long startPosition() {
        return bufferPosition + start;
    }

    /** The end of the last complete record in the file, in bytes. */
    long endPosition() {
        return bufferPosition + end;
    }

    void forEachMessage(MessageConsumer consumer) {
        int at = start;
        for (int i = 0; i < messageCount; i++) {
            int lineEnd = start + messageEnds[i];
            int partition = -1;
            int from = at + 1;
            if (buffer[at + 2] == 'p') {
                partition = 0;
                for (from = at + PARTITION.length; buffer[from] != ','; from++) {
                    partition = 10 * partition + buffer[from] - '0';
                }
                from++;
            }
            consumer.message(partition, buffer, from, lineEnd - 1 - from);
            at = lineEnd + 1;
        }
    }

    CorruptRecordException corrupt(String why) {
        return new CorruptRecordException(file, startPosition(), why);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private Entry close(int lineStart, int lineEnd) throws IOException {
        int crcStart = lineEnd - CRC_MEMBER_SIZE;
        int digits = crcStart + CRC.length;
        if (crcStart <= lineStart || !startsWith(CRC, crcStart, lineEnd)) {
            throw corrupt("a line without a checksum");
        }
        CRC32C crc = new CRC32C();
        crc.update(buffer, start, crcStart - start);
        if (!Arrays.equals(
                        buffer,
                        digits,
                        digits + RecordWriter.CRC_DIGITS,
                        RecordWriter.hex(crc),
                        0,
                        RecordWriter.CRC_DIGITS)
                || buffer[lineEnd - 2] != '"'
                || buffer[lineEnd - 1] != '}') {
            throw corrupt("the checksum of the " + (lineEnd + 1 - start) + " bytes from there on does not match");
        }
        try {
            buffer[crcStart] = '}'; // parse the closing line without its checksum
            return startsWith(EMPTY_BATCH, lineStart, crcStart)
                    ? Entry.emptyBatch()
                    : Entry.parse(buffer, lineStart, crcStart + 1 - lineStart);
        } catch (IOException e) {
            throw corrupt("a line that this version does not understand");
        }
    }

    /**
     * A message never ends like a closing line. Quotes in its strings are escaped. Only a header can have the name of
     * the checksum, and two braces follow a header.
     */
    private boolean isMessage(int lineStart, int lineEnd) {
        return (startsWith(VALUE, lineStart, lineEnd) || startsWith(PARTITION, lineStart, lineEnd))
                && !(startsWith(CRC, lineEnd - CRC_MEMBER_SIZE, lineEnd) && buffer[lineEnd - 2] == '"');
    }

    private boolean startsWith(byte[] prefix, int from, int to) {
        return from >= 0
                && from + prefix.length <= to
                && Arrays.equals(buffer, from, from + prefix.length, prefix, 0, prefix.length);
    }

    private void noteMessage(int relativeEnd) {
        if (messageCount == messageEnds.length) {
            messageEnds = Arrays.copyOf(messageEnds, 2 * messageCount);
        }
        messageEnds[messageCount++] = relativeEnd;
    }

    /**
     * Moves the current record to the start of the buffer, and reads more bytes after it. Returns false at the end of
     * the file.
     */
    private boolean fill() throws IOException {
        System.arraycopy(buffer, start, buffer, 0, filled - start);
        bufferPosition += start;
        end -= start;
        filled -= start;
        start = 0;
        if (filled == buffer.length) {
            if (filled == MAX_BUFFER) {
                throw corrupt("a record of more than " + MAX_BUFFER + " bytes");
            }
            buffer = Arrays.copyOf(buffer, (int) Math.min(MAX_BUFFER, 2L * filled));
        }
        try {
            int read = channel.read(ByteBuffer.wrap(buffer, filled, Math.min(READ_SIZE, buffer.length - filled)));
            filled += Math.max(0, read);
            return read > 0;
        } catch (IOException e) {
            throw new CorruptRecordException(file, startPosition(), "the file cannot be read: " + e.getMessage(), true);
        }
    }

    /** The index of the next line feed; -1 if the buffer has none. Compares eight bytes at a time. */
    private int lineFeed(int from) {
        int at = from;
        for (; at + Long.BYTES <= filled; at += Long.BYTES) {
            long eight = (long) LONGS.get(buffer, at) ^ EIGHT_LINE_FEEDS;
            long zeros = (eight - 0x0101010101010101L) & ~eight & 0x8080808080808080L;
            if (zeros != 0) {
                return at + Long.numberOfTrailingZeros(zeros) / Byte.SIZE;
            }
        }
        for (; at < filled; at++) {
            if (buffer[at] == '\n') {
                return at;
            }
        }
        return -1;
    }
}
