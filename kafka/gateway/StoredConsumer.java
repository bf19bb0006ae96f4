package kafka.gateway;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * A consumer without a group, as Kafka stores it. Its Kafka group has the committed offset of each partition, and these metadata:
 *
 * <pre>
 *   {"position":12,"missed":3,"auto_commit":false}
 *    position      the next offset to read, if it is not the committed offset
 *    missed        how many messages were dropped before the consumer could read them, if any
 *    auto_commit   in partition 0 only
 * </pre>
 *
 * Immutable.
 *
 * @param places by partition
 */
record StoredConsumer(String id, String topic, boolean autoCommit, SortedMap<Integer, Place> places) {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /**
     * @param committed the committed offset
     * @param position the next offset to read
     */
    record Place(long committed, long position, long missed) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Metadata(
            @JsonProperty("position") Long position,
            @JsonProperty("missed") Long missed,
            @JsonProperty("auto_commit") Boolean autoCommit) {}

    /** Null if the offsets are not those of a consumer, for example because its topic was deleted. */
    static StoredConsumer of(String id, Map<TopicPartition, OffsetAndMetadata> offsets) {
        String topic = null;
        boolean autoCommit = true;
        SortedMap<Integer, Place> places = new TreeMap<>();
        for (Map.Entry<TopicPartition, OffsetAndMetadata> entry : offsets.entrySet()) {
            if (entry.getValue() == null) {
                continue;
            }
            Metadata metadata = parse(entry.getValue().metadata());
            long committed = entry.getValue().offset();
            topic = entry.getKey().topic();
            autoCommit = metadata.autoCommit == null ? autoCommit : metadata.autoCommit;
            places.put(
                    entry.getKey().partition(),
                    new Place(
                            committed,
                            metadata.position == null ? committed : metadata.position,
                            metadata.missed == null ? 0 : metadata.missed));
        }
        return topic == null ? null : new StoredConsumer(id, topic, autoCommit, places);
    }

    private static Metadata parse(String metadata) {
        try {
            return metadata.isEmpty() ? new Metadata(null, null, null) : JSON.readValue(metadata, Metadata.class);
        } catch (JsonProcessingException e) { // another client has committed
            return new Metadata(null, null, null);
        }
    }

    StoredConsumer with(int partition, Place place) {
        SortedMap<Integer, Place> changed = new TreeMap<>(places);
        changed.put(partition, place);
        return new StoredConsumer(id, topic, autoCommit, changed);
    }

    StoredConsumer with(boolean newAutoCommit) {
        return new StoredConsumer(id, topic, newAutoCommit, places);
    }

    /** The same consumer at its committed offsets. */
    StoredConsumer atCommitted() {
        SortedMap<Integer, Place> changed = new TreeMap<>(places);
        changed.replaceAll((partition, place) -> new Place(place.committed, place.committed, place.missed));
        return new StoredConsumer(id, topic, autoCommit, changed);
    }

    /** The offsets to commit in Kafka: those that differ from an earlier state; null for all. */
    Map<TopicPartition, OffsetAndMetadata> offsets(StoredConsumer before) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        places.forEach((partition, place) -> {
            boolean isChanged = before == null
                    || !place.equals(before.places.get(partition))
                    || (partition == 0 && autoCommit != before.autoCommit);
            if (isChanged) {
                offsets.put(new TopicPartition(topic, partition), stored(partition, place));
            }
        });
        return offsets;
    }

    private OffsetAndMetadata stored(int partition, Place place) {
        Metadata metadata = new Metadata(
                place.position == place.committed ? null : place.position,
                place.missed == 0 ? null : place.missed,
                partition == 0 ? autoCommit : null);
        try {
            return new OffsetAndMetadata(place.committed, JSON.writeValueAsString(metadata));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // numbers can always be written
        }
    }
}
