package engine;

/** Receives messages of a partition, in the order of their offsets. */
public interface MessageReader {
    /**
     * Receives a message: see {@link MessageCodec#decode}. The bytes are valid until the method returns.
     *
     * @param timestamp ms since 1970
     * @return false to reject the message and end the read before it
     */
    boolean message(long offset, long timestamp, byte[] bytes, int position, int length);
}
