package kafka.gateway;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * A consumer, as Kafka stores it. Each consumer has a Kafka group of its own that never has members. For a consumer without a group, it has
 * the committed offset of each partition. For a member of a group it only says which group that is, in partition 0. The metadata of the
 * offsets are:
 *
 * <pre>
 *   {"position":12,"missed":3,"auto_commit":false,"saved_on":20786}
 *    position             the next offset to read, if it is not the committed offset
 *    missed               how many messages were dropped before the consumer could read them, if any
 *    auto_commit          in partition 0 only, as are the following
 *    group                of a member
 *    session_timeout_ms   of a member
 *    gateway              the URL of the gateway that serves the member
 *    saved_on             the day of the last save of all partitions, counted from 1970
 *    partitions           how many the topic has, of a consumer without a group
 * </pre>
 *
 * Kafka deletes an offset that was not committed for some days. Therefore all partitions are saved once a day. Immutable.
 *
 * @param group null for a consumer without a group
 * @param sessionTimeoutMs of a member, in ms
 * @param gateway the URL of the gateway that serves a member; null if it is not known
 * @param savedOn the day of the last save of all partitions, counted from 1970
 * @param places by partition
 */
record StoredConsumer(
        String id,
        String topic,
        String group,
        boolean autoCommit,
        long sessionTimeoutMs,
        String gateway,
        long savedOn,
        SortedMap<Integer, Place> places) {
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
            @JsonProperty("auto_commit") Boolean autoCommit,
            @JsonProperty("group") String group,
            @JsonProperty("session_timeout_ms") Long sessionTimeoutMs,
            @JsonProperty("gateway") String gateway,
            @JsonProperty("saved_on") Long savedOn,
            @JsonProperty("partitions") Integer partitions) {
        static final Metadata NONE = new Metadata(null, null, null, null, null, null, null, null);
    }

    /** A consumer without a group. */
    static StoredConsumer alone(String id, String topic, boolean autoCommit, SortedMap<Integer, Place> places) {
        return new StoredConsumer(id, topic, null, autoCommit, 0, null, today(), places);
    }

    static StoredConsumer member(
            String id, String topic, String group, boolean autoCommit, long sessionTimeoutMs, String gateway) {
        SortedMap<Integer, Place> none = new TreeMap<>(Map.of(0, new Place(0, 0, 0)));
        return new StoredConsumer(id, topic, group, autoCommit, sessionTimeoutMs, gateway, today(), none);
    }

    private static long today() {
        return LocalDate.now(ZoneOffset.UTC).toEpochDay();
    }

    /** Null if the offsets are not those of a consumer, or not all of them, for example because its topic was deleted. */
    static StoredConsumer of(String id, Map<TopicPartition, OffsetAndMetadata> offsets) {
        String topic = null;
        Metadata ofAll = Metadata.NONE;
        SortedMap<Integer, Place> places = new TreeMap<>();
        for (Map.Entry<TopicPartition, OffsetAndMetadata> entry : offsets.entrySet()) {
            if (entry.getValue() == null) {
                continue;
            }
            Metadata metadata = parse(entry.getValue().metadata());
            long committed = entry.getValue().offset();
            topic = entry.getKey().topic();
            ofAll = entry.getKey().partition() == 0 ? metadata : ofAll;
            places.put(
                    entry.getKey().partition(),
                    new Place(
                            committed,
                            metadata.position == null ? committed : metadata.position,
                            metadata.missed == null ? 0 : metadata.missed));
        }
        boolean isComplete = topic != null && (ofAll.partitions == null || ofAll.partitions == places.size());
        return !isComplete
                ? null
                : new StoredConsumer(
                        id,
                        topic,
                        ofAll.group,
                        ofAll.autoCommit == null || ofAll.autoCommit,
                        ofAll.sessionTimeoutMs == null ? 0 : ofAll.sessionTimeoutMs,
                        ofAll.gateway,
                        ofAll.savedOn == null ? 0 : ofAll.savedOn,
                        places);
    }

    private static Metadata parse(String metadata) {
        try {
            return metadata.isEmpty() ? Metadata.NONE : JSON.readValue(metadata, Metadata.class);
        } catch (JsonProcessingException e) { // another client has committed
            return Metadata.NONE;
        }
    }

    /** Whether all partitions have to be saved again, so that Kafka keeps them. */
    boolean isDue() {
        return savedOn != today();
    }

    StoredConsumer with(int partition, Place place) {
        SortedMap<Integer, Place> changed = new TreeMap<>(places);
        changed.put(partition, place);
        return new StoredConsumer(id, topic, group, autoCommit, sessionTimeoutMs, gateway, savedOn, changed);
    }

    StoredConsumer with(boolean newAutoCommit, long newSessionTimeoutMs) {
        return new StoredConsumer(id, topic, group, newAutoCommit, newSessionTimeoutMs, gateway, savedOn, places);
    }

    /** The same consumer, saved today. */
    StoredConsumer savedToday() {
        return servedBy(gateway);
    }

    /** The same member with another gateway, saved today. */
    StoredConsumer servedBy(String url) {
        return new StoredConsumer(id, topic, group, autoCommit, sessionTimeoutMs, url, today(), places);
    }

    /** The same consumer at its committed offsets. */
    StoredConsumer atCommitted() {
        SortedMap<Integer, Place> changed = new TreeMap<>(places);
        changed.replaceAll((partition, place) -> new Place(place.committed, place.committed, place.missed));
        return new StoredConsumer(id, topic, group, autoCommit, sessionTimeoutMs, gateway, savedOn, changed);
    }

    /** The offsets to commit in Kafka: those that differ from an earlier state; null for all. */
    Map<TopicPartition, OffsetAndMetadata> offsets(StoredConsumer before) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        places.forEach((partition, place) -> {
            boolean isChanged = before == null
                    || savedOn != before.savedOn
                    || !place.equals(before.places.get(partition))
                    || (partition == 0
                            && (autoCommit != before.autoCommit || sessionTimeoutMs != before.sessionTimeoutMs));
            if (isChanged) {
                offsets.put(new TopicPartition(topic, partition), stored(partition, place));
            }
        });
        return offsets;
    }

    private OffsetAndMetadata stored(int partition, Place place) {
        boolean isOfAll = partition == 0;
        return new OffsetAndMetadata(
                place.committed,
                text(new Metadata(
                        place.position == place.committed ? null : place.position,
                        place.missed == 0 ? null : place.missed,
                        isOfAll ? autoCommit : null,
                        isOfAll ? group : null,
                        isOfAll && group != null ? sessionTimeoutMs : null,
                        isOfAll ? gateway : null,
                        isOfAll ? savedOn : null,
                        isOfAll && group == null ? places.size() : null)));
    }

    private static String text(Metadata metadata) {
        try {
            return JSON.writeValueAsString(metadata);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // numbers and names can always be written
        }
    }
}
