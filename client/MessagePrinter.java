package client;

import api.Schemas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Prints messages, and notes in the {@link Progress} what it has printed. For one thread. */
public final class MessagePrinter {
    private static final MessageFormat VALUE_AND_LINE_FEED = new MessageFormat("%s%n");

    private final OutputStream out;
    private final Style style;
    private final MessageFormat format;
    private final boolean mayLackOffsets;
    private final Progress progress;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private long count;

    /** How messages are printed. */
    public enum Style {
        /** In a format of the user's, or as their values. */
        TEXT,
        /** Each as a line of JSON. */
        JSON,
        /** Not at all: they are checked and counted. */
        COUNT
    }

    /**
     * @param format null for values
     * @param mayLackOffsets whether offsets may come out of their order, because a member of a group may get a partition later, or again
     */
    public MessagePrinter(
            OutputStream out, Style style, MessageFormat format, boolean mayLackOffsets, Progress progress) {
        this.out = out;
        this.style = style;
        this.format = format == null ? VALUE_AND_LINE_FEED : format;
        this.mayLackOffsets = mayLackOffsets;
        this.progress = progress;
    }

    /** How many messages it has printed. */
    public long count() {
        return count;
    }

    /**
     * Prints an answer of the broker, in NDJSON or as one object. What was printed before a failure counts as printed.
     *
     * @throws IOException if it cannot be written
     * @throws UncheckedIOException if it is no message
     * @throws IllegalStateException if messages are counted, and one is missing
     */
    void print(byte[] bytes) throws IOException {
        NdjsonMessages messages = new NdjsonMessages(bytes, Schemas.JSON);
        text.reset();
        try {
            int partition = -1;
            int start = 0;
            int length = 0;
            while (hasNext(messages)) {
                if (messages.partition() != partition && length > 0) {
                    progress.noteTimestamp(partition, messages.timestampOf(start, length));
                }
                partition = messages.partition();
                start = messages.lineStart();
                length = messages.lineLength();
                count++;
                print(bytes, messages);
                progress.pass(partition, messages.offset());
            }
            if (length > 0) {
                progress.noteTimestamp(partition, messages.timestampOf(start, length));
            }
        } finally {
            text.writeTo(out);
        }
    }

    private static boolean hasNext(NdjsonMessages messages) {
        try {
            return messages.next();
        } catch (IOException e) {
            throw noMessage(e);
        }
    }

    private void print(byte[] bytes, NdjsonMessages message) throws IOException {
        if (style == Style.COUNT) {
            check(message.partition(), message.offset());
        } else if (style == Style.JSON) {
            text.write(bytes, message.lineStart(), message.lineLength());
            text.write('\n');
        } else if (format == VALUE_AND_LINE_FEED && message.isPlain()) {
            text.write(bytes, message.valueStart(), message.valueLength());
            text.write('\n');
        } else {
            text.write(formatted(bytes, message).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void check(int partition, long offset) {
        long due = progress.due(partition, offset);
        if (offset != due && !mayLackOffsets) {
            throw new IllegalStateException("Offset " + offset + " came where " + due + " was due"
                    + (partition == 0 ? "." : ", in partition " + partition + "."));
        }
    }

    private String formatted(byte[] bytes, NdjsonMessages line) {
        try {
            Schemas.Message message =
                    Schemas.JSON.readValue(bytes, line.lineStart(), line.lineLength(), Schemas.Message.class);
            return format.format(
                    message.topic(),
                    message.partition() == null ? 0 : message.partition(),
                    message.offset(),
                    message.timestamp(),
                    message.key(),
                    message.value());
        } catch (IOException e) {
            throw noMessage(e);
        }
    }

    private static UncheckedIOException noMessage(IOException e) {
        return new UncheckedIOException(
                "The answer to a consume is no message of a mini-kafka broker. Is the URL right?", e);
    }

    /** There is no exception of its own for it; this is how the operating systems call it. */
    static boolean isClosedPipe(IOException e) {
        return String.valueOf(e.getMessage()).matches("(?i).*(broken pipe|pipe is being closed|pipe has been ended).*");
    }
}
