///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Reads a mini-kafka topic and prints its messages, keeping a place of its own.
//JAVA 17+
//CDS
//RUNTIME_OPTIONS -Xlog:all=error -Xlog:cds=off
//RUNTIME_OPTIONS -XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=20000
//RUNTIME_OPTIONS -XX:Tier4CompileThreshold=100000 -XX:Tier4BackEdgeThreshold=400000
//DEPS info.picocli:picocli:4.7.7
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.1
//SOURCES Schemas.java cli/Cli.java
//SOURCES client/BrokerClient.java client/BrokerUnavailableException.java client/ClientOptions.java
//SOURCES client/MessageFormat.java client/NdjsonMessages.java client/ProblemException.java

import cli.Cli;
import client.BrokerClient;
import client.ClientOptions;
import client.MessageFormat;
import client.NdjsonMessages;
import client.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The consumer: asks for messages, prints them, asks again. Messages alone go to stdout; all else goes to stderr. What was
 * delivered is printed, even when it is stopped by a signal.
 */
@Command(name = "consumer", version = "mini-kafka 0.1.0", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Reads a topic and prints its messages. Runs until Ctrl-C, unless told when to stop.", ""})
public class Consumer implements Callable<Integer> {
    /** How long the broker may let a request wait: so long, at the most, a signal has to wait too. */
    private static final long WAIT_MS = 500;

    private static final long BATCH_MESSAGES = 100_000;
    private static final long BATCH_BYTES = 1 << 20;
    private static final long STOP_TIMEOUT_MS = 2000;

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

    @Option(names = "--poll-interval", paramLabel = "TIME",
            description = "Ask for a message at a time, and pause so long when there is none: 500ms, 2s, or seconds as in 0.5 "
                    + "(default: let the broker wait until there is one).")
    private Duration pollInterval;

    @Option(names = {"-f", "--format"}, paramLabel = "FORMAT", converter = MessageFormat.Converter.class,
            description = "How to print: %%t topic, %%o offset, %%k key, %%s value, %%K %%S their lengths, %%n new line (default: %%s%%n).")
    private MessageFormat format;

    @Option(names = "--json", description = "Print each message as a line of JSON.")
    private boolean asJson;

    @Option(names = "--count-only", description = "Print no messages, but check that no offset is missing and count them.")
    private boolean countOnly;

    @Spec
    private CommandSpec spec;

    private final OutputStream out = new FileOutputStream(FileDescriptor.out);
    private final MessageFormat valueAndLineFeed = new MessageFormat("%s%n");
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ExecutorService fetcher = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "fetcher");
        thread.setDaemon(true);
        return thread;
    });
    private Future<byte[]> ahead;
    private volatile boolean stopped;
    private BrokerClient broker;
    private ByteArrayOutputStream text = new ByteArrayOutputStream();
    private long read;
    private long nextOffset;

    public static void main(String... args) {
        System.exit(Cli.run(new Consumer(), args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (max < 0) {
            throw new ParameterException(spec.commandLine(), "Invalid value for option '--max': " + max + " is below 0");
        }
        broker = options.connect("consumer", Schemas.JSON);
        register(from);
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "shutdown"));
        long startNanos = System.nanoTime();
        try {
            consume();
        } finally {
            ended.countDown();
        }
        if (countOnly) {
            say(String.format(Locale.ROOT, "%d messages read in %.3f s", read, (System.nanoTime() - startNanos) / 1e9));
        }
        return 0;
    }

    /** After a signal: what is on its way is still printed. */
    private void stop() {
        stopped = true;
        try {
            ended.await(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // then it ends without
        }
    }

    /** @param start what a new consumer is to start from; null for the beginning */
    private void register(String start) throws InterruptedException {
        if (broker.post("/topics/register", Map.of("topic", options.topic()), Schemas.TopicRegistered.class).created()) {
            say("topic " + options.topic() + " is new and empty");
        }
        Schemas.ConsumerRegistered registered = broker.post("/consumers/register",
                new Schemas.ConsumerRegistration(options.topic(), consumerId, start), Schemas.ConsumerRegistered.class);
        consumerId = registered.consumerId();
        nextOffset = registered.offset();
        say(consumerId + " reads topic " + options.topic() + " from offset " + nextOffset);
        if (start != null && start.matches("\\d+") && Long.parseLong(start) != nextOffset) {
            say("it was known already, so that --from " + start + " does not count; a new --consumer-id starts there");
        }
    }

    private void consume() throws IOException, InterruptedException {
        while (read < max && (!stopped || ahead != null)) {
            try {
                byte[] messages = pollInterval == null ? nextBatch() : nextMessage();
                if (messages != null) {
                    print(messages);
                } else if (exitAtEnd) {
                    return;
                } else if (pollInterval != null) {
                    Thread.sleep(pollInterval.toMillis());
                }
            } catch (ProblemException e) {
                ahead = null;
                registerAgain(e);
            } catch (IOException e) {
                if (isClosedPipe(e)) {
                    return; // as in: Consumer | head -1
                }
                throw new IOException("Cannot write to stdout: " + e.getMessage(), e);
            }
        }
    }

    /** While a batch is printed, the next one is on its way, unless it may be one too many. */
    private byte[] nextBatch() throws InterruptedException {
        byte[] messages = ahead == null ? fetch() : await(ahead);
        ahead = messages != null && max == Long.MAX_VALUE && !stopped ? fetcher.submit(this::fetch) : null;
        return messages;
    }

    private byte[] fetch() throws InterruptedException {
        return broker.postForLines("/consume/batch", new Schemas.ConsumeBatchRequest(
                consumerId, Math.min(BATCH_MESSAGES, max - read), BATCH_BYTES, exitAtEnd ? 0 : WAIT_MS));
    }

    private static byte[] await(Future<byte[]> fetch) throws InterruptedException {
        try {
            return fetch.get();
        } catch (ExecutionException e) {
            throw (RuntimeException) e.getCause();
        }
    }

    private byte[] nextMessage() throws InterruptedException {
        return broker.post("/consume", new Schemas.ConsumeRequest(consumerId, null));
    }

    /** A broker that was restarted is empty: the consumer starts over there. */
    private void registerAgain(ProblemException e) throws InterruptedException {
        if (!e.code().equals("CONSUMER_NOT_FOUND")) {
            throw e;
        }
        say("the broker does not know " + consumerId + " any more (restarted? its messages were in RAM); registering again");
        register(null);
    }

    private void print(byte[] bytes) throws IOException {
        NdjsonMessages messages = new NdjsonMessages(bytes);
        text.reset();
        while (messages.next()) {
            read++;
            if (countOnly) {
                check(messages.offset());
            } else if (asJson) {
                text.write(bytes, messages.lineStart(), messages.lineLength());
                text.write('\n');
            } else if (format == null && messages.isPlain()) {
                text.write(bytes, messages.valueStart(), messages.valueLength());
                text.write('\n');
            } else {
                text.write(formatted(bytes, messages).getBytes(StandardCharsets.UTF_8));
            }
        }
        text.writeTo(out);
    }

    private void check(long offset) {
        if (offset != nextOffset) {
            throw new IllegalStateException("Offset " + offset + " came where " + nextOffset + " was due.");
        }
        nextOffset++;
    }

    private String formatted(byte[] bytes, NdjsonMessages line) {
        try {
            Schemas.Message message = Schemas.JSON.readValue(bytes, line.lineStart(), line.lineLength(), Schemas.Message.class);
            return (format == null ? valueAndLineFeed : format)
                    .format(message.topic(), message.offset(), message.key(), message.value());
        } catch (IOException e) {
            throw new UncheckedIOException("The broker sent what is no message.", e);
        }
    }

    /** There is no exception of its own for it; this is how the operating systems call it. */
    private static boolean isClosedPipe(IOException e) {
        return String.valueOf(e.getMessage()).matches("(?i).*(broken pipe|pipe is being closed|pipe has been ended).*");
    }

    private static void say(String notice) {
        System.err.println("consumer: " + notice);
    }
}
