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
 * Makes a damaged data directory one that can be read again: a topic goes back to what it was before its first damaged
 * record, and what is taken out is moved to {@code DIR/damaged}, where people can look into it. For one thread.
 */
public final class Repair {
    private final DataDirectory directory;

    /** What is in the folders of topics that is not the broker's. */
    private List<Path> others = List.of();

    public Repair(DataDirectory directory) {
        this.directory = directory;
    }

    /**
     * Says what is damaged, what a repair keeps and what it loses, asks, and if the answer is yes, does it; and so on, if it then
     * shows that more is.
     *
     * @return whether nothing is damaged any more
     * @throws IOException if it could not be done, or not to its end
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
                        ? "Repaired. What was taken out is in " + DamagedFolder.in(directory.folder())
                                + ", and docs/durability.md says how to produce it again. Start the broker without --repair."
                        : "Nothing in " + directory.folder() + " is damaged.");
        return true;
    }

    private interface Action {
        void run() throws IOException;
    }

    /** Something to do, and what is damaged, kept and lost by it, in words. */
    private record Step(String loss, Action action) {}

    /** What is to be done. Changes nothing. */
    private List<Step> plan() throws IOException {
        List<Step> steps = new ArrayList<>();
        Map<String, Found> byName = new HashMap<>();
        TopicScan found = directory.findTopics();
        others = new ArrayList<>(found.others());
        for (Path topic : found.topics()) {
            MemoryBroker scratch = new MemoryBroker(new MemoryBudget(Long.MAX_VALUE), Integer.MAX_VALUE, Storage.NONE);
            TopicReplay replay = new TopicReplay(scratch, topic, Fsync.ALWAYS, () -> {});
            try {
                replay.read();
                others.addAll(replay.others());
                Found one = new Found(replay.journal().name(), topic, replay.messageCount());
                byName.merge(one.name, one, (known, twin) -> {
                    boolean keepsTwin = twin.hasOwnName() || !known.hasOwnName();
                    steps.add(keepsTwin ? step(twin, known) : step(known, twin));
                    return keepsTwin ? twin : known;
                });
            } catch (CorruptRecordException damage) {
                steps.add(step(topic, replay, damage));
            } catch (FileSystemException e) {
                throw new IOException("Cannot repair " + directory.folder() + ": " + FileErrors.reason(e));
            }
        }
        return steps;
    }

    /** A topic that can be read. */
    private record Found(String name, Path folder, long messages) {
        /** Whether the folder has the name that the broker gave it; a copy has another one. */
        boolean hasOwnName() {
            return folder.getFileName().toString().endsWith("-" + TopicFolder.nameInPath(name));
        }

        String inWords() {
            return folder + " with " + Plural.of(messages, "message");
        }
    }

    /** For two folders that have the same topic: a broker can have one. That with the name which the broker gave it is kept or, if both have it, the later one. */
    private static Step step(Found kept, Found twin) {
        Path damaged = DamagedFolder.newFor(twin.folder);
        return new Step(
                "Two folders have a topic named " + kept.name + ": " + kept.inWords() + ", and " + twin.inWords()
                        + ". A repair keeps " + kept.folder + ", and moves " + twin.folder + " to " + damaged + ".",
                () -> moveAway(twin.folder, damaged));
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
            List<Path> before = journals(topic, other -> other < number);
            return new Step(
                    damage.getMessage() + ". A repair lets them begin there, and so takes out, besides, "
                            + Plural.of(replay.missing().readableBefore(), "message") + " that are there from before"
                            + replay.truncated().inRepairWords()
                            + ", and keeps a copy in " + damaged + ".",
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
                    damage.getMessage() + ". Nothing tells what topic it was: a repair moves all of " + topic + " to "
                            + damaged + ", and the topic is gone. Lines that look like messages: "
                            + messagesIn(journals(topic, other -> true)) + ".",
                    () -> moveAway(topic, damaged));
        }
        List<Path> later = journals(topic, other -> other > number);
        long lost = messagesFrom(damage.file(), damage.position()) + messagesIn(later);
        return new Step(
                damage.getMessage() + ". A repair keeps the " + Plural.of(replay.messageCount(), "message")
                        + " before it, and takes out what follows: "
                        + Plural.of(lost, "message")
                        + ", perhaps not all readable. New messages will get their offsets again, commits go back, and consumers that have registered"
                        + " since are gone. It goes to " + damaged + ".",
                () -> {
                    Folders.createSynced(damaged);
                    Folders.copy(
                            damage.file(),
                            damage.position(),
                            damaged.resolve(damage.file().getFileName()));
                    moveAll(later, damaged);
                    if (damage.position() == 0) {
                        Files.delete(damage.file()); // the one before it goes on
                        return;
                    }
                    try (FileChannel file = Folders.openFile(damage.file())) {
                        file.truncate(damage.position());
                        file.force(true);
                    }
                });
    }

    private static List<Path> journals(Path topic, LongPredicate numbers) throws IOException {
        return Folders.list(topic).stream()
                .filter(path -> JournalSegment.isOne(path) && numbers.test(JournalSegment.number(path)))
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

    /** How many lines from there on look like messages. */
    private static long messagesFrom(Path file, long position) throws IOException {
        return Folders.readLines(
                file,
                position,
                lines -> lines.filter(line -> line.startsWith("{\"value\":") || line.startsWith("{\"partition\":"))
                        .count());
    }
}
