package tests.simulation;

import java.io.IOException;
import java.nio.file.Path;

/** Decides which operations of a {@link SimulatedDisk} fail. */
public interface DiskFaults {
    DiskFaults NONE = (operation, file, length) -> length;

    /** The kinds of operations. */
    enum Operation {
        OPEN,
        READ,
        LIST,
        ATTRIBUTES,
        CREATE,
        WRITE,
        TRUNCATE,
        FORCE,
        RENAME,
        DELETE;

        /** Whether it changes the disk, or what of it would survive a power loss. */
        public boolean isChange() {
            return compareTo(CREATE) >= 0;
        }
    }

    /**
     * Is called before each operation. It may end the process, or wait.
     *
     * @param length the number of bytes to write or read; 0 for other operations
     * @return how many of them are written or read
     * @throws IOException if the operation fails
     */
    int before(Operation operation, Path file, int length) throws IOException;
}
