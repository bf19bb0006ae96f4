package engine;

import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the members of different protocols apart: at any time, a group has members of one kind only. Groups with the same name on different
 * topics count as one.
 *
 * <p>Safe for any number of threads. All decisions about a group are atomic.
 */
final class GroupReservations {
    /** The memory of an entry besides its name, in bytes. */
    private static final int ENTRY = 110;

    private static final int RESERVED = -1;

    private final MemoryBudget budget;

    /** By name: the number of consumers, or {@link #RESERVED}. A group without members is absent. */
    private final ConcurrentHashMap<String, Integer> members = new ConcurrentHashMap<>();

    /** @param budget for the names */
    GroupReservations(MemoryBudget budget) {
        this.budget = budget;
    }

    /**
     * Adds a consumer of this broker to a group.
     *
     * @param group null for a consumer without a group
     * @throws EngineException CONFLICT if the group is reserved
     */
    void join(String group) {
        if (group != null) {
            members.compute(group, (name, count) -> {
                if (count != null && count == RESERVED) {
                    throw Conflict.reservedGroup(name);
                }
                return count == null ? first(name, 1) : count + 1;
            });
        }
    }

    /** Removes a consumer that {@link #join} has added. */
    void leave(String group) {
        if (group != null) {
            members.computeIfPresent(group, (name, count) -> count == 1 ? last(name) : (Integer) (count - 1));
        }
    }

    /** @throws EngineException CONFLICT if the group has consumers of this broker */
    void reserve(String group) {
        members.compute(group, (name, count) -> {
            requireNone(name, count);
            return count == null ? first(name, RESERVED) : count;
        });
    }

    /** Ends {@link #reserve}. Does nothing if the group is not reserved. */
    void release(String group) {
        members.computeIfPresent(group, (name, count) -> count == RESERVED ? last(name) : count);
    }

    boolean isReserved(String group) {
        return members.getOrDefault(group, 0) == RESERVED;
    }

    /** @throws EngineException CONFLICT if the group has consumers of this broker */
    void requireNoConsumers(String group) {
        requireNone(group, members.get(group));
    }

    private static void requireNone(String group, Integer count) {
        if (count != null && count != RESERVED) {
            throw Conflict.groupHasConsumers(group, count);
        }
    }

    private Integer first(String group, int count) {
        budget.add(ENTRY + group.length());
        return count;
    }

    private Integer last(String group) {
        budget.add(-ENTRY - group.length());
        return null;
    }
}
