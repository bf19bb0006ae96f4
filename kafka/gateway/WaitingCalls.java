package kafka.gateway;

import engine.PendingPoll;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The calls of consumers that wait in this gateway, and the topics of consumers. Safe for any number of threads. */
final class WaitingCalls {
    /** The topics that are remembered. Beyond it, all are forgotten. */
    private static final int MAX_TOPICS = 100_000;

    private final Map<String, Set<PendingPoll<?>>> waiting = new ConcurrentHashMap<>();
    private final Map<String, String> topics = new ConcurrentHashMap<>();

    /** @param atEnd is run when the call has ended, and still counts */
    void add(String consumerId, PendingPoll<?> call, Runnable atEnd) {
        waiting.compute(consumerId, (id, known) -> {
            Set<PendingPoll<?>> all = known == null ? ConcurrentHashMap.newKeySet() : known;
            all.add(call);
            return all;
        });
        call.whenComplete((result, failure) -> {
            atEnd.run();
            waiting.computeIfPresent(consumerId, (id, all) -> {
                all.remove(call);
                return all.isEmpty() ? null : all;
            });
        });
    }

    int count(String consumerId) {
        return waiting.getOrDefault(consumerId, Set.of()).size();
    }

    /** Ends the calls of a consumer without messages. */
    void end(String consumerId) {
        Set.copyOf(waiting.getOrDefault(consumerId, Set.of())).forEach(PendingPoll::giveUp);
    }

    /** The topic that a consumer reads. It may be that of an earlier consumer with the same id. */
    String topicOf(String consumerId, Supplier<String> lookup) {
        String known = topics.get(consumerId);
        if (known == null) {
            known = lookup.get();
            if (topics.size() >= MAX_TOPICS) {
                topics.clear();
            }
            topics.put(consumerId, known);
        }
        return known;
    }

    void forget(String consumerId) {
        topics.remove(consumerId);
    }
}
