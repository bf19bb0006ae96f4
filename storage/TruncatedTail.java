package storage;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The part of a topic's last segment after the last complete record, because the broker or the machine ended while it
 * was written. A start truncates it, and keeps a copy if it is corrupt.
 *
 * @param file the last segment
 * @param end of the last complete record, in bytes
 * @param size of the tail, in bytes; 0 if there is none
 * @param isCorrupt whether a part of it was not on disk at a power loss; otherwise it is the beginning of one record
 */
record TruncatedTail(Path file, long end, long size, boolean isCorrupt) {
    boolean isEmpty() {
        return size == 0;
    }

    /** Copies the tail into a new folder if it is corrupt. */
    void copyTo(Path damaged) throws IOException {
        if (isCorrupt) {
            Folders.createSynced(damaged);
            Folders.copy(file, end, damaged.resolve(file.getFileName()));
        }
    }

    /**
     * The notice of a start that has truncated the tail; null if the tail is empty.
     *
     * @param damaged the folder of the copy
     */
    String notice(Path damaged) {
        return isEmpty()
                ? null
                : file + ": truncated the last " + size + " bytes, which were "
                        + (isCorrupt
                                ? "not all on disk when the machine ended; a copy of them is in " + damaged
                                : "being written when the broker ended");
    }

    /** The end of a sentence of a repair that also truncates the tail; empty if the tail is empty. */
    String inRepairWords() {
        return isEmpty()
                ? ""
                : ", and the last " + size + " bytes of " + file
                        + ", which were not all written when the broker or the machine ended";
    }
}
