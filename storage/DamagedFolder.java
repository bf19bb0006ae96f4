package storage;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.function.Predicate;

/** Names the folders to which repairs move what they take out of topics, and a start what it truncates. Creates none. */
final class DamagedFolder {
    private DamagedFolder() {}

    /** The folder for a whole data directory: {@code DIR/damaged} or, if a file has that name, {@code DIR/damaged.2}, and so on. */
    static Path in(Path dataFolder) {
        return free(
                dataFolder.resolve("damaged"),
                path -> !Files.exists(path, LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(path));
    }

    /** A new folder for what is taken out of one topic. Folders of earlier repairs stay as they are. */
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
