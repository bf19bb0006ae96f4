package tests.simulation;

import static tests.simulation.Violation.unless;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import engine.CommitResult;
import engine.ConsumerSettings;
import engine.ConsumerState;
import engine.EncodedBatch;
import engine.EncodedMessages;
import engine.EngineException;
import engine.ErrorCode;
import engine.MemoryBroker;
import engine.MessageLayout;
import engine.OffsetSpec;
import engine.Position;
import engine.ProduceResult;
import engine.ProducerSequence;
import engine.ProducerState;
import engine.ReadLimits;
import engine.TopicSettings;
import engine.WhenFull;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tests.simulation.TopicModel.Member;
import tests.simulation.TopicModel.Message;
import tests.simulation.TopicModel.Range;
import tests.simulation.TopicModel.Reader;
import tests.simulation.TopicModel.Request;
import tests.simulation.TopicVersions.Change;
import tests.simulation.TopicVersions.Promise;

/**
 * Makes calls of the broker, valid and invalid ones, and checks each answer against the model. A call whose process ends has no answer:
 * then it may have been done or not, which the next start shows. For one thread.
 */
final class Calls {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> TOPICS = List.of("a", "b.", "con");
    private static final List<String> CONSUMERS = List.of("c1", "c2", "c3", "c4");
    private static final List<String> GROUPS = List.of("g", "h");
    private static final List<String> PRODUCERS = List.of("p1", "p2");
    private static final List<String> TEXTS = List.of("", "k", "\n\"\\", "\u2028\u0000", "\u00e9\u4e16\ud83d\ude00");

    /** What a seek goes to: a word, an offset, or a time. */
    private static final List<String> KINDS = List.of("earliest", "latest", "N", "time");

    private static final int MAX_MESSAGE_BYTES = 1 << 20;

    /** Large enough that the files of a topic become several segments. */
    private static final int MAX_PADDING = 400_000;

    private final SimulatedBroker simulated;
    private final TopicVersions versions;
    private Random random;
    private long lastValue;
    private String description;

    /** What came of a call: a value, an error, or neither because the process ended before. */
    private record Answer<T>(boolean isGiven, T value, EngineException error) {
        boolean isOk() {
            return isGiven && error == null;
        }

        boolean is(ErrorCode code) {
            return error != null && error.code() == code;
        }
    }

    Calls(SimulatedBroker simulated, TopicVersions versions) {
        this.simulated = simulated;
        this.versions = versions;
    }

    /** What the last call did, in words. */
    String description() {
        return description;
    }

    /** Makes a call. */
    void make(Random decisions) {
        random = decisions;
        versions.nextStep();
        description = "";
        int kind = random.nextInt(100);
        if (kind < 6) {
            registerTopic();
        } else if (kind < 8) {
            deleteTopic();
        } else if (kind < 34) {
            produce();
        } else if (kind < 40) {
            produceTogether();
        } else if (kind < 50) {
            registerConsumer();
        } else if (kind < 70) {
            poll();
        } else if (kind < 74) {
            waitForMessage();
        } else if (kind < 84) {
            commit();
        } else if (kind < 90) {
            seek();
        } else if (kind < 93) {
            unregisterConsumer();
        } else if (kind < 96) {
            offsets();
        } else {
            registerProducer();
        }
    }

    /** A call that was made, and whose answer may come later. */
    private final class Pending<T> {
        private final String text;
        private final List<Answer<T>> answers = new ArrayList<>();

        Pending(String text) {
            this.text = text;
        }

        private void answer(T value, Throwable failure) {
            if (simulated.disk.isMounted()) { // else the process ended before
                answers.add(new Answer<>(true, value, engineException(failure)));
            }
        }

        boolean isAnswered() {
            return !answers.isEmpty();
        }

        /** The answer, which has to be there if the process has not ended. */
        Answer<T> answer() {
            unless(isAnswered() || !simulated.disk.isMounted(), "no answer: %s", text);
            Answer<T> answer = isAnswered() ? answers.get(0) : new Answer<>(false, null, null);
            description += text
                    + (!answer.isGiven
                            ? " -> no answer"
                            : answer.error == null
                                    ? " -> ok"
                                    : " -> " + answer.error.code() + " " + answer.error.getMessage());
            return answer;
        }
    }

    /** Makes a call, and does not wait for its answer. */
    private <T> Pending<T> begin(String text, Function<MemoryBroker, CompletableFuture<T>> call) {
        Pending<T> pending = new Pending<>(text);
        try {
            call.apply(simulated.broker()).whenComplete(pending::answer);
        } catch (EngineException e) {
            pending.answer(null, e);
        } catch (ProcessEnded e) {
            // no answer
        }
        return pending;
    }

    /** Makes a call, and waits for its answer. */
    private <T> Answer<T> call(String text, Function<MemoryBroker, CompletableFuture<T>> call) {
        Pending<T> pending = begin(text, call);
        runTasks();
        return pending.answer();
    }

    private void runTasks() {
        try {
            simulated.scheduler.runAll();
        } catch (ProcessEnded e) {
            // its calls get no answer
        }
    }

    private static EngineException engineException(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause == null || cause instanceof EngineException) {
            return (EngineException) cause;
        }
        throw new Violation("an answer failed with " + cause);
    }

    private <T> T any(List<T> items) {
        return items.get(random.nextInt(items.size()));
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** A topic, most often one that exists. */
    private String anyTopic() {
        List<String> existing = versions.existing();
        return existing.isEmpty() || chance(3) ? any(TOPICS) : any(existing);
    }

    private TopicModel topic(String name) {
        return versions.current(name);
    }

    /** The topic of a consumer; null if there is no such consumer. */
    private String topicOf(String consumerId) {
        return versions.existing().stream()
                .filter(name -> topic(name).members.containsKey(consumerId))
                .findFirst()
                .orElse(null);
    }

    /** A consumer, most often one that exists. */
    private String anyConsumer() {
        List<String> existing =
                CONSUMERS.stream().filter(id -> topicOf(id) != null).collect(Collectors.toList());
        return existing.isEmpty() || chance(3) ? any(CONSUMERS) : any(existing);
    }

    /** The call has to fail, and to change nothing. */
    private static void requireError(Answer<?> answer, ErrorCode... possible) {
        unless(
                !answer.isGiven || (answer.error != null && List.of(possible).contains(answer.error.code())),
                "the answer has to be one of %s",
                List.of(possible));
    }

    /** The call changes a topic that exists. It has to succeed, unless the disk has a fault. */
    private void requireChange(String topic, Answer<?> answer, Promise promise, Change change) {
        requireOk(topic, answer, promise, (model, view) -> {
            unless(view != null, "there is no topic");
            return change.of(model, view);
        });
    }

    /** The call has to succeed, unless the disk has a fault. */
    private void requireOk(String topic, Answer<?> answer, Promise promise, Change change) {
        if (!answer.isGiven) {
            versions.unanswered(topic, change);
        } else if (answer.isOk()) {
            versions.changed(topic, change, promise);
        } else {
            unless(answer.is(ErrorCode.STORAGE_FULL) && simulated.faults.isAny(), "the call has to succeed");
            versions.unclear(topic, change);
        }
    }

    private void registerTopic() {
        String name = any(TOPICS);
        TopicSettings settings = new TopicSettings(
                any(Arrays.asList(null, 1, 2, 3, SimulatedBroker.MAX_PARTITIONS + 1)),
                chance(20) ? (long) (1 + random.nextInt(12)) : null,
                chance(10) ? (long) (50 + random.nextInt(2000)) : null,
                chance(20) ? (long) (1 + random.nextInt(20_000)) : null,
                any(Arrays.asList(null, WhenFull.REJECT, WhenFull.DROP_OLDEST)));
        TopicModel known = topic(name);
        Answer<?> answer =
                call("register topic " + name + " " + settings, broker -> broker.registerTopic(name, settings));
        if (settings.partitionsOrDefault() > SimulatedBroker.MAX_PARTITIONS) {
            requireError(answer, ErrorCode.INVALID);
        } else if (known != null && !isSame(settings, known.settings)) {
            requireError(answer, ErrorCode.CONFLICT);
        } else {
            requireOk(
                    name,
                    answer,
                    known == null ? Promise.AT_ONCE : Promise.NONE,
                    (model, view) -> model != null || view == null ? model : new TopicModel(settings));
        }
    }

    /** Whether each of these settings that was asked for is the actual one. */
    private static boolean isSame(TopicSettings asked, TopicSettings actual) {
        return (asked.partitions() == null || asked.partitions() == actual.partitionsOrDefault())
                && (asked.maxMessages() == null || asked.maxMessages().equals(actual.maxMessages()))
                && (asked.maxBytes() == null || asked.maxBytes().equals(actual.maxBytes()))
                && (asked.maxAgeMs() == null || asked.maxAgeMs().equals(actual.maxAgeMs()))
                && (asked.whenFull() == null || asked.whenFull() == actual.whenFullOrDefault());
    }

    private void deleteTopic() {
        String name = anyTopic();
        Answer<?> answer = call("delete topic " + name, broker -> broker.deleteTopic(name));
        if (topic(name) == null) {
            requireError(answer, ErrorCode.TOPIC_NOT_FOUND);
        } else {
            requireOk(name, answer, Promise.AT_ONCE, (model, view) -> null);
        }
    }

    void deleteAllTopics() {
        for (String name : simulated.topics()) {
            Answer<?> answer = call("delete topic " + name, broker -> broker.deleteTopic(name));
            unless(answer.isOk(), "it has to be deleted");
        }
    }

    private void registerProducer() {
        String name = anyTopic();
        String id = any(PRODUCERS);
        Answer<ProducerState> answer =
                call("register producer " + id + " of " + name, broker -> broker.registerProducer(name, id));
        if (topic(name) == null) {
            requireError(answer, ErrorCode.TOPIC_NOT_FOUND);
        } else if (answer.isGiven) {
            unless(answer.isOk() && answer.value.nextSequence() == topic(name).nextSequence(id), "%s", answer.value);
        }
    }

    private void produce() {
        Runnable check = beginProduce(anyTopic(), false, true);
        runTasks();
        check.run();
    }

    /** Several producers send messages at the same time. */
    private void produceTogether() {
        String name = anyTopic();
        List<Runnable> checks = new ArrayList<>();
        boolean isLimited = topic(name) != null && isLimited(topic(name).settings); // else later ones drop earlier ones
        int count = isLimited ? 1 : 2 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            checks.add(beginProduce(name, count > 1, i == count - 1));
            description += ", ";
        }
        runTasks();
        checks.forEach(Runnable::run);
    }

    /**
     * Begins to produce.
     *
     * @param isTogether whether other calls change the topic at the same time
     * @param isLast whether none of them was begun later
     * @return checks the answer
     */
    private Runnable beginProduce(String name, boolean isTogether, boolean isLast) {
        TopicModel known = topic(name);
        int partitions = known == null ? 1 : known.partitions;
        int count = any(List.of(0, 1, 1, 1, 2, 3, 10));
        List<Message> batch = new ArrayList<>();
        List<Integer> asked = new ArrayList<>();
        EncodedBatch encoded =
                new EncodedBatch(MAX_MESSAGE_BYTES, 64, simulated.budget().reservation());
        for (int i = 0; i < count; i++) {
            ObjectNode body = JSON.createObjectNode();
            String value = ++lastValue + (chance(2) ? "x".repeat(random.nextInt(MAX_PADDING)) : any(TEXTS));
            body.put("value", value);
            String key = chance(40) ? any(TEXTS) : null;
            if (key != null) {
                body.put("key", key);
            }
            Map<String, String> headers = chance(10) ? new TreeMap<>(Map.of("trace", value, "", any(TEXTS))) : null;
            if (headers != null) {
                headers.forEach(body.putObject("headers")::put);
            }
            Integer partition = chance(20) ? (Integer) random.nextInt(chance(5) ? partitions + 1 : partitions) : null;
            encoded.add(value, key, headers, partition);
            batch.add(TopicView.message(body, 0));
            asked.add(partition);
        }
        String producerId = chance(40) ? any(PRODUCERS) : null;
        long next = known == null || producerId == null ? 0 : known.nextSequence(producerId);
        long sequence = chance(80) ? next : Math.max(0, next + random.nextInt(7) - 4);
        ProducerSequence from = producerId == null ? null : new ProducerSequence(producerId, sequence);
        Pending<ProduceResult> pending = begin(
                "produce " + count + " to " + name + " " + asked + " " + from,
                broker -> broker.produce(name, encoded, from));
        return () -> {
            Answer<ProduceResult> answer = pending.answer();
            boolean areOthersUnclear = !simulated.disk.isMounted() || (isTogether && simulated.faults.isAny());
            if (answer.error == null || !areOthersUnclear) { // else the error may be about what others have done
                checkProduce(name, batch, asked, from, answer, isLast);
            } else if (answer.is(ErrorCode.STORAGE_FULL)) {
                versions.unanswered(name, (model, view) -> {
                    unless(model != null && view != null, "there is no topic");
                    model.append(batch, asked, producerId, model.firstOf(batch, asked, view.since(model.end)));
                    return model;
                });
            }
        };
    }

    private void checkProduce(
            String name,
            List<Message> batch,
            List<Integer> asked,
            ProducerSequence from,
            Answer<ProduceResult> answer,
            boolean isLast) {
        TopicModel known = topic(name);
        int count = batch.size();
        String producerId = from == null ? null : from.producerId();
        if (known == null) {
            requireError(answer, ErrorCode.TOPIC_NOT_FOUND);
        } else if (asked.contains(known.partitions)) {
            requireError(answer, ErrorCode.INVALID);
        } else if (from != null && count > 0 && from.sequence() != known.nextSequence(producerId)) {
            Request repeated = known.repeated(producerId, from.sequence(), count);
            if (repeated == null) {
                requireError(answer, ErrorCode.OUT_OF_SEQUENCE);
            } else {
                requireChange(name, answer, Promise.BY_ANSWER, (model, view) -> model);
                requirePlaces(answer, repeated.ranges(), true);
            }
        } else if (answer.is(ErrorCode.TOPIC_FULL)) {
            unless(isLimited(known.settings), "the topic is never full");
        } else {
            List<Range> appended = new ArrayList<>();
            Promise promise = count == 0 ? Promise.NONE : Promise.BY_ANSWER;
            requireChange(name, answer, promise, (model, view) -> {
                appended.clear();
                List<Range> added = view.since(model.end);
                appended.addAll(answer.isOk() ? named(answer.value, added) : model.firstOf(batch, asked, added));
                if (count > 0) {
                    model.append(batch, asked, producerId, appended);
                }
                if (isLast) {
                    adoptStarts(model, view, true);
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

    private static boolean isLimited(TopicSettings settings) {
        return settings.maxMessages() != null || settings.maxBytes() != null;
    }

    /** The answer says where the messages are. */
    private static void requirePlaces(Answer<ProduceResult> answer, List<Range> ranges, boolean isDuplicate) {
        if (answer.isOk()) {
            unless(answer.value.isDuplicate() == isDuplicate, "%s, but sent before: %s", answer.value, isDuplicate);
            List<ProduceResult.Range> expected = ranges.stream()
                    .map(range -> new ProduceResult.Range(
                            range.partition(), range.base(), range.messages().size()))
                    .collect(Collectors.toList());
            List<ProduceResult.Range> given = new ArrayList<>(answer.value.ranges());
            given.sort(Comparator.comparing(ProduceResult.Range::partition));
            unless(given.equals(expected), "%s, and not %s", given, expected);
        }
    }

    /** @param isAppended whether messages may have been dropped to make room */
    private void adoptStarts(TopicModel model, TopicView view, boolean isAppended) {
        model.startsAt(
                view.starts(),
                isAppended && isLimited(model.settings),
                simulated.scheduler.millis(),
                simulated.scheduler.highestMillis());
    }

    private void registerConsumer() {
        String name = anyTopic();
        String id = any(CONSUMERS);
        ConsumerSettings settings = new ConsumerSettings(
                id,
                chance(60) ? any(GROUPS) : null,
                any(Arrays.asList(null, true, false)),
                null,
                chance(40) ? (long) (500 + random.nextInt(5000)) : null);
        Object from = any(Arrays.asList("earliest", "latest", "0", "3"));
        ConsumerSettings asked = new ConsumerSettings(
                id,
                settings.group(),
                settings.autoCommit(),
                OffsetSpec.parse("start", from),
                settings.sessionTimeoutMs());
        TopicModel known = topic(name);
        String topicBefore = topicOf(id);
        String key = ConsumerSettings.groupKey(id, settings.group());
        long[] starts = known == null ? null : simulated.view(name).starts(); // a restart may bring messages back
        Answer<ConsumerState> answer = call(
                "register " + settings + " of " + name + " from " + from,
                broker -> broker.registerConsumer(name, asked));
        if (known == null) {
            requireError(answer, ErrorCode.TOPIC_NOT_FOUND);
            return;
        }
        boolean isOther = topicBefore != null
                && (!topicBefore.equals(name) || !known.members.get(id).key().equals(key));
        if (isOther) {
            requireError(answer, ErrorCode.CONFLICT);
        } else if (answer.is(ErrorCode.OFFSET_OUT_OF_RANGE) || answer.is(ErrorCode.OFFSET_TRIMMED)) {
            long offset = Long.parseLong(from.toString());
            adoptStarts(known, simulated.view(name), false);
            unless(
                    !known.readers.containsKey(key)
                            && IntStream.range(0, known.partitions)
                                    .anyMatch(p -> offset < known.start[p] || offset > known.end[p]),
                    "the offset exists");
        } else {
            requireChange(name, answer, Promise.BY_ANSWER, (model, view) -> {
                join(model, view, key, settings, from.toString(), starts);
                return model;
            });
        }
    }

    private void join(
            TopicModel model, TopicView view, String key, ConsumerSettings settings, String from, long[] starts) {
        adoptStarts(model, view, false);
        String id = settings.consumerId();
        long now = simulated.scheduler.monotonicMs();
        Member known = model.members.get(id);
        if (known != null) {
            model.members.put(
                    id,
                    known.with(
                            settings.autoCommit() == null ? known.autoCommit() : settings.autoCommit(),
                            settings.sessionTimeoutMs() == null ? known.timeoutMs() : settings.sessionTimeoutMs(),
                            now));
            Member again = model.members.get(id);
            model.owned(id)
                    .forEach(p -> again.position()[p] = model.readers.get(key).committed()[p]);
            again.revokedUncommitted().clear();
            again.fencedFrom().clear();
            return;
        }
        Long timeout = settings.sessionTimeoutMs() == null && settings.group() != null
                ? (Long) ConsumerSettings.DEFAULT_SESSION_TIMEOUT_MS
                : settings.sessionTimeoutMs();
        model.members.put(
                id,
                Member.of(key, !Boolean.FALSE.equals(settings.autoCommit()), timeout, now, model.partitions, false));
        model.readers.computeIfAbsent(key, absent -> {
            long[] committed = IntStream.range(0, model.partitions)
                    .mapToLong(p -> from.equals("earliest")
                            ? starts[p]
                            : from.equals("latest") ? model.end[p] : Long.parseLong(from))
                    .toArray();
            return new Reader(committed, new String[model.partitions], new long[1]);
        });
        model.own(key, TopicVersions.owners(key, model, view), 1);
    }

    private void unregisterConsumer() {
        String id = anyConsumer();
        String name = topicOf(id);
        Answer<?> answer = call("unregister " + id, broker -> broker.unregisterConsumer(id));
        if (name == null) {
            requireError(answer, ErrorCode.CONSUMER_NOT_FOUND);
        } else {
            requireChange(name, answer, Promise.BY_ANSWER, (model, view) -> left(model, view, id));
        }
    }

    private static TopicModel left(TopicModel model, TopicView view, String id) {
        String key = model.leave(id);
        if (model.readers.containsKey(key)) {
            model.own(key, TopicVersions.owners(key, model, view), 1);
        }
        return model;
    }

    private void poll() {
        String id = anyConsumer();
        int max = any(List.of(1, 2, 5, 1000));
        Pending<EncodedMessages> pending = begin(
                "poll " + id + " " + max,
                broker -> broker.poll(id, new ReadLimits(MessageLayout.LIST, max, Long.MAX_VALUE), 0));
        runTasks();
        checkPoll(id, max, pending);
    }

    /** A consumer waits. Then a message may come, and end the wait. */
    private void waitForMessage() {
        String id = anyConsumer();
        String name = topicOf(id);
        int waitMs = 1 + random.nextInt(300);
        Pending<EncodedMessages> pending = begin(
                "poll " + id + " for " + waitMs + " ms",
                broker -> broker.poll(id, new ReadLimits(MessageLayout.LIST, 5, Long.MAX_VALUE), waitMs));
        runTasks();
        if (!pending.isAnswered() && chance(70)) {
            Runnable check = beginProduce(chance(80) ? name : anyTopic(), false, true);
            runTasks();
            check.run();
            description += ", ";
        }
        if (!pending.isAnswered() && simulated.disk.isMounted()) {
            try {
                simulated.scheduler.advance(waitMs, () -> expireSessions(id));
            } catch (ProcessEnded e) {
                // no answer
            }
        }
        checkPoll(id, 5, pending);
    }

    private void checkPoll(String id, int max, Pending<EncodedMessages> pending) {
        String name = topicOf(id);
        Answer<EncodedMessages> answer = pending.answer();
        if (name == null) {
            requireError(answer, ErrorCode.CONSUMER_NOT_FOUND);
            return;
        }
        if (answer.isGiven) {
            unless(answer.isOk(), "a poll always succeeds");
        }
        List<Range> ranges = answer.value == null ? List.of() : TopicView.ranges(answer.value);
        unless(
                ranges.stream().mapToInt(range -> range.messages().size()).sum() <= max,
                "too many messages: %s",
                ranges);
        requireChange(name, answer, Promise.NONE, (model, view) -> {
            adoptStarts(model, view, false);
            if (!answer.isGiven) {
                adoptDelivery(model, view, id);
                return model;
            }
            model.members.computeIfPresent(id, (same, member) -> member.seenAt(simulated.scheduler.monotonicMs()));
            unless(!ranges.isEmpty() || !model.hasNext(id), "no message, but there is a next one");
            model.deliver(id, ranges);
            return model;
        });
    }

    /** The process ended during a poll, which may have committed. */
    private static void adoptDelivery(TopicModel model, TopicView view, String id) {
        Reader reader = model.readers.get(model.members.get(id).key());
        if (model.members.get(id).autoCommit() && view.consumers().containsKey(id)) {
            for (Position position : view.consumers().get(id).positions()) {
                int p = position.partition();
                unless(
                        position.committed() >= reader.committed()[p] && position.committed() <= model.end[p],
                        "%s is committed, and was %s",
                        position,
                        reader.committed()[p]);
                reader.committed()[p] = position.committed();
            }
        }
    }

    private void commit() {
        String id = anyConsumer();
        String name = topicOf(id);
        TopicModel known = name == null ? null : topic(name);
        Map<Integer, Long> offsets = null;
        if (chance(50)) {
            offsets = new TreeMap<>();
            for (int p = 0; known != null && p < known.partitions; p++) {
                if (chance(60)) {
                    offsets.put(p, Math.max(0, known.end[p] + 1 - random.nextInt(6)));
                }
            }
            if (chance(5)) {
                offsets.put(known == null ? 0 : known.partitions, 0L);
            }
        }
        Map<Integer, Long> asked = offsets;
        Answer<CommitResult> answer = call("commit " + id + " " + asked, broker -> broker.commit(id, asked));
        if (known == null) {
            requireError(answer, ErrorCode.CONSUMER_NOT_FOUND);
            return;
        }
        seen(name, id, answer);
        Member member = topic(name).members.get(id);
        Set<Integer> owned = known.owned(id);
        if (asked == null && !member.revokedUncommitted().isEmpty()) {
            requireError(answer, ErrorCode.REBALANCED);
            member.revokedUncommitted().clear();
            return;
        }
        Set<ErrorCode> errors = new HashSet<>();
        if (asked != null) {
            asked.forEach((p, offset) -> {
                if (p >= known.partitions) {
                    errors.add(ErrorCode.INVALID);
                } else if (!owned.contains(p)
                        || (offset < member.fencedFrom().getOrDefault(p, 0L)
                                && (!member.isRestored() || answer.is(ErrorCode.REBALANCED)))) {
                    errors.add(ErrorCode.REBALANCED);
                } else if (offset > known.end[p]) {
                    errors.add(ErrorCode.OFFSET_OUT_OF_RANGE);
                }
            });
        }
        if (!errors.isEmpty()) {
            requireError(answer, errors.toArray(ErrorCode[]::new));
            return;
        }
        Map<Integer, Long> committed = asked != null
                ? asked
                : owned.stream()
                        .collect(Collectors.toMap(p -> p, p -> member.position()[p], (a, b) -> a, TreeMap::new));
        requireChange(name, answer, Promise.BY_ANSWER, (model, view) -> {
            model.commit(id, committed);
            return model;
        });
        unless(!answer.isOk() || answer.value.offsets().equals(committed), "%s, not %s", answer.value, committed);
    }

    /** A call restarts the session timeout of a consumer, also if the call fails. */
    private void seen(String topic, String id, Answer<?> answer) {
        if (answer.isGiven) {
            topic(topic)
                    .members
                    .computeIfPresent(id, (same, member) -> member.seenAt(simulated.scheduler.monotonicMs()));
        }
    }

    private void seek() {
        String id = anyConsumer();
        String name = topicOf(id);
        TopicModel known = name == null ? null : topic(name);
        int partitions = known == null ? 1 : known.partitions;
        Integer partition = chance(60) ? (Integer) random.nextInt(chance(5) ? partitions + 1 : partitions) : null;
        long number = random.nextInt(8);
        long timestamp = simulated.scheduler.millis() - random.nextInt(10_000);
        int kind = random.nextInt(4);
        OffsetSpec to = kind == 3
                ? OffsetSpec.at(timestamp)
                : OffsetSpec.parse("offset", KINDS.get(kind).replace("N", "" + number));
        Answer<ConsumerState> answer = call(
                "seek " + id + " " + partition + " " + KINDS.get(kind) + " " + (kind == 3 ? timestamp : number),
                broker -> broker.seek(id, partition, to));
        if (known == null) {
            requireError(answer, ErrorCode.CONSUMER_NOT_FOUND);
            return;
        }
        boolean isTooFew = partition == null && kind == 2 && partitions > 1;
        if (!isTooFew) {
            seen(name, id, answer);
        }
        if (answer.isGiven) {
            adoptStarts(known, simulated.view(name), false);
        }
        Set<Integer> owned = known.owned(id);
        Set<Integer> moved = partition == null ? owned : Set.of(partition);
        if (isTooFew || (partition != null && partition == partitions)) {
            requireError(answer, ErrorCode.INVALID);
        } else if (!owned.containsAll(moved) || moved.isEmpty()) {
            requireError(answer, ErrorCode.REBALANCED);
        } else if (kind == 2 && moved.stream().anyMatch(p -> number < known.start[p] || number > known.end[p])) {
            requireError(answer, ErrorCode.OFFSET_TRIMMED, ErrorCode.OFFSET_OUT_OF_RANGE);
        } else {
            requireChange(name, answer, Promise.BY_ANSWER, (model, view) -> {
                Map<Integer, Long> offsets = new TreeMap<>();
                for (int p : moved) {
                    offsets.put(
                            p,
                            switch (kind) {
                                case 0 -> model.start[p];
                                case 1 -> model.end[p];
                                case 2 -> number;
                                default -> model.offsetAt(p, timestamp);
                            });
                }
                model.seek(id, offsets);
                return model;
            });
        }
    }

    private void offsets() {
        String name = anyTopic();
        TopicModel known = topic(name);
        long timestamp = simulated.scheduler.millis() - random.nextInt(20_000);
        Answer<SortedMap<Integer, Long>> answer = call(
                "offsets of " + name + " at " + timestamp,
                broker -> CompletableFuture.completedFuture(broker.offsets(name, OffsetSpec.at(timestamp))));
        if (known == null) {
            requireError(answer, ErrorCode.TOPIC_NOT_FOUND);
        } else if (answer.isGiven) {
            adoptStarts(known, simulated.view(name), false);
            for (int p = 0; p < known.partitions; p++) {
                long expected = known.offsetAt(p, timestamp);
                unless(answer.isOk() && answer.value.get(p) == expected, "%s, not %s", answer.value, expected);
            }
        }
    }

    /** Time has passed, so sessions may have expired. The caller has stopped at each time at which one does. */
    void expireSessions() {
        expireSessions(null);
    }

    /** @param waiting a consumer whose session does not expire, because it waits; null if none */
    private void expireSessions(String waiting) {
        long now = simulated.scheduler.monotonicMs();
        boolean hasEnded = !simulated.disk.isMounted();
        for (String name : versions.existing()) {
            for (String id : List.copyOf(topic(name).members.keySet())) {
                Member member = topic(name).members.get(id);
                boolean isUnknown = Objects.equals(member.timeoutMs(), Member.UNKNOWN);
                if (id.equals(waiting)
                        || member.timeoutMs() == null
                        || now - member.lastSeenMs() < member.timeoutMs()) {
                    continue;
                }
                if (hasEnded) {
                    versions.unanswered(name, (model, view) -> {
                        unless(model != null && view != null, "there is no topic");
                        return left(model, view, id);
                    });
                } else if (!simulated.view(name).consumers().containsKey(id)) {
                    versions.changed(name, (model, view) -> left(model, view, id), Promise.NONE);
                } else { // another timer may come first in the same millisecond
                    unless(isUnknown || now - member.lastSeenMs() == member.timeoutMs(), "%s has not expired", id);
                }
            }
        }
        if (hasEnded) {
            throw new ProcessEnded();
        }
    }
}
