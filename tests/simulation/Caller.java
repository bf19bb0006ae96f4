package tests.simulation;

import static tests.simulation.Violation.unless;

import engine.EngineException;
import engine.ErrorCode;
import engine.MemoryBroker;
import engine.TopicSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import tests.simulation.TopicVersions.Change;
import tests.simulation.TopicVersions.Promise;

/**
 * Makes calls of a broker, and says whether an answer may be. A call whose process ends has no answer: then it may have been done or not,
 * which the next start shows. For one thread.
 */
final class Caller {
    static final List<String> CONSUMERS = List.of("c1", "c2", "c3", "c4");
    static final List<String> PRODUCERS = List.of("p1", "p2");
    static final List<String> TOPICS = List.of("a", "b.", "con");

    final SimulatedBroker simulated;
    final TopicVersions versions;
    private Random random;
    private String description;

    Caller(SimulatedBroker simulated, TopicVersions versions) {
        this.simulated = simulated;
        this.versions = versions;
    }

    /** The next step begins. */
    void nextStep(Random decisions) {
        random = decisions;
        description = "";
        versions.nextStep();
    }

    Random random() {
        return random;
    }

    /** What the last calls did, in words. */
    String description() {
        return description;
    }

    /** Adds to the description. */
    void note(String text) {
        description += text;
    }

    /** What came of a call: a value, an error, or neither because the process ended before. */
    record Answer<T>(boolean isGiven, T value, EngineException error) {
        boolean isOk() {
            return isGiven && error == null;
        }

        boolean is(ErrorCode code) {
            return error != null && error.code() == code;
        }
    }

    /** A call that was made, and whose answer may come later. */
    final class Pending<T> {
        private final String text;
        private final List<Answer<T>> answers = new ArrayList<>();
        private long answeredMs;

        Pending(String text) {
            this.text = text;
        }

        private void answer(T value, Throwable failure) {
            if (simulated.disk.isMounted()) { // else the process ended before
                answers.add(new Answer<>(true, value, engineException(failure)));
                answeredMs = simulated.scheduler.monotonicMs();
            }
        }

        boolean isAnswered() {
            return !answers.isEmpty();
        }

        /** When the answer came, as {@link SimulatedScheduler#monotonicMs}. */
        long answeredMs() {
            return answeredMs;
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
    <T> Pending<T> begin(String text, Function<MemoryBroker, CompletableFuture<T>> call) {
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
    <T> Answer<T> call(String text, Function<MemoryBroker, CompletableFuture<T>> call) {
        Pending<T> pending = begin(text, call);
        runTasks();
        return pending.answer();
    }

    void runTasks() {
        try {
            simulated.scheduler.runAll();
        } catch (ProcessEnded e) {
            // its calls get no answer
        }
    }

    static EngineException engineException(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause == null || cause instanceof EngineException) {
            return (EngineException) cause;
        }
        throw new Violation("an answer failed with " + cause);
    }

    <T> T any(List<T> items) {
        return items.get(random.nextInt(items.size()));
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** A topic, most often one that exists. */
    String anyTopic() {
        List<String> existing = versions.existing();
        return existing.isEmpty() || chance(3) ? any(TOPICS) : any(existing);
    }

    TopicModel topic(String name) {
        return versions.current(name);
    }

    /** The topic of a consumer; null if there is no such consumer. */
    String topicOf(String consumerId) {
        return versions.existing().stream()
                .filter(name -> topic(name).members.containsKey(consumerId))
                .findFirst()
                .orElse(null);
    }

    /** A consumer, most often one that exists. */
    String anyConsumer() {
        List<String> existing =
                CONSUMERS.stream().filter(id -> topicOf(id) != null).collect(Collectors.toList());
        return existing.isEmpty() || chance(3) ? any(CONSUMERS) : any(existing);
    }

    /** The call has to fail, and to change nothing. */
    static void requireError(Answer<?> answer, ErrorCode... possible) {
        unless(
                !answer.isGiven || (answer.error != null && List.of(possible).contains(answer.error.code())),
                "the answer has to be one of %s",
                List.of(possible));
    }

    /** The call changes a topic that exists. It has to succeed, unless the disk has a fault. */
    void requireChange(String topic, Answer<?> answer, Promise promise, Change change) {
        requireOk(topic, answer, promise, (model, view) -> {
            unless(view != null, "there is no topic");
            return change.of(model, view);
        });
    }

    /** The call has to succeed, unless the disk has a fault. */
    void requireOk(String topic, Answer<?> answer, Promise promise, Change change) {
        if (!answer.isGiven) {
            versions.unanswered(topic, change);
        } else if (answer.isOk()) {
            versions.changed(topic, change, promise);
        } else {
            unless(answer.is(ErrorCode.STORAGE_FULL) && simulated.faults.isAny(), "the call has to succeed");
            versions.unclear(topic, change);
        }
    }

    static boolean isLimited(TopicSettings settings) {
        return settings.maxMessages() != null || settings.maxBytes() != null;
    }

    /** @param isAppended whether messages may have been dropped to make room */
    void adoptStarts(TopicModel model, TopicView view, boolean isAppended) {
        model.startsAt(
                view.starts(),
                isAppended && isLimited(model.settings),
                simulated.scheduler.millis(),
                simulated.scheduler.highestMillis());
    }
}
