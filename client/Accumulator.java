package client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Collects messages into batches, as Kafka's {@code RecordAccumulator} does. A batch is ready when it is full, when it
 * has lingered long enough, or when {@link #flush} asks for it. It grows until a sender takes it, so batches are larger
 * under load. One thread adds messages; any number of threads take batches.
 */
final class Accumulator {
    private final int batchSize;
    private final long lingerNanos;

    @GuardedBy("this")
    private final Deque<byte[]> spareBuffers = new ArrayDeque<>();

    @GuardedBy("this")
    private byte[] buffer = new byte[1024];

    @GuardedBy("this")
    private String mediaType;

    @GuardedBy("this")
    private int length;

    @GuardedBy("this")
    private int count;

    @GuardedBy("this")
    private long sequence;

    @GuardedBy("this")
    private long openedNanos;

    @GuardedBy("this")
    private int inFlight;

    @GuardedBy("this")
    private boolean isFlushRequested;

    @GuardedBy("this")
    private RuntimeException failure;

    /**
     * @param batchSize in bytes; a message that is larger goes alone
     * @param firstSequence of the first message
     */
    Accumulator(int batchSize, long lingerNanos, long firstSequence) {
        this.batchSize = batchSize;
        this.lingerNanos = lingerNanos;
        this.sequence = firstSequence;
    }

    /**
     * Messages to send together. The bytes are valid until {@link #release}.
     *
     * @param sequence of the first message
     */
    record Batch(String mediaType, byte[] bytes, int length, int count, long sequence) {}

    /**
     * Waits until there is room, and adds messages to the batch.
     *
     * @param count how many messages the bytes have
     * @throws RuntimeException the reason why an earlier batch could not be sent
     */
    synchronized void add(String mediaType, byte[] bytes, int size, int count) throws InterruptedException {
        while (length > 0 && (length + size > batchSize || !mediaType.equals(this.mediaType))) {
            isFlushRequested = true;
            await();
        }
        if (length == 0) {
            openedNanos = System.nanoTime();
        }
        if (length + size > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(length + size, Math.min(2 * buffer.length, batchSize)));
        }
        System.arraycopy(bytes, 0, buffer, length, size);
        this.mediaType = mediaType;
        this.length += size;
        this.count += count;
        notifyAll();
    }

    /**
     * Waits until everything that was added is sent.
     *
     * @throws RuntimeException the reason why it could not be sent
     */
    synchronized void flush() throws InterruptedException {
        while (length > 0 || inFlight > 0) {
            isFlushRequested = length > 0;
            await();
        }
    }

    /** Waits for the next batch, which the caller must {@link #release}. Returns null after a failure. */
    synchronized Batch take() throws InterruptedException {
        while (!isReady()) {
            if (failure != null) {
                return null;
            }
            if (length == 0) {
                wait();
            } else {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, openedNanos + lingerNanos - System.nanoTime()));
            }
        }
        Batch batch = new Batch(mediaType, buffer, length, count, sequence);
        buffer = spareBuffers.isEmpty() ? new byte[buffer.length] : spareBuffers.removeFirst();
        sequence += count;
        length = 0;
        count = 0;
        isFlushRequested = false;
        inFlight++;
        notifyAll();
        return batch;
    }

    /** Ends the use of a batch that was sent. */
    synchronized void release(Batch batch) {
        inFlight--;
        spareBuffers.add(batch.bytes());
        notifyAll();
    }

    /**
     * Ends sending. From now on, {@link #add} and {@link #flush} throw the first failure, and {@link #take} returns
     * null.
     */
    synchronized void fail(RuntimeException reason) {
        failure = failure == null ? reason : failure;
        notifyAll();
    }

    @GuardedBy("this")
    private boolean isReady() {
        return length > 0
                && failure == null
                && (isFlushRequested || length >= batchSize || System.nanoTime() - openedNanos >= lingerNanos);
    }

    @GuardedBy("this")
    @SuppressWarnings("WaitNotInLoop") // the callers call it in a loop
    private void await() throws InterruptedException {
        notifyAll();
        if (failure == null) {
            wait();
        }
        if (failure != null) {
            throw failure;
        }
    }
}
