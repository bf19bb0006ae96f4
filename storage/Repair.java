package storage;

import engine.MemoryBroker;
import engine.MemoryBudget;
import engine.Plural;
import engine.Storage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;

/**
 * Repairs a damaged data directory so that it can be read again. A topic is restored to the state before its first
 * damaged record. Removed data is moved to {@code DIR/damaged}, where users can examine it. For one thread.
 */
public final class Repair {
    private final DataDirectory directory;

    /** Files in the folders of topics that do not belong to the broker. */
    private List<Path> others = List.of();

    public Repair(DataDirectory directory) {
        this.directory = directory;
    }

    /**
     * Says what is damaged, what a repair keeps and what it loses. Asks, and repairs if the answer is yes. Repeats this
     * if the repair reveals further damage.
     *
     * @return whether nothing is damaged any more
     * @throws IOException if the repair failed, or is incomplete
     */
    public boolean ask(InputStream in, PrintStream out) throws IOException {
        BufferedReader answers = new BufferedReader(new InputStreamReader(in, Charset.defaultCharset()));
        boolean isRepaired = false;
        for (List<Step> steps = plan(); !steps.isEmpty(); steps = plan()) {
            steps.forEach(step -> out.println(step.loss));
            out.print("Repair? [y/N] ");
            out.flush();
            String answer = answers.readLine();
            if (answer == null || !answer.strip().matches("(?i)y(es)?")) {
                out.println((answer == null ? System.lineSeparator() : "") + "Nothing " + (isRepaired ? "else " : "")
                        + "was changed.");
                return false;
            }
            for (Step step : steps) {
                step.action.run();
            }
            isRepaired = true;
        }
        if (!others.isEmpty()) {
            out.println(directory.ignoredInWords(others));
        }
        out.println(
                isRepaired
                        ? "Repaired. The removed data is in " + DamagedFolder.in(directory.folder())
                                + ". See docs/durability.md for how to produce it again. Start the broker without --repair."
                        : "Nothing in " + directory.folder() + " is damaged.");
        return true;
    }

    private interface Action {
        void run() throws IOException;
    }

    /**
     * One step of a repair.
     *
     * @param loss what is damaged, kept and lost, in words
     */
    private record Step(String loss, Action action) {}

    /** Finds the steps of the repair. Changes nothing. */
    private List<Step> plan() throws IOException {
        List<Step> steps = new ArrayList<>();
        Map<String, Found> byName = new HashMap<>();
        TopicScan found = directory.findTopics();
        others = new ArrayList<>(found.others());
        for (Path topic : found.topics()) {
            MemoryBroker scratch = new MemoryBroker(new MemoryBudget(Long.MAX_VALUE), Integer.MAX_VALUE, Storage.NONE);
            TopicReplay replay = new TopicReplay(scratch, topic, Fsync.ALWAYS, () -> {});
            Step mending = null;
            try {
                replay.read();
                others.addAll(replay.others());
            } catch (CorruptRecordException damage) {
                mending = step(topic, replay, damage);
                steps.add(mending);
            } catch (FileSystemException e) {
                throw new IOException("Cannot repair " + directory.folder() + ": " + FileErrors.reason(e));
            }
            if (!replay.hasNothing()) {
                Found one = new Found(replay.journal().name(), topic, replay.messageCount(), mending);
                byName.merge(one.name, one, (known, duplicate) -> {
                    boolean keepsDuplicate = duplicate.hasOwnName() || !known.hasOwnName();
                    Found kept = keepsDuplicate ? duplicate : known;
                    Found removed = keepsDuplicate ? known : duplicate;
                    steps.remove(removed.mending);
                    steps.add(step(kept, removed));
                    return kept;
                });
            }
        }
        return steps;
    }

    /**
     * A topic of which at least the header can be read.
     *
     * @param mending the step that makes it readable; null if it is not damaged
     */
    private record Found(String name, Path folder, long messages, Step mending) {
        /** Whether the folder has the name that the broker gave it. A copy has another name. */
        boolean hasOwnName() {
            return folder.getFileName().toString().endsWith("-" + TopicFolder.nameInPath(name));
        }

        String inWords() {
            return folder + " with " + Plural.of(messages, "message");
        }
    }

    /**
     * A step for two folders with the same topic, because a broker can have only one. Keeps the folder with the name
     * that the broker gave it. If both have such a name, keeps the later one.
     */
    private static Step step(Found kept, Found duplicate) {
        Path damaged = DamagedFolder.newFor(duplicate.folder);
        return new Step(
                "Two folders have a topic named " + kept.name + ": " + kept.inWords() + ", and " + duplicate.inWords()
                        + ". A repair keeps " + kept.folder + ", and moves " + duplicate.folder + " to " + damaged
                        + ".",
                () -> moveAway(duplicate.folder, damaged));
    }

    private static void moveAway(Path topic, Path damaged) throws IOException {
        Folders.createSynced(damaged.getParent());
        Files.move(topic, damaged, StandardCopyOption.ATOMIC_MOVE);
        Folders.sync(damaged.getParent(), Fsync.ALWAYS);
        Folders.sync(topic.getParent(), Fsync.ALWAYS);
    }

    private Step step(Path topic, TopicReplay replay, CorruptRecordException damage) throws IOException {
        Path damaged = DamagedFolder.newFor(topic);
        long number = JournalSegment.number(damage.file());
        if (replay.hasMissingOffsets()) {
            List<Path> before = segments(topic, other -> other < number);
            return new Step(
                    damage.getMessage() + ". A repair starts the partitions at these offsets. It also removes "
                            + Plural.of(replay.missing().readableBefore(), "readable message") + " before them"
                            + replay.truncated().inRepairWords()
                            + ". It keeps a copy in " + damaged + ".",
                    () -> {
                        Folders.createSynced(damaged);
                        for (Path file : before) {
                            Folders.copy(file, 0, damaged.resolve(file.getFileName()));
                        }
                        replay.acceptMissingOffsets(damaged);
                    });
        }
        if (replay.hasNothing()) {
            return new Step(
                    damage.getMessage() + ". The name of the topic cannot be read. A repair moves all of " + topic
                            + " to "
                            + damaged + ", and removes the topic. Lines that look like messages: "
                            + messagesIn(segments(topic, other -> true)) + ".",
                    () -> moveAway(topic, damaged));
        }
        List<Path> later = segments(topic, other -> other > number);
        long lost = messagesFrom(damage.file(), damage.position()) + messagesIn(later);
        return new Step(
                damage.getMessage() + ". A repair keeps the " + Plural.of(replay.messageCount(), "message")
                        + " before it, and removes everything after that: "
                        + Plural.of(lost, "message")
                        + ", of which some may not be readable. New messages get their offsets again. Later commits and registrations of consumers"
                        + " are lost. The removed data is moved to " + damaged + ".",
                () -> {
                    Folders.createSynced(damaged);
                    Folders.copy(
                            damage.file(),
                            damage.position(),
                            damaged.resolve(damage.file().getFileName()));
                    moveAll(later, damaged);
                    if (damage.position() == 0) {
                        Files.delete(damage.file()); // the segment before it becomes the last one
                        return;
                    }
                    try (FileChannel file = Folders.openFile(damage.file())) {
                        file.truncate(damage.position());
                        file.force(true);
                    }
                });
    }

    private static List<Path> segments(Path topic, LongPredicate numbers) throws IOException {
        return Folders.list(topic).stream()
                .filter(path -> JournalSegment.isSegment(path) && numbers.test(JournalSegment.number(path)))
                .collect(Collectors.toList());
    }

    private static void moveAll(List<Path> files, Path target) throws IOException {
        for (Path file : files) {
            Files.move(file, target.resolve(file.getFileName()));
        }
    }

    private static long messagesIn(List<Path> files) throws IOException {
        long count = 0;
        for (Path file : files) {
            count += messagesFrom(file, 0);
        }
        return count;
    }

    /** How many lines from a position on look like messages. */
    private static long messagesFrom(Path file, long position) throws IOException {
        return Folders.readLines(
                file,
                position,
                lines -> lines.filter(line -> line.startsWith("{\"value\":") || line.startsWith("{\"partition\":"))
                        .count());
    }
}
