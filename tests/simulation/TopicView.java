package tests.simulation;

import static tests.simulation.Violation.unless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import engine.BrowseRequest;
import engine.ConsumerState;
import engine.EncodedMessages;
import engine.GroupOffsets.Committed;
import engine.GroupState;
import engine.MemoryBroker;
import engine.MessageLayout;
import engine.OffsetSpec;
import engine.ProducerState;
import engine.ReadLimits;
import engine.TopicState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import tests.simulation.TopicModel.Message;
import tests.simulation.TopicModel.Range;

/** What a topic of a broker looks like from outside. It is read at the first use. For one thread. */
final class TopicView {
    /** The members of a message that its producer has sent. */
    private static final List<String> MEMBERS =
            List.of("value", "value_base64", "key", "key_base64", "headers", "headers_base64", "header_order");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final MemoryBroker broker;
    private final SimulatedScheduler scheduler;
    private final TopicState state;
    private Map<String, ConsumerState> consumers;
    private Map<String, GroupState> groups;
    private final Map<String, Map<Integer, Committed>> committed = new TreeMap<>();

    TopicView(MemoryBroker broker, SimulatedScheduler scheduler, TopicState state) {
        this.broker = broker;
        this.scheduler = scheduler;
        this.state = state;
    }

    TopicState state() {
        return state;
    }

    /** The start offset of each partition. */
    long[] starts() {
        return state.partitions().stream()
                .mapToLong(TopicState.Partition::startOffset)
                .toArray();
    }

    long end(int partition) {
        return state.partitions().get(partition).endOffset();
    }

    /** The messages from these offsets on, also those that have expired, for the partitions that have any. */
    List<Range> since(long[] offsets) {
        List<Range> ranges = new ArrayList<>();
        int partitions = state.partitions().size(); // the topic may have been deleted and created again
        unless(offsets.length == partitions, "%s partitions are now %s", offsets.length, partitions);
        for (int p = 0; p < offsets.length; p++) {
            if (end(p) > offsets[p]) {
                long start = Math.max(offsets[p], state.partitions().get(p).startOffset());
                List<Message> messages =
                        new ArrayList<>(Collections.nCopies((int) (start - offsets[p]), Message.UNREAD));
                messages.addAll(read(p, start));
                ranges.add(new Range(p, offsets[p], messages));
            }
        }
        return ranges;
    }

    private List<Message> read(int partition, long from) {
        BrowseRequest request = new BrowseRequest(
                state.name(),
                partition,
                OffsetSpec.parse("offset", from),
                0,
                new ReadLimits(MessageLayout.LIST, Long.MAX_VALUE, Long.MAX_VALUE),
                0);
        return ranges(broker.browse(request).join()).stream()
                .flatMap(range -> range.messages().stream())
                .collect(Collectors.toList());
    }

    /** By id. */
    Map<String, ConsumerState> consumers() {
        if (consumers == null) {
            consumers = broker.consumers(state.name(), null)
                    .items()
                    .collect(Collectors.toMap(
                            ConsumerState::consumerId, Function.identity(), (a, b) -> a, TreeMap::new));
        }
        return consumers;
    }

    /** The groups of the topic, by name. */
    Map<String, GroupState> groups() {
        if (groups == null) {
            groups = broker.groups()
                    .items()
                    .filter(group -> group.topic().equals(state.name()))
                    .collect(Collectors.toMap(GroupState::group, Function.identity(), (a, b) -> a, TreeMap::new));
        }
        return groups;
    }

    /** The committed offsets of a group of the topic, by partition. */
    Map<Integer, Committed> committed(String group) {
        return committed.computeIfAbsent(
                group, name -> broker.groupOffsets().committed(name).getOrDefault(state.name(), new TreeMap<>()));
    }

    long nextSequence(String producerId) {
        CompletableFuture<ProducerState> registered = broker.registerProducer(state.name(), producerId);
        scheduler.runAll();
        return registered.join().nextSequence();
    }

    /** Closes messages, and returns them by partition. */
    static List<Range> ranges(EncodedMessages encoded) {
        Map<Integer, Range> ranges = new TreeMap<>();
        try (encoded) {
            JsonNode json = JSON.readTree(
                    encoded.bytes().array(),
                    encoded.bytes().position(),
                    encoded.bytes().remaining());
            for (JsonNode message : json.get("messages")) {
                int partition = message.path("partition").asInt();
                long offset = message.get("offset").asLong();
                Range range =
                        ranges.computeIfAbsent(partition, absent -> new Range(partition, offset, new ArrayList<>()));
                long expected = range.base() + range.messages().size();
                Violation.unless(offset == expected, "offset %s comes where %s is expected", offset, expected);
                range.messages().add(message(message));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(ranges.values());
    }

    private static Message message(JsonNode json) {
        ObjectNode body = JSON.createObjectNode();
        for (String member : MEMBERS) {
            if (json.has(member)) {
                body.set(member, json.get(member));
            }
        }
        return message(body, json.path("timestamp").asLong());
    }

    /** @param body the members of {@link #MEMBERS} */
    static Message message(ObjectNode body, long timestamp) {
        return new Message(body, body.has("key") ? body.get("key").asText() : null, timestamp);
    }
}
