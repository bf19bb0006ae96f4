package tests.simulation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** The faults of a simulated disk, each of which can be switched on and off. For one thread. */
final class Faults implements DiskFaults {
    private final SimulatedDisk disk;
    private final Random random;

    /** Whether nothing can be written. */
    boolean isFull;

    /** Whether each force fails. */
    boolean doForcesFail;

    /** Whether some writes write only a part. */
    boolean areWritesShort;

    /** The number of changes of the disk after which the process ends; negative for none. */
    int changesLeft = -1;

    /** The number of reads after which one fails; negative for none. */
    int readsLeft = -1;

    /** By the name of a topic, how often its files were written. */
    private final Map<String, Integer> writes = new HashMap<>();

    Faults(SimulatedDisk disk, Random random) {
        this.disk = disk;
        this.random = random;
    }

    /** Whether operations fail. */
    boolean isAny() {
        return isFull || doForcesFail;
    }

    /** How often the files of a topic were written so far. */
    int writes(String topic) {
        return writes.getOrDefault(withoutDot(topic), 0);
    }

    /** Windows ignores a dot at the end of a name. */
    private static String withoutDot(String name) {
        return name.replaceFirst("\\.$", "");
    }

    /** Switches all faults off. */
    void clear() {
        isFull = false;
        doForcesFail = false;
        changesLeft = -1;
        readsLeft = -1;
    }

    @Override
    public int before(Operation operation, Path file, int length) throws IOException {
        if (operation == Operation.READ && readsLeft >= 0 && readsLeft-- == 0) {
            throw new IOException("Input/output error");
        }
        if (!operation.isChange()) {
            return length;
        }
        if (changesLeft >= 0 && changesLeft-- == 0) {
            disk.unmount();
            return length;
        }
        if (isFull && (operation == Operation.WRITE || operation == Operation.CREATE)) {
            throw new IOException("No space left on device");
        }
        if (doForcesFail && operation == Operation.FORCE) {
            throw new IOException("Input/output error");
        }
        if (operation == Operation.WRITE) {
            String folder = file.getParent().getFileName().toString();
            writes.merge(withoutDot(folder.substring(folder.indexOf('-') + 1)), 1, Integer::sum);
        }
        return areWritesShort && length > 1 && random.nextInt(4) == 0 ? 1 + random.nextInt(length - 1) : length;
    }
}
