package engine;

import java.nio.ByteBuffer;

/**
 * Messages in the form in which they are sent, with their memory. The owner calls either {@link #close} or {@link #abandon}, once.
 *
 * @param bytes JSON or NDJSON with a line feed at the end, or server-sent events
 * @param memory of the bytes
 */
public record EncodedMessages(MessageLayout layout, ByteBuffer bytes, Reservation memory) implements AutoCloseable {
    /** Releases the memory after the messages were sent. The array can be reused. */
    @Override
    public void close() {
        memory.release(bytes.array());
        memory.close();
    }

    /** Releases the memory after the messages could not be sent. The array is not reused, because it may still be referenced. */
    public void abandon() {
        memory.close();
    }
}
