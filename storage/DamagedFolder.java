package storage;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.function.Predicate;

/**
 * Names the folders for data that a repair removes from topics, and for corrupt data that a start truncates. Creates no
 * folder. Stateless.
 */
final class DamagedFolder {
    private DamagedFolder() {}

    /**
     * The folder of a data directory: {@code DIR/damaged}. If a file has that name, it is {@code DIR/damaged.2}, and so
     * on.
     */
    static Path in(Path dataFolder) {
        return free(
                dataFolder.resolve("damaged"),
                path -> !Files.exists(path, LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(path));
    }

    /** A new folder for the data that is removed from one topic. The folders of earlier repairs are not reused. */
    static Path newFor(Path topicFolder) {
        Path damaged = in(topicFolder.getParent().getParent());
        return free(damaged.resolve(topicFolder.getFileName()), path -> !Files.exists(path, LinkOption.NOFOLLOW_LINKS));
    }

    private static Path free(Path path, Predicate<Path> isFree) {
        Path free = path;
        for (int i = 2; !isFree.test(free); i++) {
            free = path.resolveSibling(path.getFileName() + "." + i);
        }
        return free;
    }
}
