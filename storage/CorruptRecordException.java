package storage;

import java.io.IOException;
import java.nio.file.Path;

/** A segment differs from what was written to it, or messages before it are missing. No file was changed. */
@SuppressWarnings("serial") // an exception is not serialized here
final class CorruptRecordException extends IOException {
    private final transient Path file;
    private final long position;
    private final boolean isUnreadable;

    /**
     * A record that cannot be read.
     *
     * @param position of the record in the file, in bytes
     */
    CorruptRecordException(Path file, long position, String why) {
        this(file, position, why, false);
    }

    /** @param isUnreadable whether the file could not be read, so that it is unknown what it has */
    CorruptRecordException(Path file, long position, String why, boolean isUnreadable) {
        super(file + ": damaged at byte " + position + ": " + why);
        this.file = file;
        this.position = position;
        this.isUnreadable = isUnreadable;
    }

    /** Messages before a segment are missing. */
    CorruptRecordException(Path segment, String why) {
        super(segment + ": damaged: " + why);
        this.file = segment;
        this.position = 0;
        this.isUnreadable = false;
    }

    /** The corrupt segment, or the one before which messages are missing. */
    Path file() {
        return file;
    }

    /** Whether the file could not be read. A later start may be able to read it. */
    boolean isUnreadable() {
        return isUnreadable;
    }

    /** Where the corrupt record begins in the file, in bytes; 0 if messages are missing. */
    long position() {
        return position;
    }
}
