package tests.simulation;

import static tests.simulation.DiskFaults.Operation.ATTRIBUTES;
import static tests.simulation.DiskFaults.Operation.FORCE;
import static tests.simulation.DiskFaults.Operation.READ;
import static tests.simulation.DiskFaults.Operation.TRUNCATE;
import static tests.simulation.DiskFaults.Operation.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** An open file, or an open folder, of which only {@link #force} is possible. */
final class SimulatedChannel extends FileChannel {
    private final SimulatedFileSystem fileSystem;
    private final SimulatedDisk disk;
    private final Path path;
    private final DiskNode node;
    private final FileChannel inner;

    /**
     * @param node of the file or folder
     * @param inner the file in memory; null for a folder
     */
    SimulatedChannel(SimulatedFileSystem fileSystem, Path path, DiskNode node, FileChannel inner) {
        this.fileSystem = fileSystem;
        this.disk = fileSystem.disk();
        this.path = path;
        this.node = node;
        this.inner = inner;
        fileSystem.opened(node);
    }

    /** Asks the faults. Returns how much of the operation to do. */
    private int before(DiskFaults.Operation operation, int length) throws IOException {
        fileSystem.requireRunning();
        int allowed = disk.before(operation, path, length);
        fileSystem.requireRunning(); // the process may have been ended there
        return allowed;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        int read = read(to, inner.position());
        inner.position(inner.position() + Math.max(0, read));
        return read;
    }

    @Override
    public int read(ByteBuffer to, long position) throws IOException {
        ByteBuffer part = to.duplicate();
        part.limit(to.position() + before(READ, to.remaining()));
        int read = inner.read(part, position);
        to.position(part.position());
        return read;
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int written = write(from, inner.position());
        inner.position(inner.position() + written);
        return written;
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
        byte[] bytes = new byte[before(WRITE, from.remaining())];
        from.get(bytes);
        inner.write(ByteBuffer.wrap(bytes), position);
        node.written(position, bytes);
        return bytes.length;
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public long position() throws IOException {
        return inner.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
        inner.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        before(ATTRIBUTES, 0);
        return inner.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        before(TRUNCATE, 0);
        inner.truncate(size);
        node.truncated(size);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        try {
            before(FORCE, 0);
        } catch (IOException e) {
            disk.forceFailed(node);
            throw e;
        }
        if (node.isFolder()) {
            disk.forced(node);
        } else {
            node.forceChanges();
        }
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        ByteBuffer part = ByteBuffer.allocate((int) Math.min(count, 8192));
        int read = read(part, position);
        part.flip();
        return read <= 0 ? 0 : target.write(part);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        before(ATTRIBUTES, 0);
        return inner.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        before(ATTRIBUTES, 0);
        return inner.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        fileSystem.closed(node);
        if (inner != null) {
            inner.close();
        }
    }
}
