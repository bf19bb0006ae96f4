package http;

import java.nio.ByteBuffer;

/** An answer that is written already. */
public record Payload(String mediaType, ByteBuffer bytes) {}
