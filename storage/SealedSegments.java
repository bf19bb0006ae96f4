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
 * The segments of a topic to which no records are appended any more. A segment is dropped when none of its messages is
 * kept. Before that, the last segment has to contain the new start offsets of the partitions.
 *
 * <p>A full disk may have no space for them. Then the segment is renamed to {@code 00000001.dropped}, which needs no
 * space, and truncated to size 0. The next drop deletes it. For one thread at a time.
 */
final class SealedSegments {
    private static final String DROPPED = ".dropped";

    private final Path folder;
    private final Fsync fsync;
    private final List<JournalSegment> segments = new ArrayList<>();

    /** Whether segments are to be dropped as soon as the start offsets are on disk. */
    private boolean isDropDue;

    SealedSegments(Path folder, Fsync fsync) {
        this.folder = folder;
        this.fsync = fsync;
    }

    /** The number of a segment that was renamed to {@code .dropped}; -1 if the file is not such a segment. */
    static long droppedNumber(Path path) {
        String name = path.getFileName().toString();
        return Files.isRegularFile(path) && name.matches("\\d{8,18}\\" + DROPPED)
                ? Long.parseLong(name.substring(0, name.indexOf('.')))
                : -1;
    }

    void add(JournalSegment segment) {
        segments.add(segment);
    }

    boolean isEmpty() {
        return segments.isEmpty();
    }

    /** Whether {@link #drop} has to be called once the start offsets are on disk. */
    boolean isDropDue() {
        return isDropDue;
    }

    /**
     * Notes whether there are segments to drop.
     *
     * @param startOffsets by partition
     * @return whether there are any
     */
    boolean requestDrop(long[] startOffsets) {
        boolean hasSome = segments.stream().anyMatch(segment -> segment.hasNothingFrom(startOffsets));
        isDropDue |= hasSome;
        return hasSome;
    }

    /**
     * Deletes the segments that have no message from these offsets on. A failure is ignored, and the next drop tries
     * again.
     */
    void drop(long[] startOffsets) {
        forEachToDrop(startOffsets, segment -> delete(segment.path()));
        try {
            Folders.list(folder).stream()
                    .filter(path -> droppedNumber(path) > 0)
                    .forEach(SealedSegments::delete);
        } catch (IOException e) {
            // the next drop removes them
        }
        isDropDue = false;
    }

    /** Truncates the segments that have no message from these offsets on, to free space on a full disk. */
    void empty(long[] startOffsets) {
        forEachToDrop(startOffsets, segment -> {
            Path dropped = segment.path()
                    .resolveSibling(segment.path().getFileName().toString().replaceFirst("\\.[a-z]+$", DROPPED));
            try {
                Files.move(segment.path(), dropped, StandardCopyOption.ATOMIC_MOVE);
                Folders.sync(folder, fsync); // an empty file of the old name would be a corrupt segment
                try (FileChannel channel = Folders.openFile(dropped)) {
                    channel.truncate(0);
                }
                return true;
            } catch (IOException e) {
                return Files.isRegularFile(dropped);
            }
        });
    }

    /** @param action returns whether it has succeeded; if not, the segment is tried again at the next drop */
    private void forEachToDrop(long[] startOffsets, Predicate<JournalSegment> action) {
        segments.removeAll(segments.stream()
                .filter(segment -> segment.hasNothingFrom(startOffsets))
                .filter(action)
                .collect(Collectors.toList()));
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
