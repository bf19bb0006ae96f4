package http;

import java.nio.ByteBuffer;

/** An answer that is written already; its array is {@link engine.SpareArrays spare} once it is sent. */
public record Payload(String mediaType, ByteBuffer bytes) {}
