package storage;

import engine.EngineException;
import engine.ErrorCode;
import engine.Journal;
import engine.MemoryBroker;
import engine.Plural;
import engine.Scheduler;
import engine.Storage;
import engine.TopicSettings;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * A folder that persists topics. Only one broker at a time may use it. This class restores all topics at a start,
 * creates the journals of new topics, and runs the maintenance of all journals until it is closed.
 *
 * <pre>
 *   DIR/format                         mini-kafka 1
 *   DIR/lock                           the process that uses it
 *   DIR/topics/00000001-demo/          a topic: its number and its name
 *       00000001.ndjson                its segments, see {@link RecordWriter}
 *       00000002.ndjson
 *   DIR/damaged/                       data that a repair has removed
 * </pre>
 *
 * Safe for any number of threads.
 */
public final class DataDirectory implements Storage, Closeable {
    /** The time between two fsyncs with {@link Fsync#INTERVAL}, in ms. */
    public static final int SYNC_INTERVAL_MS = 1000;

    /** How many files and folders a notice names, at most. */
    private static final int MAX_NAMES = 5;

    private static final long CLOSE_TIMEOUT_MS = 10_000;

    private final Path folder;
    private final Path topicsFolder;
    private final Fsync fsync;
    private final DirectoryFormat format;
    private final DirectoryLock lock;
    private final AtomicLong lastNumber = new AtomicLong();
    private final Queue<TopicJournal> journals = new ConcurrentLinkedQueue<>();
    private final MaintenanceTimer maintenance;
    private volatile MemoryBroker broker;

    /**
     * Opens a folder, and creates it if it does not exist.
     *
     * @param scheduler for the maintenance
     * @throws IOException if another broker uses the folder, if it has another format, or if it cannot be written; the
     *     message says what to do
     */
    public DataDirectory(Path folder, Fsync fsync, Scheduler scheduler) throws IOException {
        this(folder, fsync, scheduler, true);
    }

    /**
     * Opens an existing folder to repair it.
     *
     * @throws IOException as the constructor, and if the folder does not exist
     */
    public static DataDirectory toRepair(Path folder) throws IOException {
        return new DataDirectory(folder, Fsync.ALWAYS, Scheduler.SYSTEM, false);
    }

    private DataDirectory(Path folder, Fsync fsync, Scheduler scheduler, boolean mayCreate) throws IOException {
        this.folder = folder;
        this.topicsFolder = folder.resolve("topics");
        this.fsync = fsync;
        this.format = new DirectoryFormat(folder);
        this.maintenance = new MaintenanceTimer(this::maintain, scheduler);
        try {
            format.requireOurs(mayCreate);
            Folders.create(folder);
            this.lock = DirectoryLock.acquire(folder);
        } catch (IOException e) {
            throw unusable(e);
        }
        try {
            format.requireCurrent();
            Folders.create(topicsFolder);
            Folders.sync(folder, fsync);
            if (format.isNew()) {
                Folders.syncAbove(folder, fsync);
            }
        } catch (IOException e) {
            lock.close();
            throw unusable(e);
        }
    }

    private StorageException unusable(IOException e) {
        return e instanceof StorageException refusal
                ? refusal
                : new StorageException("Cannot use " + folder + " as a data directory: " + FileErrors.reason(e));
    }

    /**
     * What a start has restored.
     *
     * @param messages of all topics
     * @param notices for the user, one or more sentences each
     */
    public record Recovery(int topics, long messages, List<String> notices) {}

    /**
     * Says in words what a start has restored.
     *
     * @param seconds the duration of the restore
     */
    public String describe(Recovery recovery, double seconds) {
        Path absolute = folder.toAbsolutePath().normalize();
        String what = format.isNew()
                ? "New data directory " + absolute
                : String.format(
                        Locale.ROOT,
                        "Restored %s of %s from %s in %.2f s",
                        Plural.of(recovery.messages(), "message"),
                        Plural.of(recovery.topics(), "topic"),
                        absolute,
                        seconds);
        return what + " (--fsync " + fsync + ")";
    }

    /**
     * Restores all topics to a broker that has no topics yet.
     *
     * @return what was restored; the notices name files that were ignored, and records that were truncated because the
     *     broker or the machine ended while they were written
     * @throws IOException if a file is damaged (the message names the file and the byte), if the topics do not fit into
     *     memory, or if a file cannot be read; the message says what to do. The files of topics are changed only after
     *     all of them were read. The lock of the folder is then released.
     */
    public Recovery restore(MemoryBroker broker) throws IOException {
        this.broker = broker;
        try {
            return restoreTopics();
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    private Recovery restoreTopics() throws IOException {
        TopicScan found = findTopics();
        List<String> notices = removeLeftovers(found);
        List<TopicReplay> replays = readAll(found.topics());
        List<Path> others = new ArrayList<>(found.others());
        replays.forEach(replay -> others.addAll(replay.others()));
        if (!others.isEmpty()) {
            notices.add(ignoredInWords(others));
        }
        long messages = 0;
        for (TopicReplay replay : replays) {
            try {
                notices.addAll(replay.finish());
            } catch (IOException e) {
                throw unusable(e);
            }
            journals.add(replay.journal());
            messages += replay.messageCount();
        }
        maintenance.start(SYNC_INTERVAL_MS);
        return new Recovery(replays.size(), messages, notices);
    }

    /** Reads the files of all topics. Changes no file. */
    private List<TopicReplay> readAll(List<Path> topics) throws IOException {
        List<TopicReplay> replays = new ArrayList<>();
        Map<String, Path> folders = new HashMap<>();
        for (Path topic : topics) {
            TopicReplay replay = read(topic);
            String name = replay.journal().name();
            Path duplicate = folders.put(name, topic);
            if (duplicate != null) {
                throw new StorageException("Two folders have a topic named " + name + ": " + duplicate + " and " + topic
                        + ". Nothing was changed. Move one of them out of " + topicsFolder
                        + ", or start the broker with --repair to see what each contains.");
            }
            replays.add(replay);
        }
        return replays;
    }

    private TopicReplay read(Path topic) throws IOException {
        TopicReplay replay = new TopicReplay(broker, topic, fsync, maintenance::runSoon);
        try {
            replay.read();
            return replay;
        } catch (OutOfMemoryError e) {
            throw new StorageException(folder
                    + " does not fit into memory: start the broker with a larger heap (JAVA_TOOL_OPTIONS=-Xmx8g).");
        } catch (CorruptRecordException e) {
            throw new StorageException(e.getMessage()
                    + ". Nothing was changed. Start the broker with --repair to see what a repair would lose.");
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    @Override
    public Journal create(String topic, TopicSettings settings) {
        TopicFolder topicFolder;
        do { // the broker does not touch files that it has not created
            topicFolder = TopicFolder.ofNew(topicsFolder, lastNumber.incrementAndGet(), topic, fsync);
        } while (topicFolder.isTaken());
        try {
            TopicJournal journal = TopicJournal.create(topicFolder, topic, settings, fsync, maintenance::runSoon);
            journals.add(journal);
            return journal;
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.STORAGE_FULL,
                    "Topic " + topic + " could not be created in " + folder + " (" + FileErrors.reason(e)
                            + "). Free some space there, and try again: no restart is needed.");
        }
    }

    /**
     * Stops the maintenance, fsyncs everything that was written, and releases the lock of the folder.
     *
     * @throws EngineException STORAGE_FULL if some of it may not be on disk
     */
    @Override
    public void close() throws IOException {
        maintenance.stop();
        EngineException failure = null;
        for (TopicJournal journal : journals) {
            try {
                journal.close();
            } catch (EngineException e) { // the other journals have to be closed, too
                failure = e;
            }
        }
        lock.close();
        if (failure != null) {
            throw failure;
        }
    }

    /**
     * As {@link #close}, but waits at most {@value #CLOSE_TIMEOUT_MS} ms.
     *
     * @throws IOException if the last records may not be on disk; the message is for the user
     */
    public void closeInTime() throws IOException {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Thread closing = new Thread(
                () -> {
                    try {
                        close();
                        closed.complete(null);
                    } catch (IOException | EngineException e) {
                        closed.completeExceptionally(e);
                    }
                },
                "close");
        closing.start();
        try {
            closed.get(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("the disk does not respond, so the last messages may not be on disk", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * @throws IOException if the folder cannot be read, or if a topic is a link to a folder that does not exist; the
     *     message is for the user
     */
    TopicScan findTopics() throws IOException {
        try {
            TopicScan found = new TopicScan(topicsFolder);
            lastNumber.accumulateAndGet(found.lastNumber(), Math::max);
            return found;
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /**
     * Removes the folders of topics that were not completely created or deleted. The names of all topics are on disk
     * afterwards.
     *
     * @return which folders could not be removed, in words
     */
    private List<String> removeLeftovers(TopicScan found) throws IOException {
        List<String> notices = found.removeLeftovers();
        try {
            Folders.sync(topicsFolder, fsync);
        } catch (IOException e) {
            throw unusable(e);
        }
        return notices;
    }

    /** Says which files and folders do not belong to the broker. */
    String ignoredInWords(List<Path> others) {
        String names = others.stream()
                .limit(MAX_NAMES)
                .map(path -> folder.relativize(path).toString())
                .collect(Collectors.joining(", "));
        int more = others.size() - MAX_NAMES;
        return "Ignored in " + folder + ", because it is not the broker's: " + names
                + (more > 0 ? " and " + more + " more" : "") + ".";
    }

    public Path folder() {
        return folder;
    }

    private CompletableFuture<Void> maintain() {
        journals.removeIf(TopicJournal::isDeleted);
        return broker.maintain();
    }
}
