package engine;

/** @param nextSequence the sequence that the producer's next message to the topic is to have */
public record ProducerState(String producerId, long nextSequence) {}
