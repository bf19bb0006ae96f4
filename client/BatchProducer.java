package client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sends messages to a topic in batches, one request after the other, so that they arrive in their order. For one thread.
 */
public final class BatchProducer {
    private static final String NDJSON = "application/x-ndjson";
    private static final String TEXT = "text/plain";

    private final BrokerClient broker;
    private final ObjectMapper json;
    private final String path;
    private final int batchSize;
    private byte[] batch = new byte[1024];
    private int length;
    private long accepted;
    private long firstOffset;
    private long lastOffset;

    /** @param batchSize in bytes; a message that is larger goes alone */
    public BatchProducer(BrokerClient broker, ObjectMapper json, String topic, int batchSize) {
        this.broker = broker;
        this.json = json;
        this.path = "/produce/batch?topic=" + topic;
        this.batchSize = batchSize;
    }

    /** How many messages the broker has accepted. */
    public long accepted() {
        return accepted;
    }

    /** The offset of the first message that was accepted. */
    public long firstOffset() {
        return firstOffset;
    }

    /** The offset of the last message that was accepted. */
    public long lastOffset() {
        return lastOffset;
    }

    /** Adds a message to the batch; the key may be null. A full batch is sent. */
    public void add(String value, String key) throws InterruptedException {
        byte[] message = encode(value, key);
        if (length > 0 && length + message.length + 1 > batchSize) {
            flush();
        }
        if (length + message.length + 1 > batch.length) {
            batch = Arrays.copyOf(batch, Math.max(length + message.length + 1, 2 * batch.length));
        }
        System.arraycopy(message, 0, batch, length, message.length);
        length += message.length;
        batch[length++] = '\n';
    }

    /** Sends what was added. */
    public void flush() throws InterruptedException {
        if (length > 0) {
            int sent = length;
            length = 0;
            send(NDJSON, batch, sent);
        }
    }

    /**
     * Sends lines as messages; what was added before goes first.
     *
     * @throws ProblemException if one of them is not UTF-8: then those before it are sent, and the message names the line,
     *     counted from the first that this producer sent
     */
    public void sendLines(byte[] lines, int length) throws InterruptedException {
        flush();
        try {
            send(TEXT, lines, length);
        } catch (ProblemException e) {
            int good = lengthOfUtf8Lines(lines, length);
            if (good == length) {
                throw e;
            }
            if (good > 0) {
                send(TEXT, lines, good);
            }
            throw new ProblemException(e.status(), e.code(), "Line " + (accepted + 1)
                    + " is not UTF-8. Convert the input first, for example with iconv.");
        }
    }

    private void send(String mediaType, byte[] body, int length) throws InterruptedException {
        JsonNode answer = broker.post(path, mediaType, body, length, JsonNode.class);
        long count = answer.path("count").asLong();
        long base = answer.path("partitions").path(0).path("base_offset").asLong();
        firstOffset = accepted == 0 ? base : firstOffset;
        lastOffset = base + count - 1;
        accepted += count;
    }

    private byte[] encode(String value, String key) {
        Map<String, String> message = new LinkedHashMap<>();
        message.put("value", value);
        message.put("key", key);
        try {
            return json.writeValueAsBytes(message);
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
