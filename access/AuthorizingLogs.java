package access;

import engine.MessageReader;
import engine.NotFound;
import engine.PartitionLogs;
import engine.PartitionRange;
import engine.WaitQueue;
import http.Action;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The messages of partitions as one principal may use them: see {@link AuthorizingBroker}. Safe for any number of threads. */
final class AuthorizingLogs implements PartitionLogs {
    private final PartitionLogs logs;
    private final Supplier<Principal> principal;

    /** @param principal its current rules */
    AuthorizingLogs(PartitionLogs logs, Supplier<Principal> principal) {
        this.logs = logs;
        this.principal = principal;
    }

    @Override
    public PartitionRange range(String topic, int partition) {
        requireSeen(topic);
        return logs.range(topic, partition);
    }

    @Override
    public long read(String topic, int partition, long from, MessageReader reader) {
        requireRight(Action.CONSUME, topic);
        return logs.read(topic, partition, from, reader);
    }

    @Override
    public long offsetAt(String topic, int partition, long timestamp) {
        requireSeen(topic);
        return logs.offsetAt(topic, partition, timestamp);
    }

    @Override
    public long keptBytes(String topic, int partition) {
        requireSeen(topic);
        return logs.keptBytes(topic, partition);
    }

    @Override
    public CompletableFuture<Long> deleteBefore(String topic, int partition, long offset) {
        requireRight(Action.DELETE, topic);
        return logs.deleteBefore(topic, partition, offset);
    }

    @Override
    public WaitQueue waiters(String topic) {
        requireRight(Action.CONSUME, topic);
        return logs.waiters(topic);
    }

    private void requireRight(Action action, String topic) {
        requireSeen(topic);
        if (!principal.get().may(action, topic)) {
            throw principal.get().forbidden(action, "topic " + topic);
        }
    }

    private void requireSeen(String topic) {
        if (!principal.get().sees(topic)) {
            throw NotFound.topic(topic, Set.of());
        }
    }
}
