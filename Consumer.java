///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Reads a mini-kafka topic from the consumer's own offset, and prints its messages.
//JAVA 17+
//CDS
//JAVAC_OPTIONS -J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC
//RUNTIME_OPTIONS -Xlog:all=error -Xlog:cds=off -XX:+UseSerialGC
//DEPS info.picocli:picocli:4.7.7
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.1
//DEPS com.google.errorprone:error_prone_annotations:2.42.0
//SOURCES Schemas.java
//SOURCES cli/package-info.java client/package-info.java

import api.Schemas;
import cli.Cli;
import cli.ControlCharacters;
import cli.OptionCheck;
import cli.ProcessContext;
import cli.UnknownOptionHint;
import cli.Version;
import client.BrokerClient;
import client.ClientOptions;
import client.ConsumeLoop;
import client.MessageFormat;
import client.MessagePrinter;
import client.OffsetSpec;
import client.Progress;
import client.RemoteConsumer;
import client.StopSignal;
import client.TopicCreation;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The consumer: polls for messages and prints them, see {@link ConsumeLoop}. Only messages go to stdout; all notices go to
 * stderr.
 */
@Command(
        name = "consumer",
        version = Version.TEXT,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Reads a topic and prints its messages. Runs until Ctrl-C, unless --max or --exit-at-end is given.",
            ""
        })
public class Consumer implements Callable<Integer>, UnknownOptionHint {
    /**
     * The session timeout of a member of a group, and of a consumer with a generated name. A member with
     * --poll-interval gets a longer one.
     */
    private static final long SESSION_TIMEOUT_MS = 10_000;

    /** The longest session timeout that the broker accepts. */
    private static final long MAX_SESSION_TIMEOUT_MS = 3_600_000;

    @Mixin
    private ClientOptions options;

    @Option(
            names = {"-c", "--consumer-id"},
            paramLabel = "ID",
            description =
                    "Name of this consumer. A known consumer continues where it was (default: a generated name for this run).")
    private String consumerId;

    @Option(
            names = "--from",
            paramLabel = "PLACE",
            converter = OffsetSpec.Converter.class,
            description =
                    "Where a new consumer starts: earliest, latest (or now), an offset, -N (N messages before the end), a date such as "
                            + "2026-01-31, or a time such as 2026-01-31T12:00 (local) or 2026-01-31T12:00:00Z (default: earliest).")
    private OffsetSpec from;

    @Option(
            names = "--seek",
            paramLabel = "PLACE",
            converter = OffsetSpec.Converter.class,
            description = "Move the consumer, also a known one. PLACE is as for --from.")
    private OffsetSpec seek;

    @Option(
            names = "--partition",
            paramLabel = "N",
            description =
                    "The partition for --seek (default: all; required if PLACE is an offset and there are several).")
    private Integer partition;

    @Option(
            names = {"-g", "--group"},
            paramLabel = "GROUP",
            description = "Share the topic's partitions with the other consumers of this group.")
    private String group;

    @Option(
            names = "--commit",
            paramLabel = "WHEN",
            defaultValue = "auto",
            description = "When to commit: auto, at delivery (at most once); written, after printing (at least "
                    + "once); none, never (default: auto).")
    private Commit commit;

    @Option(names = "--why", description = "Print the reason when there is no message.")
    private boolean why;

    @Option(
            names = {"-n", "--max"},
            paramLabel = "N",
            description = "Stop after N messages.")
    private long max = Long.MAX_VALUE;

    @Option(
            names = {"-e", "--exit-at-end"},
            description = "Stop at the end of the topic.")
    private boolean exitAtEnd;

    @Option(
            names = "--poll-interval",
            paramLabel = "TIME",
            description =
                    "Poll one message at a time, and pause for this time if there is none: 500ms, 2s, or seconds such as 0.5 "
                            + "(default: wait at the broker until there is one).")
    private Duration pollInterval;

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            converter = MessageFormat.Converter.class,
            description =
                    "Output format: %%t topic, %%T timestamp, %%p partition, %%o offset, %%k key, %%s value, %%K %%S their lengths, %%h headers, %%n new line (default: %%s%%n).")
    private MessageFormat format;

    @Option(names = "--json", description = "Print each message as a line of JSON.")
    private boolean asJson;

    @Option(
            names = "--raw",
            description =
                    "Print control characters unchanged on a terminal, too. They can change what the terminal shows.")
    private boolean raw;

    @Option(
            names = "--count-only",
            description = "Count the messages and check that no offset is missing. Print no messages.")
    private boolean countOnly;

    @Option(
            names = "--allow-gaps",
            description = "With --count-only, accept missing offsets. A topic of Kafka has them after transactions.")
    private boolean allowsGaps;

    @Spec
    private CommandSpec spec;

    private final ProcessContext context;
    private final Progress progress = new Progress();

    private enum Commit {
        auto,
        written,
        none
    }

    public Consumer(ProcessContext context) {
        this.context = context;
    }

    public static void main(String... args) {
        Cli.preload(
                () -> Schemas.JSON.convertValue(new Schemas.UnregisterRequest(""), Schemas.UnregisterRequest.class));
        ProcessContext context = ProcessContext.ofThisProcess();
        context.exit(Cli.run(new Consumer(context), context, args));
    }

    @Override
    public String hint(String argument) {
        return argument.matches("-\\d+")
                ? "For the last " + argument.substring(1) + " messages: --from " + argument
                : "";
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        require(max >= 0, "--max", max + " is below 0");
        require(
                sessionTimeoutMs() == null || sessionTimeoutMs() <= MAX_SESSION_TIMEOUT_MS,
                "--poll-interval",
                "in a group it must be below 29m, because a session timeout is at most 1h");
        require(partition == null || seek != null, "--partition", "it requires --seek");
        BrokerClient broker = options.connect(this::printNotice, Schemas.JSON);
        RemoteConsumer consumer = new RemoteConsumer(
                options,
                broker,
                new RemoteConsumer.Settings(consumerId, group, commit == Commit.auto, sessionTimeoutMs()),
                progress);
        MessagePrinter printer = new MessagePrinter(
                context.rawOut(),
                style(),
                format,
                allowsGaps || group != null,
                !raw && context.isOutTerminal(),
                progress);
        StopSignal signal = new StopSignal();
        ConsumeLoop loop = new ConsumeLoop(
                consumer,
                printer,
                progress,
                new ConsumeLoop.Settings(max, exitAtEnd, pollInterval, commit == Commit.written, why),
                signal,
                this::printNotice);
        registerAndSeek(consumer, options.topicCreation(broker), loop);
        signal.watchProcess();
        long startNanos = System.nanoTime();
        consumer.startHeartbeat(signal);
        try {
            loop.run();
        } finally {
            consumer.leave();
            signal.noteEnd();
        }
        if (countOnly) {
            printNotice(String.format(
                    Locale.ROOT,
                    "%d messages read in %.3f s",
                    printer.count(),
                    (System.nanoTime() - startNanos) / 1e9));
        }
        return 0;
    }

    /** Registers the consumer, and moves it to the offset that the options name. */
    private void registerAndSeek(RemoteConsumer consumer, TopicCreation topic, ConsumeLoop loop)
            throws InterruptedException {
        boolean mustSeek = from != null && !from.isStart() && consumer.isNew();
        Schemas.ConsumerRegistered registered =
                topic.createFor(() -> consumer.register(from == null ? null : from.offset()));
        if (topic.isCreated()) {
            printNotice("Created topic " + options.topic() + ", which is empty.");
        }
        boolean isFromIgnored = from != null && (from.isStart() ? !consumer.isAtStart(from.offset()) : !mustSeek);
        if (mustSeek) {
            consumer.seek(null, from);
        }
        if (seek != null) {
            consumer.seek(partition, seek);
        }
        loop.announce(registered);
        if (isFromIgnored) {
            printNotice("--from "
                    + spec.commandLine()
                            .getParseResult()
                            .matchedOption("--from")
                            .originalStringValues()
                            .get(0)
                    + " is ignored, because the " + (group == null ? "consumer" : "group")
                    + " already exists. Use --seek to move it.");
        }
    }

    private MessagePrinter.Style style() {
        if (countOnly) {
            return MessagePrinter.Style.COUNT;
        }
        return asJson ? MessagePrinter.Style.JSON : MessagePrinter.Style.TEXT;
    }

    /**
     * Longer than the pauses of a member of a group; null for a consumer with a name and without a group, because it
     * keeps its offset.
     */
    private Long sessionTimeoutMs() {
        if (group == null) {
            return consumerId == null ? Long.valueOf(SESSION_TIMEOUT_MS) : null;
        }
        return pollInterval == null ? SESSION_TIMEOUT_MS : SESSION_TIMEOUT_MS + 2 * pollInterval.toMillis();
    }

    private void require(boolean condition, String option, String otherwise) {
        OptionCheck.require(spec, condition, option, otherwise);
    }

    private void printNotice(String notice) {
        context.err().println("consumer: " + ControlCharacters.escapeLine(notice));
    }
}
