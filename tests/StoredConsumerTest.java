package kafka.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import engine.Names;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import kafka.gateway.StoredConsumer.Place;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Consumers in the form in which Kafka stores them, and back. */
public class StoredConsumerTest {
    private static final long MAX = Long.MAX_VALUE;

    /** Kafka refuses longer metadata by default: offset.metadata.max.bytes. */
    private static final int MAX_METADATA = 4096;

    private static StoredConsumer read(StoredConsumer consumer, Map<TopicPartition, OffsetAndMetadata> offsets) {
        return StoredConsumer.of(consumer.id(), offsets);
    }

    @Test
    void a_consumer_comes_back_with_extreme_offsets() {
        SortedMap<Integer, Place> places = new TreeMap<>(Map.of(
                0, new Place(0, 0, 0),
                1, new Place(0, MAX, MAX),
                2, new Place(MAX, 0, 1),
                3, new Place(MAX, MAX, 0),
                999, new Place(1, 1, MAX)));
        StoredConsumer consumer = StoredConsumer.alone("a:b", "t", false, places);
        assertEquals(consumer, read(consumer, consumer.offsets(null)));
        assertEquals(places.keySet().size(), consumer.offsets(null).size());
    }

    @Test
    void a_member_comes_back_with_the_longest_names() {
        String longest = "n".repeat(Names.MAX_LENGTH);
        String url = "http://" + "h".repeat(250) + ":65535";
        StoredConsumer member = StoredConsumer.member(longest, longest, longest, true, MAX, url);
        Map<TopicPartition, OffsetAndMetadata> offsets = member.offsets(null);
        assertEquals(member, read(member, offsets));
        offsets.values().forEach(offset -> assertTrue(offset.metadata().length() < MAX_METADATA, offset.metadata()));
    }

    @Test
    void only_what_changed_is_saved() {
        StoredConsumer before = StoredConsumer.alone(
                "a",
                "t",
                true,
                new TreeMap<>(Map.of(0, new Place(1, 1, 0), 1, new Place(1, 1, 0), 2, new Place(1, 1, 0))));
        assertTrue(before.offsets(before).isEmpty());
        StoredConsumer moved = before.with(2, new Place(1, 2, 0));
        assertEquals(Set.of(new TopicPartition("t", 2)), moved.offsets(before).keySet());
        Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>(before.offsets(null));
        all.putAll(moved.offsets(before));
        assertEquals(moved, read(moved, all));
        assertEquals(
                Set.of(new TopicPartition("t", 0)),
                before.with(false, 0).offsets(before).keySet());
    }

    @Test
    void a_consumer_whose_offsets_are_of_another_day_is_saved_as_a_whole() {
        StoredConsumer old = new StoredConsumer(
                "a", "t", null, true, 0, null, 1, new TreeMap<>(Map.of(0, new Place(1, 1, 0), 1, new Place(1, 1, 0))));
        assertTrue(old.isDue());
        assertFalse(old.savedToday().isDue());
        assertEquals(2, old.savedToday().offsets(old).size());
    }

    @Test
    void offsets_that_another_client_has_committed_are_a_consumer_at_them() {
        TopicPartition partition = new TopicPartition("t", 0);
        for (String metadata : new String[] {"", "from a tool", "{\"position\":\"x\"}", "{\"later_field\":1}"}) {
            StoredConsumer found = StoredConsumer.of("a", Map.of(partition, new OffsetAndMetadata(MAX, metadata)));
            assertEquals(new Place(MAX, MAX, 0), found.places().get(0), metadata);
            assertTrue(found.autoCommit());
        }
    }

    @Test
    void offsets_of_an_earlier_topic_with_fewer_partitions_are_no_consumer() {
        StoredConsumer consumer = StoredConsumer.alone(
                "a", "t", true, new TreeMap<>(Map.of(0, new Place(1, 1, 0), 1, new Place(1, 1, 0))));
        Map<TopicPartition, OffsetAndMetadata> offsets = consumer.offsets(null);
        offsets.remove(new TopicPartition("t", 1));
        assertNull(read(consumer, offsets));
    }

    @Test
    void offsets_without_a_value_are_no_consumer() {
        Map<TopicPartition, OffsetAndMetadata> deleted = new HashMap<>();
        assertNull(StoredConsumer.of("a", deleted));
        deleted.put(new TopicPartition("t", 0), null);
        assertNull(StoredConsumer.of("a", deleted));
    }
}
