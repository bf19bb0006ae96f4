package client;

import api.Schemas;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Asks for messages, prints them, and asks again, until it has enough or is to stop. What was delivered is printed, even when it is stopped by a
 * signal; where an answer was lost, it goes back to what it has. For one thread.
 */
public final class ConsumeLoop {
    /** How long the broker may let a request wait: so long, at the most, a signal has to wait too. */
    private static final long WAIT_MS = 500;

    private static final long BATCH_MESSAGES = 100_000;
    private static final long BATCH_BYTES = 4 << 20;
    private static final long LOOK_INTERVAL_MS = 1000;
    private static final long FIRST_PAUSE_MS = 50;
    private static final long LONGEST_PAUSE_MS = 2000;

    private final RemoteConsumer consumer;
    private final MessagePrinter printer;
    private final Progress progress;
    private final Settings settings;
    private final StopSignal signal;
    private final Consumer<String> notices;
    private final FetchAhead prefetched = new FetchAhead();
    private List<Integer> assigned;
    private long nextLookNanos;

    /** What was said last of why nothing comes. */
    private String lastNotice = "";

    /** How many answers in a row were lost, and when the first of them. */
    private int losses;

    private long firstLossNanos;

    /** What to do before going on, after something went wrong; null if nothing did. */
    private Recovery recovery;

    /**
     * How to go on, and how long.
     *
     * @param max after so many messages it ends
     * @param endsAtEnd whether it ends when nothing comes
     * @param pollInterval how long to pause when nothing comes, a message at a time; null to let the broker wait
     * @param commitsPrinted whether what was printed is committed
     * @param saysWhy whether to say why nothing comes
     */
    public record Settings(
            long max, boolean endsAtEnd, Duration pollInterval, boolean commitsPrinted, boolean saysWhy) {}

    private interface Recovery {
        void apply() throws InterruptedException;
    }

    /**
     * @param consumer has registered
     * @param progress of the consumer and the printer
     * @param notices gets what the user should know
     */
    public ConsumeLoop(
            RemoteConsumer consumer,
            MessagePrinter printer,
            Progress progress,
            Settings settings,
            StopSignal signal,
            Consumer<String> notices) {
        this.consumer = consumer;
        this.printer = printer;
        this.progress = progress;
        this.settings = settings;
        this.signal = signal;
        this.notices = notices;
    }

    /** Tells where the consumer reads, and why it gets nothing, if so. */
    public void announce(Schemas.ConsumerRegistered registered) {
        assigned = registered.assigned();
        notices.accept(consumer.describe(registered));
        if (registered.why() != null) {
            notices.accept(registered.why().detail());
        }
    }

    /**
     * Runs until it has enough or is to stop. A pipe that its reader has closed is enough.
     *
     * @throws IOException if messages cannot be written
     */
    public void run() throws IOException, InterruptedException {
        while (recovery != null
                || !isCommitted()
                || (printer.count() < settings.max && (!signal.isStopped() || prefetched.isUnderWay()))) {
            try {
                if (recovery != null) {
                    apply(recovery);
                    continue;
                } else if (!isCommitted()) {
                    consumer.commit(); // messages that come twice are better than messages that are lost
                    continue;
                }
                sayAssigned();
                byte[] messages = settings.pollInterval == null ? nextBatch() : consumer.fetchOne();
                losses = 0;
                if (messages != null) {
                    printer.print(messages);
                    continue;
                }
                sayWhy();
                if (settings.endsAtEnd) {
                    return;
                } else if (settings.pollInterval != null) {
                    signal.await(settings.pollInterval.toMillis());
                }
            } catch (AnswerLostException e) {
                pauseAfterLoss(e);
                recovery = this::goBack;
            } catch (ProblemException e) {
                recovery = recoveryFrom(e);
            } catch (IOException e) {
                if (MessagePrinter.isClosedPipe(e)) {
                    return; // as in: Consumer | head -1
                }
                throw new IOException("Cannot write to stdout: " + e.getMessage(), e);
            }
        }
    }

    /** Whether there is nothing to commit. */
    private boolean isCommitted() {
        return !settings.commitsPrinted || progress.isCommitted();
    }

    /** While a batch is printed, the next one is on its way, unless it may be one too many. */
    private byte[] nextBatch() throws InterruptedException {
        return prefetched.next(
                () -> consumer.fetch(
                        Math.min(BATCH_MESSAGES, settings.max - printer.count()),
                        BATCH_BYTES,
                        settings.endsAtEnd ? 0 : WAIT_MS),
                settings.max == Long.MAX_VALUE && !signal.isStopped());
    }

    /** If it fails, what was printed counts as before, for the next attempt. */
    private void apply(Recovery due) throws InterruptedException {
        Progress before = progress.copy();
        recovery = null;
        try {
            due.apply();
        } catch (RuntimeException e) {
            progress.restore(before);
            throw e;
        }
    }

    /** One answer may get lost at once; several in a row have a cause that needs time. */
    private void pauseAfterLoss(AnswerLostException e) throws InterruptedException {
        if (losses++ == 0) {
            firstLossNanos = System.nanoTime();
            return;
        } else if (System.nanoTime() - firstLossNanos > TimeUnit.MILLISECONDS.toNanos(consumer.patienceMs())) {
            throw e;
        } else if (losses == 2) {
            notices.accept(e.getMessage() + " Trying again.");
        }
        signal.await(Math.min(FIRST_PAUSE_MS << Math.min(losses, 10), LONGEST_PAUSE_MS));
    }

    /** A broker that was restarted may be empty, and a consumer that was silent for too long is removed: it registers again. */
    private Recovery recoveryFrom(ProblemException e) {
        switch (e.code()) {
            case "CONSUMER_NOT_FOUND":
                notices.accept("the broker does not know " + consumer.id() + " any more; registering again. "
                        + e.getMessage());
                return this::registerAgain;
            case "TOPIC_NOT_FOUND":
                return this::registerAgain; // it was deleted just now
            case "REBALANCED":
                notices.accept("some of what was printed comes again, to another of the group. " + e.getMessage());
                return () -> progress.keep(consumer.look().positions().stream()
                        .collect(Collectors.toMap(
                                Schemas.ConsumerPosition::partition, Schemas.ConsumerPosition::committed)));
            default:
                throw e;
        }
    }

    /**
     * After an answer that was lost: what was in it was delivered, as far as the broker knows, and is asked for again. To
     * register again ends a call that may wait for the lost connection still, and would get messages for nobody. In a group
     * with {@code --commit auto} what was in the answer counts as read; and where others have gone on meanwhile, so does it.
     */
    private void goBack() throws InterruptedException {
        consumer.look(); // a broker that was restarted does not know it: then it begins anew
        Map<Integer, Long> printed = progress.due();
        Map<Integer, Long> timestamps = progress.timestamps();
        assigned = consumer.register(null).assigned();
        timestamps.forEach(progress::noteTimestamp);
        if (consumer.isInGroup() && consumer.autoCommit()) {
            return;
        }
        for (Map.Entry<Integer, Long> place : progress.due().entrySet()) {
            Long due = printed.get(place.getKey());
            if (due != null && (!consumer.isInGroup() || due > place.getValue())) {
                consumer.seek(place.getKey(), due);
            }
        }
    }

    /** A member of a group goes on from what the group has committed, any other consumer behind what it has printed. */
    private void registerAgain() throws InterruptedException {
        if (settings.commitsPrinted || !consumer.isInGroup()) {
            prefetched.drop(); // it is delivered again; in a group that commits by delivery it counts as read
        }
        Map<Integer, Long> printed = progress.due();
        Map<Integer, Long> timestamps = progress.timestamps();
        Schemas.ConsumerRegistered registered = registerOnceTopicExists();
        if (registered == null) {
            return;
        }
        if (!consumer.isInGroup() && consumer.hasSameMessages(printed, timestamps)) {
            for (Map.Entry<Integer, Long> place : printed.entrySet()) {
                resume(place.getKey(), place.getValue(), timestamps.containsKey(place.getKey()));
            }
            timestamps.forEach(progress::noteTimestamp);
        }
        announce(registered);
    }

    private void resume(int partition, long offset, boolean hasPrinted) throws InterruptedException {
        consumer.seek(partition, offset);
        if (settings.commitsPrinted && hasPrinted && progress.due(partition, -1) == offset) {
            progress.pass(partition, offset - 1); // to be committed again
        }
    }

    /**
     * Registers when the topic is there. Only its users create a topic that was deleted: a consumer would give it one partition.
     *
     * @return null if it was stopped before
     */
    private Schemas.ConsumerRegistered registerOnceTopicExists() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(consumer.patienceMs());
        for (long pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
            try {
                return consumer.register(null);
            } catch (ProblemException e) {
                if (!TopicCreation.isNotFound(e)) {
                    throw e;
                } else if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("Topic '" + consumer.topic()
                            + "' was deleted, and nobody has created it again for " + consumer.patienceMs() / 1000.0
                            + " s (--retry-for). A consumer creates it only when it starts.");
                }
            }
            if (pauseMs == FIRST_PAUSE_MS) {
                notices.accept(
                        "topic " + consumer.topic() + " does not exist any more; waiting for it to be created again");
            }
            if (signal.await(pauseMs)) {
                progress.clear();
                return null;
            }
        }
    }

    /** In a group partitions come and go. */
    private void sayAssigned() throws InterruptedException {
        if (!consumer.isInGroup() || System.nanoTime() < nextLookNanos) {
            return;
        }
        nextLookNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LOOK_INTERVAL_MS);
        List<Integer> now = consumer.look().assigned();
        if (!now.equals(assigned)) {
            notices.accept("it has partitions " + now + " now, and had " + assigned + ": the group has changed");
        }
        assigned = now;
    }

    private void sayWhy() throws InterruptedException {
        if (settings.saysWhy) {
            String detail = consumer.look().why().detail();
            if (!detail.equals(lastNotice)) {
                notices.accept("nothing comes: " + detail);
            }
            lastNotice = detail;
        }
    }
}
