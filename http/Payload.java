package http;

import engine.EncodedMessages;
import engine.MessageLayout;
import engine.Reservation;
import java.nio.ByteBuffer;

/** An encoded answer, and the memory that it holds until it is sent. */
record Payload(String mediaType, ByteBuffer bytes, Reservation memory) {
    /** The payload of an answer with messages. Their layout determines the media type. */
    static Payload of(EncodedMessages messages) {
        return new Payload(
                messages.layout() == MessageLayout.LINES ? MediaTypes.NDJSON : MediaTypes.JSON,
                messages.bytes(),
                messages.memory());
    }

    /** Releases the memory after the answer was sent. The array may be reused. */
    void sent() {
        memory.release(bytes.array());
        memory.close();
    }

    /** Releases the memory after sending failed. The array is not reused, because the connection may still refer to it. */
    void failed() {
        memory.close();
    }
}
