///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Reads a mini-kafka topic and prints its messages, keeping a place of its own.
//JAVA 17+
//CDS
//RUNTIME_OPTIONS -Xlog:cds=off -Xlog:cds+hashtables=off
//RUNTIME_OPTIONS -XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=20000
//RUNTIME_OPTIONS -XX:Tier4CompileThreshold=100000 -XX:Tier4BackEdgeThreshold=400000
//DEPS info.picocli:picocli:4.7.7
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.1
//SOURCES Schemas.java cli/Cli.java
//SOURCES client/BrokerClient.java client/BrokerUnavailableException.java client/ClientOptions.java
//SOURCES client/MessageFormat.java client/ProblemException.java

import cli.Cli;
import client.BrokerClient;
import client.ClientOptions;
import client.MessageFormat;
import client.ProblemException;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The consumer: polls, prints, polls again. Messages alone go to stdout; all else goes to stderr. */
@Command(name = "consumer", version = "mini-kafka 0.1.0", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Reads a topic and prints its messages. Runs until Ctrl-C, unless told when to stop.", ""})
public class Consumer implements Callable<Integer> {
    /** Output waits no longer than this for more of it, so that whoever reads it sees it come, and a closed pipe is noticed. */
    private static final long FLUSH_INTERVAL_NANOS = 100_000_000;

    @Mixin
    private ClientOptions options;

    @Option(names = {"-c", "--consumer-id"}, paramLabel = "ID",
            description = "Name of this consumer; one that the broker knows goes on where it was (default: a fresh one).")
    private String consumerId;

    @Option(names = "--from", paramLabel = "OFFSET", description = "Where a new consumer starts: earliest, latest or an offset (default: earliest).")
    private String from;

    @Option(names = {"-n", "--max"}, paramLabel = "N", description = "Stop after N messages.")
    private long max = Long.MAX_VALUE;

    @Option(names = {"-e", "--exit-at-end"}, description = "Stop at the end of the topic.")
    private boolean exitAtEnd;

    @Option(names = "--poll-interval", paramLabel = "TIME", defaultValue = "1s",
            description = "Pause after the broker had nothing new: 500ms, 2s, or seconds as in 0.5 (default: 1s).")
    private Duration pollInterval;

    @Option(names = {"-f", "--format"}, paramLabel = "FORMAT", defaultValue = "%s%n", converter = MessageFormat.Converter.class,
            description = "How to print: %%t topic, %%o offset, %%k key, %%s value, %%K %%S their lengths, %%n new line (default: %%s%%n).")
    private MessageFormat format;

    @Option(names = "--json", description = "Print each message as a line of JSON.")
    private boolean asJson;

    @Spec
    private CommandSpec spec;

    private final OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16);
    private BrokerClient broker;
    private long lastFlushNanos = System.nanoTime() - FLUSH_INTERVAL_NANOS;

    public static void main(String... args) {
        System.exit(Cli.run(new Consumer(), args));
    }

    @Override
    public Integer call() throws InterruptedException {
        if (max < 0) {
            throw new ParameterException(spec.commandLine(), "Invalid value for option '--max': " + max + " is below 0");
        }
        broker = options.connect("consumer", Schemas.JSON);
        register(from);
        try {
            consume();
            out.flush();
        } catch (IOException readerIsGone) {
            return 0; // as in: Consumer | head -1
        }
        return 0;
    }

    private void register(String start) throws InterruptedException {
        broker.post("/topics/register", new Schemas.TopicRegistration(options.topic()));
        Schemas.ConsumerRegistered registered = broker.post("/consumers/register",
                new Schemas.ConsumerRegistration(options.topic(), consumerId, start), Schemas.ConsumerRegistered.class);
        consumerId = registered.consumerId();
        say(consumerId + " reads topic " + options.topic() + " from offset " + registered.offset());
    }

    private void consume() throws IOException, InterruptedException {
        for (long printed = 0; printed < max; ) {
            byte[] message = next();
            if (message != null) {
                print(message);
                printed++;
                flushIfDue();
            } else if (exitAtEnd) {
                return;
            } else {
                out.flush();
                Thread.sleep(pollInterval.toMillis());
            }
        }
    }

    /** The next message as JSON, or null. A broker that was restarted is empty: the consumer starts over there. */
    private byte[] next() throws InterruptedException {
        try {
            return broker.post("/consume", new Schemas.ConsumeRequest(consumerId));
        } catch (ProblemException e) {
            if (!e.code().equals("CONSUMER_NOT_FOUND")) {
                throw e;
            }
            say("the broker does not know " + consumerId + " any more (restarted? its messages were in RAM); registering again");
            register(null);
            return null;
        }
    }

    private void print(byte[] json) throws IOException {
        if (asJson) {
            out.write(json);
            out.write('\n');
        } else {
            out.write(formatted(json).getBytes(StandardCharsets.UTF_8));
        }
    }

    private String formatted(byte[] json) {
        try {
            Schemas.Message message = Schemas.JSON.readValue(json, Schemas.Message.class);
            return format.format(message.topic(), message.offset(), message.key(), message.value());
        } catch (IOException e) {
            throw new UncheckedIOException("The broker sent what is no message: " + new String(json, StandardCharsets.UTF_8), e);
        }
    }

    private void flushIfDue() throws IOException {
        if (System.nanoTime() - lastFlushNanos >= FLUSH_INTERVAL_NANOS) {
            out.flush();
            lastFlushNanos = System.nanoTime();
        }
    }

    private static void say(String notice) {
        System.err.println("consumer: " + notice);
    }
}
