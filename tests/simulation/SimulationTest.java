package tests.simulation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import engine.ConsumerSettings;
import engine.EncodedBatch;
import engine.EncodedMessages;
import engine.EngineException;
import engine.ErrorCode;
import engine.OffsetSpec;
import engine.ReadLimits;
import engine.TopicSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import storage.Fsync;

/** The simulated disk, some seeds of the simulation, and the faults that it has found. */
public class SimulationTest {
    private static final int SEEDS = 40;
    private static final int UNIX_SEED = 1;
    private static final int WINDOWS_SEED = 12;
    private static final long MAX_AGE_MS = 60_000;

    private final Random random = new Random(1);
    private final SimulatedDisk disk = new SimulatedDisk(random, false);

    @Test
    void no_seed_fails() {
        ByteArrayOutputStream histories = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(histories, true, StandardCharsets.UTF_8);
        assertEquals(
                0,
                new Simulations(300, null, false, out).run(1, SEEDS),
                () -> histories.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @EnumSource
    void no_crash_point_fails(Fsync fsync) {
        ByteArrayOutputStream histories = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(histories, true, StandardCharsets.UTF_8);
        assertEquals(
                0,
                new Simulations(0, fsync, false, out).runCrashPoints(UNIX_SEED, 40)
                        + new Simulations(0, fsync, false, out).runCrashPoints(WINDOWS_SEED, 40),
                () -> histories.toString(StandardCharsets.UTF_8));
        String report = histories.toString(StandardCharsets.UTF_8);
        assertFalse(report.lines().anyMatch(line -> line.startsWith("0 crash points")), report);
    }

    @Test
    void a_power_loss_keeps_what_was_forced_and_nothing_else() throws IOException {
        Path file = disk.mount().resolve("file");
        try (FileChannel channel = open(file)) {
            channel.write(ByteBuffer.wrap("forced".getBytes(StandardCharsets.US_ASCII)), 0);
            channel.force(false);
            force(file.getParent());
            channel.write(ByteBuffer.wrap("written".getBytes(StandardCharsets.US_ASCII)), 0);
            assertEquals("written", Files.readString(file));
        }
        disk.losePower(Loss.ALL);
        assertEquals("forced", Files.readString(disk.mount().resolve("file")));
    }

    @Test
    void a_file_is_lost_if_its_folder_was_not_forced() throws IOException {
        Path file = disk.mount().resolve("file");
        try (FileChannel channel = open(file)) {
            channel.force(true);
        }
        disk.losePower(Loss.ALL);
        assertTrue(Files.notExists(disk.mount().resolve("file")));
    }

    @Test
    void a_rename_is_lost_if_its_folder_was_not_forced() throws IOException {
        Path file = disk.mount().resolve("old");
        open(file).close();
        force(file.getParent());
        Files.move(file, file.resolveSibling("new"), StandardCopyOption.ATOMIC_MOVE);
        disk.losePower(Loss.ALL);
        assertTrue(Files.exists(disk.mount().resolve("old")));
    }

    @Test
    void the_end_of_a_process_keeps_what_was_written() throws IOException {
        Path file = disk.mount().resolve("file");
        try (FileChannel channel = open(file)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), 0);
            disk.unmount();
            assertThrows(ProcessEnded.class, () -> channel.write(ByteBuffer.wrap(new byte[] {2}), 0));
        }
        assertArrayEquals(new byte[] {1}, Files.readAllBytes(disk.mount().resolve("file")));
    }

    @ParameterizedTest
    @EnumSource
    void a_power_loss_of_any_kind_keeps_what_was_forced(Loss loss) throws IOException {
        byte[] forced = new byte[3000];
        random.nextBytes(forced);
        Path file = disk.mount().resolve("file");
        try (FileChannel channel = open(file)) {
            channel.write(ByteBuffer.wrap(forced), 0);
            channel.force(false);
            force(file.getParent());
            channel.write(ByteBuffer.wrap(new byte[5000]), forced.length);
        }
        disk.losePower(loss);
        byte[] found = Files.readAllBytes(disk.mount().resolve("file"));
        assertArrayEquals(forced, Arrays.copyOf(found, forced.length));
    }

    /** Only the parent folder was fsynced, and not the folders above it. */
    @Test
    void new_folders_above_a_data_directory_survive_a_power_loss() throws IOException {
        SimulatedBroker broker = new SimulatedBroker(random, Fsync.ALWAYS, false);
        broker.start();
        register(broker, "t");
        broker.disk.losePower(Loss.ALL);
        broker.start();
        assertEquals(List.of("t"), broker.topics());
    }

    /** The folder was renamed back, but not fsynced. A power loss brought the deletion back, with a message that was confirmed since. */
    @Test
    void a_topic_that_could_not_be_deleted_survives_a_power_loss() throws IOException {
        for (Loss loss : Loss.values()) {
            SimulatedBroker broker = new SimulatedBroker(random, Fsync.ALWAYS, false);
            broker.start();
            register(broker, "t");
            broker.faults.doForcesFail = true;
            EngineException failure = failure(broker, broker.broker().deleteTopic("t"));
            assertEquals(ErrorCode.STORAGE_FULL, failure.code());
            broker.faults.clear();
            produce(broker, "t", "v");
            broker.disk.losePower(loss);
            broker.start();
            assertEquals(List.of("t"), broker.topics(), loss.toString());
            assertEquals(1, broker.view("t").end(0));
        }
    }

    /** Without the file {@code format}, neither a start nor a repair accepts a data directory. */
    @Test
    void a_data_directory_is_recognized_after_a_power_loss_without_any_fsync() throws IOException {
        SimulatedBroker broker = new SimulatedBroker(random, Fsync.NEVER, false);
        Files.createDirectories(broker.disk.mount().resolve("new/data"));
        force(broker.disk.mount());
        force(broker.disk.mount().resolve("new"));
        broker.start();
        broker.disk.losePower(Loss.ALL);
        assertTrue(Files.exists(broker.disk.mount().resolve("new/data/format")));
        broker.start();
    }

    /** The format was written with one write, which wrote one byte. */
    @Test
    void short_writes_do_not_damage_a_data_directory() throws IOException {
        for (int i = 0; i < 20; i++) {
            SimulatedBroker broker = new SimulatedBroker(random, Fsync.INTERVAL, false);
            broker.faults.areWritesShort = true;
            broker.start();
            broker.disk.unmount();
            broker.start();
        }
    }

    @Test
    void a_read_that_fails_at_the_start_loses_nothing() throws IOException {
        SimulatedBroker broker = new SimulatedBroker(random, Fsync.ALWAYS, false);
        broker.start();
        register(broker, "t");
        produce(broker, "t", "v");
        int refused = 0;
        for (int reads = 0; reads < 6; reads++) {
            broker.disk.unmount();
            broker.faults.readsLeft = reads;
            try {
                broker.start();
            } catch (IOException e) {
                assertTrue(e.getMessage().contains("Input/output error"), e.getMessage());
                refused++;
            }
            broker.faults.clear();
            broker.disk.unmount();
            broker.start();
            assertEquals(1, broker.view("t").end(0));
        }
        assertTrue(refused > 1, refused + " starts were refused");
    }

    /** The last segment is longer than a read, so that the failed read looked like the end of what was completely written. */
    @Test
    void a_read_that_fails_in_the_middle_of_a_file_truncates_nothing() throws IOException {
        for (int reads = 0; reads < 25; reads++) {
            SimulatedBroker broker = new SimulatedBroker(random, Fsync.NEVER, false);
            broker.start();
            register(broker, "t");
            String[] values = new String[20];
            Arrays.fill(values, "v".repeat(400_000));
            produce(broker, "t", values); // the next segment may become as large
            for (int i = 0; i < 6; i++) {
                produce(broker, "t", values[i]);
            }
            broker.disk.unmount();
            broker.faults.readsLeft = reads;
            try {
                broker.start();
            } catch (IOException e) {
                assertTrue(e.getMessage().contains("Input/output error"), e.getMessage());
            }
            broker.faults.clear();
            broker.disk.unmount();
            broker.start();
            assertEquals(26, broker.view("t").end(0), reads + " reads succeeded");
        }
    }

    @Test
    void on_windows_an_open_file_is_not_removed_and_a_folder_is_not_opened() throws IOException {
        SimulatedDisk windows = new SimulatedDisk(random, true);
        Path folder = Files.createDirectory(windows.mount().resolve("folder"));
        assertThrows(FileSystemException.class, () -> Files.move(folder, folder.resolveSibling("con")));
        FileChannel channel = open(folder.resolve("file"));
        assertThrows(FileSystemException.class, () -> Files.delete(folder.resolve("file")));
        assertThrows(FileSystemException.class, () -> Files.move(folder, folder.resolveSibling("other")));
        assertThrows(AccessDeniedException.class, () -> force(folder));
        channel.close();
        Files.delete(folder.resolve("file"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"con", "NUL.txt", "com1"})
    void on_windows_some_names_are_not_accepted(String name) {
        Path root = new SimulatedDisk(random, true).mount();
        assertThrows(IOException.class, () -> Files.createDirectory(root.resolve(name)));
    }

    @Test
    void on_windows_a_dot_at_the_end_of_a_name_is_ignored() throws IOException {
        Path root = new SimulatedDisk(random, true).mount();
        Files.createDirectory(root.resolve("name."));
        assertTrue(Files.exists(root.resolve("name")));
    }

    @ParameterizedTest
    @EnumSource
    @NullSource
    void messages_from_the_future_expire_when_the_clock_is_right_again(Fsync fsync) throws IOException {
        SimulatedBroker broker = new SimulatedBroker(random, fsync, false);
        broker.start();
        done(broker, broker.broker().registerTopic("t", new TopicSettings(null, null, null, MAX_AGE_MS, null)));
        broker.scheduler.jump(30 * MAX_AGE_MS);
        produce(broker, "t", "from the future");
        broker.scheduler.jump(-30 * MAX_AGE_MS);
        produce(broker, "t", "from now");
        broker.scheduler.advance(MAX_AGE_MS - 1000, () -> {});
        assertArrayEquals(new long[] {0}, broker.view("t").starts());
        broker.scheduler.advance(3000, () -> {});
        assertArrayEquals(new long[] {2}, broker.view("t").starts());
    }

    @Test
    void a_session_and_a_wait_end_in_time_although_the_clock_jumps() throws IOException {
        SimulatedBroker broker = new SimulatedBroker(random, null, false);
        broker.start();
        register(broker, "t");
        ConsumerSettings member = new ConsumerSettings("c", "g", null, OffsetSpec.parse("start", null), 5000L);
        done(broker, broker.broker().registerConsumer("t", member));
        CompletableFuture<EncodedMessages> poll = broker.broker().poll("c", ReadLimits.ONE, 3000);
        broker.scheduler.jump(-TimeUnit.DAYS.toMillis(30));
        broker.scheduler.advance(2999, () -> {});
        assertFalse(poll.isDone());
        broker.scheduler.advance(1, () -> {});
        assertTrue(poll.isDone());
        broker.scheduler.jump(TimeUnit.DAYS.toMillis(60));
        broker.scheduler.advance(4999, () -> {});
        assertEquals(1, broker.consumerIds().size());
        broker.scheduler.advance(1, () -> {});
        assertEquals(0, broker.consumerIds().size());
    }

    private static void register(SimulatedBroker broker, String topic) {
        done(broker, broker.broker().registerTopic(topic, new TopicSettings(null, null, null, null, null)));
    }

    private static void produce(SimulatedBroker broker, String topic, String... values) {
        EncodedBatch batch = new EncodedBatch(1 << 20, 64, broker.budget().reservation());
        for (String value : values) {
            batch.add(value, null, null, null);
        }
        done(broker, broker.broker().produce(topic, batch, null));
    }

    private static void done(SimulatedBroker broker, CompletableFuture<?> call) {
        broker.scheduler.runAll();
        call.join();
    }

    private static EngineException failure(SimulatedBroker broker, CompletableFuture<?> call) {
        broker.scheduler.runAll();
        assertTrue(call.isDone());
        return (EngineException)
                assertThrows(CompletionException.class, call::join).getCause();
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
