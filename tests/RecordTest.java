package storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import engine.ProduceResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records are read as they were written; a record that was cut off is none, and a record that was changed is found out. */
public class RecordTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("segment.ndjson");
    }

    @Test
    void messages_of_all_sizes_come_back() throws IOException {
        Random random = new Random(1);
        List<List<String>> records = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            RecordWriter writer = new RecordWriter(channel, 0, 0);
            for (int i = 0; i < 60; i++) {
                List<String> messages = new ArrayList<>();
                for (int j = 1 + random.nextInt(20); j > 0; j--) {
                    messages.add("\"value\":\""
                            + "v".repeat(random.nextInt(5) == 0 ? random.nextInt(60_000) : random.nextInt(100)) + "\"");
                }
                records.add(messages);
                write(writer, messages, i % 2 == 1);
            }
            assertEquals(writer.position(), Files.size(file));
        }
        try (RecordReader reader = new RecordReader(file)) {
            for (List<String> messages : records) {
                assertTrue(reader.next());
                assertEquals(messages.size(), reader.messageCount());
                List<String> read = new ArrayList<>();
                reader.forEachMessage((partition, bytes, position, length) ->
                        read.add(new String(bytes, position, length, StandardCharsets.UTF_8)));
                assertEquals(messages, read);
            }
            assertFalse(reader.next());
            assertEquals(Files.size(file), reader.endPosition());
        }
    }

    @Test
    void a_record_that_was_cut_off_anywhere_is_not_finished() throws IOException {
        byte[] whole = twoRecords();
        int firstEnd = new String(whole, StandardCharsets.UTF_8)
                        .indexOf("}\n", new String(whole, StandardCharsets.UTF_8).indexOf("crc32c"))
                + 2;
        for (int length = firstEnd; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            try (RecordReader reader = new RecordReader(file)) {
                assertTrue(reader.next());
                assertFalse(reader.next(), "cut at " + length);
                assertEquals(firstEnd, reader.endPosition());
            }
        }
    }

    @Test
    void a_changed_byte_is_never_read_as_if_nothing_had_happened() throws IOException {
        byte[] whole = twoRecords();
        for (int at = 0; at < whole.length; at++) {
            for (int bit : new int[] {1, 4, 128}) {
                byte[] changed = whole.clone();
                changed[at] ^= (byte) bit;
                Files.write(file, changed);
                int records = 0;
                try (RecordReader reader = new RecordReader(file)) {
                    while (reader.next()) {
                        records++;
                    }
                } catch (CorruptRecordException e) {
                    records = Math.min(records, 1);
                }
                assertTrue(records < 2, "byte " + at + " xor " + bit);
            }
        }
    }

    @Test
    void an_empty_file_has_no_record() throws IOException {
        Files.createFile(file);
        try (RecordReader reader = new RecordReader(file)) {
            assertFalse(reader.next());
            assertEquals(0, reader.endPosition());
        }
    }

    @Test
    void bytes_that_are_no_records_are_corrupt() throws IOException {
        for (String text : List.of("\n", "{}\n", "hello\n", "{\"value\":\"a\"}\n{}\n", "{\"crc32c\":\"00000000\"}\n")) {
            Files.writeString(file, text);
            try (RecordReader reader = new RecordReader(file)) {
                CorruptRecordException corrupt = assertThrows(CorruptRecordException.class, reader::next, text);
                assertTrue(corrupt.getMessage().contains(file.getFileName().toString()), corrupt.getMessage());
            }
        }
    }

    @Test
    void the_checksum_is_crc_32c_in_eight_digits() {
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update("123456789".getBytes(StandardCharsets.US_ASCII));
        assertArrayEquals(
                "e3069283".getBytes(StandardCharsets.US_ASCII), RecordWriter.hex(crc)); // the check value of RFC 3720
    }

    private byte[] twoRecords() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            RecordWriter writer = new RecordWriter(channel, 0, 0);
            write(writer, List.of("\"value\":\"hello\"", "\"value\":\"world\",\"key\":\"k\""), true);
            write(writer, List.of("\"value\":\"again\""), true);
        }
        return Files.readAllBytes(file);
    }

    /** @param asLines whether the messages are written as a whole, as those of a topic with one partition are */
    private static void write(RecordWriter writer, List<String> messages, boolean asLines) throws IOException {
        if (asLines) {
            StringBuilder lines = new StringBuilder();
            messages.forEach(message -> lines.append('{').append(message).append("}\n"));
            writer.messages(ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8)));
        } else {
            messages.forEach(message -> {
                byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
                writer.message(RecordWriter.lineStart(1), bytes, 0, bytes.length);
            });
        }
        writer.closeAppended(List.of(new ProduceResult.Range(asLines ? 0 : 1, 0, messages.size())), 5, null);
        writer.flush();
    }
}
