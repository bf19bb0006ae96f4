package tests.simulation;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A {@link SimulatedDisk} as one process sees it: the file system in memory, with every operation passed to the disk. */
final class SimulatedFileSystem extends FileSystem {
    private final SimulatedDisk disk;
    private final FileSystem written;
    private final SimulatedProvider provider;
    private final List<DiskNode> open = new ArrayList<>();
    private volatile boolean isEnded;

    SimulatedFileSystem(SimulatedDisk disk, FileSystem written) {
        this.disk = disk;
        this.written = written;
        this.provider = new SimulatedProvider(this);
    }

    SimulatedDisk disk() {
        return disk;
    }

    /** Ends the process. */
    void end() {
        isEnded = true;
    }

    /** @throws ProcessEnded if the process was ended */
    void requireRunning() {
        if (isEnded) {
            throw new ProcessEnded();
        }
    }

    /** A channel of a file or folder was opened. */
    void opened(DiskNode node) {
        open.add(node);
    }

    /** A channel of a file or folder was closed. */
    void closed(DiskNode node) {
        open.remove(node);
    }

    /** Whether a file, or any file in a folder, is open. */
    boolean isOpen(DiskNode node) {
        return open.contains(node) || node.entries().values().stream().anyMatch(this::isOpen);
    }

    Path wrap(Path inner) {
        return inner == null ? null : new SimulatedPath(this, inner);
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public Path getPath(String first, String... more) {
        return wrap(written.getPath(first, more));
    }

    @Override
    public String getSeparator() {
        return written.getSeparator();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return written.supportedFileAttributeViews();
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(wrap(written.getRootDirectories().iterator().next()));
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        PathMatcher matcher = written.getPathMatcher(syntaxAndPattern);
        return path -> matcher.matches(SimulatedPath.inner(path));
    }

    @Override
    public boolean isOpen() {
        return !isEnded;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("the disk ends it");
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return written.getFileStores();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        return written.getUserPrincipalLookupService();
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException();
    }
}
