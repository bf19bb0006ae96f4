package tests.simulation;

import static tests.simulation.Violation.unless;

import engine.CommitResult;
import engine.ConsumerSettings;
import engine.ConsumerState;
import engine.EncodedMessages;
import engine.ErrorCode;
import engine.MessageLayout;
import engine.OffsetSpec;
import engine.Position;
import engine.ReadLimits;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tests.simulation.Caller.Answer;
import tests.simulation.Caller.Pending;
import tests.simulation.TopicModel.Member;
import tests.simulation.TopicModel.Range;
import tests.simulation.TopicModel.Reader;
import tests.simulation.TopicVersions.Promise;

/** Calls of consumers, and what the model says of their answers. */
final class ConsumerCalls {
    private static final List<String> GROUPS = List.of("g", "h");
    /** What a seek goes to: a word, an offset, or a time. */
    private static final List<String> KINDS = List.of("earliest", "latest", "N", "time");

    private final Caller caller;
    private final ProduceCalls producers;
    private final OffsetCalls offsets;

    ConsumerCalls(Caller caller, ProduceCalls producers, OffsetCalls offsets) {
        this.caller = caller;
        this.producers = producers;
        this.offsets = offsets;
    }

    void registerConsumer() {
        String name = caller.anyTopic();
        String id = caller.any(Caller.CONSUMERS);
        ConsumerSettings settings = new ConsumerSettings(
                id,
                caller.chance(60) ? caller.any(GROUPS) : null,
                caller.any(Arrays.asList(null, true, false)),
                null,
                caller.chance(40) ? (long) (500 + caller.random().nextInt(5000)) : null);
        Object from = caller.any(Arrays.asList("earliest", "latest", "0", "3"));
        ConsumerSettings asked = new ConsumerSettings(
                id,
                settings.group(),
                settings.autoCommit(),
                OffsetSpec.parse("start", from),
                settings.sessionTimeoutMs());
        TopicModel known = caller.topic(name);
        String topicBefore = caller.topicOf(id);
        String key = ConsumerSettings.groupKey(id, settings.group());
        long[] starts =
                known == null ? null : caller.simulated.view(name).starts(); // a restart may bring messages back
        Answer<ConsumerState> answer = caller.call(
                "register " + settings + " of " + name + " from " + from,
                broker -> broker.registerConsumer(name, asked));
        if (known == null) {
            Caller.requireError(answer, ErrorCode.TOPIC_NOT_FOUND);
            return;
        }
        boolean isOther = topicBefore != null
                && (!topicBefore.equals(name) || !known.members.get(id).key().equals(key));
        boolean isRefused = offsets.isReserved(settings.group()) && topicBefore == null;
        if (isOther || isRefused) {
            Caller.requireError(answer, ErrorCode.CONFLICT);
        } else if (answer.is(ErrorCode.OFFSET_OUT_OF_RANGE) || answer.is(ErrorCode.OFFSET_TRIMMED)) {
            long offset = Long.parseLong(from.toString());
            caller.adoptStarts(known, caller.simulated.view(name), false);
            Reader reader = known.readers.getOrDefault(key, Reader.withoutOffsets(known.partitions));
            unless(
                    IntStream.range(0, known.partitions)
                            .filter(p -> reader.committed()[p] < 0)
                            .anyMatch(p -> offset < known.start[p] || offset > known.end[p]),
                    "the offset exists");
        } else {
            caller.requireChange(name, answer, Promise.BY_ANSWER, (model, view) -> {
                join(model, view, key, settings, from.toString(), starts);
                return model;
            });
        }
    }

    private void join(
            TopicModel model, TopicView view, String key, ConsumerSettings settings, String from, long[] starts) {
        caller.adoptStarts(model, view, false);
        String id = settings.consumerId();
        long now = caller.simulated.scheduler.monotonicMs();
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
        Reader reader = model.readers.computeIfAbsent(key, absent -> Reader.withoutOffsets(model.partitions));
        IntStream.range(0, model.partitions)
                .filter(p -> reader.committed()[p] < 0)
                .forEach(p -> reader.commit(
                        p,
                        from.equals("earliest")
                                ? starts[p]
                                : from.equals("latest") ? model.end[p] : Long.parseLong(from)));
        if (!view.consumers().containsKey(id) && caller.simulated.consumerIds().contains(id)) {
            model.leave(id); // after a restart, it is in the topic from which its removal was lost
        }
        if (model.readers.containsKey(key)) {
            model.own(key, TopicVersions.owners(key, model, view), 1);
        }
    }

    void unregisterConsumer() {
        String id = caller.anyConsumer();
        String name = caller.topicOf(id);
        Answer<?> answer = caller.call("unregister " + id, broker -> broker.unregisterConsumer(id));
        if (name == null) {
            Caller.requireError(answer, ErrorCode.CONSUMER_NOT_FOUND);
        } else {
            caller.requireChange(name, answer, Promise.BY_ANSWER, (model, view) -> left(model, view, id));
        }
    }

    private static TopicModel left(TopicModel model, TopicView view, String id) {
        String key = model.leave(id);
        if (model.readers.containsKey(key)) {
            model.own(key, TopicVersions.owners(key, model, view), 1);
        }
        return model;
    }

    void poll() {
        String id = caller.anyConsumer();
        int max = caller.any(List.of(1, 2, 5, 1000));
        Pending<EncodedMessages> pending = caller.begin(
                "poll " + id + " " + max,
                broker -> broker.poll(id, new ReadLimits(MessageLayout.LIST, max, Long.MAX_VALUE), 0));
        caller.runTasks();
        checkPoll(id, max, pending);
    }

    /** A consumer waits. Then a message may come, and end the wait. */
    void waitForMessage() {
        String id = caller.anyConsumer();
        String name = caller.topicOf(id);
        int waitMs = 1 + caller.random().nextInt(300);
        Pending<EncodedMessages> pending = caller.begin(
                "poll " + id + " for " + waitMs + " ms",
                broker -> broker.poll(id, new ReadLimits(MessageLayout.LIST, 5, Long.MAX_VALUE), waitMs));
        caller.runTasks();
        if (!pending.isAnswered() && caller.chance(70)) {
            Runnable check = producers.beginProduce(caller.chance(80) ? name : caller.anyTopic(), false, true);
            caller.runTasks();
            check.run();
            caller.note(", ");
        }
        if (!pending.isAnswered() && caller.simulated.disk.isMounted()) {
            try {
                caller.simulated.scheduler.advance(waitMs, () -> expireSessions(id));
            } catch (ProcessEnded e) {
                // no answer
            }
        }
        checkPoll(id, 5, pending);
    }

    private void checkPoll(String id, int max, Pending<EncodedMessages> pending) {
        String name = caller.topicOf(id);
        Answer<EncodedMessages> answer = pending.answer();
        if (name == null) {
            Caller.requireError(answer, ErrorCode.CONSUMER_NOT_FOUND);
            return;
        }
        if (answer.isGiven()) {
            unless(answer.isOk(), "a poll always succeeds");
        }
        List<Range> ranges = answer.value() == null ? List.of() : TopicView.ranges(answer.value());
        unless(
                ranges.stream().mapToInt(range -> range.messages().size()).sum() <= max,
                "too many messages: %s",
                ranges);
        caller.requireChange(name, answer, Promise.NONE, (model, view) -> {
            caller.adoptStarts(model, view, false);
            if (!answer.isGiven()) {
                adoptDelivery(model, view, id);
                return model;
            }
            model.members.computeIfPresent(id, (same, member) -> member.seenAt(pending.answeredMs()));
            unless(!ranges.isEmpty() || !model.hasNext(id), "no message, but there is a next one");
            model.deliver(id, ranges);
            return model;
        });
    }

    /** The process ended during a poll, which may have committed. */
    private static void adoptDelivery(TopicModel model, TopicView view, String id) {
        Reader reader = model.readers.get(model.member(id).key());
        if (model.member(id).autoCommit() && view.consumers().containsKey(id)) {
            for (Position position : view.consumers().get(id).positions()) {
                int p = position.partition();
                unless(
                        position.committed() >= reader.committed()[p] && position.committed() <= model.end[p],
                        "%s is committed, and was %s",
                        position,
                        reader.committed()[p]);
                if (position.committed() > reader.committed()[p]) {
                    reader.commit(p, position.committed());
                }
            }
        }
    }

    void commit() {
        String id = caller.anyConsumer();
        String name = caller.topicOf(id);
        TopicModel known = name == null ? null : caller.topic(name);
        Map<Integer, Long> offsets = null;
        if (caller.chance(50)) {
            offsets = new TreeMap<>();
            for (int p = 0; known != null && p < known.partitions; p++) {
                if (caller.chance(60)) {
                    offsets.put(
                            p, Math.max(0, known.end[p] + 1 - caller.random().nextInt(6)));
                }
            }
            if (caller.chance(5)) {
                offsets.put(known == null ? 0 : known.partitions, 0L);
            }
        }
        Map<Integer, Long> asked = offsets;
        Answer<CommitResult> answer = caller.call("commit " + id + " " + asked, broker -> broker.commit(id, asked));
        if (known == null) {
            Caller.requireError(answer, ErrorCode.CONSUMER_NOT_FOUND);
            return;
        }
        seen(name, id, answer);
        Member member = caller.topic(name).members.get(id);
        Set<Integer> owned = known.owned(id);
        if (asked == null && !member.revokedUncommitted().isEmpty()) {
            Caller.requireError(answer, ErrorCode.REBALANCED);
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
            Caller.requireError(answer, errors.toArray(ErrorCode[]::new));
            return;
        }
        Map<Integer, Long> committed = asked != null
                ? asked
                : owned.stream()
                        .collect(Collectors.toMap(p -> p, p -> member.position()[p], (a, b) -> a, TreeMap::new));
        caller.requireChange(name, answer, Promise.BY_ANSWER, (model, view) -> {
            model.commit(id, committed);
            return model;
        });
        unless(!answer.isOk() || answer.value().offsets().equals(committed), "%s, not %s", answer.value(), committed);
    }

    /** A call restarts the session timeout of a consumer, also if the call fails. */
    private void seen(String topic, String id, Answer<?> answer) {
        if (answer.isGiven()) {
            caller.topic(topic)
                    .members
                    .computeIfPresent(id, (same, member) -> member.seenAt(caller.simulated.scheduler.monotonicMs()));
        }
    }

    void seek() {
        String id = caller.anyConsumer();
        String name = caller.topicOf(id);
        TopicModel known = name == null ? null : caller.topic(name);
        int partitions = known == null ? 1 : known.partitions;
        Integer partition = caller.chance(60)
                ? (Integer) caller.random().nextInt(caller.chance(5) ? partitions + 1 : partitions)
                : null;
        long number = caller.random().nextInt(8);
        long timestamp = caller.simulated.scheduler.millis() - caller.random().nextInt(10_000);
        int kind = caller.random().nextInt(4);
        OffsetSpec to = kind == 3
                ? OffsetSpec.at(timestamp)
                : OffsetSpec.parse("offset", KINDS.get(kind).replace("N", "" + number));
        Answer<ConsumerState> answer = caller.call(
                "seek " + id + " " + partition + " " + KINDS.get(kind) + " " + (kind == 3 ? timestamp : number),
                broker -> broker.seek(id, partition, to));
        if (known == null) {
            Caller.requireError(answer, ErrorCode.CONSUMER_NOT_FOUND);
            return;
        }
        boolean isTooFew = partition == null && kind == 2 && partitions > 1;
        if (!isTooFew) {
            seen(name, id, answer);
        }
        if (answer.isGiven()) {
            caller.adoptStarts(known, caller.simulated.view(name), false);
        }
        Set<Integer> owned = known.owned(id);
        Set<Integer> moved = partition == null ? owned : Set.of(partition);
        if (isTooFew || (partition != null && partition == partitions)) {
            Caller.requireError(answer, ErrorCode.INVALID);
        } else if (!owned.containsAll(moved) || moved.isEmpty()) {
            Caller.requireError(answer, ErrorCode.REBALANCED);
        } else if (kind == 2 && moved.stream().anyMatch(p -> number < known.start[p] || number > known.end[p])) {
            Caller.requireError(answer, ErrorCode.OFFSET_TRIMMED, ErrorCode.OFFSET_OUT_OF_RANGE);
        } else {
            caller.requireChange(name, answer, Promise.BY_ANSWER, (model, view) -> {
                Map<Integer, Long> offsets = new TreeMap<>();
                for (int p : moved) {
                    offsets.put(
                            p,
                            switch (kind) {
                                case 0 -> answer.isGiven() ? model.start[p] : startAtCall(model, view, id, p);
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

    /** The start of a partition when a call without an answer read it. Messages before it had expired, and may be there again. */
    private static long startAtCall(TopicModel model, TopicView view, String id, int partition) {
        long start = model.start[partition];
        ConsumerState now = view.consumers().get(id);
        boolean mayHaveExpired = now != null && model.settings.maxAgeMs() != null;
        return !mayHaveExpired
                ? start
                : now.positions().stream()
                        .filter(position -> position.partition() == partition)
                        .mapToLong(Position::committed)
                        .filter(committed -> committed >= start && committed <= model.end[partition])
                        .findFirst()
                        .orElse(start);
    }

    /** Time has passed, so sessions may have expired. The caller has stopped at each time at which one does. */
    void expireSessions() {
        expireSessions(null);
    }

    /** @param waiting a consumer whose session does not expire, because it waits; null if none */
    private void expireSessions(String waiting) {
        long now = caller.simulated.scheduler.monotonicMs();
        boolean hasEnded = !caller.simulated.disk.isMounted();
        for (String name : caller.versions.existing()) {
            for (String id : List.copyOf(caller.topic(name).members.keySet())) {
                Member member = caller.topic(name).members.get(id);
                boolean isUnknown = Objects.equals(member.timeoutMs(), Member.UNKNOWN);
                if (id.equals(waiting)
                        || member.timeoutMs() == null
                        || now - member.lastSeenMs() < member.timeoutMs()) {
                    continue;
                }
                if (hasEnded) {
                    caller.versions.unanswered(name, (model, view) -> {
                        unless(model != null && view != null, "there is no topic");
                        return left(model, view, id);
                    });
                } else if (!caller.simulated.view(name).consumers().containsKey(id)) {
                    caller.versions.changed(name, (model, view) -> left(model, view, id), Promise.NONE);
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
