package storage;

import engine.MemoryBroker;
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
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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

    private static final long STOP_TIMEOUT_MS = 5000;

    private static final String FORMAT = "mini-kafka ";
    private static final int MAX_NAME_IN_PATH = 200;

    /** What a broker that was killed may have left in a folder that is no data directory yet. */
    private static final Set<String> BEFORE_FORMAT = Set.of("lock", "format.draft");

    /** How many names an answer has at the most. */
    private static final int MAX_NAMES = 5;

    static final Logger LOG = LoggerFactory.getLogger("mini-kafka");

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
    private final boolean isNew;
    private volatile MemoryBroker engine;
    private String reported = "";

    /**
     * Opens a folder, and creates it if there is none.
     *
     * @throws IOException in words that say what to do: if another broker uses it, if it is of another format, or if it cannot be written
     */
    public DataDirectory(Path folder, Fsync fsync) throws IOException {
        this(folder, fsync, true);
    }

    /** Opens a folder that is there, to repair it; throws what opening it to use it throws, and if there is none. */
    public static DataDirectory toRepair(Path folder) throws IOException {
        return new DataDirectory(folder, Fsync.ALWAYS, false);
    }

    private DataDirectory(Path folder, Fsync fsync, boolean mayCreate) throws IOException {
        this.folder = folder;
        this.topicsFolder = folder.resolve("topics");
        this.fsync = fsync;
        try {
            isNew = Files.notExists(formatFile());
            requireOurs(mayCreate);
            Folders.create(folder);
            this.lock = lock(folder.resolve("lock"));
            requireFormat();
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
    static final class Refusal extends IOException {
        Refusal(String words) {
            super(words);
        }
    }

    private IOException unusable(IOException e) {
        return new IOException("Cannot use " + folder + " as a data directory: " + reason(e));
    }

    /** What was read back. */
    public record Recovery(int topics, long messages, List<String> notices) {}

    /**
     * Reads all topics back into an engine, which has none yet.
     *
     * @return what was there; its notices say what was cut off because it had not been written to its end
     * @throws IOException if some of it is damaged, naming the file and the byte; then nothing has changed
     */
    public Recovery restore(MemoryBroker engine) throws IOException {
        this.engine = engine;
        List<TopicReplay> replays = new ArrayList<>();
        Map<String, Path> folders = new HashMap<>();
        TopicsFolder found = findTopics();
        List<String> notices = removeLeftovers(found);
        List<Path> others = new ArrayList<>(found.others());
        for (Path topic : found.topics()) {
            TopicReplay replay = new TopicReplay(engine, topic, fsync, this::maintainSoon);
            try {
                replay.read();
            } catch (OutOfMemoryError e) {
                throw new Refusal(folder + " does not fit into memory: start the broker with a larger heap (JAVA_TOOL_OPTIONS=-Xmx8g).");
            } catch (Damage e) {
                throw new Refusal(e.getMessage() + ". Nothing was changed. Started with --repair, the broker says what a repair would lose.");
            } catch (Refusal e) {
                throw e;
            } catch (IOException e) {
                throw unusable(e);
            }
            Path twin = folders.put(replay.journal().name(), topic);
            if (twin != null) {
                throw new Refusal("Two folders have a topic named " + replay.journal().name() + ": " + twin + " and " + topic
                        + ". Nothing was changed. Move one of them out of " + topicsFolder + ", or start the broker with --repair, which says what each has.");
            }
            others.addAll(replay.others());
            replays.add(replay);
        }
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
        maintenance.scheduleWithFixedDelay(this::maintain, SYNC_INTERVAL_MS, SYNC_INTERVAL_MS, TimeUnit.MILLISECONDS);
        return new Recovery(replays.size(), messages, notices);
    }

    @Override
    public Journal create(String topic, TopicSettings settings) {
        Path draft;
        Path target;
        do { // what others have put there stays
            String id = String.format(Locale.ROOT, "%08d", lastId.incrementAndGet());
            draft = topicsFolder.resolve(TopicsFolder.DRAFT + id);
            target = topicsFolder.resolve(id + "-" + nameInPath(topic));
        } while (Files.exists(draft, LinkOption.NOFOLLOW_LINKS) || Files.exists(target, LinkOption.NOFOLLOW_LINKS));
        try {
            TopicJournal journal = TopicJournal.create(draft, target, topic, settings, fsync, this::maintainSoon);
            journals.add(journal);
            return journal;
        } catch (IOException e) {
            throw new EngineException(ErrorCode.STORAGE_FULL, "Topic " + topic + " could not be created in " + folder + " (" + reason(e)
                    + "). Make room there and try again: no restart is needed.");
        }
    }

    /** What the name of a topic's folder ends in. */
    static String nameInPath(String topic) {
        return topic.substring(0, Math.min(MAX_NAME_IN_PATH, topic.length()));
    }

    /** Syncs what was written, and lets others use the folder. */
    @Override
    public void close() throws IOException {
        maintenance.shutdown();
        awaitMaintenance();
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

    /** It may just write or sync something. */
    private void awaitMaintenance() {
        try {
            maintenance.awaitTermination(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @throws IOException in words if the folder cannot be read, or a topic is a link to nowhere */
    TopicsFolder findTopics() throws IOException {
        try {
            TopicsFolder found = new TopicsFolder(topicsFolder);
            lastId.accumulateAndGet(found.lastId(), Math::max);
            return found;
        } catch (Refusal e) {
            throw e;
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** What is there then is on disk. @return what could not be removed, in words */
    private List<String> removeLeftovers(TopicsFolder found) throws IOException {
        List<String> notices = found.removeLeftovers();
        try {
            Folders.sync(topicsFolder, fsync);
        } catch (IOException e) {
            throw unusable(e);
        }
        return notices;
    }

    /** Says which files and folders are not the broker's. */
    String ignoredInWords(List<Path> others) {
        String names = others.stream().limit(MAX_NAMES).map(path -> folder.relativize(path).toString()).collect(Collectors.joining(", "));
        int more = others.size() - MAX_NAMES;
        return "Ignored in " + folder + ", because it is not the broker's: " + names + (more > 0 ? " and " + more + " more" : "") + ".";
    }

    public Path folder() {
        return folder;
    }

    /** Whether there was none before. */
    public boolean isNew() {
        return isNew;
    }

    public Fsync fsync() {
        return fsync;
    }

    /** What repairs have taken out. If a file has that name, it is damaged.2, and so on. */
    static Path damagedFolder(Path dataFolder) {
        return free(dataFolder.resolve("damaged"), path -> !Files.exists(path, LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(path));
    }

    /** Where to put what is taken out of a topic: what was put there before stays. */
    static Path newDamagedFolder(Path topicFolder) {
        Path damaged = damagedFolder(topicFolder.getParent().getParent());
        return free(damaged.resolve(topicFolder.getFileName()), path -> !Files.exists(path, LinkOption.NOFOLLOW_LINKS));
    }

    private static Path free(Path path, Predicate<Path> isFree) {
        Path free = path;
        for (int i = 2; !isFree.test(free); i++) {
            free = path.resolveSibling(path.getFileName() + "." + i);
        }
        return free;
    }

    private void maintainSoon() {
        try {
            maintenance.execute(this::maintain);
        } catch (OutOfMemoryError e) {
            // it comes within a second in any case
        }
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

    /** Looks before anything is changed. */
    private void requireOurs(boolean mayBeNew) throws IOException {
        for (Path file : List.of(formatFile(), folder.resolve("lock"))) {
            if (Files.isDirectory(file)) {
                throw new Refusal(file + " is a folder, and the broker needs a file of that name. Move the folder away, or choose another data directory.");
            }
        }
        if (!isNew) {
            return;
        }
        if (!mayBeNew) {
            throw new Refusal(Files.notExists(folder) ? "There is no folder " + folder + "."
                    : folder + " is no data directory of mini-kafka: it has no file named format.");
        }
        List<String> others = (Files.exists(folder) ? Folders.list(folder) : List.<Path>of()).stream()
                .filter(path -> !SystemFiles.isOne(path) && !BEFORE_FORMAT.contains(path.getFileName().toString()))
                .map(path -> path.getFileName().toString()).collect(Collectors.toList());
        if (!others.isEmpty()) {
            throw new Refusal(folder + " is no data directory of mini-kafka, because it has no file named format, but it has other files, such as "
                    + others.stream().limit(2).collect(Collectors.joining(" and ")) + ". Choose a folder that is new or empty.");
        }
    }

    private Path formatFile() {
        return folder.resolve("format");
    }

    private void requireFormat() throws IOException {
        String expected = FORMAT + Entry.FORMAT;
        Path file = formatFile();
        if (Files.notExists(file)) {
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

    /** What the operating system says, and of which file, if that is known. */
    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return e.getMessage() + ": permission denied";
        }
        if (e instanceof FileAlreadyExistsException) {
            return e.getMessage() + ": there is a file in its place";
        }
        if (e instanceof NotDirectoryException) {
            return e.getMessage() + ": it is no folder";
        }
        if (e instanceof NoSuchFileException) {
            return e.getMessage() + ": it is not there";
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
