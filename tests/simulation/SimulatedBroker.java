package tests.simulation;

import engine.ConsumerState;
import engine.Limits;
import engine.MemoryBroker;
import engine.MemoryBudget;
import engine.Storage;
import engine.TopicState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import storage.DataDirectory;
import storage.Fsync;
import storage.Repair;

/** A broker with its clock, its threads and its disk, all of them simulated. For one thread. */
final class SimulatedBroker {
    /** Does not exist at the first start, nor does its parent folder. */
    private static final String DATA = "new/data";

    static final int MAX_PARTITIONS = 4;

    /** A repair asks again for what shows after its first steps. */
    private static final int MAX_QUESTIONS = 9;

    final SimulatedScheduler scheduler;
    final SimulatedDisk disk;
    final Faults faults;
    private final Random random;

    /** Null for a broker without a data directory. */
    private final Fsync fsync;

    private MemoryBudget budget;
    private MemoryBroker broker;
    private DataDirectory directory;

    /**
     * @param fsync null for a broker without a data directory
     * @param isWindows see {@link SimulatedDisk}
     */
    SimulatedBroker(Random random, Fsync fsync, boolean isWindows) {
        this.random = random;
        this.fsync = fsync;
        this.scheduler = new SimulatedScheduler(random);
        this.disk = new SimulatedDisk(random, isWindows);
        this.faults = new Faults(disk, random);
        disk.setFaults(faults);
    }

    MemoryBroker broker() {
        return broker;
    }

    MemoryBudget budget() {
        return budget;
    }

    Fsync fsync() {
        return fsync;
    }

    /**
     * Starts a process on what is on the disk.
     *
     * @throws IOException if the broker refuses to start
     */
    void start() throws IOException {
        scheduler.clear();
        budget = new MemoryBudget(1L << 40);
        Path root = disk.mount();
        directory = fsync == null ? null : new DataDirectory(root.resolve(DATA), fsync, scheduler);
        broker = new MemoryBroker(
                budget,
                Limits.ofPartitions(MAX_PARTITIONS),
                directory == null ? Storage.NONE : directory,
                scheduler,
                random.nextBoolean() ? Runnable::run : scheduler.processor());
        if (directory != null) {
            directory.restore(broker);
        }
    }

    /** Checks that no file of a topic ends within a line. A start truncates an incomplete record. */
    void requireWholeRecords() throws IOException {
        if (directory == null) {
            return;
        }
        for (Path topic : list(directory.folder().resolve("topics"))) {
            for (Path file : list(topic)) {
                byte[] bytes = Files.readAllBytes(file);
                Violation.unless(bytes.length == 0 || bytes[bytes.length - 1] == '\n', "%s ends within a line", file);
            }
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.toList();
        }
    }

    /** Accepts what a repair would lose. */
    void repair() throws IOException {
        scheduler.clear();
        try (DataDirectory damaged = DataDirectory.toRepair(disk.mount().resolve(DATA))) {
            new Repair(damaged)
                    .ask(
                            new ByteArrayInputStream("y\n".repeat(MAX_QUESTIONS).getBytes(StandardCharsets.UTF_8)),
                            new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        }
    }

    /** Stops the process as a signal does. */
    void stop() throws IOException {
        broker.stop();
        scheduler.runAll();
        if (directory != null) {
            directory.close();
        }
        disk.unmount();
    }

    /** What a topic looks like; null if it does not exist. */
    TopicView view(String topic) {
        return broker.topics()
                .items()
                .filter(state -> state.name().equals(topic))
                .findFirst()
                .map(state -> new TopicView(broker, scheduler, state))
                .orElse(null);
    }

    /** The ids of all consumers. */
    Set<String> consumerIds() {
        return broker.consumers(null, null)
                .items()
                .map(ConsumerState::consumerId)
                .collect(Collectors.toSet());
    }

    /** The names of all topics. */
    List<String> topics() {
        return broker.topics().items().map(TopicState::name).collect(Collectors.toList());
    }
}
