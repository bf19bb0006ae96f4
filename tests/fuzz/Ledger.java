package tests.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The messages that the broker accepted into topics which nobody deletes, by topic, partition and offset. Thread-safe. */
final class Ledger {
    private final Map<String, String> accepted = new TreeMap<>();

    /**
     * Notes what an answer says was accepted.
     *
     * @return what is wrong with it, if anything
     */
    synchronized Optional<String> note(FuzzRequest request, Answer answer) {
        if (answer.status() != 200
                || request.form() != FuzzRequest.Form.VALID
                || request.head().contains("Transfer-Encoding")) {
            return Optional.empty();
        }
        try {
            switch (request.operation().id()) {
                case "produce":
                    return noteOne(Answer.JSON.readTree(ByteText.decoded(request.body())), answer.json());
                case "produceBatch":
                    return noteBatch(request, answer.json());
                default:
                    return Optional.empty();
            }
        } catch (IOException e) {
            return Optional.of("a valid request or its answer cannot be read: " + e.getMessage());
        }
    }

    /**
     * What is not as it was accepted.
     *
     * @param messages by topic, partition and offset
     */
    synchronized List<String> missing(Map<String, String> messages) {
        List<String> missing = new ArrayList<>();
        accepted.forEach((place, value) -> {
            if (!value.equals(messages.get(place))) {
                missing.add("message " + place + " was accepted and is not there: " + value);
            }
        });
        return missing;
    }

    synchronized int size() {
        return accepted.size();
    }

    static String place(String topic, long partition, long offset) {
        return topic + "/" + partition + "/" + offset;
    }

    private Optional<String> noteOne(JsonNode message, JsonNode answer) {
        return note(
                message.path("topic").asText(),
                answer.path("partition").asLong(0),
                answer.path("offset").asLong(),
                value(message),
                answer);
    }

    /** What is compared: the bytes of a value, each as a character, or that there is none. */
    static String value(JsonNode message) {
        if (message.hasNonNull("value_base64")) {
            return new String(
                    Base64.getDecoder().decode(message.path("value_base64").asText()), StandardCharsets.ISO_8859_1);
        }
        return message.path("value").isTextual()
                ? ByteText.utf8(message.path("value").asText())
                : "no value";
    }

    private Optional<String> noteBatch(FuzzRequest request, JsonNode answer) throws IOException {
        List<String> values = new ArrayList<>();
        String topic = answer.path("topic").asText();
        String body = ByteText.decoded(request.body());
        if (request.head().contains("Content-Type: text/plain")) {
            values.addAll(List.of(ByteText.utf8(body).split("\n", -1)));
            values.remove(values.size() - 1);
        } else if (request.head().contains("ndjson")) {
            for (String line : body.lines().toList()) {
                values.add(value(Answer.JSON.readTree(line)));
            }
        } else {
            Answer.JSON.readTree(body).path("messages").forEach(message -> values.add(value(message)));
        }
        if (values.size() != answer.path("count").asInt(-1)) {
            return Optional.of("a batch of " + values.size() + " is answered as one of " + answer.path("count"));
        }
        Optional<String> fault = Optional.empty();
        if (answer.path("partitions").size() == 1) { // of several, the answer does not tell which message went where
            JsonNode range = answer.path("partitions").path(0);
            for (int i = 0; i < values.size() && fault.isEmpty(); i++) {
                fault = note(
                        topic,
                        range.path("partition").asLong(),
                        range.path("base_offset").asLong() + i,
                        values.get(i),
                        answer);
            }
        }
        return fault;
    }

    /** A repeat is answered with the first one's offset, and that one may have had another value. */
    private Optional<String> note(String topic, long partition, long offset, String value, JsonNode answer) {
        if (!topic.startsWith(Values.KEPT) || answer.path("duplicate").asBoolean()) {
            return Optional.empty();
        }
        String before = accepted.put(place(topic, partition, offset), value);
        return before == null
                ? Optional.empty()
                : Optional.of("offset " + place(topic, partition, offset) + " was given out twice");
    }
}
