package kafka.gateway;

import engine.EngineException;
import engine.TopicSettings;
import engine.WhenFull;

/** What a gateway to Kafka does not support, and the checks that refuse it with NOT_SUPPORTED. Stateless. */
final class Differences {
    private Differences() {}

    /** @throws EngineException NOT_SUPPORTED if Kafka has no such setting */
    static void require(TopicSettings asked) {
        if (asked.maxMessages() != null) {
            throw UpstreamErrors.notSupported("max_messages", "Limit the topic with max_bytes or max_age_ms.");
        }
        if (asked.whenFull() == WhenFull.REJECT) {
            throw UpstreamErrors.notSupported("when_full=reject", "Kafka always drops the oldest messages.");
        }
    }
}
