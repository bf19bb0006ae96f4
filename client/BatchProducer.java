package client;

import api.Schemas;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * Sends messages to a topic in batches, several requests at a time; the messages arrive in their order, each of them once.
 *
 * <p>How the order is kept:
 * <ol>
 * <li>A sender takes the next batch and uploads it. Only then may the next sender take and upload one: the broker gets the
 *     batches in their order and works on one while the next is on its way.
 * <li>Each batch carries the producer's sequence. Should one overtake another all the same, or the other be refused for
 *     now (the topic is full), the broker refuses it as out of sequence; its sender waits until the batch before it was
 *     accepted, and sends it again.
 * <li>A batch whose answer was lost is sent again; the sequence keeps the broker from appending it twice.
 * </ol>
 *
 * <p>For one thread. Its senders end with the process.
 */
public final class BatchProducer {
    private static final int SENDERS = 3;
    private static final String NDJSON = "application/x-ndjson";
    private static final String TEXT = "text/plain";

    /** Refusals that may be about one message of a batch. */
    private static final Set<String> MAY_BE_ONE_MESSAGE = Set.of("TOO_LARGE", "INVALID", "NOT_JSON");

    /** Continues "Line 3 ". */
    public static final String NOT_UTF8 = "is not UTF-8. Convert the input first, for example with iconv.";

    private final BrokerClient broker;
    private final ObjectMapper json;
    private final String unit;
    private final String path;
    private final String producerId;
    private final long firstSequence;
    private final Accumulator accumulator;
    private final Semaphore upload = new Semaphore(1);
    private CompletableFuture<Void> lastSent = CompletableFuture.completedFuture(null);
    private long accepted;
    private long firstOffset = Long.MAX_VALUE;
    private long lastOffset = -1;
    private final BitSet partitions = new BitSet();

    /**
     * @param unit what a message is in the user's input: "Line", for example
     * @param firstSequence what the broker has said that the producer's next message is to have
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

    /** The lowest offset of the messages that were accepted, of which there is one at least. */
    public synchronized long firstOffset() {
        return firstOffset;
    }

    /** The highest offset of the messages that were accepted, of which there is one at least. */
    public synchronized long lastOffset() {
        return lastOffset;
    }

    /** To how many partitions the messages went. */
    public synchronized int partitions() {
        return partitions.cardinality();
    }

    /**
     * Adds a message. If the broker refuses one, those before it are sent, and the failure names it by its number, counted from
     * the first that this producer sent.
     *
     * @throws InputException if it is not Unicode
     * @throws RuntimeException why a message before could not be sent; so do all methods below
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
     * Adds lines as messages; for one that is refused see {@link #add}.
     *
     * @param count how many lines they are
     */
    public void addLines(byte[] lines, int length, int count) throws InterruptedException {
        accumulator.add(TEXT, lines, length, count);
    }

    /** Waits until everything that was added was accepted. */
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
                CompletableFuture<Void> before = lastSent;
                CompletableFuture<Void> sent = new CompletableFuture<>();
                lastSent = sent;
                send(batch, before, sent);
            }
        } catch (InterruptedException e) {
            accumulator.fail(new IllegalStateException("The producer was interrupted.", e));
        } catch (OutOfMemoryError e) {
            accumulator.fail(outOfMemory(e));
        }
    }

    private void send(Accumulator.Batch batch, CompletableFuture<Void> before, CompletableFuture<Void> sent)
            throws InterruptedException {
        try {
            sendParts(batch, before);
            accumulator.giveBack(batch);
            sent.complete(null);
        } catch (RuntimeException e) {
            fail(e, before, sent);
        } catch (OutOfMemoryError e) {
            fail(outOfMemory(e), before, sent);
        }
    }

    private void fail(RuntimeException e, CompletableFuture<Void> before, CompletableFuture<Void> sent) {
        before.whenComplete((done, failure) -> {
            accumulator.fail(e); // unless an earlier one has failed and is the reason
            sent.completeExceptionally(e);
        });
    }

    private static IllegalStateException outOfMemory(OutOfMemoryError e) {
        return new IllegalStateException("The producer's memory is full. Choose a smaller --batch-size.", e);
    }

    private void sendParts(Accumulator.Batch batch, CompletableFuture<Void> before) throws InterruptedException {
        Upload uploaded = new Upload();
        try {
            sendParts(batch, before, uploaded);
        } finally {
            uploaded.finish();
        }
    }

    /** Halves a batch that is refused because of one of its messages, until that one is alone; those before it are sent. */
    private void sendParts(Accumulator.Batch batch, CompletableFuture<Void> before, Upload uploaded)
            throws InterruptedException {
        try {
            sendInOrder(batch, before, uploaded);
        } catch (ProblemException e) {
            if (!MAY_BE_ONE_MESSAGE.contains(e.code())) {
                throw e;
            } else if (batch.count() == 1) {
                throw refused(batch, e);
            }
            int half = LineChunks.middle(batch.bytes(), batch.length());
            int count = LineChunks.count(batch.bytes(), half);
            sendParts(
                    new Accumulator.Batch(batch.mediaType(), batch.bytes(), half, count, batch.sequence()),
                    before,
                    uploaded);
            sendParts(
                    new Accumulator.Batch(
                            batch.mediaType(),
                            Arrays.copyOfRange(batch.bytes(), half, batch.length()),
                            batch.length() - half,
                            batch.count() - count,
                            batch.sequence() + count),
                    before,
                    uploaded);
        }
    }

    /** Says which message of the input was refused. */
    private ProblemException refused(Accumulator.Batch batch, ProblemException e) {
        String where = unit + " " + (batch.sequence() - firstSequence + 1);
        boolean isText = batch.mediaType().equals(TEXT);
        int end = batch.bytes()[batch.length() - 1] == '\n' ? batch.length() - 1 : batch.length();
        if (isText && !InputText.isUtf8(batch.bytes(), 0, end)) {
            return new ProblemException(e.status(), e.code(), where + " " + NOT_UTF8);
        }
        long size = isText
                ? end
                : OutgoingMessage.parse(InputText.decode(batch.bytes(), 0, end), json, false)
                        .size();
        return new ProblemException(
                e.status(),
                e.code(),
                where
                        + (e.status() == 413 ? " is too large (" + size + " bytes): " : " was refused: ")
                        + e.getMessage());
    }

    private void sendInOrder(Accumulator.Batch batch, CompletableFuture<Void> before, Upload uploaded)
            throws InterruptedException {
        boolean isAfterItsPredecessor = before.isDone();
        try {
            note(batch, post(batch, uploaded), uploaded);
        } catch (ProblemException e) {
            if (isAfterItsPredecessor || !e.code().equals("OUT_OF_SEQUENCE")) {
                throw e;
            }
            uploaded.finish();
            before.join();
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
                    "Another producer sends as " + producerId + " at the same time. Use a --producer-id of its own.");
        }
        if (answer.count() != batch.count() || answer.partitions() == null) {
            throw new IllegalStateException("The answer to a batch of " + batch.count()
                    + " messages is none of a mini-kafka broker. Is the URL right?");
        }
        accepted += batch.count();
        for (Schemas.PublishedRange range : answer.partitions()) {
            partitions.set(range.partition());
            firstOffset = Math.min(firstOffset, range.baseOffset());
            lastOffset = Math.max(lastOffset, range.baseOffset() + range.count() - 1);
        }
    }

    /** Lets the next sender upload when this one has. */
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
