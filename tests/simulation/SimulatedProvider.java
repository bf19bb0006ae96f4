package tests.simulation;

import static tests.simulation.DiskFaults.Operation.ATTRIBUTES;
import static tests.simulation.DiskFaults.Operation.CREATE;
import static tests.simulation.DiskFaults.Operation.DELETE;
import static tests.simulation.DiskFaults.Operation.LIST;
import static tests.simulation.DiskFaults.Operation.OPEN;
import static tests.simulation.DiskFaults.Operation.RENAME;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The operations on files of a {@link SimulatedFileSystem}. */
final class SimulatedProvider extends FileSystemProvider {
    private final SimulatedFileSystem fileSystem;
    private final SimulatedDisk disk;

    SimulatedProvider(SimulatedFileSystem fileSystem) {
        this.fileSystem = fileSystem;
        this.disk = fileSystem.disk();
    }

    /** The path in the file system in memory, after the faults were asked. */
    private Path before(DiskFaults.Operation operation, Path path) throws IOException {
        fileSystem.requireRunning();
        disk.before(operation, path, 0);
        fileSystem.requireRunning(); // the process may have been ended there
        return inner(path);
    }

    /** The path in the file system in memory. */
    private Path inner(Path path) {
        return disk.isWindows() ? WindowsNames.actual(SimulatedPath.inner(path)) : SimulatedPath.inner(path);
    }

    /** As {@link #before(DiskFaults.Operation, Path)}, to create a file or folder with this path. */
    private Path beforeCreate(Path path) throws IOException {
        if (disk.isWindows()) {
            WindowsNames.requireValid(SimulatedPath.inner(path));
        }
        return before(CREATE, path);
    }

    /** Windows neither removes nor renames an open file, or a folder with open files. */
    private void requireClosed(Path inner) throws IOException {
        if (disk.isWindows() && Files.exists(inner) && fileSystem.isOpen(disk.node(inner))) {
            throw new FileSystemException(
                    inner.toString(),
                    null,
                    "The process cannot access the file because it is being used by another process");
        }
    }

    /** As {@link #before}, for a method that throws no IOException. A fault is ignored. */
    private Path beforeLook(Path path) {
        try {
            return before(ATTRIBUTES, path);
        } catch (IOException e) {
            return inner(path);
        }
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        Path inner = before(OPEN, path);
        if (Files.isDirectory(inner)) {
            if (disk.isWindows()) {
                throw new AccessDeniedException(path.toString());
            }
            return new SimulatedChannel(fileSystem, path, disk.node(inner), null);
        }
        boolean isNew = Files.notExists(inner) && options.contains(StandardOpenOption.CREATE);
        if (isNew) {
            beforeCreate(path);
        }
        FileChannel channel = inner.getFileSystem().provider().newFileChannel(inner, options, attributes);
        if (isNew) {
            disk.created(inner, DiskNode.file());
        }
        return new SimulatedChannel(fileSystem, path, disk.node(inner), channel);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(before(LIST, folder))) {
            for (Path inner : stream) {
                Path path = fileSystem.wrap(inner);
                if (filter.accept(path)) {
                    paths.add(path);
                }
            }
        }
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return paths.iterator();
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
        Path inner = beforeCreate(folder);
        Files.createDirectory(inner, attributes);
        disk.created(inner, DiskNode.folder());
    }

    @Override
    public void delete(Path path) throws IOException {
        Path inner = before(DELETE, path);
        requireClosed(inner);
        Files.delete(inner);
        disk.deleted(inner);
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        Path inner = before(RENAME, source);
        requireClosed(inner);
        requireClosed(inner(target));
        if (disk.isWindows()) {
            WindowsNames.requireValid(SimulatedPath.inner(target));
        }
        Files.move(inner, inner(target), options);
        disk.renamed(inner, inner(target));
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isSameFile(Path path, Path other) {
        return path.equals(other);
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return Files.isHidden(inner(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return Files.getFileStore(inner(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        Path inner = before(ATTRIBUTES, path);
        inner.getFileSystem().provider().checkAccess(inner, modes);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        return Files.getFileAttributeView(beforeLook(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return Files.readAttributes(before(ATTRIBUTES, path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return Files.readAttributes(before(ATTRIBUTES, path), attributes, options);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
        Files.setAttribute(before(ATTRIBUTES, path), attribute, value, options);
    }

    @Override
    public String getScheme() {
        return "simulated";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException("see SimulatedDisk.mount");
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return fileSystem;
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException();
    }
}
