package tests.simulation;

import static tests.simulation.Violation.unless;

import engine.ErrorCode;
import engine.OffsetSpec;
import engine.ProducerState;
import engine.TopicSettings;
import engine.WhenFull;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import tests.simulation.Caller.Answer;
import tests.simulation.TopicVersions.Promise;

/** Calls that register, delete and look up topics and producers, and what the model says of their answers. */
final class TopicCalls {
    private final Caller caller;

    TopicCalls(Caller caller) {
        this.caller = caller;
    }

    void registerTopic() {
        String name = caller.any(Caller.TOPICS);
        TopicSettings settings = new TopicSettings(
                caller.any(Arrays.asList(null, 1, 2, 3, SimulatedBroker.MAX_PARTITIONS + 1)),
                caller.chance(20) ? (long) (1 + caller.random().nextInt(12)) : null,
                caller.chance(10) ? (long) (50 + caller.random().nextInt(2000)) : null,
                caller.chance(20) ? (long) (1 + caller.random().nextInt(20_000)) : null,
                caller.any(Arrays.asList(null, WhenFull.REJECT, WhenFull.DROP_OLDEST)));
        TopicModel known = caller.topic(name);
        Answer<?> answer =
                caller.call("register topic " + name + " " + settings, broker -> broker.registerTopic(name, settings));
        if (settings.partitionsOrDefault() > SimulatedBroker.MAX_PARTITIONS) {
            Caller.requireError(answer, ErrorCode.INVALID);
        } else if (known != null && !isSame(settings, known.settings)) {
            Caller.requireError(answer, ErrorCode.CONFLICT);
        } else {
            caller.requireOk(
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

    void deleteTopic() {
        String name = caller.anyTopic();
        Answer<?> answer = caller.call("delete topic " + name, broker -> broker.deleteTopic(name));
        if (caller.topic(name) == null) {
            Caller.requireError(answer, ErrorCode.TOPIC_NOT_FOUND);
        } else {
            caller.requireOk(name, answer, Promise.AT_ONCE, (model, view) -> null);
        }
    }

    void deleteAllTopics() {
        for (String name : caller.simulated.topics()) {
            Answer<?> answer = caller.call("delete topic " + name, broker -> broker.deleteTopic(name));
            unless(answer.isOk(), "it has to be deleted");
        }
    }

    void registerProducer() {
        String name = caller.anyTopic();
        String id = caller.any(Caller.PRODUCERS);
        Answer<ProducerState> answer =
                caller.call("register producer " + id + " of " + name, broker -> broker.registerProducer(name, id));
        if (caller.topic(name) == null) {
            Caller.requireError(answer, ErrorCode.TOPIC_NOT_FOUND);
        } else if (answer.isGiven()) {
            unless(
                    answer.isOk()
                            && answer.value().nextSequence()
                                    == caller.topic(name).nextSequence(id),
                    "%s",
                    answer.value());
        }
    }

    void offsets() {
        String name = caller.anyTopic();
        TopicModel known = caller.topic(name);
        long timestamp = caller.simulated.scheduler.millis() - caller.random().nextInt(20_000);
        Answer<SortedMap<Integer, Long>> answer = caller.call(
                "offsets of " + name + " at " + timestamp,
                broker -> CompletableFuture.completedFuture(broker.offsets(name, OffsetSpec.at(timestamp))));
        if (known == null) {
            Caller.requireError(answer, ErrorCode.TOPIC_NOT_FOUND);
        } else if (answer.isGiven()) {
            caller.adoptStarts(known, caller.simulated.view(name), false);
            for (int p = 0; p < known.partitions; p++) {
                long expected = known.offsetAt(p, timestamp);
                unless(answer.isOk() && answer.value().get(p) == expected, "%s, not %s", answer.value(), expected);
            }
        }
    }
}
