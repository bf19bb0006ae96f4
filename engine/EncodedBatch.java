package engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Encoded messages (see {@link MessageCodec}) to append to a topic. They are in one array, each as a JSON object on a line of its own,
 * in the form in which a {@link Journal} may write them:
 *
 * <pre>
 *   {"value":"hello"}
 *   {"value":"world","key":"user-1"}
 * </pre>
 *
 * Each message has a placement, from which its partition follows: {@value #ANY} for any partition, 0 or more for the hash of its key
 * (see {@link Murmur2}), and -2, -3, ... for the partition 0, 1, ...
 *
 * <p>For one thread, which closes it when the messages are in the log.
 */
public final class EncodedBatch implements AutoCloseable {
    /** The bytes of a line before the members of its message. */
    private static final int PREFIX_LENGTH = 1;

    /** What follows the members of its message on a line. */
    private static final byte[] SUFFIX = {'}', '\n'};

    private static final int ANY = -1;
    private static final int PARTITION_0 = -2;

    private final int maxMessageBytes;
    private final Reservation memory;
    private final MessageBuffer buffer;
    private int[] lineEnds = new int[1];
    private int[] placements = {};
    private int count;
    private int highestPartition;

    /**
     * @param maxMessageBytes the maximum size of value, key and headers of a message together, in bytes of UTF-8
     * @param sizeHint the expected size of the batch, in bytes
     * @param memory of the batch; it is closed with the batch
     * @throws EngineException TOO_LARGE, OVERLOADED: see {@link Reservation#take}. All methods that add messages throw these, too
     */
    public EncodedBatch(int maxMessageBytes, int sizeHint, Reservation memory) {
        this.maxMessageBytes = maxMessageBytes;
        this.memory = memory;
        this.buffer = new MessageBuffer(Math.max(64, sizeHint), memory);
    }

    @Override
    public void close() {
        buffer.release();
        memory.release(lineEnds);
        lineEnds = new int[0];
        memory.release(placements);
        placements = lineEnds;
        memory.close();
    }

    /** The number of messages. */
    public int count() {
        return count;
    }

    /**
     * Adds a message. If this fails, the batch must not be used any more.
     *
     * @param key null if absent
     * @param headers null if absent
     * @param partition null for the partition of the key, or for any partition if the key is null
     * @throws EngineException TOO_LARGE; INVALID if a text is not Unicode or the partition is negative
     */
    public void add(String value, String key, Map<String, String> headers, Integer partition) {
        requireSize(value, key, headers);
        int placement =
                placement(key == null || partition != null ? null : key.getBytes(StandardCharsets.UTF_8), partition);
        begin();
        MessageCodec.encode(value, key, headers, buffer);
        finish(placement);
    }

    /**
     * Adds a message of any bytes. If this fails, the batch must not be used any more.
     *
     * @param partition null for the partition of the key, or for any partition if the key is null
     * @throws EngineException TOO_LARGE; INVALID if the name of a header is not Unicode or the partition is negative
     */
    public void add(DecodedMessage message, Integer partition) {
        if (message.size() > maxMessageBytes) {
            throw tooLarge(message.size());
        }
        int placement = placement(message.key(), partition);
        begin();
        MessageCodec.encode(message, buffer);
        finish(placement);
    }

    /** The partition of a placement in a topic with this many partitions; -1 for any. */
    public static int partition(int placement, int partitions) {
        return placement >= 0 ? placement % partitions : placement == ANY ? -1 : PARTITION_0 - placement;
    }

    /** The highest partition that a message specifies; 0 if none does. */
    public int highestPartition() {
        return highestPartition;
    }

    /**
     * Adds each line of a text as a value. The last line may end without a line feed.
     *
     * @param length the length of the text in the array, in bytes
     * @throws EngineException TOO_LARGE; INVALID if a line is not UTF-8. The message contains the index of the line, from 0
     */
    public void addLines(byte[] text, int length) {
        for (int from = 0; from < length; ) {
            from = addLine(text, from, length) + 1;
        }
    }

    /** Passes each message with its placement to the consumer. */
    public void forEach(MessageConsumer consumer) {
        int from = PREFIX_LENGTH;
        for (int i = 0; i < count; i++) {
            consumer.accept(
                    i < placements.length ? placements[i] : ANY,
                    buffer.bytes(),
                    from,
                    lineEnds[i] - SUFFIX.length - from);
            from = lineEnds[i] + PREFIX_LENGTH;
        }
    }

    /** The size of the messages without the prefix and suffix of their lines, in bytes. */
    public int size() {
        return buffer.length() - count * (PREFIX_LENGTH + SUFFIX.length);
    }

    /** All messages, in lines. Valid until the batch is closed. */
    ByteBuffer lines() {
        return ByteBuffer.wrap(buffer.bytes(), 0, buffer.length());
    }

    /** Receives encoded messages one after the other. */
    public interface MessageConsumer {
        /**
         * Receives a message. The bytes are valid until this method returns.
         *
         * @param placement of the message or, if it is known, its partition
         */
        void accept(int placement, byte[] bytes, int position, int length);
    }

    private int placement(byte[] key, Integer partition) {
        if (partition == null) {
            return key == null ? ANY : Murmur2.toPositive(Murmur2.hash(key));
        }
        if (partition < 0) {
            throw EngineException.invalid("partition", "must be 0 or more, but is " + partition);
        }
        highestPartition = Math.max(highestPartition, partition);
        return PARTITION_0 - partition;
    }

    /** Adds the line that starts at {@code from}, and returns where it ends. */
    private int addLine(byte[] text, int from, int length) {
        begin();
        buffer.put(MessageCodec.VALUE);
        int at = buffer.putLine(text, from, length);
        if (at < 0) {
            throw EngineException.invalid("messages[" + count + "].value", "is not UTF-8");
        }
        if (at - from > maxMessageBytes) {
            throw tooLarge(at - from);
        }
        buffer.put('"');
        finish(ANY);
        return at;
    }

    private void begin() {
        buffer.put('{');
    }

    /** Ends a message, whose members were added since {@link #begin}. */
    private void finish(int placement) {
        buffer.put(SUFFIX);
        if (count == lineEnds.length) {
            lineEnds = memory.larger(lineEnds, 2 * count);
        }
        lineEnds[count] = buffer.length();
        if (placement != ANY) {
            notePlacement(placement);
        }
        count++;
    }

    private void notePlacement(int placement) {
        int known = placements.length;
        if (count >= known) {
            placements = memory.larger(placements, lineEnds.length);
            Arrays.fill(placements, known, placements.length, ANY);
        }
        placements[count] = placement;
    }

    private void requireSize(String value, String key, Map<String, String> headers) {
        long chars = (long) value.length() + (key == null ? 0 : key.length());
        if (headers == null && 3 * chars <= maxMessageBytes) {
            return; // UTF-8 takes at most 3 bytes a char
        }
        long size = utf8Length(value) + utf8Length(key);
        if (headers != null) {
            for (Map.Entry<String, String> header : headers.entrySet()) {
                if (header.getValue() == null) {
                    throw EngineException.invalid("headers." + header.getKey(), "must be a string");
                }
                size += utf8Length(header.getKey()) + utf8Length(header.getValue());
            }
        }
        if (size > maxMessageBytes) {
            throw tooLarge(size);
        }
    }

    private EngineException tooLarge(long size) {
        return new EngineException(
                ErrorCode.TOO_LARGE,
                "The message" + (count > 0 ? " at index " + count : "") + " has " + size
                        + " bytes, and the limit is " + maxMessageBytes
                        + ". Send a smaller message, or start the broker with a larger max-message-bytes.");
    }

    /** The length in UTF-8, in bytes. Does not encode the text, because it may be large. */
    private static long utf8Length(String text) {
        long size = text == null ? 0 : text.length();
        for (int i = 0; text != null && i < text.length(); i++) {
            char c = text.charAt(i);
            size += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2; // a pair of surrogates takes 4
        }
        return size;
    }
}
