package tests;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder on a disk that keeps what was synced, as {@link SyncLog} has noted it, and of the rest either nothing, or some pages of
 * a file and others not, which are zeros then.
 */
final class Disk {
    private static final Pattern DRAFT = Pattern.compile("(.*/)\\.new-(\\d+)(.*)");

    private static final int PAGE_SIZE = 4096;

    private final Path folder;
    private final Path log;
    private final Random random;
    private long forgotten;

    Disk(Path folder, Path log, Random random) {
        this.folder = folder;
        this.log = log;
        this.random = random;
    }

    Path log() {
        return log;
    }

    /** How many bytes and entries of folders were forgotten so far. */
    long forgotten() {
        return forgotten;
    }

    /** What is there now counts as synced. */
    void noteAllAsSynced() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (Path path : Files.exists(folder) ? all() : List.<Path>of()) {
            lines.append(path)
                    .append('\t')
                    .append(Files.isDirectory(path) ? String.join("\t", names(path)) : Files.size(path))
                    .append('\n');
        }
        Files.writeString(log, lines);
    }

    void forgetWhatWasNotSynced() throws IOException {
        Map<Path, String> synced = new HashMap<>();
        for (String line : Files.readAllLines(log)) {
            int tab = line.indexOf('\t');
            synced.put(renamed(Path.of(line.substring(0, tab))), line.substring(tab + 1));
        }
        for (Path path : all()) {
            if (Files.isDirectory(path)) {
                forgetEntries(path, Set.of(synced.getOrDefault(path, "").split("\t")));
            } else if (Files.exists(path)) {
                forgetEnd(path, Long.parseLong(synced.getOrDefault(path, "0")));
            }
        }
    }

    private void forgetEntries(Path parent, Set<String> kept) throws IOException {
        for (String name : names(parent)) {
            if (!kept.contains(name)) {
                forgotten++;
                try (Stream<Path> below = Files.walk(parent.resolve(name))) {
                    for (Path path : below.sorted(Comparator.reverseOrder()).collect(Collectors.toList())) {
                        Files.delete(path);
                    }
                }
            }
        }
    }

    private void forgetEnd(Path file, long size) throws IOException {
        long length = Files.size(file);
        if (length <= size) {
            return;
        }
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            if (random.nextBoolean()) {
                forgotten += length - size;
                open.setLength(size);
                return;
            }
            for (long start = size; start < length; ) {
                int count = (int) Math.min(PAGE_SIZE - start % PAGE_SIZE, length - start);
                if (random.nextBoolean()) {
                    forgotten += count;
                    open.seek(start);
                    open.write(new byte[count]);
                }
                start += count;
            }
        }
    }

    /** A topic's folder is filled under another name and then gets its own, which begins with the same number. */
    private Path renamed(Path path) throws IOException {
        if (path.toString().endsWith(".draft")) {
            return Path.of(path.toString().replaceFirst("\\.draft$", ""));
        }
        Matcher draft = DRAFT.matcher(path.toString());
        if (!draft.matches() || !Files.exists(folder.resolve("topics"))) {
            return path;
        }
        return names(folder.resolve("topics")).stream()
                .filter(name -> name.startsWith(draft.group(2) + "-"))
                .findFirst()
                .map(name -> Path.of(draft.group(1) + name + draft.group(3)))
                .orElse(path);
    }

    private List<Path> all() throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.collect(Collectors.toList());
        }
    }

    private static List<String> names(Path parent) throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.map(entry -> entry.getFileName().toString()).collect(Collectors.toList());
        }
    }
}
