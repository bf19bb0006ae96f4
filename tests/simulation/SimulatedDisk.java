package tests.simulation;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk in memory that distinguishes what was written from what was forced, as an operating system with a page cache does. The end of a
 * process keeps everything that was written. A power loss keeps everything that was forced, and any part of the rest. A file system in
 * memory has what was written. The {@link DiskNode}s have what was forced, and the changes since then.
 *
 * <pre>
 *   write, truncate     a change of the file         force(file)     the changes of the file are on the disk
 *   create, delete      a change of the folder       force(folder)   the changes of the folder are on the disk
 *   rename              one change of both folders
 * </pre>
 *
 * <p>A file is lost, although its bytes were forced, if the entry of its folder was not. On Windows, paths have the Windows form. An open
 * file cannot be removed or renamed. A folder cannot be forced, but its changes are on the disk at once. For one thread at a time.
 */
public final class SimulatedDisk {
    private final Configuration configuration;
    private final boolean isWindows;
    private final Random random;
    private DiskNode root = DiskNode.folder();

    /** The changes of folders that were not forced, in their order. */
    private final List<EntryChange> entryChanges = new ArrayList<>();

    /** What was written. */
    private FileSystem written;

    /** The view of the process that runs; null if none. */
    private SimulatedFileSystem mounted;

    private DiskFaults faults = DiskFaults.NONE;

    /**
     * A change of the entries of folders.
     *
     * @param from the folder that lost an entry; null if none
     * @param to the folder that got an entry; null if none
     * @param node of the entry
     */
    private record EntryChange(DiskNode from, String removed, DiskNode to, String added, DiskNode node) {
        void apply() {
            if (from != null) {
                from.forcedEntries().remove(removed);
            }
            if (to != null) {
                to.forcedEntries().put(added, node);
            }
        }
    }

    /**
     * @param random decides what a power loss and a failed force lose
     * @param isWindows whether it behaves as on Windows; otherwise as on Unix
     */
    public SimulatedDisk(Random random, boolean isWindows) {
        this.random = random;
        this.isWindows = isWindows;
        this.configuration = isWindows
                ? Configuration.windows()
                : Configuration.unix().toBuilder()
                        .setAttributeViews("basic", "owner", "posix", "unix")
                        .setWorkingDirectory("/")
                        .build();
        this.written = Jimfs.newFileSystem(configuration);
    }

    boolean isWindows() {
        return isWindows;
    }

    /** The root folder, as a new process sees it. Every operation of an earlier process fails from then on. */
    public Path mount() {
        unmount();
        mounted = new SimulatedFileSystem(this, written);
        return mounted.wrap(written.getRootDirectories().iterator().next());
    }

    /** Ends the process: each of its later operations throws {@link ProcessEnded} and changes nothing. */
    public void unmount() {
        if (mounted != null) {
            mounted.end();
            mounted = null;
        }
    }

    /** Whether a process runs on the disk. */
    public boolean isMounted() {
        return mounted != null;
    }

    /** Decides which operations fail. */
    public void setFaults(DiskFaults faults) {
        this.faults = faults;
    }

    /** Ends the process, and loses changes that were not forced. */
    public void losePower(Loss loss) {
        unmount();
        Loss.Choice choice = loss.choose(entryChanges.size(), random);
        for (int i = 0; i < entryChanges.size(); i++) {
            if (choice.isKept(i)) {
                entryChanges.get(i).apply();
            }
        }
        entryChanges.clear();
        readAgain(loss);
    }

    /** What is on the disk, after a power loss and before the next start. */
    DiskNode afterPowerLoss() {
        return root.copyOfForced();
    }

    /** Replaces everything by what {@link #afterPowerLoss} has returned. */
    void restore(DiskNode before) {
        unmount();
        entryChanges.clear();
        root = before;
        readAgain(Loss.NONE);
    }

    /** Changes one bit of a file, after a power loss and before the next start. Returns the path of the file; null if there are none. */
    String flipBit() {
        Map<String, DiskNode> files = new TreeMap<>();
        root.addFiles("", files);
        if (files.isEmpty()) {
            return null;
        }
        String chosen = List.copyOf(files.keySet()).get(random.nextInt(files.size()));
        files.get(chosen).flipBit(random);
        readAgain(Loss.NONE);
        return chosen;
    }

    /** Creates the files in memory from what is on the disk. */
    private void readAgain(Loss loss) {
        written = Jimfs.newFileSystem(configuration);
        try {
            createFiles(root, written.getRootDirectories().iterator().next(), loss);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void createFiles(DiskNode folder, Path path, Loss loss) throws IOException {
        folder.entries().clear();
        folder.entries().putAll(folder.forcedEntries());
        for (Map.Entry<String, DiskNode> entry : folder.entries().entrySet()) {
            DiskNode node = entry.getValue();
            Path inside = path.resolve(entry.getKey());
            if (node.isFolder()) {
                if (!Files.isDirectory(inside)) {
                    Files.createDirectory(inside);
                }
                createFiles(node, inside, loss);
            } else {
                node.loseChanges(loss, random);
                Files.write(inside, node.forcedBytes());
            }
        }
    }

    /** Calls the faults. See {@link DiskFaults#before}. */
    int before(DiskFaults.Operation operation, Path file, int length) throws IOException {
        return faults.before(operation, file, length);
    }

    /** The file or folder with this path, as it was written; null if the disk does not know it. */
    DiskNode node(Path path) {
        DiskNode node = root;
        for (Path name : path.toAbsolutePath().normalize()) {
            node = node == null ? null : node.entries().get(name.toString());
        }
        return node;
    }

    void created(Path path, DiskNode node) {
        change(null, path, node);
    }

    void deleted(Path path) {
        change(path, null, node(path));
    }

    void renamed(Path path, Path target) {
        change(path, target, node(path));
    }

    /** Forces a folder: a change of another folder, too, if it is the same change. */
    void forced(DiskNode folder) {
        entryChanges.removeIf(change -> {
            boolean isForced = change.from == folder || change.to == folder;
            if (isForced) {
                change.apply();
            }
            return isForced;
        });
    }

    /** A force of a file has failed. As on Linux, a later force does not repeat the writes, so some of them may never reach the disk. */
    void forceFailed(DiskNode file) {
        file.loseChanges(Loss.RANDOM, random);
    }

    private void change(Path from, Path to, DiskNode node) {
        DiskNode fromFolder = from == null ? null : node(from.toAbsolutePath().getParent());
        DiskNode toFolder = to == null ? null : node(to.toAbsolutePath().getParent());
        String removed = from == null ? null : from.getFileName().toString();
        String added = to == null ? null : to.getFileName().toString();
        if (fromFolder != null) {
            fromFolder.entries().remove(removed);
        }
        if (toFolder != null) {
            toFolder.entries().put(added, node);
        }
        EntryChange change = new EntryChange(fromFolder, removed, toFolder, added, node);
        if (isWindows) {
            change.apply();
        } else {
            entryChanges.add(change);
        }
    }
}
