package tests.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A file or a folder of a {@link SimulatedDisk}: what is on the disk, and the changes that were not forced. For one thread at a time. */
final class DiskNode {
    /** The number of bytes that a disk writes as a whole, almost always. */
    private static final int SECTOR = 512;

    private final boolean isFolder;
    private final Map<String, DiskNode> entries = new TreeMap<>();
    private final Map<String, DiskNode> forcedEntries = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();
    private byte[] forced = {};
    private int forcedSize;

    /**
     * A change of a file, of at most one sector.
     *
     * @param position where the bytes were written, or the size that the file was truncated to
     * @param bytes null if the file was truncated
     */
    private record Change(int position, byte[] bytes) {}

    private DiskNode(boolean isFolder) {
        this.isFolder = isFolder;
    }

    static DiskNode folder() {
        return new DiskNode(true);
    }

    static DiskNode file() {
        return new DiskNode(false);
    }

    /** A copy with everything that is in it, as it is on the disk. Nothing may have been changed since it was forced. */
    DiskNode copyOfForced() {
        DiskNode copy = new DiskNode(isFolder);
        copy.forced = forced.clone();
        copy.forcedSize = forcedSize;
        forcedEntries.forEach((name, node) -> copy.forcedEntries.put(name, node.copyOfForced()));
        copy.entries.putAll(copy.forcedEntries);
        return copy;
    }

    /** Adds the files that are on the disk and not empty, by path. */
    void addFiles(String path, Map<String, DiskNode> files) {
        if (forcedSize > 0) {
            files.put(path, this);
        }
        forcedEntries.forEach((name, node) -> node.addFiles(path + "/" + name, files));
    }

    /** Changes one bit of a file, on the disk. */
    void flipBit(Random random) {
        forced[random.nextInt(forcedSize)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    }

    boolean isFolder() {
        return isFolder;
    }

    /** The entries of a folder, as they were written. */
    Map<String, DiskNode> entries() {
        return entries;
    }

    /** The entries of a folder that are on the disk. */
    Map<String, DiskNode> forcedEntries() {
        return forcedEntries;
    }

    /** The bytes of a file that are on the disk. */
    byte[] forcedBytes() {
        return Arrays.copyOf(forced, forcedSize);
    }

    void written(long position, byte[] bytes) {
        for (int from = 0; from < bytes.length; ) {
            int start = Math.toIntExact(position + from);
            int length = Math.min(bytes.length - from, SECTOR - start % SECTOR);
            changes.add(new Change(start, Arrays.copyOfRange(bytes, from, from + length)));
            from += length;
        }
    }

    void truncated(long size) {
        changes.add(new Change(Math.toIntExact(size), null));
    }

    /** All changes of the file are on the disk. */
    void forceChanges() {
        changes.forEach(this::apply);
        changes.clear();
    }

    /** Some changes of the file are on the disk. The others are lost. */
    void loseChanges(Loss loss, Random random) {
        Loss.Choice choice = loss.choose(changes.size(), random);
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            if (choice.isKept(i)) {
                apply(change);
            } else if (change.bytes != null && choice.isTorn(i)) {
                apply(new Change(change.position, Arrays.copyOf(change.bytes, change.bytes.length / 2)));
            } else if (change.bytes != null && choice.isZeroed()) {
                apply(new Change(change.position, new byte[change.bytes.length]));
            }
        }
        changes.clear();
    }

    private void apply(Change change) {
        if (change.bytes == null) {
            resize(Math.min(forcedSize, change.position));
            return;
        }
        int end = change.position + change.bytes.length;
        resize(Math.max(forcedSize, end));
        System.arraycopy(change.bytes, 0, forced, change.position, change.bytes.length);
    }

    /** Bytes between the old and the new end are zeros. */
    private void resize(int size) {
        if (size > forced.length) {
            forced = Arrays.copyOf(forced, Math.max(size, 2 * forced.length));
        }
        if (size < forcedSize) {
            Arrays.fill(forced, size, forcedSize, (byte) 0);
        }
        forcedSize = size;
    }
}
