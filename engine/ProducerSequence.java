package engine;

/**
 * The sequence of an idempotent producer. Its first message to a topic has sequence 0, the next one 1. A batch has the sequence of its
 * first message. This is as in Kafka (KIP-98), but the sequence counts per topic, because the broker may select the partition.
 */
public record ProducerSequence(String producerId, long sequence) {
    /**
     * @param producerId is checked also if {@code sequence} is null
     * @param sequence null if the producer is not idempotent
     * @return null if the producer is not idempotent
     * @throws EngineException INVALID
     */
    public static ProducerSequence of(String producerId, Long sequence) {
        if (producerId != null) {
            Names.require("producer_id", producerId);
        }
        if (sequence == null) {
            return null;
        }
        if (producerId == null) {
            throw EngineException.invalid("producer_id", "is required with a sequence");
        }
        if (sequence < 0) {
            throw EngineException.invalid("sequence", "must be 0 or more, but is " + sequence);
        }
        return new ProducerSequence(producerId, sequence);
    }
}
