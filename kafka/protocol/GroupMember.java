package kafka.protocol;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroupMember;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/**
 * A member of a {@link ClassicGroup}. A static member has an instance id; after a restart of its client, another member with the same
 * instance id takes its place. Used only by its group, whose lock guards it.
 */
final class GroupMember {
    /** The memory of a member besides its texts and metadata, in bytes: an estimate. */
    private static final int SIZE = 1000;

    private static final byte[] NOTHING = {};

    private final String id;

    /** Null for a dynamic member. */
    private final String instanceId;

    private final String clientId;
    private final String clientHost;
    private int sessionTimeoutMs;
    private int rebalanceTimeoutMs;

    /** Its metadata for each protocol that it supports, in its order of preference. */
    private Map<String, byte[]> protocols;

    private byte[] assignment = NOTHING;

    /** Not null while a JoinGroup waits. */
    private CompletableFuture<JoinGroupResponseData> join;

    /** Not null while a SyncGroup waits. */
    private CompletableFuture<SyncGroupResponseData> sync;

    /** Whether it has sent SyncGroup in this generation. */
    private boolean hasSynced;

    /** The time of its last request, as {@link System#nanoTime}. */
    private long heardAt;

    private Future<?> timer;
    private long charged;

    GroupMember(String id, JoinGroupRequestData request, Caller caller) {
        this.id = id;
        this.instanceId = request.groupInstanceId();
        this.clientId = caller.clientId();
        this.clientHost = caller.clientHost();
        update(request);
    }

    void update(JoinGroupRequestData request) {
        sessionTimeoutMs = request.sessionTimeoutMs();
        rebalanceTimeoutMs = request.rebalanceTimeoutMs() < 0 ? sessionTimeoutMs : request.rebalanceTimeoutMs();
        protocols = protocols(request);
    }

    private static Map<String, byte[]> protocols(JoinGroupRequestData request) {
        Map<String, byte[]> protocols = new LinkedHashMap<>();
        request.protocols().forEach(protocol -> protocols.put(protocol.name(), protocol.metadata()));
        return protocols;
    }

    String id() {
        return id;
    }

    String instanceId() {
        return instanceId;
    }

    String clientId() {
        return clientId;
    }

    int sessionTimeoutMs() {
        return sessionTimeoutMs;
    }

    int rebalanceTimeoutMs() {
        return rebalanceTimeoutMs;
    }

    /** Those that it supports, in its order of preference. */
    Set<String> protocols() {
        return protocols.keySet();
    }

    /** Empty if it does not support the protocol. */
    byte[] metadata(String protocol) {
        return protocols.getOrDefault(protocol, NOTHING);
    }

    /** Whether a request has the same protocols and metadata, in the same order. */
    boolean hasSameProtocols(JoinGroupRequestData request) {
        Map<String, byte[]> asked = protocols(request);
        return List.copyOf(asked.keySet()).equals(List.copyOf(protocols.keySet()))
                && asked.entrySet().stream()
                        .allMatch(entry -> Arrays.equals(entry.getValue(), metadata(entry.getKey())));
    }

    byte[] assignment() {
        return assignment;
    }

    /** @param assignment null for none */
    void assign(byte[] assignment) {
        this.assignment = assignment == null ? NOTHING : assignment;
    }

    boolean isJoining() {
        return join != null;
    }

    boolean isSyncing() {
        return sync != null;
    }

    boolean hasSynced() {
        return hasSynced;
    }

    /** Begins to wait for the end of a rebalance. An earlier call of the same member ends: its client has given up. */
    CompletableFuture<JoinGroupResponseData> awaitJoin() {
        fail(Errors.REBALANCE_IN_PROGRESS);
        join = new CompletableFuture<>();
        return join;
    }

    /**
     * A new generation has started. Answers the JoinGroup that waits.
     *
     * @param now as {@link System#nanoTime}
     */
    void joined(JoinGroupResponseData response, long now) {
        hasSynced = false;
        if (join != null) {
            heardAt = now;
            join.complete(response);
            join = null;
        }
    }

    /** Begins to wait for the assignment of the leader. */
    CompletableFuture<SyncGroupResponseData> awaitSync() {
        fail(Errors.REBALANCE_IN_PROGRESS);
        hasSynced = true;
        sync = new CompletableFuture<>();
        return sync;
    }

    /**
     * Answers the SyncGroup that waits.
     *
     * @param now as {@link System#nanoTime}
     */
    void synced(SyncGroupResponseData response, long now) {
        heardAt = now;
        sync.complete(response);
        sync = null;
    }

    void failSync(Errors error) {
        if (sync != null) {
            sync.completeExceptionally(error.exception());
            sync = null;
        }
    }

    private void fail(Errors error) {
        failSync(error);
        if (join != null) {
            join.completeExceptionally(error.exception());
            join = null;
        }
    }

    /** The member has left, or has a successor. */
    void end(Errors error) {
        fail(error);
        setTimer(null);
    }

    /** Takes the assignment of the same static member before the restart of its client. */
    void takeOver(GroupMember predecessor) {
        assignment = predecessor.assignment;
        hasSynced = true;
    }

    /** @param now as {@link System#nanoTime} */
    void heard(long now) {
        heardAt = now;
    }

    /** The time until its session times out, in ms; 0 or less if it has. A waiting member does not time out. */
    long remainingMs(long now) {
        long silentMs = TimeUnit.NANOSECONDS.toMillis(now - heardAt);
        return isJoining() || isSyncing() ? sessionTimeoutMs : sessionTimeoutMs - silentMs;
    }

    /** Replaces the timer of the session. */
    void setTimer(Future<?> timer) {
        if (this.timer != null) {
            this.timer.cancel(false);
        }
        this.timer = timer;
    }

    /** Notes that the member is charged with the memory that it needs now. Returns the change in bytes, which may be negative. */
    long charge() {
        long before = charged;
        charged = size();
        return charged - before;
    }

    /** The memory with which the member is charged, in bytes. */
    long charged() {
        return charged;
    }

    /** In bytes of heap. */
    private long size() {
        long texts = 2L * (id.length() + clientId.length());
        return SIZE
                + texts
                + assignment.length
                + protocols.values().stream()
                        .mapToLong(metadata -> metadata.length)
                        .sum();
    }

    /** @param protocol null if none is selected */
    DescribedGroupMember describe(String protocol) {
        return new DescribedGroupMember()
                .setMemberId(id)
                .setGroupInstanceId(instanceId)
                .setClientId(clientId)
                .setClientHost("/" + clientHost)
                .setMemberMetadata(protocol == null ? NOTHING : metadata(protocol))
                .setMemberAssignment(protocol == null ? NOTHING : assignment);
    }
}
