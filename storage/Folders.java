package storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
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

/** Folders and files that only their owner may read, where the file system knows of owners. */
final class Folders {
    private static final Set<OpenOption> READ_WRITE =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);

    private static final boolean HAS_OWNERS =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private Folders() {}

    /** Those above it, if they are new, get the permissions that folders get here. A link to a folder is as good. */
    static void create(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return; // before Java 20 createDirectories takes no links
        }
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            Files.createDirectories(parent);
        }
        Files.createDirectories(folder, ownerOnly("rwx------"));
    }

    /** Creates a folder in another one that may be new too, and puts both on disk. */
    static void createSynced(Path folder) throws IOException {
        create(folder);
        sync(folder.getParent(), Fsync.ALWAYS);
        sync(folder.getParent().toAbsolutePath().getParent(), Fsync.ALWAYS);
    }

    /** Opens a file that is written, and creates it if it is not there. */
    static FileChannel openFile(Path file) throws IOException {
        return FileChannel.open(file, READ_WRITE, ownerOnly("rw-------"));
    }

    /** What is in a folder, by name. */
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

    /** Puts on disk which files are in a folder, unless nothing is to be. */
    static void sync(Path folder, Fsync fsync) throws IOException {
        if (HAS_OWNERS && fsync != Fsync.NEVER) { // elsewhere (Windows) folders cannot be opened, and need not be
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Copies what a file has from a byte on into a new file, and puts that on disk. */
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

    /** Reads the lines that a file has from a byte on, of whatever bytes they are: each is a character. */
    static <T> T readLines(Path file, long position, Function<Stream<String>, T> reader) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(file, StandardOpenOption.READ).position(position);
                BufferedReader lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.ISO_8859_1))) {
            return reader.apply(lines.lines());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Removes a file, or a folder with all that is in it. Of a link it removes the link alone. If something cannot be removed, the rest is. */
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

    private static FileAttribute<?>[] ownerOnly(String permissions) {
        return HAS_OWNERS
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
