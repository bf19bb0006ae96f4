package storage;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options for persistence. A picocli mixin. */
public final class StorageOptions {
    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            descriptionKey = "MINI_KAFKA_DATA_DIR",
            description =
                    "Also keep topics, offsets and consumers in this folder, and read them at the start (environment MINI_KAFKA_DATA_DIR).")
    private Path dataDir;

    @Option(
            names = "--fsync",
            paramLabel = "MODE",
            descriptionKey = "MINI_KAFKA_FSYNC",
            description =
                    "When to fsync. A crash of the broker never loses data. After a power loss: always = nothing lost, "
                            + "interval (default) = up to about 1 s lost, never = no guarantee (environment MINI_KAFKA_FSYNC).")
    private Fsync fsync = Fsync.INTERVAL;

    @Option(
            names = "--repair",
            description =
                    "Show what is damaged in the data directory and what a repair would lose. Ask, repair, and exit.")
    private boolean repair;

    /** The data directory; null without the option. */
    public Path dataDir() {
        return dataDir;
    }

    public Fsync fsync() {
        return fsync;
    }

    public boolean repair() {
        return repair;
    }
}
