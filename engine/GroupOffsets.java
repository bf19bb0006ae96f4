package engine;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/**
 * The committed offsets of consumer groups, for a server of another protocol that manages the members of its groups itself. A group with
 * the same name is the same group for consumers of {@link MessageBroker}: the committed offsets are shared. At any time, a group has
 * members of one kind only.
 *
 * <p>Safe for any number of threads. A method that returns a future throws errors that it detects at once. Later errors complete the future
 * exceptionally. A call that fails has changed nothing.
 */
public interface GroupOffsets {
    /** The maximum length of the metadata of a committed offset, in chars. */
    int MAX_METADATA_LENGTH = 4096;

    /**
     * A committed offset.
     *
     * @param offset the next offset to read
     * @param metadata a text of the client; empty if absent
     */
    record Committed(long offset, String metadata) {}

    /** Whether the caller may use a group of this name. An engine itself allows everything. */
    default boolean mayUse(String group) {
        return true;
    }

    /** The names of all groups that have committed offsets or members, in alphabetical order. */
    Set<String> groupNames();

    /**
     * The committed offsets of a group, by topic and partition. A partition for which nothing was committed is absent. The offset at which a
     * consumer of {@link MessageBroker} has started its new group counts as committed. If it joins a group that lacks some offsets, it starts
     * there as in a new group.
     *
     * @return empty if the group does not exist
     */
    SortedMap<String, SortedMap<Integer, Committed>> committed(String group);

    /**
     * Commits offsets of one topic, all of them or none. Creates the group if it does not exist.
     *
     * @param offsets by partition; not empty
     * @return completes when the offsets are as durable as configured
     * @throws EngineException TOPIC_NOT_FOUND; INVALID if the group has no legal name, a partition does not exist, an offset is negative, or
     *     metadata is too long; STORAGE_FULL; CONFLICT if the group has members of the broker
     */
    CompletableFuture<Void> commit(String group, String topic, Map<Integer, Committed> offsets);

    /**
     * Deletes a group with all its committed offsets. If that fails in some topics only, the group remains in these topics. The call can be
     * repeated.
     *
     * @throws EngineException GROUP_NOT_FOUND; CONFLICT if the group has members of the broker; STORAGE_FULL
     */
    CompletableFuture<Void> delete(String group);

    /**
     * Deletes committed offsets of one topic. Partitions without a committed offset are ignored. A group that has neither committed offsets
     * nor members any more does not exist any more.
     *
     * @throws EngineException GROUP_NOT_FOUND; TOPIC_NOT_FOUND; CONFLICT if the group has members of the broker; STORAGE_FULL
     */
    CompletableFuture<Void> delete(String group, String topic, Set<Integer> partitions);

    /**
     * Reserves a group for members of the other protocol. Until {@link #release}, no consumer of {@link MessageBroker} can join it: it gets
     * CONFLICT. May be called again.
     *
     * @throws EngineException INVALID if the group has no legal name; CONFLICT if the group has members of the broker. The message says
     *     how to resolve it
     */
    void reserve(String group);

    /** Ends {@link #reserve}, when the last member of the other protocol has left. */
    void release(String group);
}
