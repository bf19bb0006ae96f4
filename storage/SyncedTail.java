package storage;

import java.io.IOException;

/**
 * The end of a journal's last file, and how much of it is on disk. What a sync has put there is marked in the file soon after, so
 * that a start can tell what a machine without power never had on disk from what the disk has lost since (what Kafka's recovery
 * point tells).
 *
 * <p>A sync that has failed says nothing of what is on disk, and the next one may wrongly say that all is. So, if answers wait for
 * syncs, it is broken from then on until {@link #cutTo} has taken back what was not synced; else the next one counts.
 *
 * <p>For one thread at a time.
 */
final class SyncedTail {
    private static final int MARK_SIZE = 64;

    private final Fsync fsync;
    private JournalTail file;
    private long syncedPosition;
    private long markedPosition;

    /** Where the last record ends that is no mark. */
    private long contentPosition;

    private boolean isBroken;

    SyncedTail(Fsync fsync) {
        this.fsync = fsync;
    }

    /** A sync that has begun: {@link #force} is what takes its time, and is for any thread. */
    final class Sync {
        private final JournalTail forced = file;
        private final long end = file.position();

        void force() throws IOException {
            forced.force(fsync);
        }

        /** It has ended. */
        void succeeded() {
            syncedPosition = end;
        }

        void failed() {
            isBroken = fsync == Fsync.ALWAYS;
        }
    }

    /**
     * Goes on with a file, all of which is on disk.
     *
     * @param isMarked whether the file says so
     */
    void goOn(JournalTail next, boolean isMarked) {
        file = next;
        syncedPosition = next.position();
        contentPosition = next.position();
        markedPosition = isMarked ? next.position() : 0;
        isBroken = false;
    }

    /** Where it ends, in bytes. */
    long position() {
        return file.position();
    }

    boolean isBroken() {
        return isBroken;
    }

    boolean isSyncedTo(long position) {
        return syncedPosition >= position;
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
