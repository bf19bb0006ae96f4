package tests.simulation;

import static tests.simulation.Violation.unless;

import engine.ConsumerSettings;
import engine.ErrorCode;
import engine.GroupOffsets;
import engine.GroupOffsets.Committed;
import engine.MemoryBroker;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tests.simulation.Caller.Answer;
import tests.simulation.TopicModel.Reader;
import tests.simulation.TopicVersions.Promise;

/** Calls of clients of another protocol that share groups with consumers, and what the model says of their answers. */
final class OffsetCalls {
    private static final List<String> GROUPS = List.of("g", "h", "k");
    private static final List<String> METADATA = List.of("", "m", "\"\n\u2028\u00e9}");

    private final Caller caller;

    /** The reserved groups of {@link #broker}. A restart releases all groups. */
    private final Set<String> reserved = new HashSet<>();

    private MemoryBroker broker;

    OffsetCalls(Caller caller) {
        this.caller = caller;
    }

    /** A group, most often one without members. */
    private String anyGroup() {
        List<String> empty = GROUPS.stream().filter(name -> !hasMembers(name)).collect(Collectors.toList());
        return empty.isEmpty() || caller.chance(20) ? caller.any(GROUPS) : caller.any(empty);
    }

    /** Whether no new consumer can join a group, because it is reserved. */
    boolean isReserved(String group) {
        return group != null && reserved().contains(group);
    }

    private Set<String> reserved() {
        if (broker != caller.simulated.broker()) {
            reserved.clear();
            broker = caller.simulated.broker();
        }
        return reserved;
    }

    void reserve() {
        String group = anyGroup();
        Answer<Void> answer = callNow("reserve " + group, offsets -> offsets.reserve(group));
        if (hasMembers(group)) {
            Caller.requireError(answer, ErrorCode.CONFLICT);
        } else if (answer.isGiven()) {
            unless(answer.isOk(), "a group without members can be reserved");
            reserved().add(group);
        }
    }

    void release() {
        List<String> known = List.copyOf(new TreeSet<>(reserved()));
        String group = known.isEmpty() ? caller.any(GROUPS) : caller.any(known);
        Answer<Void> answer = callNow("release " + group, offsets -> offsets.release(group));
        unless(!answer.isGiven() || answer.isOk(), "a release always succeeds");
        reserved().remove(group);
    }

    private Answer<Void> callNow(String text, Consumer<GroupOffsets> call) {
        return caller.call(text, now -> {
            call.accept(now.groupOffsets());
            return CompletableFuture.completedFuture(null);
        });
    }

    void commit() {
        String group = anyGroup();
        String name = caller.anyTopic();
        TopicModel known = caller.topic(name);
        Map<Integer, Committed> offsets = new TreeMap<>();
        int partitions = known == null ? 1 : known.partitions;
        for (int p = 0; p < partitions; p++) {
            if (caller.chance(50)) {
                offsets.put(p, new Committed(caller.random().nextInt(10), caller.any(METADATA)));
            }
        }
        if (offsets.isEmpty()) {
            offsets.put(caller.chance(5) ? partitions : 0, new Committed(caller.chance(5) ? -1 : 1, ""));
        }
        boolean isValid = offsets.entrySet().stream()
                .allMatch(one -> one.getKey() < partitions && one.getValue().offset() >= 0);
        Answer<Void> answer = caller.call(
                "commit " + offsets + " of " + group + " in " + name,
                now -> now.groupOffsets().commit(group, name, offsets));
        if (known == null) {
            Caller.requireError(answer, ErrorCode.TOPIC_NOT_FOUND);
        } else if (!isValid) {
            Caller.requireError(answer, ErrorCode.INVALID);
        } else if (hasMembers(group)) {
            Caller.requireError(answer, ErrorCode.CONFLICT);
        } else {
            caller.requireChange(name, answer, Promise.BY_ANSWER, (model, view) -> {
                Reader reader =
                        model.readers.computeIfAbsent(key(group), absent -> Reader.withoutOffsets(model.partitions));
                offsets.forEach(reader::commit);
                return model;
            });
        }
    }

    void deleteGroup() {
        String group = anyGroup();
        List<String> topics = topicsOf(group);
        Answer<Void> answer =
                caller.call("delete group " + group, now -> now.groupOffsets().delete(group));
        if (hasMembers(group)) {
            Caller.requireError(answer, ErrorCode.CONFLICT);
        } else if (topics.isEmpty()) {
            Caller.requireError(answer, ErrorCode.GROUP_NOT_FOUND);
        } else {
            topics.forEach(name ->
                    caller.requireChange(name, answer, Promise.BY_ANSWER, (model, view) -> delete(model, group)));
        }
    }

    void deleteOffsets() {
        String group = anyGroup();
        String name = caller.anyTopic();
        TopicModel known = caller.topic(name);
        Set<Integer> partitions = new TreeSet<>();
        for (int p = 0; p <= SimulatedBroker.MAX_PARTITIONS; p++) {
            if (caller.chance(50)) {
                partitions.add(p);
            }
        }
        List<String> topics = topicsOf(group);
        Answer<Void> answer = caller.call(
                "delete offsets " + partitions + " of " + group + " in " + name,
                now -> now.groupOffsets().delete(group, name, partitions));
        if (topics.isEmpty()) {
            Caller.requireError(answer, ErrorCode.GROUP_NOT_FOUND);
        } else if (known == null) {
            Caller.requireError(answer, ErrorCode.TOPIC_NOT_FOUND);
        } else if (hasMembers(group)) {
            Caller.requireError(answer, ErrorCode.CONFLICT);
        } else {
            Reader reader = known.readers.get(key(group));
            boolean hasOthers =
                    reader != null && !partitions.containsAll(reader.all().keySet());
            caller.requireChange(
                    name,
                    answer,
                    Promise.BY_ANSWER,
                    (model, view) -> hasOthers ? delete(model, group, partitions) : delete(model, group));
        }
    }

    /** The broker ignores a deletion that comes back after a consumer has joined. */
    private static TopicModel delete(TopicModel model, String group) {
        if (!hasMembers(model, group)) {
            model.readers.remove(key(group));
        }
        return model;
    }

    private static TopicModel delete(TopicModel model, String group, Set<Integer> partitions) {
        Reader reader = model.readers.get(key(group));
        if (reader != null && !hasMembers(model, group)) {
            partitions.stream().filter(p -> p < model.partitions).forEach(reader::delete);
        }
        return model;
    }

    private List<String> topicsOf(String group) {
        return caller.versions.existing().stream()
                .filter(name -> caller.topic(name).readers.containsKey(key(group)))
                .collect(Collectors.toList());
    }

    private boolean hasMembers(String group) {
        return caller.versions.existing().stream().anyMatch(name -> hasMembers(caller.topic(name), group));
    }

    private static boolean hasMembers(TopicModel model, String group) {
        return model.members.values().stream().anyMatch(member -> Objects.equals(member.key(), key(group)));
    }

    private static String key(String group) {
        return ConsumerSettings.GROUP + group;
    }
}
