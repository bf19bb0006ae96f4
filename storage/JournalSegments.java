package storage;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/**
 * The segments of a topic: the last one, to which records are appended, and the sealed ones before it. This class
 * decides when a segment is large enough, and begins the next one. The header of a segment contains the whole state of
 * the topic except its messages. So a sealed segment is needed only for its messages.
 *
 * <p>For one thread at a time.
 */
final class JournalSegments {
    private static final long MIN_SIZE = 1 << 20;
    private static final long MAX_SIZE = 64 << 20;

    /** The minimum size of a segment, as a multiple of the size of its header. */
    private static final int MIN_GROWTH = 4;

    private static final long FIRST = 1;

    private final TopicFolder folder;
    private final int partitions;
    private final Fsync fsync;
    private final SyncedTail tail;
    private final SealedSegments sealed;
    private final Runnable maintenance;
    private JournalSegment last;

    /** The size of the last segment at which to ask for maintenance, in bytes. */
    private long sizeToCheckAt = MIN_SIZE;

    /** The size of the header of the last segment, in bytes; 0 if this broker did not begin it. */
    private long headerSize;

    /**
     * @param tail the end of the last segment
     * @param maintenance requests that another thread calls {@link #isLarge} soon
     */
    JournalSegments(TopicFolder folder, int partitions, Fsync fsync, SyncedTail tail, Runnable maintenance) {
        this.folder = folder;
        this.partitions = partitions;
        this.fsync = fsync;
        this.tail = tail;
        this.sealed = new SealedSegments(folder.path(), fsync);
        this.maintenance = maintenance;
    }

    SealedSegments sealed() {
        return sealed;
    }

    /**
     * Creates the first segment in the current folder of the topic.
     *
     * @return its size, in bytes
     */
    long createFirst(JournalTail.Records header) throws IOException {
        JournalTail first = begin(new JournalSegment(folder.location(), FIRST, partitions), header);
        first.close();
        return first.position();
    }

    /** Resumes with only a first segment, of this size in bytes. */
    void resumeFirst(long size) throws IOException {
        resume(List.of(new JournalSegment(folder.path(), FIRST, partitions)), size, false);
    }

    /**
     * Resumes at the end of the segments. Truncates everything after that, and fsyncs the rest.
     *
     * @param segments in their order, at least one
     * @param end of the last one, in bytes
     * @param isMarked whether a mark says that the last one is on disk up to there
     */
    void resume(List<JournalSegment> segments, long end, boolean isMarked) throws IOException {
        segments.subList(0, segments.size() - 1).forEach(sealed::add);
        last = segments.get(segments.size() - 1);
        JournalTail resumed = new JournalTail(last.path(), end);
        resumed.requireClean();
        resumed.force(fsync);
        tail.resume(resumed, isMarked);
    }

    /** The segment to which records are appended. */
    JournalSegment last() {
        return last;
    }

    /**
     * Requests maintenance if the last segment may be large enough. Requests it only once until {@link #isLarge} is
     * called.
     */
    void checkSize() {
        if (tail.position() > sizeToCheckAt) {
            sizeToCheckAt = Long.MAX_VALUE;
            maintenance.run();
        }
    }

    /**
     * Tells whether to begin the next segment, and determines when to check again. A segment grows to about the size of
     * the messages that the topic keeps. So dropped messages take at most about as much disk space as kept ones.
     *
     * @param keptBytes of messages that the topic keeps
     */
    boolean isLarge(long keptBytes) {
        long limit = Math.max(MIN_GROWTH * headerSize, Math.max(MIN_SIZE, Math.min(MAX_SIZE, keptBytes)));
        boolean isLarge = tail.position() > limit;
        sizeToCheckAt = isLarge
                ? limit
                : Math.max(limit, Math.min(MAX_SIZE, 2 * tail.position())); // the size of the kept messages grows, too
        return isLarge;
    }

    /**
     * Seals the last segment and begins the next one.
     *
     * @throws IOException if that failed; then the last segment stays the last one
     */
    void roll(JournalTail.Records header) throws IOException {
        try {
            tail.requireClean();
            tail.beginSync().force(); // a segment is on disk before the next one is begun
            JournalSegment next = JournalSegment.after(last.number(), folder.path(), partitions);
            JournalTail begun = begin(next, header);
            tail.close();
            sealed.add(last);
            last = next;
            headerSize = begun.position();
            tail.resume(begun, false);
        } catch (IOException e) {
            sizeToCheckAt = Long.MAX_VALUE; // the next regular maintenance tries again
            throw e;
        }
    }

    private JournalTail begin(JournalSegment next, JournalTail.Records header) throws IOException {
        JournalTail begun = new JournalTail(next.path(), 0);
        boolean isDone = false;
        try {
            begun.write(RecordWriter.ENTRY_SIZE, header);
            begun.force(fsync);
            Folders.sync(next.path().getParent(), fsync);
            isDone = true;
            return begun;
        } finally {
            if (!isDone) {
                begun.cutTo(0); // if the file is back after a power loss, it is empty, and a start removes it
                begun.close();
                Files.deleteIfExists(next.path());
            }
        }
    }
}
