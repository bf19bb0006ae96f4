package storage;

import java.io.IOException;

/**
 * The end of a topic's last segment, and how much of it is on disk. Soon after an fsync a mark in the segment says up to where it
 * is on disk. With it a start tells two cases apart: what was never on disk when the power failed, and what the disk has lost since
 * (Kafka's recovery point serves the same end).
 *
 * <p>After a failed fsync nobody knows what is on disk, and the next fsync may wrongly succeed. So if answers wait for fsyncs, the
 * tail is broken from then on, until {@link #cutTo} has taken back what was not synced. Otherwise the next fsync counts.
 *
 * <p>For one thread at a time, which holds the lock; only {@link Sync#force} is for any thread.
 */
final class SyncedTail {
    private static final int MARK_SIZE = 64;

    private final Fsync fsync;
    private final Object lock;
    private JournalTail file;
    private long syncedPosition;
    private long markedPosition;

    /** Where the last record ends that is no mark. */
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

        /** Does the fsync. It takes long: so the lock is taken only to note the result. */
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
     * Resumes with a file, all of which is on disk.
     *
     * @param isMarked whether the file says so
     */
    void resume(JournalTail next, boolean isMarked) {
        file = next;
        syncedPosition = next.position();
        contentPosition = next.position();
        markedPosition = isMarked ? next.position() : 0;
        isBroken = false;
    }

    /** Where the segment ends, in bytes. */
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

    /** Says in the file what is on disk, if nothing else has been written since that could say so with it. */
    void mark() throws IOException {
        if (isMarkDue()) {
            file.write(MARK_SIZE, writer -> writer.close(Entry.synced(syncedPosition)));
            markedPosition = syncedPosition;
        }
    }

    /**
     * Forgets what comes from a position on and, if it is broken, from where it was synced to.
     *
     * @return where it ends now
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

    /** Cuts off what does not belong to the file. */
    void requireClean() throws IOException {
        file.requireClean();
    }

    void close() {
        file.close();
    }

    /** A mark itself needs none. */
    private boolean isMarkDue() {
        return Math.min(syncedPosition, contentPosition) > markedPosition;
    }
}
