///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Reads a mini-kafka topic and prints its messages, keeping a place of its own.
//JAVA 17+
//CDS
//RUNTIME_OPTIONS -Xlog:all=error -Xlog:cds=off -XX:+UseSerialGC
//DEPS info.picocli:picocli:4.7.7
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.1
//SOURCES Schemas.java cli/Cli.java cli/Environment.java cli/UnknownOptionHint.java
//SOURCES client/AnswerLostException.java client/BrokerUrl.java client/BrokerClient.java client/BrokerUnavailableException.java
//SOURCES client/ClientOptions.java client/ConnectionFailure.java client/HttpCall.java client/MessageFormat.java client/NdjsonMessages.java
//SOURCES client/ProblemException.java client/Progress.java client/OffsetSpec.java client/TopicCreation.java client/TopicNames.java

import api.Schemas;
import cli.Cli;
import cli.UnknownOptionHint;
import client.AnswerLostException;
import client.BrokerClient;
import client.ClientOptions;
import client.MessageFormat;
import client.NdjsonMessages;
import client.OffsetSpec;
import client.ProblemException;
import client.Progress;
import client.TopicCreation;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The consumer: asks for messages, prints them, asks again. Messages alone go to stdout; all else goes to stderr. What was
 * delivered is printed, even when it is stopped by a signal; where a connection broke, it goes back to what it has.
 */
@Command(name = "consumer", version = "mini-kafka 0.1.0", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Reads a topic and prints its messages. Runs until Ctrl-C, unless told when to stop.", ""})
public class Consumer implements Callable<Integer>, UnknownOptionHint {
    /** How long the broker may let a request wait: so long, at the most, a signal has to wait too. */
    private static final long WAIT_MS = 500;

    private static final String JSON = "application/json";
    private static final String NDJSON = "application/x-ndjson";
    private static final long BATCH_MESSAGES = 100_000;
    private static final long BATCH_BYTES = 4 << 20;
    private static final long STOP_TIMEOUT_MS = 2000;
    private static final Duration LONGEST_LEAVE = Duration.ofMillis(1000);
    private static final long LOOK_INTERVAL_MS = 1000;
    private static final long FIRST_PAUSE_MS = 50;
    private static final long LONGEST_PAUSE_MS = 2000;

    /** How long the broker may hear nothing of a member of a group, which may ask for longer pauses, or of a consumer of one run. */
    private static final long SESSION_TIMEOUT_MS = 10_000;

    private static final long HEARTBEAT_MS = SESSION_TIMEOUT_MS / 4;

    /** The longest that the broker takes. */
    private static final long MAX_SESSION_TIMEOUT_MS = 3_600_000;

    @Mixin
    private ClientOptions options;

    @Option(names = {"-c", "--consumer-id"}, paramLabel = "ID",
            description = "Name of this consumer; one that the broker knows goes on where it was (default: a fresh one, for this run).")
    private volatile String consumerId;

    @Option(names = "--from", paramLabel = "PLACE", converter = OffsetSpec.Converter.class,
            description = "Where a new consumer starts: earliest, latest (or now), an offset, -N (N messages before the end), a date such as "
                    + "2026-01-31, or a time such as 2026-01-31T12:00 (local) or 2026-01-31T12:00:00Z (default: earliest).")
    private OffsetSpec from;

    @Option(names = "--seek", paramLabel = "PLACE", converter = OffsetSpec.Converter.class,
            description = "Move to a place, as for --from, also if the consumer is known.")
    private OffsetSpec seek;

    @Option(names = "--partition", paramLabel = "N", description = "The partition that --seek moves in (default: all; a number asks for one).")
    private Integer partition;

    @Option(names = {"-g", "--group"}, paramLabel = "GROUP", description = "Share the topic's partitions with the other consumers of this group.")
    private String group;

    @Option(names = "--commit", paramLabel = "WHEN", defaultValue = "auto",
            description = "When messages count as read: auto, with their delivery (at most once); written, when they were printed (at least "
                    + "once); none, never (default: auto).")
    private Commit commit;

    @Option(names = "--why", description = "Say why nothing comes, when nothing comes.")
    private boolean why;

    @Option(names = {"-n", "--max"}, paramLabel = "N", description = "Stop after N messages.")
    private long max = Long.MAX_VALUE;

    @Option(names = {"-e", "--exit-at-end"}, description = "Stop at the end of the topic.")
    private boolean exitAtEnd;

    @Option(names = "--poll-interval", paramLabel = "TIME",
            description = "Ask for a message at a time, and pause so long when there is none: 500ms, 2s, or seconds as in 0.5 "
                    + "(default: let the broker wait until there is one).")
    private Duration pollInterval;

    @Option(names = {"-f", "--format"}, paramLabel = "FORMAT", converter = MessageFormat.Converter.class,
            description = "How to print: %%t topic, %%p partition, %%o offset, %%T timestamp, %%k key, %%s value, %%K %%S their lengths, %%n new line (default: %%s%%n).")
    private MessageFormat format;

    @Option(names = "--json", description = "Print each message as a line of JSON.")
    private boolean asJson;

    @Option(names = "--count-only", description = "Print no messages, but check that no offset is missing and count them.")
    private boolean countOnly;

    @Spec
    private CommandSpec spec;

    private final OutputStream out = new FileOutputStream(FileDescriptor.out);
    private final MessageFormat valueAndLineFeed = new MessageFormat("%s%n");
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ExecutorService fetcher = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "fetcher");
        thread.setDaemon(true);
        return thread;
    });
    private Future<byte[]> ahead;
    private BrokerClient broker;
    private ByteArrayOutputStream text = new ByteArrayOutputStream();
    private long read;
    private String said = "";
    private List<Integer> assigned;
    private long nextLookNanos;
    private boolean isNameless;

    /** How many answers in a row were lost, and when the first of them. */
    private int losses;
    private long firstLossNanos;

    /** What was printed. */
    private final Progress progress = new Progress();

    /** What to do before going on, after something went wrong. */
    private Remedy remedy;

    private enum Commit { auto, written, none }

    private interface Remedy {
        void apply() throws InterruptedException;
    }

    public static void main(String... args) {
        Cli.preload(() -> Schemas.JSON.convertValue(new Schemas.UnregisterRequest(""), Schemas.UnregisterRequest.class));
        System.exit(Cli.run(new Consumer(), args));
    }

    @Override
    public String hint(String argument) {
        return argument.matches("-\\d+") ? "For the last " + argument.substring(1) + " messages: --from " + argument : "";
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        require(max >= 0, "--max", max + " is below 0");
        require(sessionTimeoutMs() == null || sessionTimeoutMs() <= MAX_SESSION_TIMEOUT_MS, "--poll-interval",
                "in a group it must be below 29m, or the broker takes the consumer for dead");
        require(partition == null || seek != null, "--partition", "there is no --seek, which it belongs to");
        broker = options.connect("consumer", Schemas.JSON);
        isNameless = consumerId == null;
        boolean isToSeek = from != null && !from.isStart() && isNew();
        TopicCreation topic = options.topicCreation(broker);
        Schemas.ConsumerRegistered registered = topic.createFor(() -> register(from == null ? null : from.offset()));
        if (topic.isCreated()) {
            say("topic " + options.topic() + " is new and empty");
        }
        boolean wasKnown = from != null && (from.isStart() ? !isAtStart(from.offset()) : !isToSeek);
        if (isToSeek) {
            seek(null, from);
        }
        if (seek != null) {
            seek(partition, seek);
        }
        announce(registered);
        if (wasKnown) {
            say("it was known already, so that --from " + spec.commandLine().getParseResult().matchedOption("--from").originalStringValues().get(0)
                    + " does not count; a new --consumer-id starts there");
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "shutdown"));
        long startNanos = System.nanoTime();
        if (isNameless && group == null) {
            startHeartbeat();
        }
        try {
            consume();
        } finally {
            leave();
            ended.countDown();
        }
        if (countOnly) {
            say(String.format(Locale.ROOT, "%d messages read in %.3f s", read, (System.nanoTime() - startNanos) / 1e9));
        }
        return 0;
    }

    /** The broker hears of a consumer that is held up, by a terminal that is paused, for example; it forgets one that was killed. */
    private void startHeartbeat() {
        BrokerClient once = options.connectQuietly(Schemas.JSON, Duration.ZERO);
        Thread heartbeat = new Thread(() -> {
            try {
                while (!stopping.await(HEARTBEAT_MS, TimeUnit.MILLISECONDS)) {
                    beat(once);
                }
            } catch (InterruptedException e) {
                // then it ends
            }
        }, "heartbeat");
        heartbeat.setDaemon(true);
        heartbeat.start();
    }

    /** Commits nothing, which the broker takes for a sign of life. */
    private void beat(BrokerClient once) throws InterruptedException {
        try {
            once.post("/consumers/commit", new Schemas.CommitRequest(consumerId, null, null, List.of()), JsonNode.class);
        } catch (RuntimeException e) {
            // whoever consumes will find out
        }
    }

    /** After a signal: what is on its way is still printed. */
    private void stop() {
        stopping.countDown();
        try {
            ended.await(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // then it ends without
        }
    }

    /** Tells whether the broker knows neither the consumer nor its group. */
    private boolean isNew() throws InterruptedException {
        if (isNameless && group == null) {
            return true;
        }
        try {
            broker.get(group == null ? "/consumers/" + encoded(consumerId) : "/groups/" + encoded(group), JsonNode.class);
            return false;
        } catch (ProblemException e) {
            return true;
        }
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    /** False if it is certain that a consumer stands elsewhere than where it was to start. */
    private boolean isAtStart(String start) {
        return !start.matches("\\d+") || progress.due().values().stream().allMatch(offset -> offset == Long.parseLong(start));
    }

    /** A group need not wait for the session of a member that is known to have gone, nor a full topic for one without a name. */
    private void leave() throws InterruptedException {
        if ((group != null || isNameless) && !Thread.currentThread().isInterrupted()) {
            try {
                options.connectQuietly(Schemas.JSON, LONGEST_LEAVE)
                        .post("/consumers/unregister", new Schemas.UnregisterRequest(consumerId), Schemas.Unregistered.class);
            } catch (RuntimeException e) {
                // it has gone already, or its session ends
            }
        }
    }

    /**
     * Makes the broker know the consumer; if it does already, the consumer goes back to what was committed.
     *
     * @param start what a new consumer is to start from; null for the beginning
     */
    private Schemas.ConsumerRegistered register(String start) throws InterruptedException {
        Schemas.ConsumerRegistered registered = broker.post("/consumers/register",
                new Schemas.ConsumerRegistration(options.topic(), consumerId, start, group, commit == Commit.auto, sessionTimeoutMs()),
                Schemas.ConsumerRegistered.class);
        consumerId = registered.consumerId();
        assigned = registered.assigned();
        progress.clear();
        if (registered.offset() != null) {
            progress.start(0, registered.offset());
        }
        if (registered.positions() != null) {
            registered.positions().forEach(position -> progress.start(position.partition(), position.offset()));
        }
        return registered;
    }

    /** Long enough for the pauses of a member of a group; null for one that reads alone and whose name outlives it. */
    private Long sessionTimeoutMs() {
        if (group == null) {
            return isNameless ? Long.valueOf(SESSION_TIMEOUT_MS) : null;
        }
        return pollInterval == null ? SESSION_TIMEOUT_MS : SESSION_TIMEOUT_MS + 2 * pollInterval.toMillis();
    }

    private void announce(Schemas.ConsumerRegistered registered) {
        say(consumerId + " reads topic " + options.topic() + places(registered.assigned() == null));
        if (registered.why() != null) {
            say(registered.why().detail());
        }
    }

    /** {@code  from offset 0}, or {@code  in group g, from partition 0 offset 7, partition 2 offset 0}. */
    private String places(boolean isOnlyPartition) {
        String in = group == null ? "" : " in group " + group;
        Map<Integer, Long> places = progress.due();
        if (isOnlyPartition || places.isEmpty()) {
            return in + places.values().stream().map(offset -> " from offset " + offset).collect(Collectors.joining());
        }
        return in + ", from " + places.entrySet().stream()
                .map(entry -> "partition " + entry.getKey() + " offset " + entry.getValue()).collect(Collectors.joining(", "));
    }

    /** @param partition null for all that it owns */
    private void seek(Integer partition, OffsetSpec place) throws InterruptedException {
        if (place.fromEnd() == null) {
            seek(partition, place.offset(), place.timestamp());
            return;
        }
        Schemas.TopicInfo topic = broker.get("/topics/" + options.topic(), Schemas.TopicInfo.class);
        List<Schemas.PartitionInfo> partitions = topic.partitions() != null ? topic.partitions()
                : List.of(new Schemas.PartitionInfo(0, topic.messages(), topic.startOffset(), topic.endOffset()));
        for (Schemas.PartitionInfo one : partitions) {
            if (partition == null ? progress.due().containsKey(one.partition()) : partition == one.partition()) {
                seek(one.partition(), Math.max(one.startOffset(), one.endOffset() - place.fromEnd()));
            }
        }
    }

    private void seek(Integer partition, Object offset, Long timestamp) throws InterruptedException {
        broker.post("/consumers/seek", new Schemas.SeekRequest(consumerId, partition, offset, timestamp), Schemas.Sought.class).positions()
                .forEach(position -> progress.start(position.partition(), position.offset()));
    }

    private void consume() throws IOException, InterruptedException {
        while (remedy != null || !isCommitted() || read < max && (!isStopped() || ahead != null)) {
            try {
                if (remedy != null) {
                    apply(remedy);
                    continue;
                } else if (!isCommitted()) {
                    commitWritten();
                    continue;
                }
                sayAssigned();
                byte[] messages = pollInterval == null ? nextBatch() : nextMessage();
                losses = 0;
                if (messages != null) {
                    print(messages);
                    continue;
                }
                sayWhy();
                if (exitAtEnd) {
                    return;
                } else if (pollInterval != null) {
                    stopping.await(pollInterval.toMillis(), TimeUnit.MILLISECONDS);
                }
            } catch (AnswerLostException e) {
                pauseAfterLoss(e);
                remedy = this::goBack;
            } catch (ProblemException e) {
                remedy = remedyFor(e);
            } catch (IOException e) {
                if (isClosedPipe(e)) {
                    return; // as in: Consumer | head -1
                }
                throw new IOException("Cannot write to stdout: " + e.getMessage(), e);
            }
        }
    }

    /** If it fails, what was printed counts as before, for the next attempt. */
    private void apply(Remedy due) throws InterruptedException {
        Progress before = progress.copy();
        remedy = null;
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
        } else if (System.nanoTime() - firstLossNanos > options.patience().toNanos()) {
            throw e;
        } else if (losses == 2) {
            say(e.getMessage() + " Trying again.");
        }
        stopping.await(Math.min(FIRST_PAUSE_MS << Math.min(losses, 10), LONGEST_PAUSE_MS), TimeUnit.MILLISECONDS);
    }

    private boolean isStopped() {
        return stopping.getCount() == 0;
    }

    /** While a batch is printed, the next one is on its way, unless it may be one too many. */
    private byte[] nextBatch() throws InterruptedException {
        Future<byte[]> due = ahead;
        ahead = null;
        byte[] messages = due == null ? fetch() : await(due);
        ahead = messages != null && max == Long.MAX_VALUE && !isStopped() ? fetcher.submit(this::fetch) : null;
        return messages;
    }

    private byte[] fetch() throws InterruptedException {
        return broker.postOnce("/consume/batch", new Schemas.ConsumeBatchRequest(
                consumerId, Math.min(BATCH_MESSAGES, max - read), BATCH_BYTES, exitAtEnd ? 0 : WAIT_MS), NDJSON);
    }

    private static byte[] await(Future<byte[]> fetch) throws InterruptedException {
        try {
            return fetch.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException) {
                throw (RuntimeException) e.getCause();
            }
            throw new IllegalStateException("Cannot go on: " + e.getCause(), e); // out of memory, say
        }
    }

    private byte[] nextMessage() throws InterruptedException {
        return broker.postOnce("/consume", new Schemas.ConsumeRequest(consumerId, null), JSON);
    }

    /** Whether there is nothing for this consumer to commit. */
    private boolean isCommitted() {
        return commit != Commit.written || progress.isCommitted();
    }

    /** What was printed is done with. Messages that come twice are better than messages that are lost. */
    private void commitWritten() throws InterruptedException {
        List<Schemas.PartitionOffset> offsets = progress.uncommitted().entrySet().stream()
                .map(entry -> new Schemas.PartitionOffset(entry.getKey(), entry.getValue())).collect(Collectors.toList());
        broker.post("/consumers/commit", new Schemas.CommitRequest(consumerId, null, null, offsets), Schemas.Committed.class);
        progress.commit();
    }

    /**
     * After an answer that was lost: what was in it was delivered, as far as the broker knows, and is asked for again. To
     * register again ends a call that may wait for the lost connection still, and would get messages for nobody. In a group
     * with {@code --commit auto} what was in the answer counts as read; and where others have gone on meanwhile, so does it.
     */
    private void goBack() throws InterruptedException {
        look(); // a broker that was restarted does not know it: then it begins anew
        Map<Integer, Long> printed = progress.due();
        Map<Integer, Long> timestamps = progress.timestamps();
        register(null);
        timestamps.forEach(progress::noteTimestamp);
        if (group != null && commit == Commit.auto) {
            return;
        }
        for (Map.Entry<Integer, Long> place : progress.due().entrySet()) {
            Long due = printed.get(place.getKey());
            if (due != null && (group == null || due > place.getValue())) {
                seek(place.getKey(), due);
            }
        }
    }

    private void seek(int partition, long offset) throws InterruptedException {
        try {
            seek(partition, offset, null);
        } catch (ProblemException e) {
            if (e.code().equals("OFFSET_TRIMMED")) {
                seek(partition, "earliest", null);
            } else if (!e.code().equals("OFFSET_OUT_OF_RANGE")) { // the broker was restarted just now: then it is at the start
                throw e;
            }
        }
    }

    /** In a group partitions come and go. */
    private void sayAssigned() throws InterruptedException {
        if (group == null || System.nanoTime() < nextLookNanos) {
            return;
        }
        nextLookNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LOOK_INTERVAL_MS);
        List<Integer> now = look().assigned();
        if (!now.equals(assigned)) {
            say("it has partitions " + now + " now, and had " + assigned + ": the group has changed");
        }
        assigned = now;
    }

    /** Where the consumer stands, as the broker sees it. */
    private Schemas.ConsumerInfo look() throws InterruptedException {
        return broker.get("/consumers/" + consumerId, Schemas.ConsumerInfo.class);
    }

    private void sayWhy() throws InterruptedException {
        if (why) {
            String detail = look().why().detail();
            if (!detail.equals(said)) {
                say("nothing comes: " + detail);
            }
            said = detail;
        }
    }

    /** A broker that was restarted may be empty, and a consumer that was silent for too long is removed: it registers again. */
    private Remedy remedyFor(ProblemException e) {
        switch (e.code()) {
            case "CONSUMER_NOT_FOUND":
                say("the broker does not know " + consumerId + " any more; registering again. " + e.getMessage());
                return this::registerAgain;
            case "TOPIC_NOT_FOUND":
                return this::registerAgain; // it was deleted just now
            case "REBALANCED":
                say("some of what was printed comes again, to another of the group. " + e.getMessage());
                return () -> progress.keep(look().positions().stream().collect(Collectors.toMap(
                        Schemas.ConsumerPosition::partition, Schemas.ConsumerPosition::committed)));
            default:
                throw e;
        }
    }

    /** A member of a group goes on from what the group has committed, any other consumer behind what it has printed. */
    private void registerAgain() throws InterruptedException {
        dropAhead();
        Map<Integer, Long> printed = progress.due();
        Map<Integer, Long> timestamps = progress.timestamps();
        Schemas.ConsumerRegistered registered = registerOnceTopicExists();
        if (registered == null) {
            return;
        }
        if (group == null && isSameTopic(printed, timestamps)) {
            for (Map.Entry<Integer, Long> place : printed.entrySet()) {
                goOn(place.getKey(), place.getValue(), timestamps.containsKey(place.getKey()));
            }
            timestamps.forEach(progress::noteTimestamp);
        }
        announce(registered);
    }

    private void goOn(int partition, long offset, boolean hasPrinted) throws InterruptedException {
        seek(partition, offset);
        if (commit == Commit.written && hasPrinted && progress.due(partition, -1) == offset) {
            progress.pass(partition, offset - 1); // to be committed again
        }
    }

    /**
     * Registers when the topic is there. Only its users create a topic that was deleted: a consumer would give it one partition.
     *
     * @return null if it was stopped before
     */
    private Schemas.ConsumerRegistered registerOnceTopicExists() throws InterruptedException {
        long deadline = System.nanoTime() + options.patience().toNanos();
        for (long pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
            try {
                return register(null);
            } catch (ProblemException e) {
                if (!TopicCreation.isNotFound(e)) {
                    throw e;
                } else if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("Topic '" + options.topic() + "' was deleted, and nobody has created it again for "
                            + options.patience().toMillis() / 1000.0 + " s (--retry-for). A consumer creates it only when it starts.");
                }
            }
            if (pauseMs == FIRST_PAUSE_MS) {
                say("topic " + options.topic() + " does not exist any more; waiting for it to be created again");
            }
            if (stopping.await(pauseMs, TimeUnit.MILLISECONDS)) {
                progress.clear();
                return null;
            }
        }
    }

    /** Tells whether the topic still has the messages that were printed last; after a restart of the broker, say, there may be others. */
    private boolean isSameTopic(Map<Integer, Long> printed, Map<Integer, Long> timestamps) throws InterruptedException {
        for (Map.Entry<Integer, Long> last : timestamps.entrySet()) {
            try {
                JsonNode page = broker.get("/topics/" + options.topic() + "/messages?max_messages=1&partition=" + last.getKey() + "&offset="
                        + (printed.get(last.getKey()) - 1), JsonNode.class);
                if (page.path("messages").path(0).path("timestamp").asLong(-1) != last.getValue()) {
                    return false;
                }
            } catch (ProblemException e) {
                if (!e.code().equals("OFFSET_TRIMMED")) {
                    return false;
                }
            }
        }
        return true;
    }

    /** What was fetched ahead is delivered again, unless it counts as read in a group. Nothing more may be on its way then. */
    private void dropAhead() throws InterruptedException {
        if (ahead != null && (commit == Commit.written || group == null)) {
            try {
                await(ahead);
            } catch (RuntimeException e) {
                // it did not come
            }
            ahead = null;
        }
    }

    private void print(byte[] bytes) throws IOException {
        NdjsonMessages messages = new NdjsonMessages(bytes, Schemas.JSON);
        text.reset();
        try {
            int partition = -1;
            int start = 0;
            int length = 0;
            while (hasNext(messages)) {
                if (messages.partition() != partition && length > 0) {
                    progress.noteTimestamp(partition, messages.timestampOf(start, length));
                }
                partition = messages.partition();
                start = messages.lineStart();
                length = messages.lineLength();
                read++;
                print(bytes, messages);
                progress.pass(partition, messages.offset());
            }
            if (length > 0) {
                progress.noteTimestamp(partition, messages.timestampOf(start, length));
            }
        } finally {
            text.writeTo(out);
        }
    }

    private static boolean hasNext(NdjsonMessages messages) {
        try {
            return messages.next();
        } catch (IOException e) {
            throw noMessage(e);
        }
    }

    private void print(byte[] bytes, NdjsonMessages message) throws IOException {
        if (countOnly) {
            check(message.partition(), message.offset());
        } else if (asJson) {
            text.write(bytes, message.lineStart(), message.lineLength());
            text.write('\n');
        } else if (format == null && message.isPlain()) {
            text.write(bytes, message.valueStart(), message.valueLength());
            text.write('\n');
        } else {
            text.write(formatted(bytes, message).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** A member of a group may get a partition later, or again. */
    private void check(int partition, long offset) {
        long due = progress.due(partition, offset);
        if (offset != due && group == null) {
            throw new IllegalStateException("Offset " + offset + " came where " + due + " was due"
                    + (partition == 0 ? "." : ", in partition " + partition + "."));
        }
    }

    private String formatted(byte[] bytes, NdjsonMessages line) {
        try {
            Schemas.Message message = Schemas.JSON.readValue(bytes, line.lineStart(), line.lineLength(), Schemas.Message.class);
            return (format == null ? valueAndLineFeed : format)
                    .format(message.topic(), message.partition() == null ? 0 : message.partition(), message.offset(),
                            message.timestamp(), message.key(), message.value());
        } catch (IOException e) {
            throw noMessage(e);
        }
    }

    private static UncheckedIOException noMessage(IOException e) {
        return new UncheckedIOException("The answer to a consume is no message of a mini-kafka broker. Is the URL right?", e);
    }

    /** There is no exception of its own for it; this is how the operating systems call it. */
    private static boolean isClosedPipe(IOException e) {
        return String.valueOf(e.getMessage()).matches("(?i).*(broken pipe|pipe is being closed|pipe has been ended).*");
    }

    private void require(boolean condition, String option, String otherwise) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), "Invalid value for option '" + option + "': " + otherwise);
        }
    }

    private static void say(String notice) {
        System.err.println("consumer: " + notice);
    }
}
