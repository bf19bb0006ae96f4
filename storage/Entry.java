package storage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import engine.Appended;
import engine.TopicSettings;
import engine.TopicSnapshot;
import java.io.IOException;
import java.util.List;

/**
 * The line that closes a record, see {@link RecordWriter}; of its members one stands there, or the first four together.
 *
 * @param appended where the messages of this record went
 * @param timestamp of these messages, in ms since 1970
 * @param producerId and {@code sequence}: if their producer counts
 * @param committed what a group has committed
 * @param registered a consumer, in place of what was known of it
 * @param unregistered the id of a consumer that is not there any more
 * @param trimmed what partitions begin with, since files were dropped
 * @param topic what the topic is and where it stands: the first line of each file
 * @param consumers all groups and consumers: the second line of each file, and whenever some could not be written in time
 * @param synced up to where the file was on disk when this was written, in bytes
 */
record Entry(List<Appended.Range> appended, Long timestamp, String producerId, Long sequence, Commit committed,
        Registration registered, String unregistered, List<Start> trimmed, TopicState topic, Consumers consumers, Long synced) {
    /** The format that this version writes, and the only one that it reads. */
    static final int FORMAT = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .build();

    private static final ObjectReader READER = JSON.readerFor(Entry.class);

    /** @param consumerId and {@code group}: one of them, whose offsets these are */
    record Commit(String consumerId, String group, List<PartitionOffset> offsets) {}

    record PartitionOffset(int partition, long offset) {}

    /** @param committed by partition, if the group comes with this consumer */
    record Registration(String consumerId, String group, boolean autoCommit, long sessionTimeoutMs, long[] committed) {}

    record Start(int partition, long startOffset) {}

    record TopicState(int format, String name, TopicSettings settings, List<TopicSnapshot.Partition> partitions,
            List<TopicSnapshot.Producer> producers) {}

    record Consumers(List<GroupState> groups, List<Registration> consumers) {}

    /** @param committed by partition */
    record GroupState(String consumerId, String group, long[] committed) {}

    static Entry committed(Commit committed) {
        return new Entry(null, null, null, null, committed, null, null, null, null, null, null);
    }

    static Entry registered(Registration registered) {
        return new Entry(null, null, null, null, null, registered, null, null, null, null, null);
    }

    static Entry unregistered(String consumerId) {
        return new Entry(null, null, null, null, null, null, consumerId, null, null, null, null);
    }

    static Entry trimmed(List<Start> trimmed) {
        return new Entry(null, null, null, null, null, null, null, trimmed, null, null, null);
    }

    static Entry topic(TopicState topic) {
        return new Entry(null, null, null, null, null, null, null, null, topic, null, null);
    }

    static Entry consumers(Consumers consumers) {
        return new Entry(null, null, null, null, null, null, null, null, null, consumers, null);
    }

    byte[] toJson() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @throws IOException if it is none */
    static Entry parse(byte[] bytes, int position, int length) throws IOException {
        return READER.readValue(bytes, position, length);
    }
}
