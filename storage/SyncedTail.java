package storage;

import java.io.IOException;

/**
 * The end of the last segment of a topic, and up to which position the segment is on disk. Soon after an fsync, a mark
 * in the segment records this position. It has the purpose of Kafka's recovery point. With the mark, a start
 * distinguishes two cases: bytes that were never on disk when the power failed, and bytes that the disk has lost later.
 *
 * <p>After a failed fsync, it is unknown what is on disk, and the next fsync may succeed wrongly. So if responses wait
 * for fsyncs, the tail is broken from then on, until {@link #cutTo} has removed what was not synced. Otherwise, the
 * result of the next fsync is used.
 *
 * <p>For one thread at a time, which holds the lock of the constructor. This lock guards all fields. Only {@link
 * Sync#force} is for any thread.
 */
final class SyncedTail {
    private static final int MARK_SIZE = 64;

    private final Fsync fsync;
    private final Object lock;
    private JournalTail file;
    private long syncedPosition;
    private long markedPosition;

    /** The end of the last record that is not a mark, in bytes. */
    private long contentPosition;

    private boolean isBroken;

    /** @param lock guards this object */
    SyncedTail(Fsync fsync, Object lock) {
        this.fsync = fsync;
        this.lock = lock;
    }

    /** An fsync of everything that was written before it was begun. */
    final class Sync {
        private final JournalTail forced = file;
        private final long end = file.position();

        /** Does the fsync. It may take long, so it takes the lock only to record the result. */
        void force() throws IOException {
            try {
                forced.force(fsync);
            } catch (IOException e) {
                synchronized (lock) {
                    isBroken = fsync == Fsync.ALWAYS;
                }
                throw e;
            }
            synchronized (lock) {
                syncedPosition = end;
            }
        }
    }

    /**
     * Resumes with a file that is completely on disk.
     *
     * @param isMarked whether a mark in the file says so
     */
    void resume(JournalTail next, boolean isMarked) {
        file = next;
        syncedPosition = next.position();
        contentPosition = next.position();
        markedPosition = isMarked ? next.position() : 0;
        isBroken = false;
    }

    /** The end of the segment, in bytes. */
    long position() {
        return file.position();
    }

    boolean isBroken() {
        return isBroken;
    }

    boolean isSyncedTo(long position) {
        return syncedPosition >= position;
    }

    /** Whether everything that was written is on disk. */
    boolean isSynced() {
        return isSyncedTo(position());
    }

    Sync beginSync() {
        return new Sync();
    }

    /** Appends records, all of them or none. */
    void write(int sizeHint, JournalTail.Records records) throws IOException {
        boolean isMarkDue = isMarkDue();
        file.write(sizeHint + MARK_SIZE, writer -> {
            if (isMarkDue) {
                writer.close(Entry.synced(syncedPosition));
            }
            records.to(writer);
        });
        contentPosition = file.position();
        markedPosition = isMarkDue ? syncedPosition : markedPosition;
    }

    /** Writes a mark, if there is something to mark and no later record has included the mark. */
    void mark() throws IOException {
        if (isMarkDue()) {
            file.write(MARK_SIZE, writer -> writer.close(Entry.synced(syncedPosition)));
            markedPosition = syncedPosition;
        }
    }

    /**
     * Truncates the segment to a position. If the tail is broken, truncates it at least to the position that is on
     * disk.
     *
     * @return the end of the segment now, in bytes
     */
    long cutTo(long end) {
        long to = isBroken ? Math.min(end, syncedPosition) : end;
        isBroken = false;
        file.cutTo(to);
        syncedPosition = Math.min(syncedPosition, to);
        contentPosition = Math.min(contentPosition, to);
        markedPosition = 0; // the mark may be gone
        return to;
    }

    /** See {@link JournalTail#requireClean}. */
    void requireClean() throws IOException {
        file.requireClean();
    }

    void close() {
        file.close();
    }

    /** A mark itself needs no mark. */
    private boolean isMarkDue() {
        return Math.min(syncedPosition, contentPosition) > markedPosition;
    }
}
