package engine;

import java.nio.ByteBuffer;

/**
 * Messages as they are sent, and the memory that they take until then. To be closed or abandoned, once.
 *
 * @param bytes JSON or NDJSON with a line feed at its end, or events
 * @param memory what the bytes take
 */
public record EncodedMessages(MessageLayout layout, ByteBuffer bytes, Reservation memory) implements AutoCloseable {
    /** They were sent: their array is used again. */
    @Override
    public void close() {
        memory.release(bytes.array());
        memory.close();
    }

    /** They could not be sent, and something may still refer to their array. */
    public void abandon() {
        memory.close();
    }
}
