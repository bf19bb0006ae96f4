package engine;

/**
 * The state of a producer of a topic.
 *
 * @param nextSequence the sequence that is expected for the producer's next message to the topic
 */
public record ProducerState(String producerId, long nextSequence) {}
