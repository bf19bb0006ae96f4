package client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
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

    private final BrokerClient broker;
    private final ObjectMapper json;
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
     * @param firstSequence what the broker has said that the producer's next message is to have
     * @param batchSize in bytes; a message that is larger goes alone
     * @param linger how long a batch that is not full waits for more messages
     */
    public BatchProducer(BrokerClient broker, ObjectMapper json, String topic, String producerId, long firstSequence,
            int batchSize, Duration linger) {
        this.broker = broker;
        this.json = json;
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
     * Adds a message; the key may be null.
     *
     * @throws RuntimeException why a message before could not be sent; so do all methods below
     */
    public void add(String value, String key) throws InterruptedException {
        byte[] line = encode(value, key);
        accumulator.add(NDJSON, line, line.length, 1);
    }

    /**
     * Adds lines as messages. If one of them is not UTF-8, those before it are sent, and the failure names the line,
     * counted from the first that this producer sent.
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
            sendWhatIsUtf8(batch, before);
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

    private void sendWhatIsUtf8(Accumulator.Batch batch, CompletableFuture<Void> before) throws InterruptedException {
        Upload uploaded = new Upload();
        try {
            sendInOrder(batch, before, uploaded);
        } catch (ProblemException e) {
            int good = batch.mediaType().equals(TEXT) ? lengthOfUtf8Lines(batch.bytes(), batch.length()) : batch.length();
            if (good == batch.length()) {
                throw e;
            }
            int goodLines = LineChunks.count(batch.bytes(), good);
            if (goodLines > 0) {
                sendInOrder(new Accumulator.Batch(TEXT, batch.bytes(), good, goodLines, batch.sequence()), before, uploaded);
            }
            throw new ProblemException(e.status(), e.code(), "Line " + (batch.sequence() - firstSequence + goodLines + 1)
                    + " is not UTF-8. Convert the input first, for example with iconv.");
        } finally {
            uploaded.finish();
        }
    }

    private void sendInOrder(Accumulator.Batch batch, CompletableFuture<Void> before, Upload uploaded) throws InterruptedException {
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

    private JsonNode post(Accumulator.Batch batch, Upload uploaded) throws InterruptedException {
        return broker.post(path + batch.sequence(), batch.mediaType(), batch.bytes(), batch.length(), uploaded, JsonNode.class);
    }

    private synchronized void note(Accumulator.Batch batch, JsonNode answer, Upload uploaded) {
        if (answer.path("duplicate").asBoolean() && uploaded.count == 1) {
            throw new IllegalStateException("Another producer sends as " + producerId + " at the same time. Use a --producer-id of its own.");
        }
        if (answer.path("count").asLong() != batch.count()) {
            throw new IllegalStateException("The answer to a batch of " + batch.count() + " messages is none of a mini-kafka broker. Is the URL right?");
        }
        accepted += batch.count();
        for (JsonNode range : answer.path("partitions")) {
            long base = range.path("base_offset").asLong();
            partitions.set(range.path("partition").asInt());
            firstOffset = Math.min(firstOffset, base);
            lastOffset = Math.max(lastOffset, base + range.path("count").asLong() - 1);
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

    private byte[] encode(String value, String key) {
        Map<String, String> message = new LinkedHashMap<>();
        message.put("value", value);
        message.put("key", key);
        try {
            byte[] object = json.writeValueAsBytes(message);
            byte[] line = Arrays.copyOf(object, object.length + 1);
            line[object.length] = '\n';
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException("A message is not Unicode text.", e);
        }
    }

    /** The length of the lines before the first one that is not UTF-8. */
    private static int lengthOfUtf8Lines(byte[] lines, int length) {
        int start = 0;
        for (int i = 0; i <= length; i++) {
            if (i == length || lines[i] == '\n') {
                if (!isUtf8(lines, start, i)) {
                    return start;
                }
                start = i + 1;
            }
        }
        return length;
    }

    private static boolean isUtf8(byte[] bytes, int from, int to) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
