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
 * Polls for messages and prints them, until it has enough messages or is stopped. It prints all delivered messages,
 * even if a signal stops it. After a lost response, it polls again from the first message that it has not printed. For
 * one thread.
 */
public final class ConsumeLoop {
    /** How long the broker may delay a response, in ms. A signal waits as long, at most. */
    private static final long WAIT_MS = 500;

    private static final long BATCH_MESSAGES = 100_000;
    private static final long BATCH_BYTES = 4 << 20;
    private static final long ASSIGNMENT_CHECK_INTERVAL_MS = 1000;
    private static final long FIRST_PAUSE_MS = 50;
    private static final long MAX_PAUSE_MS = 2000;

    private final RemoteConsumer consumer;
    private final MessagePrinter printer;
    private final Progress progress;
    private final Settings settings;
    private final StopSignal signal;
    private final Consumer<String> notices;
    private final FetchAhead prefetched = new FetchAhead();
    private List<Integer> assigned;
    private long nextAssignmentCheckNanos;

    /** The reason for the lack of messages that was printed last. */
    private String lastNotice = "";

    /** How many responses in a row were lost. */
    private int lostResponses;

    /** When the first of them was lost. */
    private long firstLossNanos;

    /** The recovery to run before the next poll; null if nothing has failed. */
    private Recovery recovery;

    /**
     * How to poll, and when to stop.
     *
     * @param max stop after this many messages
     * @param exitsAtEnd whether to stop when there is no message
     * @param pollInterval how long to pause when there is no message, with one message per poll; null to let the broker
     *     wait
     * @param commitsPrinted whether to commit the messages that were printed
     * @param reportsIdleReason whether to say why there is no message
     */
    public record Settings(
            long max, boolean exitsAtEnd, Duration pollInterval, boolean commitsPrinted, boolean reportsIdleReason) {}

    private interface Recovery {
        void apply() throws InterruptedException;
    }

    /**
     * @param consumer has to be registered before {@link #run}
     * @param progress of the consumer and the printer
     * @param notices receives messages for the user
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

    /** Tells the user where the consumer reads and, if the broker gives a reason, why there are no messages. */
    public void announce(Schemas.ConsumerRegistered registered) {
        assigned = registered.assigned();
        notices.accept(consumer.describe(registered));
        if (registered.why() != null) {
            notices.accept(registered.why().detail());
        }
    }

    /**
     * Runs until it has enough messages or is stopped, or until the reader of stdout closes the pipe.
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
                    consumer.commit(); // at least once: a message may come twice, but none is lost
                    continue;
                }
                reportAssignment();
                byte[] messages = settings.pollInterval == null ? nextBatch() : consumer.fetchOne();
                lostResponses = 0;
                if (messages != null) {
                    printer.print(messages);
                    continue;
                }
                reportIdleReason();
                if (settings.exitsAtEnd) {
                    return;
                } else if (settings.pollInterval != null) {
                    signal.await(settings.pollInterval.toMillis());
                }
            } catch (AnswerLostException e) {
                pauseAfterLoss(e);
                recovery = this::rewind;
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

    /** Fetches the next batch while this one is printed, unless it may have messages that are not wanted. */
    private byte[] nextBatch() throws InterruptedException {
        return prefetched.next(
                () -> consumer.fetch(
                        Math.min(BATCH_MESSAGES, settings.max - printer.count()),
                        BATCH_BYTES,
                        settings.exitsAtEnd ? 0 : WAIT_MS),
                settings.max == Long.MAX_VALUE && !signal.isStopped());
    }

    /** Runs a recovery. If it fails, restores the progress for the next attempt. */
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

    /** Does not pause after a single lost response. Several in a row have a cause that needs time. */
    private void pauseAfterLoss(AnswerLostException e) throws InterruptedException {
        if (lostResponses++ == 0) {
            firstLossNanos = System.nanoTime();
            return;
        } else if (System.nanoTime() - firstLossNanos > TimeUnit.MILLISECONDS.toNanos(consumer.retryTimeoutMs())) {
            throw e;
        } else if (lostResponses == 2) {
            notices.accept(e.getMessage() + " Trying again.");
        }
        signal.await(Math.min(FIRST_PAUSE_MS << Math.min(lostResponses, 10), MAX_PAUSE_MS));
    }

    /**
     * A restarted broker may not know the consumer, and a broker removes a silent consumer: in both cases the consumer
     * registers again.
     */
    private Recovery recoveryFrom(ProblemException e) {
        switch (e.code()) {
            case "CONSUMER_NOT_FOUND":
                notices.accept("the broker does not know " + consumer.id() + " any more; registering again. "
                        + e.getMessage());
                return this::registerAgain;
            case "TOPIC_NOT_FOUND":
                return this::registerAgain; // the topic was deleted
            case "REBALANCED":
                notices.accept("some printed messages will be delivered again, to another member of the group. "
                        + e.getMessage());
                return () -> progress.retain(consumer.fetchInfo().positions().stream()
                        .collect(Collectors.toMap(
                                Schemas.ConsumerPosition::partition, Schemas.ConsumerPosition::committed)));
            default:
                throw e;
        }
    }

    /**
     * Seeks back after a lost response, because its messages count as delivered at the broker.
     *
     * <p>The consumer registers again first. This ends a call that may still wait on the lost connection, and would
     * take messages that nobody gets. In a group with {@code --commit auto}, the messages of the lost response count as
     * read. If other members have committed further meanwhile, the messages before that count as read, too.
     */
    private void rewind() throws InterruptedException {
        consumer.fetchInfo(); // fails if the broker was restarted and does not know the consumer
        Map<Integer, Long> printed = progress.nextOffsets();
        Map<Integer, Long> timestamps = progress.timestamps();
        assigned = consumer.register(null).assigned();
        timestamps.forEach(progress::noteTimestamp);
        if (consumer.isInGroup() && consumer.autoCommit()) {
            return;
        }
        for (Map.Entry<Integer, Long> place : progress.nextOffsets().entrySet()) {
            Long due = printed.get(place.getKey());
            if (due != null && (!consumer.isInGroup() || due > place.getValue())) {
                consumer.seek(place.getKey(), due);
            }
        }
    }

    /** A member of a group continues at the committed offsets, any other consumer after the last printed message. */
    private void registerAgain() throws InterruptedException {
        if (settings.commitsPrinted || !consumer.isInGroup()) {
            prefetched.drop(); // it is delivered again, but not in a group with auto commit, where it counts as read
        }
        Map<Integer, Long> printed = progress.nextOffsets();
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
        if (settings.commitsPrinted && hasPrinted && progress.nextOffset(partition, -1) == offset) {
            progress.markProcessed(partition, offset - 1); // to be committed again
        }
    }

    /**
     * Registers once the topic exists. Does not create a deleted topic, because a consumer would give it one partition.
     *
     * @return null if the loop was stopped before
     */
    private Schemas.ConsumerRegistered registerOnceTopicExists() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(consumer.retryTimeoutMs());
        for (long pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS)) {
            try {
                return consumer.register(null);
            } catch (ProblemException e) {
                if (!TopicCreation.isNotFound(e)) {
                    throw e;
                } else if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("Topic '" + consumer.topic()
                            + "' was deleted, and was not created again within " + consumer.retryTimeoutMs() / 1000.0
                            + " s (--retry-for). A consumer creates its topic only when it starts.");
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

    /** In a group, the assigned partitions may change at any time. */
    private void reportAssignment() throws InterruptedException {
        if (!consumer.isInGroup() || System.nanoTime() < nextAssignmentCheckNanos) {
            return;
        }
        nextAssignmentCheckNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ASSIGNMENT_CHECK_INTERVAL_MS);
        List<Integer> now = consumer.fetchInfo().assigned();
        if (!now.equals(assigned)) {
            notices.accept(
                    "the group was rebalanced: this consumer has partitions " + now + " now, and had " + assigned);
        }
        assigned = now;
    }

    private void reportIdleReason() throws InterruptedException {
        if (settings.reportsIdleReason) {
            String detail = consumer.fetchInfo().why().detail();
            if (!detail.equals(lastNotice)) {
                notices.accept("no message: " + detail);
            }
            lastNotice = detail;
        }
    }
}
