package kafka.gateway;

import engine.EngineException;
import engine.ErrorCode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Why consumers were removed by this gateway. Only the latest removals are kept. Safe for any number of threads. */
final class Removals {
    private static final int MAX_REMOVALS = 10_000;

    /** By consumer id. */
    private final Map<String, String> reasons = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MAX_REMOVALS;
        }
    });

    void add(String consumerId, String reason) {
        reasons.put(consumerId, reason);
    }

    /** @throws EngineException CONSUMER_NOT_FOUND with the reason, if the consumer was removed */
    void requireNotRemoved(String consumerId) {
        String reason = reasons.get(consumerId);
        if (reason != null) {
            throw new EngineException(ErrorCode.CONSUMER_NOT_FOUND, reason);
        }
    }
}
