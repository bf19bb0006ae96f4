package kafka.protocol;

import engine.EngineException;
import engine.ErrorCode;
import engine.GroupOffsets;
import engine.MemoryBudget;
import engine.Scheduler;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.InvalidGroupIdException;
import org.apache.kafka.common.errors.InvalidSessionTimeoutException;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/**
 * The groups that have members with Kafka's protocol. Each is reserved for this protocol until its last member has left. Members are not
 * persisted: after a restart of the broker, they join again. Safe for any number of threads.
 */
public final class ClassicGroups {
    /** In ms, as {@code group.max.session.timeout.ms} of Kafka. */
    private static final int MAX_SESSION_MS = 1_800_000;

    private final GroupOffsets offsets;
    private final MemoryBudget budget;
    private final Scheduler scheduler;
    private final ConcurrentHashMap<String, ClassicGroup> byName = new ConcurrentHashMap<>();

    ClassicGroups(GroupOffsets offsets, MemoryBudget budget, Scheduler scheduler) {
        this.offsets = offsets;
        this.budget = budget;
        this.scheduler = scheduler;
    }

    /** See {@link ClassicGroup#join}. A new member creates the group if it does not exist. */
    CompletableFuture<JoinGroupResponseData> join(JoinGroupRequestData request, Caller caller) {
        if (request.sessionTimeoutMs() < 1 || request.sessionTimeoutMs() > MAX_SESSION_MS) {
            throw new InvalidSessionTimeoutException(
                    "The session timeout must be 1 to " + MAX_SESSION_MS + " ms, but is " + request.sessionTimeoutMs());
        }
        CompletableFuture<JoinGroupResponseData> joined = null;
        while (joined == null) { // until the group is not one whose last member has left just now
            joined = (request.memberId().isEmpty() ? created(request.groupId()) : require(request.groupId()))
                    .join(request, caller);
        }
        return joined;
    }

    private ClassicGroup created(String name) {
        try {
            return byName.computeIfAbsent(name, absent -> {
                offsets.reserve(name);
                return new ClassicGroup(name, budget, scheduler, this::forget);
            });
        } catch (EngineException e) {
            // Kafka clients do not retry after these errors
            throw e.code() == ErrorCode.INVALID
                    ? new InvalidGroupIdException(e.getMessage())
                    : e.code() == ErrorCode.CONFLICT ? new InconsistentGroupProtocolException(e.getMessage()) : e;
        }
    }

    private void forget(ClassicGroup group) {
        byName.computeIfPresent(group.name(), (name, current) -> {
            offsets.release(name);
            return null;
        });
    }

    /** Null if there is no such group. */
    ClassicGroup get(String name) {
        return byName.get(name);
    }

    /** @throws org.apache.kafka.common.errors.UnknownMemberIdException if the group has no members */
    ClassicGroup require(String name) {
        ClassicGroup group = byName.get(name);
        if (group == null) {
            throw Errors.UNKNOWN_MEMBER_ID.exception();
        }
        return group;
    }

    /** A live view. */
    Set<String> names() {
        return byName.keySet();
    }
}
