package access;

import engine.EngineException;
import engine.ErrorCode;
import engine.GroupOffsets;
import engine.NotFound;
import http.Action;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The committed offsets of groups as one principal may use them: see {@link AuthorizingBroker}. A group that no rule covers does not exist
 * for the principal. Safe for any number of threads.
 */
final class AuthorizingOffsets implements GroupOffsets {
    private final GroupOffsets offsets;
    private final Supplier<Principal> principal;

    /** @param principal its current rules */
    AuthorizingOffsets(GroupOffsets offsets, Supplier<Principal> principal) {
        this.offsets = offsets;
        this.principal = principal;
    }

    @Override
    public boolean mayUse(String group) {
        return principal.get().coversGroup(group);
    }

    @Override
    public Set<String> groupNames() {
        Set<String> names = new TreeSet<>(offsets.groupNames());
        names.removeIf(group -> !mayUse(group));
        return names;
    }

    @Override
    public SortedMap<String, SortedMap<Integer, Committed>> committed(String group) {
        requireRight(group);
        SortedMap<String, SortedMap<Integer, Committed>> committed = offsets.committed(group);
        committed.keySet().removeIf(topic -> !principal.get().sees(topic, group));
        return committed;
    }

    @Override
    public CompletableFuture<Void> commit(String group, String topic, Map<Integer, Committed> committed) {
        requireRight(group, topic);
        return offsets.commit(group, topic, committed);
    }

    @Override
    public CompletableFuture<Void> delete(String group) {
        if (!mayUse(group)) {
            throw NotFound.group(group, Set.of());
        }
        if (offsets.committed(group).keySet().stream().anyMatch(topic -> !mayConsume(group, topic))) {
            throw forbidden(group); // it has offsets of topics that others use
        }
        return offsets.delete(group);
    }

    @Override
    public CompletableFuture<Void> delete(String group, String topic, Set<Integer> partitions) {
        requireRight(group, topic);
        return offsets.delete(group, topic, partitions);
    }

    @Override
    public void reserve(String group) {
        requireRight(group);
        offsets.reserve(group);
    }

    @Override
    public void release(String group) {
        offsets.release(group);
    }

    private boolean mayConsume(String group, String topic) {
        return principal.get().may(Action.CONSUME, topic, group);
    }

    private void requireRight(String group) {
        if (!mayUse(group)) {
            throw forbidden(group);
        }
    }

    private void requireRight(String group, String topic) {
        if (!principal.get().sees(topic)) {
            throw NotFound.topic(topic, Set.of());
        }
        if (!mayConsume(group, topic)) {
            throw forbidden(group);
        }
    }

    private EngineException forbidden(String group) {
        return new EngineException(
                ErrorCode.FORBIDDEN, principal.get().lacks(Action.CONSUME.inWords(), "group " + group));
    }
}
