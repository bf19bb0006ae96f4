package storage;

import engine.Engine;
import engine.EngineException;
import engine.ErrorCode;
import engine.Journal;
import engine.Storage;
import engine.TopicSettings;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder in which topics outlive the broker. One broker at a time may use it.
 *
 * <pre>
 *   DIR/format                         mini-kafka 1
 *   DIR/lock                           the process that uses it
 *   DIR/topics/00000001-demo/          a topic: a number of its own, and its name
 *       00000001.ndjson                its files, see {@link RecordWriter}
 *       00000002.ndjson
 *   DIR/damaged/                       what a repair has taken out
 * </pre>
 *
 * Safe for any number of threads.
 */
public final class DataDirectory implements Storage, Closeable {
    /** How often what was written is put on disk, with {@link Fsync#INTERVAL}. */
    public static final int SYNC_INTERVAL_MS = 1000;

    /** What the names of topics begin with that are about to go. */
    static final String DELETED = ".deleted-";

    private static final String DRAFT = ".new-";
    private static final String FORMAT = "mini-kafka ";
    private static final int MAX_NAME_IN_PATH = 200;
    private static final Logger LOG = LoggerFactory.getLogger("mini-kafka");

    private final Path folder;
    private final Path topicsFolder;
    private final Fsync fsync;
    private final FileChannel lock;
    private final AtomicLong lastId = new AtomicLong();
    private final Set<TopicJournal> journals = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService maintenance = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "storage");
        thread.setDaemon(true);
        return thread;
    }, new ThreadPoolExecutor.DiscardPolicy()); // what is asked for after the end is not needed
    private volatile Engine engine;
    private String reported = "";

    /**
     * Opens a folder, and creates it if there is none.
     *
     * @throws IOException in words that say what to do: if another broker uses it, if it is of another format, or if it cannot be written
     */
    public DataDirectory(Path folder, Fsync fsync) throws IOException {
        this.folder = folder;
        this.topicsFolder = folder.resolve("topics");
        this.fsync = fsync;
        try {
            boolean isNew = Files.notExists(folder);
            Folders.create(folder);
            this.lock = lock(folder.resolve("lock"));
            requireFormat(folder.resolve("format"));
            Folders.create(topicsFolder);
            Folders.sync(folder, fsync);
            if (isNew) {
                Folders.sync(folder.toAbsolutePath().getParent(), fsync);
            }
        } catch (Refusal e) {
            throw e;
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** An exception that says in words what to do. */
    private static final class Refusal extends IOException {
        Refusal(String words) {
            super(words);
        }
    }

    private IOException unusable(IOException e) {
        return new IOException("Cannot use " + folder + " (" + reason(e) + "): is there room, and may you write there?");
    }

    /** What was read back. */
    public record Recovery(int topics, long messages, List<String> notices) {}

    /**
     * Reads all topics back into an engine, which has none yet.
     *
     * @return what was there; its notices say what was cut off because it had not been written to its end
     * @throws IOException if some of it is damaged, naming the file and the byte; then nothing has changed
     */
    public Recovery restore(Engine engine) throws IOException {
        this.engine = engine;
        List<TopicReplay> replays = new ArrayList<>();
        Set<String> names = new HashSet<>();
        removeUnfinished();
        for (Path topic : topicFolders()) {
            TopicReplay replay = new TopicReplay(engine, topic, fsync, this::maintainSoon);
            try {
                replay.read();
            } catch (OutOfMemoryError e) {
                throw new IOException(folder + " does not fit into memory: start the broker with a larger heap (JAVA_TOOL_OPTIONS=-Xmx8g).");
            } catch (Damage e) {
                throw new IOException(e.getMessage() + ". Nothing was changed. Started with --repair, the broker says what a repair would lose.");
            }
            if (!names.add(replay.journal().name())) {
                throw new Refusal("Two folders, of which one is " + topic + ", have a topic named " + replay.journal().name()
                        + ". Move one of them away.");
            }
            replays.add(replay);
        }
        List<String> notices = new ArrayList<>();
        long messages = 0;
        for (TopicReplay replay : replays) {
            String notice;
            try {
                notice = replay.finish();
            } catch (IOException e) {
                throw unusable(e);
            }
            if (notice != null) {
                notices.add(notice);
            }
            journals.add(replay.journal());
            messages += replay.messageCount();
        }
        maintenance.scheduleWithFixedDelay(this::maintain, SYNC_INTERVAL_MS, SYNC_INTERVAL_MS, TimeUnit.MILLISECONDS);
        return new Recovery(replays.size(), messages, notices);
    }

    @Override
    public Journal create(String topic, TopicSettings settings) {
        String id = String.format(Locale.ROOT, "%08d", lastId.incrementAndGet());
        String name = topic.substring(0, Math.min(MAX_NAME_IN_PATH, topic.length()));
        try {
            TopicJournal journal = TopicJournal.create(topicsFolder.resolve(DRAFT + id), topicsFolder.resolve(id + "-" + name), topic, settings, fsync,
                    this::maintainSoon);
            journals.add(journal);
            return journal;
        } catch (IOException e) {
            throw new EngineException(ErrorCode.STORAGE_FULL, "Topic " + topic + " could not be created in " + folder + " (" + reason(e)
                    + "). Make room there and try again: no restart is needed.");
        }
    }

    /** Syncs what was written, and lets others use the folder. */
    @Override
    public void close() throws IOException {
        maintenance.shutdown();
        EngineException failure = null;
        for (TopicJournal journal : journals) {
            try {
                journal.close();
            } catch (EngineException e) { // the others are closed all the same
                failure = e;
            }
        }
        lock.close();
        if (failure != null) {
            throw failure;
        }
    }

    /** Removes what a deletion or a creation has left. */
    private void removeUnfinished() throws IOException {
        for (Path path : Folders.list(topicsFolder)) {
            String name = path.getFileName().toString();
            if (name.startsWith(DELETED) || name.startsWith(DRAFT)) {
                Folders.delete(path);
            }
        }
    }

    /** The folders of all topics, in the order of their creation. */
    List<Path> topicFolders() throws IOException {
        List<Path> topics = new ArrayList<>();
        for (Path path : Folders.list(topicsFolder)) {
            String name = path.getFileName().toString();
            if (name.matches("\\d{8,}-.*")) {
                lastId.accumulateAndGet(Long.parseLong(name.substring(0, name.indexOf('-'))), Math::max);
                topics.add(path);
            }
        }
        return topics;
    }

    public Path folder() {
        return folder;
    }

    private void maintainSoon() {
        maintenance.execute(this::maintain);
    }

    private void maintain() {
        journals.removeIf(TopicJournal::isDeleted);
        try {
            engine.maintain();
            reported = "";
        } catch (RuntimeException | Error e) { // the next time, perhaps
            if (!e.toString().equals(reported)) {
                LOG.error("The data directory could not be synced: {}", e.getMessage());
            }
            reported = e.toString();
        }
    }

    private static FileChannel lock(Path file) throws IOException {
        FileChannel channel = Folders.openFile(file);
        try {
            if (channel.tryLock(Long.MAX_VALUE - 1, 1, false) != null) { // beyond what is in it, which others may read
                channel.truncate(0);
                channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // by this process
        }
        ByteBuffer owner = ByteBuffer.allocate(32);
        channel.read(owner, 0);
        channel.close();
        throw new Refusal(file.getParent() + " is in use by another broker, process "
                + new String(owner.array(), 0, owner.position(), StandardCharsets.US_ASCII).strip() + ". Stop it first, or take another folder.");
    }

    private void requireFormat(Path file) throws IOException {
        String expected = FORMAT + Entry.FORMAT;
        if (Files.notExists(file)) {
            if (Files.exists(topicsFolder)) {
                throw new Refusal(folder + " has topics, and no file named format: is it a data directory of mini-kafka?");
            }
            Path draft = file.resolveSibling("format.draft");
            try (FileChannel channel = Folders.openFile(draft)) {
                channel.write(ByteBuffer.wrap((expected + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        String found = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        if (!found.equals(expected)) {
            throw new Refusal(folder + " has the format \"" + abbreviated(found) + "\", and this version reads \"" + expected
                    + "\". Use the version that wrote it, or another folder.");
        }
    }

    private static String abbreviated(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }

    /** What the operating system says, without the name of the file, which Java puts before it. */
    static String reason(IOException e) {
        String reason = e instanceof FileSystemException ? ((FileSystemException) e).getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }
}
