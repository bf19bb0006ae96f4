package storage;

import engine.Engine;
import engine.MemoryBudget;
import engine.Storage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;

/**
 * Makes a damaged data directory one that can be read again: a topic goes back to what it was before its first damaged
 * record, and what is taken out is moved to {@code DIR/damaged}, where people can look into it. For one thread.
 */
public final class Repair {
    private final DataDirectory directory;

    public Repair(DataDirectory directory) {
        this.directory = directory;
    }

    /**
     * Says what is damaged, what a repair keeps and what it loses, asks, and if the answer is yes, does it.
     *
     * @return whether nothing is damaged any more
     * @throws IOException if it could not be done, or not to its end
     */
    public boolean ask(InputStream in, PrintStream out) throws IOException {
        List<Step> steps = plan();
        if (steps.isEmpty()) {
            out.println("Nothing in " + directory.folder() + " is damaged.");
            return true;
        }
        steps.forEach(step -> out.println(step.loss));
        out.print("Repair? [y/N] ");
        out.flush();
        String answer = new BufferedReader(new InputStreamReader(in, Charset.defaultCharset())).readLine();
        if (answer == null || !answer.strip().matches("(?i)y(es)?")) {
            out.println("Nothing was changed.");
            return false;
        }
        for (Step step : steps) {
            step.action.run();
        }
        out.println("Repaired. Start the broker without --repair.");
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
        for (Path topic : directory.topicFolders()) {
            Engine scratch = new Engine(new MemoryBudget(Long.MAX_VALUE), Integer.MAX_VALUE, Storage.NONE);
            TopicReplay replay = new TopicReplay(scratch, topic, Fsync.ALWAYS, () -> {});
            try {
                replay.read();
            } catch (Damage damage) {
                steps.add(step(topic, replay, damage));
            }
        }
        return steps;
    }

    private Step step(Path topic, TopicReplay replay, Damage damage) throws IOException {
        Path damaged = freePath(directory.folder().resolve("damaged"), topic.getFileName().toString());
        long number = JournalFile.number(damage.file());
        if (replay.gap() != null) {
            List<Path> before = journals(topic, other -> other < number);
            return new Step(damage.getMessage() + " A repair lets the topic begin after them, and takes out what comes before them, too: "
                    + messagesIn(before) + " messages. They go to " + damaged + ".", () -> {
                moveAll(before, damaged);
                replay.acceptGap();
            });
        }
        List<Path> later = journals(topic, other -> other > number);
        long lost = messagesFrom(damage.file(), damage.position()) + messagesIn(later);
        String what = ". A repair keeps the " + replay.messageCount() + " messages before it, and takes out what follows: " + lost
                + " messages, perhaps not all of them readable, and what was committed since. They go to " + damaged + ".";
        return new Step(damage.getMessage() + what, () -> {
            if (replay.hasNothing()) {
                Folders.create(damaged.getParent());
                Files.move(topic, damaged, StandardCopyOption.ATOMIC_MOVE);
                return;
            }
            Folders.create(damaged);
            copyFrom(damage.file(), damage.position(), damaged.resolve(damage.file().getFileName()));
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

    /** What was taken out before stays. */
    private static Path freePath(Path parent, String name) {
        Path path = parent.resolve(name);
        for (int i = 2; Files.exists(path); i++) {
            path = parent.resolve(name + "." + i);
        }
        return path;
    }

    private static List<Path> journals(Path topic, LongPredicate numbers) throws IOException {
        return Folders.list(topic).stream().filter(path -> JournalFile.number(path) > 0 && numbers.test(JournalFile.number(path)))
                .collect(Collectors.toList());
    }

    private static void moveAll(List<Path> files, Path target) throws IOException {
        Folders.create(target);
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
        if (Files.isDirectory(file)) {
            return 0;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ); InputStream in = Channels.newInputStream(channel.position(position));
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1))) {
            return lines.lines().filter(line -> line.startsWith("{\"value\":") || line.startsWith("{\"partition\":")).count();
        }
    }

    private static void copyFrom(Path file, long position, Path target) throws IOException {
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ); FileChannel to = Folders.openFile(target)) {
            for (long at = position; at < from.size(); ) {
                at += from.transferTo(at, from.size() - at, to);
            }
            to.force(true);
        }
    }
}
