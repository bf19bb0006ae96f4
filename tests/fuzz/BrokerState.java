package tests.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What a broker shows of itself, an entry for each topic, consumer, group, message and sequence. */
final class BrokerState {
    /** They say how somebody waits or is served just now, not what is kept. */
    private static final List<String> MOMENTARY = List.of("waiting", "why");

    /** A restart moves consumers to what they have committed, and gives the members of a group their partitions anew. */
    private static final List<String> OF_THIS_RUN =
            List.of("offset", "lag", "generation", "assigned", "missed", "owner");

    private static final int PAGE = 1000;

    private final Map<String, String> entries = new TreeMap<>();

    /** Topics, consumers and groups as they are now. */
    static BrokerState outline(int port) throws IOException {
        BrokerState state = new BrokerState();
        try (FuzzConnection connection = new FuzzConnection(port)) {
            state.add("topic", get(connection, "/topics").path("topics"), List.of());
            state.add("consumer", get(connection, "/consumers").path("consumers"), MOMENTARY);
            state.add("group", get(connection, "/groups").path("groups"), MOMENTARY);
        }
        return state;
    }

    /** All that outlives the broker. */
    static BrokerState whole(int port) throws IOException {
        BrokerState state = new BrokerState();
        try (FuzzConnection connection = new FuzzConnection(port)) {
            JsonNode topics = get(connection, "/topics").path("topics");
            for (JsonNode topic : topics) {
                state.addMessages(connection, topic);
                state.addSequences(connection, topic.path("topic").asText());
                ((ObjectNode) topic).remove("consumers"); // members of a group end with their session
            }
            state.add("topic", topics, List.of());
            List<String> volatiles = new ArrayList<>(MOMENTARY);
            volatiles.addAll(OF_THIS_RUN);
            state.addConsumers(get(connection, "/consumers").path("consumers"), volatiles);
            JsonNode groups = get(connection, "/groups").path("groups");
            groups.forEach(group -> ((ObjectNode) group).remove("members"));
            state.add("group", groups, volatiles);
        }
        return state;
    }

    /** The messages, by {@link Ledger#place}. */
    Map<String, String> messages() throws IOException {
        Map<String, String> messages = new TreeMap<>();
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            if (entry.getKey().startsWith("message ")) {
                messages.put(
                        entry.getKey().substring("message ".length()),
                        Ledger.value(Answer.JSON.readTree(entry.getValue())));
            }
        }
        return messages;
    }

    /** What is not the same in a later state. */
    List<String> differences(BrokerState later) {
        return differences(later, key -> true);
    }

    int size() {
        return entries.size();
    }

    private List<String> differences(BrokerState later, Predicate<String> matters) {
        Set<String> keys = new TreeSet<>(entries.keySet());
        keys.addAll(later.entries.keySet());
        List<String> differences = new ArrayList<>();
        for (String key : keys) {
            if (!Objects.equals(entries.get(key), later.entries.get(key)) && matters.test(key)) {
                differences.add(key + " was " + entries.get(key) + " and is " + later.entries.get(key));
            }
        }
        return differences;
    }

    private void add(String kind, JsonNode list, List<String> without) {
        for (JsonNode one : list) {
            String name = kind.equals("topic")
                    ? one.path("topic").asText()
                    : kind.equals("consumer")
                            ? one.path("consumer_id").asText()
                            : one.path("group").asText() + " of "
                                    + one.path("topic").asText();
            remove(one, without);
            entries.put(kind + " " + name, one.toString());
        }
    }

    private void addConsumers(JsonNode consumers, List<String> volatiles) {
        for (JsonNode consumer : consumers) {
            if (!consumer.has("group")) {
                remove(consumer, volatiles);
                entries.put("consumer " + consumer.path("consumer_id").asText(), consumer.toString());
            }
        }
    }

    /** Removes fields of an object, and of the objects in its lists. */
    private static void remove(JsonNode object, List<String> fields) {
        ((ObjectNode) object).remove(fields);
        object.forEach(value -> value.forEach(item -> {
            if (item.isObject()) {
                ((ObjectNode) item).remove(fields);
            }
        }));
    }

    private void addMessages(FuzzConnection connection, JsonNode topic) throws IOException {
        String name = topic.path("topic").asText();
        JsonNode partitions = topic.has("partitions")
                ? topic.path("partitions")
                : Answer.JSON.createArrayNode().add(topic);
        for (JsonNode bounds : partitions) {
            int partition = bounds.path("partition").asInt(0);
            for (long next = bounds.path("start_offset").asLong();
                    next < bounds.path("end_offset").asLong(); ) {
                JsonNode page = get(
                        connection,
                        "/topics/" + name + "/messages?partition=" + partition + "&offset=" + next + "&max_messages="
                                + PAGE);
                page.path("messages")
                        .forEach(message -> entries.put(
                                "message "
                                        + Ledger.place(
                                                name,
                                                partition,
                                                message.path("offset").asLong()),
                                message.toString()));
                next = page.path("next_offset").asLong();
            }
        }
    }

    private void addSequences(FuzzConnection connection, String topic) throws IOException {
        for (String producer : Values.known("producer_id")) {
            String body = "{\"topic\":\"" + topic + "\",\"producer_id\":\"" + producer + "\"}";
            JsonNode answer = ask(
                    connection,
                    "POST /producers/register HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n"
                            + body);
            entries.put(
                    "sequence of " + producer + " in " + topic,
                    answer.path("next_sequence").asText("0"));
        }
    }

    private static JsonNode get(FuzzConnection connection, String path) throws IOException {
        return ask(connection, "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    }

    private static JsonNode ask(FuzzConnection connection, String request) throws IOException {
        connection.send(request);
        Answer answer = connection.read(false);
        if (answer.status() != 200) {
            throw new IOException(
                    ByteText.escaped(request) + " is answered with " + answer.status() + " " + answer.body());
        }
        return answer.json();
    }
}
