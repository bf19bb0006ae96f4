package engine;

/**
 * Where a producer's messages stand in what it sends to one topic: its first message has sequence 0, the next one 1, and
 * a batch has that of its first message. As in Kafka's idempotent producer (KIP-98), though counted over a topic and not
 * over a partition, since the broker may choose the partition.
 */
public record ProducerSequence(String producerId, long sequence) {
    /**
     * @param producerId checked also if there is no sequence
     * @param sequence null for a producer that does not count
     * @return null for one that does not count
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
