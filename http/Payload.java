package http;

import engine.MessageWriter;
import engine.Reservation;
import java.nio.ByteBuffer;

/** An answer that is written already, and the memory that it takes until it is sent. */
public record Payload(String mediaType, ByteBuffer bytes, Reservation memory) {
    /** What a writer has written. */
    public static Payload of(String mediaType, MessageWriter writer) {
        return new Payload(mediaType, writer.finish(), writer.memory());
    }

    /** It was sent: its array may be used again. */
    void sent() {
        memory.release(bytes.array());
        memory.close();
    }

    /** It could not be sent, and somebody may still refer to its array. */
    void failed() {
        memory.close();
    }
}
