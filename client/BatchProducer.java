package client;

import api.Schemas;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * Sends messages to a topic in batches, with several requests at a time. The messages keep their order, and each is
 * appended once.
 *
 * <p>How the order is kept:
 * <ol>
 * <li>A sender takes the next batch and uploads it. Only then may the next sender take a batch. So the broker receives
 *     the batches in order, and works on one while the next one is uploaded.
 * <li>Each batch has the producer's sequence. The broker refuses a batch as out of sequence if it overtakes the one
 *     before it. It also does so if it has refused the one before it for now, because the topic is full. The sender
 *     then waits until the batch before it is accepted, and sends its batch again.
 * <li>A batch whose response was lost is sent again. Its sequence prevents a duplicate.
 * </ol>
 *
 * <p>For one thread. The senders are daemon threads, which end with the process.
 */
public final class BatchProducer {
    private static final int SENDERS = 3;
    private static final String NDJSON = "application/x-ndjson";
    private static final String TEXT = "text/plain";

    /** Error codes that may concern a single message of a batch. */
    private static final Set<String> SINGLE_MESSAGE_ERRORS = Set.of("TOO_LARGE", "INVALID", "NOT_JSON");

    /** The end of an error message that begins with "Line 3 ". */
    public static final String NOT_UTF8 = "is not UTF-8. Convert the input first, for example with iconv.";

    private final BrokerClient broker;
    private final ObjectMapper json;
    private final String unit;
    private final String path;
    private final String producerId;
    private final long firstSequence;
    private final Accumulator accumulator;
    private final Semaphore upload = new Semaphore(1);
    /** Completes when the batch that was taken last is accepted. Guarded by the permit of {@code upload}. */
    private CompletableFuture<Void> lastSent = CompletableFuture.completedFuture(null);

    @GuardedBy("this")
    private long accepted;

    @GuardedBy("this")
    private long firstOffset = Long.MAX_VALUE;

    @GuardedBy("this")
    private long lastOffset = -1;

    @GuardedBy("this")
    private final BitSet partitions = new BitSet();

    /**
     * @param unit what the user's input calls a message, such as "Line"
     * @param firstSequence the sequence of the next message, which the broker has returned at registration
     * @param batchSize in bytes; a message that is larger goes alone
     * @param linger how long a batch that is not full waits for more messages
     */
    public BatchProducer(
            BrokerClient broker,
            ObjectMapper json,
            String unit,
            String topic,
            String producerId,
            long firstSequence,
            int batchSize,
            Duration linger) {
        this.broker = broker;
        this.json = json;
        this.unit = unit;
        this.path = "/produce/batch?topic=" + topic + "&producer_id=" + producerId + "&sequence=";
        this.producerId = producerId;
        this.firstSequence = firstSequence;
        this.accumulator = new Accumulator(batchSize, linger.toNanos(), firstSequence);
        for (int i = 1; i <= SENDERS; i++) {
            Thread sender = new Thread(this::sendAll, "sender-" + i);
            sender.setDaemon(true);
            sender.start();
        }
    }

    /** How many messages the broker has accepted. */
    public synchronized long accepted() {
        return accepted;
    }

    /** The lowest offset of the accepted messages. Valid if there is at least one. */
    public synchronized long firstOffset() {
        return firstOffset;
    }

    /** The highest offset of the accepted messages. Valid if there is at least one. */
    public synchronized long lastOffset() {
        return lastOffset;
    }

    /** How many partitions have accepted messages. */
    public synchronized int partitions() {
        return partitions.cardinality();
    }

    /**
     * Adds a message. If the broker refuses a message, the messages before it are sent. The failure gives the number of
     * the refused message, counted from the first message of this producer.
     *
     * @throws InputException if the message is not valid Unicode
     * @throws RuntimeException the reason why an earlier message could not be sent; all methods below throw it, too
     */
    public void add(OutgoingMessage message) throws InterruptedException {
        byte[] line;
        try {
            line = message.toLine(json);
        } catch (IOException e) {
            throw new InputException("is not Unicode text: " + e.getMessage());
        }
        accumulator.add(NDJSON, line, line.length, 1);
    }

    /**
     * Adds lines as messages. A refused message is reported as in {@link #add}.
     *
     * @param count how many lines they are
     */
    public void addLines(byte[] lines, int length, int count) throws InterruptedException {
        accumulator.add(TEXT, lines, length, count);
    }

    /** Waits until the broker has accepted everything that was added. */
    public void flush() throws InterruptedException {
        accumulator.flush();
    }

    private void sendAll() {
        try {
            while (true) {
                upload.acquire();
                Accumulator.Batch batch = accumulator.take();
                if (batch == null) {
                    upload.release();
                    return;
                }
                CompletableFuture<Void> previous = lastSent;
                CompletableFuture<Void> sent = new CompletableFuture<>();
                lastSent = sent;
                send(batch, previous, sent);
            }
        } catch (InterruptedException e) {
            accumulator.fail(new IllegalStateException("The producer was interrupted.", e));
        } catch (OutOfMemoryError e) {
            accumulator.fail(outOfMemory(e));
        }
    }

    private void send(Accumulator.Batch batch, CompletableFuture<Void> previous, CompletableFuture<Void> sent)
            throws InterruptedException {
        try {
            sendParts(batch, previous);
            accumulator.release(batch);
            sent.complete(null);
        } catch (RuntimeException e) {
            fail(e, previous, sent);
        } catch (OutOfMemoryError e) {
            fail(outOfMemory(e), previous, sent);
        }
    }

    private void fail(RuntimeException e, CompletableFuture<Void> previous, CompletableFuture<Void> sent) {
        previous.whenComplete((done, failure) -> {
            accumulator.fail(e); // ignored if an earlier batch has failed, because that is the cause
            sent.completeExceptionally(e);
        });
    }

    private static IllegalStateException outOfMemory(OutOfMemoryError e) {
        return new IllegalStateException("The producer's memory is full. Choose a smaller --batch-size.", e);
    }

    private void sendParts(Accumulator.Batch batch, CompletableFuture<Void> previous) throws InterruptedException {
        Upload uploaded = new Upload();
        try {
            sendParts(batch, previous, uploaded);
        } finally {
            uploaded.finish();
        }
    }

    /**
     * Halves a batch that is refused because of one message, until that message is alone. The messages before it are
     * sent.
     */
    private void sendParts(Accumulator.Batch batch, CompletableFuture<Void> previous, Upload uploaded)
            throws InterruptedException {
        try {
            sendInOrder(batch, previous, uploaded);
        } catch (ProblemException e) {
            if (!SINGLE_MESSAGE_ERRORS.contains(e.code())) {
                throw e;
            } else if (batch.count() == 1) {
                throw refused(batch, e);
            }
            int half = LineChunks.middle(batch.bytes(), batch.length());
            int count = LineChunks.count(batch.bytes(), half);
            sendParts(
                    new Accumulator.Batch(batch.mediaType(), batch.bytes(), half, count, batch.sequence()),
                    previous,
                    uploaded);
            sendParts(
                    new Accumulator.Batch(
                            batch.mediaType(),
                            Arrays.copyOfRange(batch.bytes(), half, batch.length()),
                            batch.length() - half,
                            batch.count() - count,
                            batch.sequence() + count),
                    previous,
                    uploaded);
        }
    }

    /** Names the refused message of the input. */
    private ProblemException refused(Accumulator.Batch batch, ProblemException e) {
        String message = unit + " " + (batch.sequence() - firstSequence + 1);
        boolean isText = batch.mediaType().equals(TEXT);
        int end = batch.bytes()[batch.length() - 1] == '\n' ? batch.length() - 1 : batch.length();
        if (isText && !InputText.isUtf8(batch.bytes(), 0, end)) {
            return new ProblemException(e.status(), e.code(), message + " " + NOT_UTF8);
        }
        long size = isText
                ? end
                : OutgoingMessage.parse(InputText.decode(batch.bytes(), 0, end), json, false)
                        .size();
        return new ProblemException(
                e.status(),
                e.code(),
                message
                        + (e.status() == 413 ? " is too large (" + size + " bytes): " : " was refused: ")
                        + e.getMessage());
    }

    private void sendInOrder(Accumulator.Batch batch, CompletableFuture<Void> previous, Upload uploaded)
            throws InterruptedException {
        boolean isPreviousDone = previous.isDone();
        try {
            note(batch, post(batch, uploaded), uploaded);
        } catch (ProblemException e) {
            if (isPreviousDone || !e.code().equals("OUT_OF_SEQUENCE")) {
                throw e;
            }
            uploaded.finish();
            previous.join();
            note(batch, post(batch, uploaded), uploaded);
        }
    }

    private Schemas.PublishedBatch post(Accumulator.Batch batch, Upload uploaded) throws InterruptedException {
        return broker.post(
                path + batch.sequence(),
                batch.mediaType(),
                batch.bytes(),
                batch.length(),
                uploaded,
                Schemas.PublishedBatch.class);
    }

    private synchronized void note(Accumulator.Batch batch, Schemas.PublishedBatch answer, Upload uploaded) {
        if (Boolean.TRUE.equals(answer.duplicate()) && uploaded.count == 1) {
            throw new IllegalStateException(
                    "Another producer uses the id " + producerId + " at the same time. Choose another --producer-id.");
        }
        if (answer.count() != batch.count() || answer.partitions() == null) {
            throw new IllegalStateException("The response to a batch of " + batch.count()
                    + " messages does not come from a mini-kafka broker. Is the URL right?");
        }
        accepted += batch.count();
        for (Schemas.PublishedRange range : answer.partitions()) {
            partitions.set(range.partition());
            firstOffset = Math.min(firstOffset, range.baseOffset());
            lastOffset = Math.max(lastOffset, range.baseOffset() + range.count() - 1);
        }
    }

    /** Lets the next sender upload when this request is uploaded. */
    private final class Upload implements Runnable {
        private int count;
        private boolean isFinished;

        @Override
        public void run() {
            count++;
            finish();
        }

        void finish() {
            if (!isFinished) {
                isFinished = true;
                upload.release();
            }
        }
    }
}
