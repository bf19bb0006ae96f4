package storage;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What follows the last whole record of a topic's last segment: the broker or the machine ended before it was all written. A start
 * truncates it, and keeps a copy if it is corrupt.
 *
 * @param file the last segment
 * @param end of the last whole record, in bytes
 * @param size of what follows, in bytes; 0 if nothing does
 * @param isCorrupt whether some of it was not on disk when the machine lost its power; otherwise it is the beginning of one record
 */
record TruncatedTail(Path file, long end, long size, boolean isCorrupt) {
    boolean isEmpty() {
        return size == 0;
    }

    /** Copies it into a new folder, if it is corrupt. */
    void copyTo(Path damaged) throws IOException {
        if (isCorrupt) {
            Folders.createSynced(damaged);
            Folders.copy(file, end, damaged.resolve(file.getFileName()));
        }
    }

    /**
     * What a start says when it has truncated it; null if it is empty.
     *
     * @param damaged the folder of the copy
     */
    String notice(Path damaged) {
        return isEmpty()
                ? null
                : file + ": cut off the last " + size + " bytes, which were "
                        + (isCorrupt
                                ? "not all on disk when the machine ended; what there is of them went to " + damaged
                                : "being written when the broker ended");
    }

    /** What a repair says that truncates it, too; empty if it is empty. */
    String inRepairWords() {
        return isEmpty()
                ? ""
                : ", and the last " + size + " bytes of " + file
                        + ", which were not all written when the broker or the machine ended";
    }
}
