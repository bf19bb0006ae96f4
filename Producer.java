///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Sends messages to a mini-kafka topic: from arguments, a file, stdin or a prompt.
//JAVA 17+
//CDS
//JAVAC_OPTIONS -J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC
//RUNTIME_OPTIONS -Xlog:all=error -Xlog:cds=off -XX:+UseSerialGC -XX:TieredStopAtLevel=1
//DEPS info.picocli:picocli:4.7.7
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.1
//DEPS com.google.errorprone:error_prone_annotations:2.42.0
//DEPS me.tongfei:progressbar:0.10.2
//SOURCES Schemas.java
//SOURCES cli/package-info.java client/package-info.java

import api.Schemas;
import cli.Cli;
import cli.ControlCharacters;
import cli.ProcessContext;
import cli.SystemCharset;
import cli.UnknownOptionHint;
import cli.Version;
import client.BatchProducer;
import client.BrokerClient;
import client.ClientOptions;
import client.GeneratedLines;
import client.InputException;
import client.InputText;
import client.LineChunks;
import client.OutgoingMessage;
import client.TextMessages;
import client.TopicCreation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The producer: sends each argument or each line as a message. Messages keep their order. */
@Command(
        name = "producer",
        version = Version.TEXT,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Sends messages to a topic: the arguments, or each line of a file, of standard input, or of a prompt.",
            ""
        })
public class Producer implements Callable<Integer>, UnknownOptionHint {
    private static final int MAX_BATCH_SIZE = 16 << 20;

    @Parameters(
            paramLabel = "MESSAGE",
            description =
                    "Messages to send. Without messages, the producer reads lines. Put -- before a message that begins with -.")
    private List<String> arguments = List.of();

    @Mixin
    private ClientOptions options;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "File to send, one message on each line.")
    private Path file;

    @Option(names = "--count", paramLabel = "N", description = "Send N generated messages: message-0, message-1, ...")
    private Long count;

    @Option(names = "--rate", paramLabel = "N", description = "Send at most N messages a second.")
    private Double rate;

    @Option(
            names = {"-k", "--key"},
            paramLabel = "KEY",
            description = "Key of every message.")
    private String key;

    @Option(
            names = {"-K", "--key-separator"},
            paramLabel = "TEXT",
            description =
                    "Split each message at the first TEXT into key and value. \\t is a tab; also \\n, \\r, \\\\. A message that begins "
                            + "with TEXT has an empty key. A message without TEXT has no key.")
    private String keySeparator;

    @Option(
            names = {"-Z", "--empty-as-null"},
            description = "Send an empty value as null: a tombstone. Requires a key.")
    private boolean emptyIsNull;

    @Option(
            names = "--json",
            description =
                    "Read a JSON object on each line, as Consumer --json prints them: value, key and headers. Other members are ignored.")
    private boolean asJson;

    @Option(
            names = "--keep-partitions",
            description = "With --json, send each message to the partition that its object names (default: 0).")
    private boolean keepsPartitions;

    @Option(
            names = "--producer-id",
            paramLabel = "ID",
            description = "Name of this producer (default: a generated name).")
    private String producerId;

    @Option(
            names = "--batch-size",
            paramLabel = "BYTES",
            defaultValue = "1048576",
            description = "Maximum size of a batch, in bytes; 1 sends each message alone (default: 1048576).")
    private int batchSize;

    @Option(
            names = "--linger",
            paramLabel = "TIME",
            defaultValue = "0s",
            description = "How long a batch that is not full waits for more messages: 5ms (default: 0s).")
    private Duration linger;

    @Option(
            names = "--value-size",
            paramLabel = "BYTES",
            description = "Pad generated messages to this size, in bytes.")
    private int valueSize;

    @Spec
    private CommandSpec spec;

    private final ProcessContext context;
    private BatchProducer producer;
    private long startNanos;

    private TextMessages texts;

    /** How many lines were read from the input. */
    private long lines;

    public Producer(ProcessContext context) {
        this.context = context;
    }

    public static void main(String... args) {
        Cli.preload(Producer::preload);
        ProcessContext context = ProcessContext.ofThisProcess();
        context.exit(Cli.run(new Producer(context), context, args));
    }

    /** Loads the classes that read a response. They would otherwise delay the first batch. */
    private static void preload() {
        Schemas.JSON.convertValue(new Schemas.ProducerRegistered("", "", "", 0L), Schemas.ProducerRegistered.class);
        Schemas.PublishedRange range = new Schemas.PublishedRange(0, 0L, 1L);
        Schemas.JSON.convertValue(
                new Schemas.PublishedBatch("", 1L, List.of(range), null), Schemas.PublishedBatch.class);
    }

    @Override
    public String hint(String argument) {
        return "To send it as a message, put -- before it";
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireValidOptions();
        texts = new TextMessages(key, keySeparator, emptyIsNull);
        try (InputStream in = file == null ? context.in() : Files.newInputStream(file)) {
            BrokerClient broker = options.connect(this::printNotice, Schemas.JSON);
            register(broker);
            try {
                sendInput(in);
            } catch (RuntimeException | IOException e) {
                throw new IllegalStateException("After " + summary() + ": " + e.getMessage(), e);
            }
            printNotice(summary());
            if (texts.missingSeparators() != null) {
                printNotice(texts.missingSeparators());
            }
            return 0;
        } catch (NoSuchFileException e) {
            throw new IllegalStateException("Cannot read " + e.getMessage() + ": no such file", e);
        }
    }

    private void register(BrokerClient broker) throws InterruptedException {
        TopicCreation topic = options.topicCreation(broker);
        Schemas.ProducerRegistered registered = topic.createFor(() -> broker.post(
                "/producers/register",
                new Schemas.ProducerRegistration(options.topic(), producerId),
                Schemas.ProducerRegistered.class));
        if (topic.isCreated()) {
            printNotice("Created topic " + options.topic() + ".");
        }
        producer = new BatchProducer(
                broker,
                Schemas.JSON,
                unit(),
                options.topic(),
                registered.producerId(),
                registered.nextSequence() == null ? 0 : registered.nextSequence(),
                batchSize,
                linger);
        startNanos = System.nanoTime();
    }

    /** If a message cannot be sent, sends the messages before it. */
    private void sendInput(InputStream in) throws IOException, InterruptedException {
        try {
            sendAll(in);
        } catch (InputException | IOException e) {
            producer.flush();
            throw e;
        } catch (OutOfMemoryError e) {
            producer.flush();
            throw new InputException(
                    unit() + " " + (lines + 1)
                            + " does not fit into the memory of the producer. Start it with a larger heap (JAVA_TOOL_OPTIONS=-Xmx2g).");
        }
        producer.flush();
    }

    private void sendAll(InputStream in) throws IOException, InterruptedException {
        if (!arguments.isEmpty()) {
            for (String message : arguments) {
                send(message);
            }
        } else if (count != null) {
            sendLines(new GeneratedLines(count, valueSize));
        } else if (file != null && context.isErrTerminal()) {
            ProgressBarBuilder bar = ProgressBar.builder()
                    .setTaskName("producer")
                    .setInitialMax(Files.size(file))
                    .setUnit("MB", 1_000_000);
            sendLines(InputText.withoutByteOrderMark(ProgressBar.wrap(in, bar)));
        } else if (file == null && context.isInTerminal() && context.isErrTerminal()) {
            prompt(in);
        } else {
            sendLines(InputText.withoutByteOrderMark(in));
        }
    }

    /** Sends whole chunks of lines unchanged, unless each line has to be examined. */
    private void sendLines(InputStream in) throws IOException, InterruptedException {
        LineChunks chunks = new LineChunks(in, batchSize);
        for (int length; (length = next(chunks)) > 0; ) {
            if (key == null && keySeparator == null && rate == null && !asJson) {
                int count = LineChunks.count(chunks.bytes(), length);
                producer.addLines(chunks.bytes(), length, count);
                lines += count;
            } else {
                sendEach(chunks.bytes(), length);
            }
        }
    }

    private int next(LineChunks chunks) throws IOException {
        try {
            return chunks.next();
        } catch (InputException e) {
            throw atLine(e.getMessage());
        }
    }

    private void sendEach(byte[] bytes, int length) throws InterruptedException {
        for (int from = 0; from < length; ) {
            int end = LineChunks.endOfLine(bytes, from, length);
            String line = InputText.decode(bytes, from, end);
            if (line == null) {
                throw atLine(BatchProducer.NOT_UTF8);
            }
            send(line);
            from = end + 1;
        }
    }

    private void prompt(InputStream in) throws IOException, InterruptedException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(in, SystemCharset.get()));
        context.err().print("Type a message and press Enter to send it to " + options.topic() + "; Ctrl-D ends.\n> ");
        for (String line; (line = reader.readLine()) != null; ) {
            if (SystemCharset.isGarbled(line)) {
                printNotice("The line is not sent, because it " + SystemCharset.garbled());
            } else {
                send(line);
                producer.flush();
            }
            context.err().print("> ");
        }
        context.err().println();
    }

    private void send(String text) throws InterruptedException {
        try {
            producer.add(asJson ? OutgoingMessage.parse(text, Schemas.JSON, keepsPartitions) : texts.message(text));
        } catch (InputException e) {
            throw atLine(e.getMessage());
        }
        lines++;
        if (rate != null) {
            producer.flush();
            long due = startNanos + (long) (producer.accepted() * 1e9 / rate);
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        }
    }

    /** An error in the next line. */
    private InputException atLine(String what) {
        return new InputException(unit() + " " + (lines + 1) + " " + what);
    }

    private String unit() {
        return arguments.isEmpty() ? "Line" : "Message";
    }

    private void printNotice(String notice) {
        context.err().println("producer: " + ControlCharacters.escapeLine(notice));
    }

    private String summary() {
        long accepted = producer.accepted();
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        return String.format(
                Locale.ROOT,
                "%d message%s accepted by topic %s%s in %.3f s",
                accepted,
                accepted == 1 ? "" : "s",
                options.topic(),
                offsetsInWords(accepted),
                seconds);
    }

    /** The offsets or the number of partitions of the messages, as far as they fit into one line. */
    private String offsetsInWords(long accepted) {
        if (accepted == 0) {
            return "";
        }
        if (producer.partitions() > 1) {
            return " in " + producer.partitions() + " partitions";
        }
        return accepted == 1
                ? " at offset " + producer.lastOffset()
                : " at offsets " + producer.firstOffset() + " to " + producer.lastOffset();
    }

    private void requireValidOptions() {
        require(
                (arguments.isEmpty() ? 0 : 1) + (count == null ? 0 : 1) + (file == null ? 0 : 1) <= 1,
                "Give messages, --count or --file, but only one of them.");
        require(rate == null || rate > 0, "--rate must be above 0.");
        require(count == null || count >= 0, "--count must not be below 0.");
        require(keySeparator == null || !keySeparator.isEmpty(), "--key-separator must not be empty.");
        require(
                !asJson || (key == null && keySeparator == null && count == null),
                "With --json, each object has its own key. Leave out --key, --key-separator and --count.");
        require(!keepsPartitions || asJson, "--keep-partitions needs --json.");
        require(!emptyIsNull || key != null || keySeparator != null, "-Z needs --key or --key-separator.");
        require(batchSize > 0 && batchSize <= MAX_BATCH_SIZE, "--batch-size must be from 1 to " + MAX_BATCH_SIZE + ".");
        require(
                valueSize >= 0 && valueSize <= MAX_BATCH_SIZE,
                "--value-size must be from 0 to " + MAX_BATCH_SIZE + ".");
    }

    private void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }
}
