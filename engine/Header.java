package engine;

/**
 * A header of a message. Names may repeat within a message, as in Kafka.
 *
 * @param value null if the header has no value
 */
public record Header(String name, byte[] value) {}
