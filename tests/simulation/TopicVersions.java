package tests.simulation;

import static tests.simulation.Violation.unless;

import com.fasterxml.jackson.databind.JsonNode;
import engine.ConsumerSettings;
import engine.ConsumerState;
import engine.GroupOffsets.Committed;
import engine.GroupState;
import engine.Position;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import storage.DataDirectory;
import storage.Fsync;
import tests.simulation.TopicModel.Member;
import tests.simulation.TopicModel.Message;
import tests.simulation.TopicModel.Range;
import tests.simulation.TopicModel.Reader;

/**
 * The models of all topics, with their earlier versions. A restart has to bring back the latest version, or one that is not older than
 * what the broker has promised to keep. For one thread.
 */
final class TopicVersions {
    /** After this time, everything is on the disk with {@code --fsync interval}, if forces do not fail. */
    private static final long INTERVAL_MS = 2 * DataDirectory.SYNC_INTERVAL_MS;

    private final SimulatedBroker simulated;

    /** By topic, the versions that a restart may bring back, the current one last. */
    private final Map<String, List<Version>> versions = new TreeMap<>();

    /** By topic, what calls without an answer, or with an unclear one, may have made of it. */
    private final Map<String, List<Possible>> possible = new TreeMap<>();

    /** By topic, all versions that there were with {@code --fsync never}. A power loss may bring back any of them, in parts. */
    private final Map<String, List<TopicModel>> all = new TreeMap<>();

    /** By topic, the bodies of messages that may be there, because their calls got no answer or failed. */
    private final Map<String, Set<JsonNode>> maybeSent = new TreeMap<>();

    /** The topics with records that a failed force has truncated. The next record makes up for them. */
    private final Set<String> truncated = new TreeSet<>();

    /** The number of the current step. Calls of one step are made at the same time. */
    private int step;

    /** What a call does to a topic. */
    interface Change {
        /**
         * @param model a copy, which may be changed and returned; null if the topic does not exist
         * @param view what the topic looks like after the call; null if it does not exist
         * @return null if the topic does not exist any more
         * @throws Violation if the topic cannot look like this
         */
        TopicModel of(TopicModel model, TopicView view);
    }

    /**
     * @param model null if the topic did not exist
     * @param atMs when it became the current one, by the clock that does not jump
     * @param isWritten whether it is in the files; else the disk is full, and the next write has to make up for it
     * @param writes how often the files of the topic were written before
     */
    private record Version(TopicModel model, long atMs, boolean isWritten, int writes) {}

    /**
     * What a call may have made of a topic.
     *
     * @param before the topic before the call; null if it did not exist
     * @param changes of the call, or of several calls one after the other
     * @param step in which the calls were made
     */
    private record Possible(TopicModel before, List<Change> changes, int step) {
        Possible and(Change change) {
            List<Change> more = new ArrayList<>(changes);
            more.add(change);
            return new Possible(before, more, step);
        }

        /** The changes of another one, too. */
        Possible and(Possible other) {
            List<Change> more = new ArrayList<>(changes);
            more.addAll(other.changes);
            return new Possible(before, more, step);
        }
    }

    private static final Version ABSENT = new Version(null, 0, true, 0);

    TopicVersions(SimulatedBroker simulated) {
        this.simulated = simulated;
    }

    /** The next step begins. */
    void nextStep() {
        step++;
    }

    /** The names of the topics that exist. */
    List<String> existing() {
        return versions.keySet().stream().filter(name -> current(name) != null).collect(Collectors.toList());
    }

    /** The names of the topics that a restart may bring back. */
    Set<String> known() {
        return versions.keySet();
    }

    /** The current model; null if the topic does not exist. */
    TopicModel current(String topic) {
        List<Version> known = versions.get(topic);
        return known == null ? null : known.get(known.size() - 1).model;
    }

    /** When a version is not lost any more. */
    enum Promise {
        /** Not before a later one is promised. */
        NONE,
        /** When the call is answered, with {@code --fsync always}. */
        BY_ANSWER,
        /** At once, except with {@code --fsync never}. */
        AT_ONCE
    }

    /** A call has changed a topic. */
    void changed(String topic, Change change, Promise promise) {
        TopicView view = simulated.view(topic);
        TopicModel next = change.of(copyOf(current(topic)), view);
        unless((next == null) == (view == null), "topic %s exists: %s", topic, view != null);
        boolean isPromised = (promise == Promise.AT_ONCE && simulated.fsync() != Fsync.NEVER)
                || (promise == Promise.BY_ANSWER && simulated.fsync() == Fsync.ALWAYS);
        set(topic, next, isPromised);
    }

    private void set(String topic, TopicModel model, boolean isPromised) {
        List<Version> known = versions.computeIfAbsent(topic, absent -> new ArrayList<>(List.of(ABSENT)));
        Version last = known.get(known.size() - 1);
        int writes = simulated.faults.writes(topic);
        boolean isWritten = !simulated.faults.isAny() && (last.isWritten || writes > last.writes);
        if (isPromised && isWritten) {
            known.clear();
            possible.remove(topic);
            truncated.remove(topic);
        }
        known.add(new Version(model, simulated.scheduler.monotonicMs(), isWritten, writes));
        if (simulated.fsync() == Fsync.NEVER) {
            all.computeIfAbsent(topic, absent -> new ArrayList<>()).add(copyOf(model));
        }
    }

    /** Messages may be in a topic, because their call got no answer or failed. */
    void maybeSent(String topic, List<Message> batch) {
        batch.forEach(message ->
                maybeSent.computeIfAbsent(topic, absent -> new HashSet<>()).add(message.body()));
    }

    /** A call has got no answer, because the process has ended, or its answer says that the disk has failed. */
    void unanswered(String topic, Change change) {
        List<Possible> known = possible.computeIfAbsent(topic, absent -> new ArrayList<>());
        known.addAll(known.stream()
                .filter(other -> other.step == step)
                .map(other -> other.and(change))
                .collect(Collectors.toList()));
        known.add(new Possible(copyOf(current(topic)), List.of(change), step));
    }

    /** The answer of a call says that the disk has failed. The broker may have made the change nevertheless, or may make it later. */
    void unclear(String topic, Change change) {
        unanswered(topic, change);
        boolean isMoreLikelyMade = simulated.faults.doForcesFail; // with a full disk, it is more likely not made
        boolean isMade = isMoreLikelyMade;
        try {
            TopicModel same = copyOf(current(topic));
            TopicView view = simulated.view(topic);
            requireSame(isMoreLikelyMade ? change.of(same, view) : same, view, false);
        } catch (Violation e) {
            isMade = !isMoreLikelyMade;
        }
        if (isMade) {
            changed(topic, change, Promise.NONE);
        }
    }

    private static TopicModel copyOf(TopicModel model) {
        return model == null ? null : model.copy();
    }

    /** From now on, forces fail. */
    void forcesFail() {
        truncated.addAll(versions.keySet());
    }

    /** The process ends now, and what was written remains. */
    void killed() {
        versions.forEach((topic, known) -> {
            int first = truncated.contains(topic) ? 0 : known.size() - 1;
            while (first > 0 && !known.get(first).isWritten) {
                first--;
            }
            keepFrom(known, first);
        });
    }

    /** The power is lost now. */
    void powerLost() {
        if (simulated.fsync() == Fsync.INTERVAL) {
            long promisedMs = simulated.scheduler.monotonicMs() - INTERVAL_MS;
            for (List<Version> known : versions.values()) {
                int first = 0;
                for (int i = 1; i < known.size(); i++) {
                    first = known.get(i).isWritten && known.get(i).atMs <= promisedMs ? i : first;
                }
                keepFrom(known, first);
            }
        }
    }

    private static void keepFrom(List<Version> known, int first) {
        known.subList(0, first).clear();
    }

    /** Each message of these topics is one that was at its offset before, or is of a call that got no answer. */
    void requireKnownMessages(List<String> names) {
        for (String name : names) {
            TopicView view = simulated.view(name);
            List<TopicModel> known = new ArrayList<>(all.getOrDefault(name, List.of()));
            versions.getOrDefault(name, List.of()).forEach(version -> known.add(version.model));
            known.removeIf(Objects::isNull);
            Set<JsonNode> others = maybeSent.getOrDefault(name, Set.of());
            for (Range range : view.since(view.starts())) {
                boolean isKnown = range.messages().stream().allMatch(message -> others.contains(message.body()))
                        || known.stream().anyMatch(model -> model.hasMessages(range, others));
                unless(isKnown, "%s has messages that were not there before: %s", name, range);
            }
        }
    }

    /** The broker is empty. */
    void forget() {
        versions.clear();
        possible.clear();
        truncated.clear();
    }

    /**
     * The broker was started again. Each topic has to be one of its possible versions, which becomes the only one.
     *
     * @param isExact whether the last rebalance of each group was written
     */
    void restarted(Set<String> names, boolean isExact) {
        for (String name : names) {
            TopicView view = simulated.view(name);
            List<Version> known = versions.getOrDefault(name, List.of(ABSENT));
            List<String> reasons = new ArrayList<>();
            boolean isFound = false;
            for (int i = known.size() - 1; i >= 0 && !isFound; i--) {
                isFound = restarted(name, new Possible(known.get(i).model, List.of(), step), view, isExact, reasons);
            }
            List<Possible> changes = possible.getOrDefault(name, List.of());
            for (Possible change : changes) {
                isFound = isFound || restarted(name, change, view, false, reasons);
            }
            if (truncated.contains(name)) {
                isFound = isFound || isRestartedWithTruncated(name, changes, known, view, reasons);
            }
            unless(isFound, "after the restart, topic %s is none of its %s versions: %s", name, known.size(), reasons);
        }
    }

    /**
     * After a failed force, a power loss may undo the truncation of a record. The record comes back after the later ones that were
     * written to its place, if they end where it began.
     */
    private boolean isRestartedWithTruncated(
            String name, List<Possible> changes, List<Version> known, TopicView view, List<String> reasons) {
        Stream<Possible> later = Stream.concat(
                known.stream().map(version -> new Possible(version.model, List.of(), step)), changes.stream());
        return later.flatMap(before -> changes.stream().map(before::and))
                .anyMatch(change -> restarted(name, change, view, false, reasons));
    }

    /** Whether all versions of a consumer have the same session timeout, which is not visible. */
    private boolean isTimeoutKnown(String topic, String id) {
        return versions.getOrDefault(topic, List.of()).stream()
                        .filter(version -> version.model != null && version.model.members.containsKey(id))
                        .map(version ->
                                String.valueOf(version.model.members.get(id).timeoutMs()))
                        .distinct()
                        .count()
                <= 1;
    }

    private boolean restarted(String name, Possible change, TopicView view, boolean isExact, List<String> reasons) {
        return restarted(name, change, view, isExact, true, reasons)
                || (!change.changes.isEmpty() && restarted(name, change, view, isExact, false, reasons));
    }

    /** @param isExpiredThere whether messages that had expired before the restart are there for the changes, too */
    private boolean restarted(
            String name,
            Possible change,
            TopicView view,
            boolean isExact,
            boolean isExpiredThere,
            List<String> reasons) {
        try {
            TopicModel model = copyOf(change.before);
            if (isExpiredThere) {
                bringBackExpired(model, view);
            }
            for (Change one : change.changes) {
                model = one.of(model, view);
            }
            bringBackExpired(model, view);
            if (model != null && !isExact) {
                model.readers.values().forEach(reader -> reader.generation()[0]--);
            }
            TopicModel withThem = copyOf(model);
            boolean isWithoutSome = model != null && view != null && removeThoseOfOtherTopics(model, view);
            requireSame(model, view, true);
            adopt(name, model, view);
            if (isWithoutSome) { // a power loss may bring them back, because the start does not wait for their removal
                versions.get(name).add(0, new Version(withThem, simulated.scheduler.monotonicMs(), true, 0));
            }
            return true;
        } catch (Violation e) {
            reasons.add(e.getMessage());
            return false;
        }
    }

    /** Messages that have expired may be there again after a restart, if the clock was ahead before. */
    private static void bringBackExpired(TopicModel model, TopicView view) {
        if (model != null && view != null && model.settings.maxAgeMs() != null) {
            for (int p = 0; p < Math.min(model.partitions, view.starts().length); p++) {
                model.start[p] = Math.min(model.start[p], view.starts()[p]);
            }
        }
    }

    /**
     * A consumer is in two topics if its removal from one of them was lost. Then a start removes it from one of them.
     *
     * @return whether there is such a consumer
     */
    private boolean removeThoseOfOtherTopics(TopicModel model, TopicView view) {
        Set<String> removed = new TreeSet<>(model.members.keySet());
        removed.removeAll(view.consumers().keySet());
        removed.retainAll(simulated.consumerIds());
        removed.forEach(model::leave);
        return !removed.isEmpty();
    }

    private void adopt(String name, TopicModel model, TopicView view) {
        long now = simulated.scheduler.monotonicMs();
        if (model != null) {
            model.members.replaceAll((id, member) -> Member.of(
                    member.key(),
                    member.autoCommit(),
                    !possible.containsKey(name) && isTimeoutKnown(name, id) ? member.timeoutMs() : Member.UNKNOWN,
                    now,
                    model.partitions,
                    true));
        }
        versions.put(name, new ArrayList<>(List.of(new Version(model, now, true, 0))));
        possible.remove(name);
        truncated.remove(name);
        if (model == null) {
            return;
        }
        model.readers.forEach((key, reader) -> Arrays.fill(reader.owners(), null));
        model.readers.forEach((key, reader) -> {
            reader.generation()[0] = generation(key, view);
            model.own(key, owners(key, model, view), 0);
        });
    }

    /** The owners of the partitions. */
    static String[] owners(String key, TopicModel model, TopicView view) {
        if (key.startsWith(ConsumerSettings.GROUP)) {
            GroupState group = view.groups().get(key.substring(ConsumerSettings.GROUP.length()));
            unless(group != null, "there is no %s", key);
            return group.partitions().stream().map(GroupState.Partition::owner).toArray(String[]::new);
        }
        String[] owners = new String[model.partitions];
        String id = key.substring(ConsumerSettings.ALONE.length());
        Arrays.fill(owners, view.consumers().containsKey(id) ? id : null);
        return owners;
    }

    private static long generation(String key, TopicView view) {
        return key.startsWith(ConsumerSettings.GROUP)
                ? view.groups()
                        .get(key.substring(ConsumerSettings.GROUP.length()))
                        .generation()
                : 0;
    }

    /**
     * A topic looks as its model says.
     *
     * @param isRestarted whether the positions of the consumers are their committed offsets, and groups were reassigned
     */
    void requireSame(TopicModel model, TopicView view, boolean isRestarted) {
        unless((model == null) == (view == null), "the topic exists: %s", view != null);
        if (model == null) {
            return;
        }
        unless(
                view.state().settings().equals(model.settings),
                "%s, not %s",
                view.state().settings(),
                model.settings);
        model.startsAt(view.starts(), false, simulated.scheduler.millis(), simulated.scheduler.highestMillis());
        for (int p = 0; p < model.partitions; p++) {
            unless(view.end(p) == model.end[p], "partition %s ends at %s, not at %s", p, view.end(p), model.end[p]);
        }
        view.since(model.start).forEach(model::requireMessages);
        model.producers.forEach((id, producer) -> unless(
                view.nextSequence(id) == producer.next(),
                "sequence %s of %s, not %s",
                view.nextSequence(id),
                id,
                producer.next()));
        unless(
                view.consumers().keySet().equals(model.members.keySet()),
                "consumers %s, not %s",
                view.consumers().keySet(),
                model.members.keySet());
        view.consumers().forEach((id, consumer) -> requireSame(model, id, consumer, isRestarted));
        view.groups().forEach((name, group) -> requireSame(model, name, group, isRestarted));
        view.groups().keySet().forEach(name -> requireSameOffsets(model, name, view));
        long groups = model.readers.keySet().stream()
                .filter(key -> key.startsWith(ConsumerSettings.GROUP))
                .count();
        unless(
                groups == view.groups().size(),
                "groups %s, not %s",
                view.groups().keySet(),
                model.readers.keySet());
    }

    private static void requireSame(TopicModel model, String id, ConsumerState consumer, boolean isRestarted) {
        Member member = model.members.get(id);
        Reader reader = model.readers.get(member.key());
        String key = ConsumerSettings.groupKey(id, consumer.group());
        unless(key.equals(member.key()), "%s is in %s, not in %s", id, key, member.key());
        unless(consumer.autoCommit() == member.autoCommit(), "auto-commit of %s", id);
        for (Position position : consumer.positions()) {
            int p = position.partition();
            long committed = reader.committed()[p];
            unless(position.committed() == committed, "%s: %s, not committed %s", id, position, committed);
            long expected = Math.max(isRestarted ? committed : member.position()[p], model.start[p]);
            unless(position.offset() == expected, "%s: %s, not position %s", id, position, expected);
        }
        unless(
                isRestarted
                        || consumer.positions().stream()
                                .map(Position::partition)
                                .collect(Collectors.toSet())
                                .equals(model.owned(id)),
                "%s owns %s, not %s",
                id,
                consumer.positions(),
                model.owned(id));
    }

    /** The same offsets are committed, with the same metadata, and none elsewhere. */
    private static void requireSameOffsets(TopicModel model, String name, TopicView view) {
        Map<Integer, Committed> expected =
                model.readers.get(ConsumerSettings.GROUP + name).all();
        unless(
                view.committed(name).equals(expected),
                "%s has committed %s, not %s",
                name,
                view.committed(name),
                expected);
    }

    private static void requireSame(TopicModel model, String name, GroupState group, boolean isRestarted) {
        String key = ConsumerSettings.GROUP + name;
        Reader reader = model.readers.get(key);
        unless(reader != null, "there is no group %s", name);
        for (GroupState.Partition partition : group.partitions()) {
            int p = partition.partition();
            long committed = reader.committed()[p] < 0 ? model.start[p] : reader.committed()[p];
            unless(partition.committed() == committed, "%s: %s, not committed %s", name, partition, committed);
            unless(
                    isRestarted || Objects.equals(partition.owner(), reader.owners()[p]),
                    "%s: %s, not owned by %s",
                    name,
                    partition,
                    reader.owners()[p]);
        }
        List<String> members = model.members.entrySet().stream()
                .filter(entry -> entry.getValue().key().equals(key))
                .map(Map.Entry::getKey)
                .collect(Collectors.toList());
        List<String> found =
                group.members().stream().map(GroupState.Member::consumerId).collect(Collectors.toList());
        unless(isRestarted ? found.containsAll(members) : found.equals(members), "members %s, not %s", found, members);
        unless(
                isRestarted
                        ? group.generation() >= reader.generation()[0]
                        : group.generation() == reader.generation()[0],
                "generation %s of %s, not %s",
                group.generation(),
                name,
                reader.generation()[0]);
    }
}
