package storage;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options of a broker whose topics outlive it. */
public final class StorageOptions {
    @Option(names = "--data-dir", paramLabel = "DIR",
            description = "Keep topics, offsets and consumers in this folder too, and read them back at the start (environment MINI_KAFKA_DATA_DIR).")
    private Path dataDir;

    @Option(names = "--fsync", paramLabel = "WHEN",
            description = {"What survives the end of the machine; the end of the broker all of it survives:",
                "always: whatever was answered; interval: what was answered more than a second before (default); never: no promise."})
    private Fsync fsync = Fsync.INTERVAL;

    @Option(names = "--repair", description = "Say what is damaged in the folder and what a repair would lose, ask, repair it, and end.")
    private boolean repair;

    /** @param otherwise the folder if the options name none; empty if there is none */
    public Path dataDir(String otherwise) {
        return dataDir == null && !otherwise.isEmpty() ? Path.of(otherwise) : dataDir;
    }

    public Fsync fsync() {
        return fsync;
    }

    public boolean repair() {
        return repair;
    }
}
