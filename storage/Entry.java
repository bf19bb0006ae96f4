package storage;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import engine.ProduceResult;
import engine.TopicSettings;
import engine.TopicSnapshot;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The closing line of a record, see {@link RecordWriter}. Either one of the members is set, or the first ones together:
 * {@link #appended} and {@link #timestamp}, with or without {@link #producerId} and {@link #sequence}.
 */
@JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
final class Entry {
    /**
     * The offsets of the messages of this record; empty in files of earlier versions, which wrote a record for an empty
     * batch.
     */
    List<ProduceResult.Range> appended;

    /** The timestamp of these messages, in ms since 1970. */
    Long timestamp;

    /** Set with {@link #sequence} for an idempotent producer. */
    String producerId;

    Long sequence;

    /** The offsets that a group has committed. */
    Commit committed;

    /** A group that was deleted, or some of its committed offsets. */
    Deletion deleted;

    /** A consumer. Replaces the earlier registration of that consumer. */
    Registration registered;

    /** The id of a consumer that was removed. */
    String unregistered;

    /** The assignment of partitions to the members of a group. */
    Assignment assigned;

    /** How many messages were dropped before a consumer got them. */
    Missed missed;

    /** The start offsets of partitions after segments were dropped. */
    List<Start> trimmed;

    /** The settings and the state of the topic: the first line of each segment. */
    TopicHeader topic;

    /**
     * All groups and consumers: the second line of each segment. Also written after some of them could not be written
     * in time.
     */
    ConsumersSnapshot consumers;

    /** The segment was on disk up to this position, in bytes, when this entry was written. */
    Long synced;

    /** The format that this version writes, and the only one that it reads. */
    static final int FORMAT = 1;

    static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .build();

    private static final ObjectReader READER = JSON.readerFor(Entry.class);

    /**
     * @param consumerId set for a consumer without a group; otherwise null
     * @param group null for a consumer without a group
     */
    record Commit(String consumerId, String group, List<PartitionOffset> offsets) {}

    /** @param metadata null if absent */
    record PartitionOffset(int partition, long offset, String metadata) {}

    /** @param partitions whose committed offsets were deleted; null if the group was deleted */
    record Deletion(String group, List<Integer> partitions) {}

    /**
     * @param hasSession true if a consumer without a group has a session timeout; null for all others
     * @param registeredAt in ms since 1970; null if an earlier version wrote the entry
     * @param committed by partition, if the group is new or has not committed all of them
     */
    record Registration(
            String consumerId,
            String group,
            boolean autoCommit,
            long sessionTimeoutMs,
            Boolean hasSession,
            Long registeredAt,
            long[] committed) {
        Registration withoutCommitted() {
            return new Registration(consumerId, group, autoCommit, sessionTimeoutMs, hasSession, registeredAt, null);
        }

        /** Null for a consumer without a session timeout. */
        Long sessionTimeoutOrNull() {
            return group != null || Boolean.TRUE.equals(hasSession) ? sessionTimeoutMs : null;
        }
    }

    record Start(int partition, long startOffset) {}

    record TopicHeader(
            int format,
            String name,
            TopicSettings settings,
            List<TopicSnapshot.Partition> partitions,
            List<TopicSnapshot.Producer> producers) {}

    /**
     * @param generation grows by 1 with each rebalance
     * @param owned the partitions of each member that has some; null if they have not changed
     */
    record Assignment(String group, long generation, Map<String, List<Integer>> owned) {}

    /** @param passed by partition: messages before this offset are counted, or were delivered */
    record Missed(String consumerId, long messages, List<PartitionOffset> passed) {}

    /**
     * @param assigned null if there are none
     * @param missed null if there are none
     */
    record ConsumersSnapshot(
            List<GroupOffsets> groups, List<Registration> consumers, List<Assignment> assigned, List<Missed> missed) {}

    /**
     * @param committed by partition; null for a partition for which nothing was committed
     * @param metadata of committed offsets, by partition; null if there are none
     */
    record GroupOffsets(String consumerId, String group, Long[] committed, Map<Integer, String> metadata) {}

    /** A record of no messages. */
    static Entry emptyBatch() {
        return with(entry -> entry.appended = List.of());
    }

    static Entry committed(Commit committed) {
        return with(entry -> entry.committed = committed);
    }

    static Entry deleted(Deletion deleted) {
        return with(entry -> entry.deleted = deleted);
    }

    static Entry registered(Registration registered) {
        return with(entry -> entry.registered = registered);
    }

    static Entry unregistered(String unregistered) {
        return with(entry -> entry.unregistered = unregistered);
    }

    static Entry assigned(Assignment assigned) {
        return with(entry -> entry.assigned = assigned);
    }

    static Entry missed(Missed missed) {
        return with(entry -> entry.missed = missed);
    }

    static Entry trimmed(List<Start> trimmed) {
        return with(entry -> entry.trimmed = trimmed);
    }

    static Entry topic(TopicHeader topic) {
        return with(entry -> entry.topic = topic);
    }

    static Entry consumers(ConsumersSnapshot consumers) {
        return with(entry -> entry.consumers = consumers);
    }

    static Entry synced(long position) {
        return with(entry -> entry.synced = position);
    }

    private static Entry with(Consumer<Entry> member) {
        Entry entry = new Entry();
        member.accept(entry);
        return entry;
    }

    /** @throws IOException if the bytes are not a valid entry */
    static Entry parse(byte[] bytes, int position, int length) throws IOException {
        return READER.readValue(bytes, position, length);
    }
}
