package storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The file {@code DIR/format}, which names the version of the format. It distinguishes a data directory from other
 * folders. The broker creates a data directory only in a folder that is new or empty. For one thread.
 */
final class DirectoryFormat {
    private static final String CURRENT = "mini-kafka " + Entry.FORMAT;

    private static final String DRAFT = "format.draft";

    /** Files that a killed broker may have left in a folder before it became a data directory. */
    private static final Set<String> BEFORE_FORMAT = Set.of(DirectoryLock.NAME, DRAFT);

    private static final int MAX_SHOWN = 40;

    private final Path folder;
    private final Path file;
    private final boolean isNew;

    DirectoryFormat(Path folder) {
        this.folder = folder;
        this.file = folder.resolve("format");
        this.isNew = Files.notExists(file);
    }

    /** Whether the folder was not a data directory when this object was created. */
    boolean isNew() {
        return isNew;
    }

    /**
     * Checks that the folder is a data directory. If it may be new, checks that it can become one. Changes nothing.
     *
     * @throws StorageException if it is not and cannot become one
     */
    void requireOurs(boolean mayBeNew) throws IOException {
        for (Path needed : List.of(file, DirectoryLock.file(folder))) {
            if (Files.isDirectory(needed)) {
                throw new StorageException(
                        needed
                                + " is a folder, and the broker needs a file of that name. Move the folder away, or choose another data directory.");
            }
        }
        if (!isNew) {
            return;
        }
        if (!mayBeNew) {
            throw new StorageException(
                    Files.notExists(folder)
                            ? "Folder " + folder + " does not exist."
                            : folder + " is not a data directory of mini-kafka: it has no file named format.");
        }
        List<String> others = (Files.exists(folder) ? Folders.list(folder) : List.<Path>of())
                .stream()
                        .filter(path -> !SystemFiles.isSystemFile(path)
                                && !BEFORE_FORMAT.contains(path.getFileName().toString()))
                        .map(path -> path.getFileName().toString())
                        .collect(Collectors.toList());
        if (!others.isEmpty()) {
            throw new StorageException(folder
                    + " is not a data directory of mini-kafka: it has no file named format, but has other files, such as "
                    + others.stream().limit(2).collect(Collectors.joining(" and "))
                    + ". Choose a folder that is new or empty.");
        }
    }

    /**
     * Checks that the folder has the format of this version. Writes the format if the folder has none. Fsyncs it in
     * every mode, because without this file, not even a repair accepts the folder.
     *
     * @throws StorageException if the folder has another format
     */
    void requireCurrent() throws IOException {
        if (Files.notExists(file)) {
            write();
        }
        Folders.sync(folder, Fsync.ALWAYS); // the start that has written it may have ended before its fsync
        String found = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        if (!found.equals(CURRENT)) {
            throw new StorageException(
                    folder + " has the format \"" + abbreviated(found) + "\", and this version reads \"" + CURRENT
                            + "\". Use the version that wrote it, or another folder.");
        }
    }

    /** Writes a draft first, and renames it, so that the file is never incomplete. */
    private void write() throws IOException {
        Path draft = file.resolveSibling(DRAFT);
        try (FileChannel channel = Folders.openFile(draft)) {
            Folders.writeAll(channel, CURRENT + "\n");
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String abbreviated(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
    }
}
