package storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import engine.EngineException;
import engine.MemoryBroker;
import engine.MemoryBudget;
import engine.Scheduler;
import engine.Storage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.junit.jupiter.params.provider.MethodSource;
import tests.Corpus;

/** Reads any bytes as a file of a data directory. The broker restores them, or says what is damaged. */
public class SegmentFuzzTest {
    @MethodSource("tests.Corpus#segments")
    @FuzzTest(maxDuration = Corpus.MAX_DURATION)
    void records_are_read_or_corrupt(byte[] bytes) throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Path file = Files.write(files.getPath("/segment.ndjson"), bytes);
            try (RecordReader reader = new RecordReader(file)) {
                long end = 0;
                while (reader.next()) {
                    assertEquals(end, reader.startPosition());
                    int[] count = {0};
                    reader.forEachMessage((partition, source, position, length) -> {
                        assertTrue(position > 0 && length >= 0 && position + length < source.length);
                        count[0]++;
                    });
                    assertEquals(reader.messageCount(), count[0]);
                    end = reader.endPosition();
                    assertTrue(end <= bytes.length && bytes[(int) end - 1] == '\n');
                }
            } catch (CorruptRecordException e) {
                assertTrue(e.getMessage().contains("segment.ndjson"), e.getMessage());
            }
        }
    }

    /** The input has no checksums, because a fuzzer cannot guess them: each line that begins with {@code #} is closed with the right one. */
    @MethodSource("tests.Corpus#segments")
    @FuzzTest(maxDuration = Corpus.MAX_DURATION)
    void a_topic_with_right_checksums_is_restored_or_refused(byte[] bytes) throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Path data = Files.createDirectory(files.getPath("/data"));
            Files.writeString(data.resolve("format"), "mini-kafka 1\n");
            Path topic = Files.createDirectories(data.resolve("topics/00000001-t"));
            Files.write(topic.resolve("00000001.ndjson"), withChecksums(bytes));
            MemoryBroker broker = new MemoryBroker(new MemoryBudget(1L << 28), 16, Storage.NONE);
            try (DataDirectory directory = new DataDirectory(data, Fsync.NEVER, Scheduler.SYSTEM)) {
                directory.restore(broker);
                broker.topics()
                        .items()
                        .flatMap(state -> state.partitions().stream())
                        .forEach(partition -> assertTrue(partition.startOffset() <= partition.endOffset()));
            } catch (IOException | EngineException e) {
                assertTrue(e.getMessage() != null, "it says why");
            }
        }
    }

    private static byte[] withChecksums(byte[] bytes) {
        ByteArrayOutputStream closed = new ByteArrayOutputStream();
        CRC32C crc = new CRC32C();
        for (String line : new String(bytes, StandardCharsets.ISO_8859_1).split("(?<=\n)")) {
            boolean isClosing = line.startsWith("#") && line.endsWith("}\n");
            byte[] start =
                    (isClosing ? line.substring(1, line.length() - 2) : line).getBytes(StandardCharsets.ISO_8859_1);
            closed.writeBytes(start);
            crc.update(start);
            if (isClosing) {
                String end = ",\"" + RecordWriter.CRC_NAME + "\":\""
                        + new String(RecordWriter.hex(crc), StandardCharsets.US_ASCII) + "\"}\n";
                closed.writeBytes(end.getBytes(StandardCharsets.US_ASCII));
                crc.reset();
            }
        }
        return closed.toByteArray();
    }
}
