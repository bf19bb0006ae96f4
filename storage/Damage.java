package storage;

import java.io.IOException;
import java.nio.file.Path;

/** What is in a file is not what was written to it. Nothing was changed. */
final class Damage extends IOException {
    private final transient Path file;
    private final long position;

    /** @param position of the record that cannot be read, in bytes from the start of the file */
    Damage(Path file, long position, String why) {
        super(file + ": damaged at byte " + position + ": " + why);
        this.file = file;
        this.position = position;
    }

    /** A folder that does not have what it should. */
    Damage(Path folder, String why) {
        super(folder + ": damaged: " + why);
        this.file = folder;
        this.position = 0;
    }

    /** Or the folder. */
    Path file() {
        return file;
    }

    long position() {
        return position;
    }
}
