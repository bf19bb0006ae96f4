package http;

import engine.EncodedMessages;
import engine.MessageLayout;
import engine.Reservation;
import java.nio.ByteBuffer;

/** An answer that is written already, and the memory that it takes until it is sent. */
record Payload(String mediaType, ByteBuffer bytes, Reservation memory) {
    /** Messages, whose layout tells the media type. */
    static Payload of(EncodedMessages messages) {
        return new Payload(
                messages.layout() == MessageLayout.LINES ? MediaTypes.NDJSON : MediaTypes.JSON,
                messages.bytes(),
                messages.memory());
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
