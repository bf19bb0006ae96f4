package engine;

/**
 * The sequence of an idempotent producer. Its first message to a topic has sequence 0, the next one 1. A batch has the sequence of its
 * first message. This is as in Kafka (KIP-98), but the sequence counts per topic, because the broker may select the partition.
 */
public record ProducerSequence(String producerId, long sequence) {
    /** @throws EngineException INVALID */
    public ProducerSequence {
        if (producerId == null) {
            throw EngineException.invalid("producer_id", "is required with a sequence");
        }
        Names.requireId("producer_id", producerId);
        if (sequence < 0) {
            throw EngineException.invalid("sequence", "must be 0 or more, but is " + sequence);
        }
    }

    /**
     * The sequence of a producer without an owner.
     *
     * @param producerId is checked also if {@code sequence} is null
     * @param sequence null if the producer is not idempotent
     * @return null if the producer is not idempotent
     * @throws EngineException INVALID
     */
    public static ProducerSequence of(String producerId, Long sequence) {
        if (producerId != null) {
            Names.require("producer_id", producerId);
        }
        return sequence == null ? null : new ProducerSequence(producerId, sequence);
    }

    /**
     * The error for a sequence that is neither the expected one nor that of a remembered request.
     *
     * @param next the expected sequence
     */
    public EngineException outOfSequence(long next) {
        return new EngineException(
                ErrorCode.OUT_OF_SEQUENCE,
                "Producer " + producerId + " sent sequence " + sequence + ", but sequence " + next + " is expected. "
                        + (sequence > next
                                ? "The messages between them have not arrived. Send them first."
                                : "Sequence " + sequence
                                        + " was accepted earlier, but in a batch of another size"
                                        + " or too long ago to be verified. Continue with sequence " + next + "."));
    }
}
