package storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The files of a topic that do not grow any more. A file is dropped when none of its messages is kept, and that is written
 * down first. Where there is no room to do so, the file is renamed to {@code 00000001.dropped}, which takes none, and emptied; it
 * goes with the next that is dropped. For one thread at a time.
 */
final class ClosedFiles {
    private static final String DROPPED = ".dropped";

    private final Path folder;
    private final Fsync fsync;
    private final List<JournalFile> files = new ArrayList<>();

    ClosedFiles(Path folder, Fsync fsync) {
        this.folder = folder;
        this.fsync = fsync;
    }

    /** The number of a file that was dropped so; -1 if it is none. */
    static long droppedNumber(Path path) {
        String name = path.getFileName().toString();
        return Files.isRegularFile(path) && name.matches("\\d{8,18}\\" + DROPPED) ? Long.parseLong(name.substring(0, name.indexOf('.'))) : -1;
    }

    void add(JournalFile file) {
        files.add(file);
    }

    boolean isEmpty() {
        return files.isEmpty();
    }

    /** @param starts what the partitions begin with */
    boolean hasSomeToDrop(long[] starts) {
        return files.stream().anyMatch(file -> file.hasNothingFrom(starts));
    }

    /** Removes them. */
    void drop(long[] starts) {
        forEachToDrop(starts, file -> delete(file.path()));
        try {
            Folders.list(folder).stream().filter(path -> droppedNumber(path) > 0).forEach(ClosedFiles::delete);
        } catch (IOException e) {
            // the next time
        }
    }

    /** Gives back the room that they take. */
    void empty(long[] starts) {
        forEachToDrop(starts, file -> {
            Path dropped = file.path().resolveSibling(file.path().getFileName().toString().replaceFirst("\\.[a-z]+$", DROPPED));
            try {
                Files.move(file.path(), dropped, StandardCopyOption.ATOMIC_MOVE);
                Folders.sync(folder, fsync); // an empty file of its old name would be damage
                try (FileChannel channel = Folders.openFile(dropped)) {
                    channel.truncate(0);
                }
                return true;
            } catch (IOException e) {
                return Files.isRegularFile(dropped);
            }
        });
    }

    /** @param action tells whether it was done; else it is the next time */
    private void forEachToDrop(long[] starts, Predicate<JournalFile> action) {
        files.removeAll(files.stream().filter(file -> file.hasNothingFrom(starts)).filter(action).collect(Collectors.toList()));
    }

    private static boolean delete(Path path) {
        try {
            Files.deleteIfExists(path);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
