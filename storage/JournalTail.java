package storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The end of a file that grows. A record is written at the known end. If that fails, what is there of it is cut off again, and
 * the next one goes to the same place: a full disk needs no more than room. If cutting off fails too, it is done before anything
 * else. For one thread at a time, but for {@link #force}.
 */
final class JournalTail {
    private final Path path;
    private volatile FileChannel channel;
    private long position;
    private boolean isDirty;

    /** @param position where the file ends; what follows there will be cut off */
    JournalTail(Path path, long position) throws IOException {
        this.path = path;
        this.channel = Folders.openFile(path);
        this.position = position;
        this.isDirty = channel.size() > position;
    }

    interface Records {
        void to(RecordWriter writer) throws IOException;
    }

    /** Where the file ends, in bytes. */
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

    /** Forgets what comes from there on. */
    void cutTo(long end) {
        position = end;
        isDirty = true;
        try {
            requireClean();
        } catch (IOException e) {
            // before anything else is written
        }
    }

    /** Cuts off what does not belong to the file. */
    void requireClean() throws IOException {
        if (isDirty) {
            channel().truncate(position);
            isDirty = false;
        }
    }

    /** Puts on disk what was written, unless nothing is to be. */
    void force(Fsync fsync) throws IOException {
        if (fsync != Fsync.NEVER) {
            channel().force(false);
        }
    }

    /** Closes the file; whoever uses it again opens it again. */
    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // all that was answered is written
        }
    }

    /** A thread that is interrupted while it writes closes the file, for everybody. */
    private FileChannel channel() throws IOException {
        if (!channel.isOpen()) {
            channel = Folders.openFile(path);
        }
        return channel;
    }
}
