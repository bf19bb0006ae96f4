package storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * File operations of this package. New files and folders can be accessed only by their owner, if the file system
 * supports that. Stateless.
 */
final class Folders {
    private static final Set<OpenOption> READ_WRITE =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);

    private Folders() {}

    /**
     * Creates a folder. Missing parent folders get the default permissions. A link to an existing folder is accepted.
     */
    static void create(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return; // before Java 20, createDirectories does not accept links
        }
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            Files.createDirectories(parent);
        }
        Files.createDirectories(folder, ownerOnly(folder, "rwx------"));
    }

    /** Creates a folder, and its parent folder if necessary, and fsyncs both. */
    static void createSynced(Path folder) throws IOException {
        create(folder);
        sync(folder.getParent(), Fsync.ALWAYS);
        sync(folder.getParent().toAbsolutePath().getParent(), Fsync.ALWAYS);
    }

    /** Opens a file for writing. Creates it if it does not exist. */
    static FileChannel openFile(Path file) throws IOException {
        return FileChannel.open(file, READ_WRITE, ownerOnly(file, "rw-------"));
    }

    /** Writes a text to the start of a file. A single write may write less, for example because the disk becomes full. */
    static void writeAll(FileChannel channel, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            channel.write(bytes, bytes.position());
        }
    }

    /** The contents of a folder, sorted by name. */
    static List<Path> list(Path folder) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(paths::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(paths);
        return paths;
    }

    /** Fsyncs the list of files of a folder, unless the mode is {@link Fsync#NEVER}. */
    static void sync(Path folder, Fsync fsync) throws IOException {
        if (hasOwners(folder) && fsync != Fsync.NEVER) { // Windows can neither open folders nor needs this
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /**
     * Fsyncs the folders above a folder, up to the first in which this process cannot create folders. So the folder and
     * all folders above it that this process or an earlier one has created are on disk.
     */
    static void syncAbove(Path folder, Fsync fsync) throws IOException {
        Path above = folder.toAbsolutePath().getParent();
        while (above != null && Files.isWritable(above) && Files.isReadable(above)) {
            sync(above, fsync);
            above = above.getParent();
        }
    }

    /** Copies the bytes from a position on into a new file, and fsyncs it. */
    static void copy(Path file, long position, Path target) throws IOException {
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ);
                FileChannel to = openFile(target)) {
            for (long at = position; at < from.size(); ) {
                at += from.transferTo(at, from.size() - at, to);
            }
            to.force(true);
        }
        sync(target.getParent(), Fsync.ALWAYS);
    }

    /** Reads the lines from a position on. Each byte becomes one character, so that invalid UTF-8 is no error. */
    static <T> T readLines(Path file, long position, Function<Stream<String>, T> reader) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(file, StandardOpenOption.READ).position(position);
                BufferedReader lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.ISO_8859_1))) {
            return reader.apply(lines.lines());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * Removes a file or a folder with its contents. Removes a link itself, not its target. If a part cannot be removed,
     * removes the rest, and then throws.
     */
    static void delete(Path path) throws IOException {
        IOException failure = null;
        for (Path inside : Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) ? list(path) : List.<Path>of()) {
            try {
                delete(inside);
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
        Files.deleteIfExists(path);
    }

    private static boolean hasOwners(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] ownerOnly(Path path, String permissions) {
        return hasOwners(path)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
