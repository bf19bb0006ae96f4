package client;

import api.Schemas;
import cli.ControlCharacters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Prints messages, and notes in the {@link Progress} which messages were printed. For one thread. */
public final class MessagePrinter {
    private static final MessageFormat VALUE_AND_LINE_FEED = new MessageFormat("%s%n");

    private final OutputStream out;
    private final Style style;
    private final MessageFormat format;
    private final boolean allowsGaps;
    private final boolean isForTerminal;
    private final Progress progress;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private long count;

    /** How messages are printed. */
    public enum Style {
        /** In a format of the user, or only their values. */
        TEXT,
        /** Each as a line of JSON. */
        JSON,
        /** Not printed, but checked and counted. */
        COUNT
    }

    /**
     * @param format null to print the values
     * @param allowsGaps whether offsets may be missing, because of transactions of Kafka, or out of order, because a
     *     member of a group may get a partition later, or again
     * @param isForTerminal whether to make control characters, and bytes that are not UTF-8, visible: see
     *     {@link ControlCharacters}
     */
    public MessagePrinter(
            OutputStream out,
            Style style,
            MessageFormat format,
            boolean allowsGaps,
            boolean isForTerminal,
            Progress progress) {
        this.out = out;
        this.style = style;
        this.format = format == null ? VALUE_AND_LINE_FEED : format;
        this.allowsGaps = allowsGaps;
        this.isForTerminal = isForTerminal;
        this.progress = progress;
    }

    /** How many messages it has printed. */
    public long count() {
        return count;
    }

    /**
     * Prints a response of the broker, which is NDJSON or one object. Messages that were printed before a failure count
     * as printed.
     *
     * @throws IOException if stdout cannot be written
     * @throws UncheckedIOException if the response is not a message
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
                progress.markProcessed(partition, messages.offset());
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
            throw notAMessage(e);
        }
    }

    private void print(byte[] bytes, NdjsonMessages message) throws IOException {
        if (style == Style.COUNT) {
            check(message.partition(), message.offset());
        } else if (style == Style.JSON && isForTerminal) {
            String line = new String(bytes, message.lineStart(), message.lineLength(), StandardCharsets.UTF_8);
            text.write((ControlCharacters.escape(line) + "\n").getBytes(StandardCharsets.UTF_8));
        } else if (style == Style.JSON) {
            text.write(bytes, message.lineStart(), message.lineLength());
            text.write('\n');
        } else if (format == VALUE_AND_LINE_FEED && message.isPlain() && !isForTerminal) {
            text.write(bytes, message.valueStart(), message.valueLength());
            text.write('\n');
        } else {
            format.write(received(bytes, message), isForTerminal, text);
        }
    }

    private void check(int partition, long offset) {
        long due = progress.nextOffset(partition, offset);
        if (offset != due && !allowsGaps) {
            throw new IllegalStateException("Expected offset " + due + ", but got offset " + offset
                    + (partition == 0 ? "." : " in partition " + partition + ".")
                    + " If the topic is in Kafka, add --allow-gaps.");
        }
    }

    private static ReceivedMessage received(byte[] bytes, NdjsonMessages line) {
        try {
            return ReceivedMessage.of(
                    Schemas.JSON.readValue(bytes, line.lineStart(), line.lineLength(), Schemas.Message.class));
        } catch (IOException e) {
            throw notAMessage(e);
        } catch (IllegalArgumentException e) {
            throw notAMessage(new IOException(e));
        }
    }

    private static UncheckedIOException notAMessage(IOException e) {
        return new UncheckedIOException(
                "The response to a consume request is not a message of a mini-kafka broker. Is the URL right?", e);
    }

    /** The JDK has no exception type for a closed pipe. These are the messages of the operating systems. */
    static boolean isClosedPipe(IOException e) {
        return String.valueOf(e.getMessage()).matches("(?i).*(broken pipe|pipe is being closed|pipe has been ended).*");
    }
}
