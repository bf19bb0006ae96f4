package storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The lock of a data directory, {@code DIR/lock}. Only one process at a time holds it. The file contains the id of the
 * process that holds the lock, or held it last. The operating system releases the lock when the process ends. For one
 * thread at a time.
 */
final class DirectoryLock implements Closeable {
    /** The name of the file in the data directory. */
    static final String NAME = "lock";

    /**
     * The byte that is locked. It lies after the process id, because some systems do not let other processes read a
     * locked byte.
     */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    private static final int MAX_ID_SIZE = 32;

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Locks a data directory.
     *
     * @throws StorageException if another broker uses it, in this process or in another one
     */
    static DirectoryLock acquire(Path folder) throws IOException {
        FileChannel channel = Folders.openFile(file(folder));
        try {
            if (channel.tryLock(LOCKED_BYTE, 1, false) != null) {
                channel.truncate(0);
                Folders.writeAll(channel, ProcessHandle.current().pid() + "\n");
                return new DirectoryLock(channel);
            }
        } catch (OverlappingFileLockException e) {
            // another broker of this process holds the lock
        }
        ByteBuffer owner = ByteBuffer.allocate(MAX_ID_SIZE);
        channel.read(owner, 0);
        channel.close();
        throw new StorageException(folder + " is in use by another broker, process "
                + new String(owner.array(), 0, owner.position(), StandardCharsets.US_ASCII).strip()
                + ". Stop it first, or choose another folder.");
    }

    /** The file that is locked. */
    static Path file(Path folder) {
        return folder.resolve(NAME);
    }

    /** Releases the lock. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
