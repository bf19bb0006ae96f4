package tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import tests.Http.Reply;
import tests.history.History;

/** Records in a history what the broker answers over HTTP. Thread-safe. */
final class RecordedClient {
    private final Http http;
    private final History history;

    RecordedClient(Http http, History history) {
        this.http = http;
        this.history = history;
    }

    static String partition(String topic, int partition) {
        return topic + "-" + partition;
    }

    /**
     * A batch was accepted.
     *
     * @param answer of {@code /produce/batch}
     * @param partitionOf the partition that a value was sent to
     */
    void produced(
            String producer, String topic, JsonNode answer, List<String> batch, ToIntFunction<String> partitionOf) {
        for (JsonNode range : answer.path("partitions")) {
            int partition = range.path("partition").asInt();
            List<String> values = batch.stream()
                    .filter(value -> partitionOf.applyAsInt(value) == partition)
                    .toList();
            assertEquals(values.size(), range.path("count").asInt(), answer::toString);
            history.sent(
                    producer,
                    partition(topic, partition),
                    range.path("base_offset").asLong(),
                    values);
        }
    }

    /**
     * A consumer has got messages.
     *
     * @param messages as {@code /consume/batch} gives them
     * @return by partition, the offset to commit
     */
    Map<Integer, Long> polled(String consumer, String topic, JsonNode messages) {
        Map<Integer, Long> base = new TreeMap<>();
        Map<Integer, List<String>> values = new TreeMap<>();
        for (JsonNode message : messages) {
            int partition = message.path("partition").asInt();
            long offset = message.path("offset").asLong();
            List<String> before = values.computeIfAbsent(partition, absent -> new ArrayList<>());
            assertEquals(base.computeIfAbsent(partition, absent -> offset) + before.size(), offset, "a gap");
            before.add(message.path("value").asText());
        }
        values.forEach((partition, polled) ->
                history.polled(consumer, partition(topic, partition), base.get(partition), polled));
        base.replaceAll((partition, offset) -> offset + values.get(partition).size());
        return base;
    }

    /** Commits an offset. */
    Reply commit(String consumer, String topic, int partition, long offset) {
        String name = partition(topic, partition);
        history.commitRequested(consumer, name, offset);
        Reply reply = http.post("/consumers/commit", "consumer_id", consumer, "partition", partition, "offset", offset);
        if (reply.status() == 200) {
            history.commitAnswered(consumer, name, offset);
        }
        return reply;
    }

    /**
     * Reads what a reader has not read yet, to the end of each partition, while no producer is active.
     *
     * @param hasRetention whether old messages may have been dropped
     */
    void readToEnd(String reader, String topic, boolean hasRetention) {
        JsonNode info = http.get("/topics/" + topic).json();
        if (!info.has("partitions")) {
            readToEnd(reader, topic, 0, info, hasRetention);
        }
        for (JsonNode partition : info.path("partitions")) {
            readToEnd(reader, topic, partition.path("partition").asInt(), partition, hasRetention);
        }
    }

    private void readToEnd(String reader, String topic, int partition, JsonNode bounds, boolean hasRetention) {
        String name = partition(topic, partition);
        long end = bounds.path("end_offset").asLong();
        long start = bounds.path("start_offset").asLong();
        if (hasRetention) {
            history.startsAt(name, start);
        } else {
            assertEquals(0, start, name + " has no retention");
        }
        history.endsAt(name, end);
        for (long next; (next = Math.max(start, history.nextOffset(reader, name))) < end; ) {
            Reply page = http.get(
                    "/topics/" + topic + "/messages?partition=" + partition + "&offset=" + next + "&max_messages=5000");
            assertEquals(200, page.status(), page.text());
            assertEquals(next, page.get("messages").path(0).path("offset").asLong(), page.text());
            polled(reader, topic, page.get("messages"));
        }
    }

    /** Compares the committed offsets of a consumer with what it has committed. It continues there after it registers again. */
    void checkCommits(String consumer, String topic) {
        JsonNode info = http.get("/topics/" + topic).json();
        Reply reply = http.get("/consumers/" + consumer);
        if (reply.status() == 404 && !history.hasAnsweredCommit(consumer)) {
            return; // its registration got no answer
        }
        assertEquals(200, reply.status(), reply.text());
        for (JsonNode position : reply.get("positions")) {
            int partition = position.path("partition").asInt();
            JsonNode bounds = info.has("partitions") ? info.path("partitions").path(partition) : info;
            long committed = position.path("committed").asLong();
            history.committedOffsetIs(
                    consumer,
                    partition(topic, partition),
                    committed,
                    bounds.path("end_offset").asLong());
            history.positioned(consumer, partition(topic, partition), committed);
        }
    }
}
