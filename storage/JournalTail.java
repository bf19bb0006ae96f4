package storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The end of a segment to which records are appended. If writing a record fails, the incomplete record is truncated,
 * and the next record is written to the same place. So a full disk needs only free space, and no restart. If truncating
 * fails too, it is repeated before the next write. For one thread at a time, except {@link #force}.
 */
final class JournalTail {
    private final Path path;
    private volatile FileChannel channel;
    private long position;
    private boolean isDirty;

    /** @param position the end of the file, in bytes; everything after it is truncated */
    JournalTail(Path path, long position) throws IOException {
        this.path = path;
        this.channel = Folders.openFile(path);
        this.position = position;
        this.isDirty = channel.size() > position;
    }

    interface Records {
        void to(RecordWriter writer) throws IOException;
    }

    /** The end of the file, in bytes. */
    long position() {
        return position;
    }

    /** Appends records, all of them or none. */
    void write(int sizeHint, Records records) throws IOException {
        boolean isWritten = false;
        requireClean();
        try {
            RecordWriter writer = new RecordWriter(channel(), position, sizeHint);
            records.to(writer);
            writer.flush();
            position = writer.position();
            isWritten = true;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            if (!isWritten) {
                cutTo(position);
            }
        }
    }

    /** Truncates the file to this position, in bytes. */
    void cutTo(long end) {
        position = end;
        isDirty = true;
        try {
            requireClean();
        } catch (IOException e) {
            // repeated before the next write
        }
    }

    /** Truncates everything after the end, if that is still to be done. */
    void requireClean() throws IOException {
        if (isDirty) {
            channel().truncate(position);
            isDirty = false;
        }
    }

    /** Fsyncs the file, unless the mode is {@link Fsync#NEVER}. Safe for any number of threads. */
    void force(Fsync fsync) throws IOException {
        if (fsync != Fsync.NEVER) {
            channel().force(false);
        }
    }

    /** Closes the file. A later call opens it again. */
    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // all records that were confirmed are written
        }
    }

    /**
     * Opens the file again if necessary: if a thread is interrupted while it writes, the JDK closes the channel for all
     * threads.
     */
    private FileChannel channel() throws IOException {
        if (!channel.isOpen()) {
            channel = Folders.openFile(path);
        }
        return channel;
    }
}
