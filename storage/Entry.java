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

/** The line that closes a record, see {@link RecordWriter}; of its members one stands there, or the first four together. */
@JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
final class Entry {
    /** Where the messages of this record went; empty in files of earlier versions, which wrote down batches of no messages. */
    List<ProduceResult.Range> appended;

    /** Of these messages, in ms since 1970. */
    Long timestamp;

    /** With {@link #sequence}: if their producer counts. */
    String producerId;

    Long sequence;

    /** What a group has committed. */
    Commit committed;

    /** A consumer, in place of what was known of it. */
    Registration registered;

    /** The id of a consumer that is not there any more. */
    String unregistered;

    /** Which partitions the members of a group own. */
    Assignment assigned;

    /** How many messages a consumer has missed. */
    Missed missed;

    /** What partitions begin with, since files were dropped. */
    List<Start> trimmed;

    /** What the topic is and where it stands: the first line of each file. */
    TopicHeader topic;

    /** All groups and consumers: the second line of each file, and whenever some could not be written in time. */
    ConsumersSnapshot consumers;

    /** Up to where the file was on disk when this was written, in bytes. */
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

    /** @param consumerId and {@code group}: one of them, whose offsets these are */
    record Commit(String consumerId, String group, List<PartitionOffset> offsets) {}

    record PartitionOffset(int partition, long offset) {}

    /**
     * @param hasSession true if the session timeout counts although the consumer reads alone; null for all others
     * @param registeredAt in ms since 1970; null if an earlier version wrote it
     * @param committed by partition, if the group comes with this consumer
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

        /** Null for a consumer that may be silent for ever. */
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
     * @param owned the partitions of each member that has some; null if they are as before
     */
    record Assignment(String group, long generation, Map<String, List<Integer>> owned) {}

    /** @param passed messages before these offsets are counted, or were delivered */
    record Missed(String consumerId, long messages, List<PartitionOffset> passed) {}

    /** @param assigned and {@code missed}: null if there are none */
    record ConsumersSnapshot(
            List<GroupOffsets> groups, List<Registration> consumers, List<Assignment> assigned, List<Missed> missed) {}

    /** @param committed by partition */
    record GroupOffsets(String consumerId, String group, long[] committed) {}

    /** No messages went anywhere. */
    static Entry emptyBatch() {
        return with(entry -> entry.appended = List.of());
    }

    static Entry committed(Commit committed) {
        return with(entry -> entry.committed = committed);
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

    /** @throws IOException if it is none */
    static Entry parse(byte[] bytes, int position, int length) throws IOException {
        return READER.readValue(bytes, position, length);
    }
}
