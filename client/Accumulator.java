package client;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Gathers messages into batches (Kafka's {@code RecordAccumulator}). One thread adds, any number take; a batch may be
 * taken as soon as it is full, has lingered long enough, or is wanted by {@link #flush}. While nobody comes to take it, it
 * goes on filling: under load batches grow by themselves.
 */
final class Accumulator {
    private final int batchSize;
    private final long lingerNanos;
    private final Deque<byte[]> spareBuffers = new ArrayDeque<>();
    private byte[] buffer = new byte[1024];
    private String mediaType;
    private int length;
    private int count;
    private long sequence;
    private long openedNanos;
    private int taken;
    private boolean isWanted;
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
     * Messages to be sent together, until it is given back.
     *
     * @param sequence of the first message
     */
    record Batch(String mediaType, byte[] bytes, int length, int count, long sequence) {}

    /**
     * Adds messages to the batch, once there is room.
     *
     * @param count how many messages the bytes are
     * @throws RuntimeException why a batch before could not be sent
     */
    synchronized void add(String mediaType, byte[] bytes, int size, int count) throws InterruptedException {
        while (length > 0 && (length + size > batchSize || !mediaType.equals(this.mediaType))) {
            isWanted = true;
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
     * Waits until all that was added was sent.
     *
     * @throws RuntimeException why it could not be sent
     */
    synchronized void flush() throws InterruptedException {
        while (length > 0 || taken > 0) {
            isWanted = length > 0;
            await();
        }
    }

    /** Waits for the next batch, which its taker has to give back; null after a failure. */
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
        isWanted = false;
        taken++;
        notifyAll();
        return batch;
    }

    /** The batch was sent. */
    synchronized void giveBack(Batch batch) {
        taken--;
        spareBuffers.add(batch.bytes());
        notifyAll();
    }

    /** Nothing will be taken any more: whoever adds is told why. */
    synchronized void fail(RuntimeException why) {
        failure = failure == null ? why : failure;
        notifyAll();
    }

    private boolean isReady() {
        return length > 0
                && failure == null
                && (isWanted || length >= batchSize || System.nanoTime() - openedNanos >= lingerNanos);
    }

    /** The lock is held. The callers call it in a loop. */
    @SuppressWarnings("WaitNotInLoop")
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
