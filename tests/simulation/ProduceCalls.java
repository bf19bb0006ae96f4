package tests.simulation;

import static tests.simulation.Violation.unless;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import engine.DecodedMessage;
import engine.EncodedBatch;
import engine.ErrorCode;
import engine.Header;
import engine.ProduceResult;
import engine.ProducerSequence;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tests.simulation.Caller.Answer;
import tests.simulation.Caller.Pending;
import tests.simulation.TopicModel.Message;
import tests.simulation.TopicModel.Range;
import tests.simulation.TopicModel.Request;
import tests.simulation.TopicVersions.Promise;

/** Calls that produce messages, and what the model says of their answers. */
final class ProduceCalls {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> TEXTS = List.of("", "k", "\n\"\\", "\u2028\u0000", "\u00e9\u4e16\ud83d\ude00");
    private static final int MAX_MESSAGE_BYTES = 1 << 20;
    /** Large enough that the files of a topic become several segments. */
    private static final int MAX_PADDING = 400_000;

    private long lastValue;
    private final Caller caller;

    ProduceCalls(Caller caller) {
        this.caller = caller;
    }

    void produce() {
        Runnable check = beginProduce(caller.anyTopic(), false, true);
        caller.runTasks();
        check.run();
    }

    /** Several producers send messages at the same time. */
    void produceTogether() {
        String name = caller.anyTopic();
        List<Runnable> checks = new ArrayList<>();
        boolean isLimited = caller.topic(name) != null
                && Caller.isLimited(caller.topic(name).settings); // else later ones drop earlier ones
        int count = isLimited ? 1 : 2 + caller.random().nextInt(2);
        for (int i = 0; i < count; i++) {
            checks.add(beginProduce(name, count > 1, i == count - 1));
            caller.note(", ");
        }
        caller.runTasks();
        checks.forEach(Runnable::run);
    }

    /**
     * Begins to produce.
     *
     * @param isTogether whether other calls change the topic at the same time
     * @param isLast whether none of them was begun later
     * @return checks the answer
     */
    Runnable beginProduce(String name, boolean isTogether, boolean isLast) {
        TopicModel known = caller.topic(name);
        int partitions = known == null ? 1 : known.partitions;
        int count = caller.any(List.of(0, 1, 1, 1, 2, 3, 10));
        List<Message> batch = new ArrayList<>();
        List<Integer> asked = new ArrayList<>();
        EncodedBatch encoded = new EncodedBatch(
                MAX_MESSAGE_BYTES, 64, caller.simulated.budget().reservation());
        for (int i = 0; i < count; i++) {
            ObjectNode body = JSON.createObjectNode();
            String value = ++lastValue
                    + (caller.chance(2) ? "x".repeat(caller.random().nextInt(MAX_PADDING)) : caller.any(TEXTS));
            body.put("value", value);
            String key = caller.chance(40) ? caller.any(TEXTS) : null;
            if (key != null) {
                body.put("key", key);
            }
            Map<String, String> headers =
                    caller.chance(10) ? new TreeMap<>(Map.of("trace", value, "", caller.any(TEXTS))) : null;
            if (headers != null) {
                headers.forEach(body.putObject("headers")::put);
            }
            Integer partition = caller.chance(20)
                    ? (Integer) caller.random().nextInt(caller.chance(5) ? partitions + 1 : partitions)
                    : null;
            if (caller.chance(90)) {
                encoded.add(value, key, headers, partition);
            } else {
                addBytes(encoded, body, partition);
            }
            batch.add(TopicView.message(body, 0));
            asked.add(partition);
        }
        String producerId = caller.chance(40) ? caller.any(Caller.PRODUCERS) : null;
        long next = known == null || producerId == null ? 0 : known.nextSequence(producerId);
        long sequence =
                caller.chance(80) ? next : Math.max(0, next + caller.random().nextInt(7) - 4);
        ProducerSequence from = producerId == null ? null : new ProducerSequence(producerId, sequence);
        Pending<ProduceResult> pending = caller.begin(
                "produce " + count + " to " + name + " " + asked + " " + from,
                broker -> broker.produce(name, encoded, from));
        return () -> {
            Answer<ProduceResult> answer = pending.answer();
            if (!answer.isOk()) {
                caller.versions.maybeSent(name, batch);
            }
            boolean areOthersUnclear =
                    !caller.simulated.disk.isMounted() || (isTogether && caller.simulated.faults.isAny());
            if (answer.isOk() || (answer.isGiven() && !areOthersUnclear)) {
                checkProduce(name, batch, asked, from, answer, isLast);
            } else if (!answer.isGiven() || answer.is(ErrorCode.STORAGE_FULL)) {
                caller.versions.unanswered(name, (model, view) -> {
                    unless(model != null && view != null, "there is no topic");
                    unless(
                            from == null || count == 0 || from.sequence() == model.nextSequence(producerId),
                            "not the next sequence: %s",
                            from);
                    return appended(model, view, batch, asked, producerId, isLast);
                });
            } // else the error may be about what others have done
        };
    }

    /** Adds the message with other bytes, or without a value. Its key stays the same if it is text. */
    private void addBytes(EncodedBatch batch, ObjectNode body, Integer partition) {
        byte[] id = body.remove("value").asText().getBytes(StandardCharsets.UTF_8);
        byte[] value = caller.chance(20) ? null : Arrays.copyOf(id, id.length + 1);
        byte[] key = body.has("key") ? body.get("key").asText().getBytes(StandardCharsets.UTF_8) : null;
        List<Header> headers = new ArrayList<>();
        body.remove("headers");
        if (value == null) {
            body.putNull("value");
        } else {
            value[id.length] = (byte) 0xFF;
            body.put("value_base64", Base64.getEncoder().encodeToString(value));
        }
        if (value == null || caller.chance(30)) { // else messages of a batch could not be told apart
            headers.add(new Header("id", new byte[] {(byte) 0x80}));
            headers.add(new Header("text", id));
            headers.add(new Header("id", null));
            body.putObject("headers").put("text", new String(id, StandardCharsets.UTF_8));
            body.putObject("headers_base64").putArray("id").add("gA==").addNull();
            body.putArray("header_order").add("id").add("text").add("id");
        }
        batch.add(new DecodedMessage(value, key, headers), partition);
    }

    /** Appends a batch, as the view says, to a model. Returns the model. */
    private TopicModel appended(
            TopicModel model,
            TopicView view,
            List<Message> batch,
            List<Integer> asked,
            String producerId,
            boolean isLast) {
        if (!batch.isEmpty()) {
            model.append(batch, asked, producerId, model.firstOf(batch, asked, view.since(model.end)));
        }
        if (isLast) {
            caller.adoptStarts(model, view, true);
        }
        return model;
    }

    private void checkProduce(
            String name,
            List<Message> batch,
            List<Integer> asked,
            ProducerSequence from,
            Answer<ProduceResult> answer,
            boolean isLast) {
        TopicModel known = caller.topic(name);
        int count = batch.size();
        String producerId = from == null ? null : from.producerId();
        if (known == null) {
            Caller.requireError(answer, ErrorCode.TOPIC_NOT_FOUND);
        } else if (asked.contains(known.partitions)) {
            Caller.requireError(answer, ErrorCode.INVALID);
        } else if (from != null && count > 0 && from.sequence() != known.nextSequence(producerId)) {
            Request repeated = known.repeated(producerId, from.sequence(), count);
            if (repeated == null) {
                Caller.requireError(answer, ErrorCode.OUT_OF_SEQUENCE);
            } else {
                caller.requireChange(name, answer, Promise.BY_ANSWER, (model, view) -> model);
                requirePlaces(answer, repeated.ranges(), true);
            }
        } else if (answer.is(ErrorCode.TOPIC_FULL)) {
            unless(Caller.isLimited(known.settings), "the topic is never full");
        } else {
            List<Range> appended = new ArrayList<>();
            Promise promise = count == 0 ? Promise.NONE : Promise.BY_ANSWER;
            caller.requireChange(name, answer, promise, (model, view) -> {
                appended.clear();
                List<Range> added = view.since(model.end);
                boolean isAnyExpired =
                        added.stream().anyMatch(range -> range.messages().contains(Message.UNREAD));
                unless(!answer.isOk() || !isAnyExpired, "%s has expired at once", added);
                appended.addAll(answer.isOk() ? named(answer.value(), added) : model.firstOf(batch, asked, added));
                if (count > 0) {
                    model.append(batch, asked, producerId, appended);
                }
                if (isLast) {
                    caller.adoptStarts(model, view, true);
                }
                return model;
            });
            requirePlaces(answer, appended, false);
        }
    }

    /** Those of the new messages that an answer names. Other calls may have appended later ones. */
    private static List<Range> named(ProduceResult result, List<Range> all) {
        return all.stream()
                .map(range -> new Range(
                        range.partition(),
                        range.base(),
                        range.messages()
                                .subList(
                                        0,
                                        result.ranges().stream()
                                                .filter(named -> named.partition() == range.partition())
                                                .mapToInt(ProduceResult.Range::count)
                                                .sum())))
                .filter(range -> !range.messages().isEmpty())
                .collect(Collectors.toList());
    }

    /** The answer says where the messages are. */
    private static void requirePlaces(Answer<ProduceResult> answer, List<Range> ranges, boolean isDuplicate) {
        if (answer.isOk()) {
            unless(answer.value().isDuplicate() == isDuplicate, "%s, but sent before: %s", answer.value(), isDuplicate);
            List<ProduceResult.Range> expected = ranges.stream()
                    .map(range -> new ProduceResult.Range(
                            range.partition(), range.base(), range.messages().size()))
                    .collect(Collectors.toList());
            List<ProduceResult.Range> given = new ArrayList<>(answer.value().ranges());
            given.sort(Comparator.comparing(ProduceResult.Range::partition));
            unless(given.equals(expected), "%s, and not %s", given, expected);
        }
    }
}
