///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Sends messages to a mini-kafka topic: from arguments, a file, stdin or a prompt.
//JAVA 17+
//CDS
//RUNTIME_OPTIONS -Xlog:cds=off -Xlog:cds+hashtables=off
//RUNTIME_OPTIONS -XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=20000
//RUNTIME_OPTIONS -XX:Tier4CompileThreshold=100000 -XX:Tier4BackEdgeThreshold=400000
//DEPS info.picocli:picocli:4.7.7
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.1
//DEPS me.tongfei:progressbar:0.10.2
//SOURCES Schemas.java cli/Cli.java cli/Terminal.java
//SOURCES client/BrokerClient.java client/BrokerUnavailableException.java client/ClientOptions.java
//SOURCES client/LineReader.java client/ProblemException.java

import cli.Cli;
import cli.Terminal;
import client.BrokerClient;
import client.ClientOptions;
import client.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

/** The producer: one message an argument, or one a line. Messages arrive in the order in which they are given. */
@Command(name = "producer", version = "mini-kafka 0.1.0", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Sends messages to a topic: the arguments, or else each line of a file, of stdin, or of what you type.", ""})
public class Producer implements Callable<Integer> {
    @Parameters(paramLabel = "MESSAGE", description = "Messages to send; without any, lines are read.")
    private List<String> arguments = List.of();

    @Mixin
    private ClientOptions options;

    @Option(names = {"-f", "--file"}, paramLabel = "FILE", description = "File to send, one message a line.")
    private Path file;

    @Option(names = "--count", paramLabel = "N", description = "Send N generated messages: message-0, message-1, ...")
    private Long count;

    @Option(names = "--rate", paramLabel = "N", description = "Send at most N messages a second.")
    private Double rate;

    @Option(names = {"-k", "--key"}, paramLabel = "KEY", description = "Key of every message.")
    private String key;

    @Option(names = {"-K", "--key-separator"}, paramLabel = "TEXT",
            description = "Split each message at the first TEXT into key and value.")
    private String keySeparator;

    @Option(names = "--producer-id", paramLabel = "ID", description = "Name of this producer (default: a fresh one).")
    private String producerId;

    @Spec
    private CommandSpec spec;

    private BrokerClient broker;
    private long accepted;
    private long firstOffset;
    private long lastOffset;
    private final long startNanos = System.nanoTime();

    public static void main(String... args) {
        System.exit(Cli.run(new Producer(), args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireOneSource();
        broker = options.connect("producer", Schemas.JSON);
        try {
            register();
            sendAll();
        } catch (RuntimeException | IOException e) {
            throw new IllegalStateException("After " + summary() + ": " + e.getMessage(), e);
        }
        System.err.println("producer: " + summary());
        return 0;
    }

    private void register() throws InterruptedException {
        broker.post("/topics/register", new Schemas.TopicRegistration(options.topic()));
        producerId = broker.post("/producers/register", new Schemas.ProducerRegistration(options.topic(), producerId),
                Schemas.ProducerRegistered.class).producerId();
    }

    private void sendAll() throws IOException, InterruptedException {
        if (!arguments.isEmpty()) {
            for (String message : arguments) {
                send(message);
            }
        } else if (count != null) {
            for (long i = 0; i < count; i++) {
                send("message-" + i);
            }
        } else if (file != null) {
            sendFile();
        } else {
            sendLines(System.in, Terminal.isStdin() && Terminal.isStderr());
        }
    }

    private void sendFile() throws IOException, InterruptedException {
        try (InputStream in = Files.newInputStream(file)) {
            if (Terminal.isStderr()) {
                ProgressBarBuilder bar = ProgressBar.builder().setTaskName("producer").setInitialMax(Files.size(file)).setUnit("MB", 1_000_000);
                sendLines(ProgressBar.wrap(in, bar), false);
            } else {
                sendLines(in, false);
            }
        }
    }

    private void sendLines(InputStream in, boolean prompt) throws IOException, InterruptedException {
        LineReader lines = new LineReader(in);
        while (true) {
            if (prompt) {
                System.err.print("> ");
            }
            String line = lines.readLine();
            if (line == null) {
                return;
            }
            send(line);
        }
    }

    private void send(String message) throws InterruptedException {
        pace();
        Schemas.Published published = broker.post("/produce", toRequest(message), Schemas.Published.class);
        firstOffset = accepted == 0 ? published.offset() : firstOffset;
        lastOffset = published.offset();
        accepted++;
    }

    private Schemas.PublishRequest toRequest(String message) {
        int at = keySeparator == null ? -1 : message.indexOf(keySeparator);
        return at < 0
                ? new Schemas.PublishRequest(options.topic(), message, key)
                : new Schemas.PublishRequest(options.topic(), message.substring(at + keySeparator.length()), message.substring(0, at));
    }

    private void pace() throws InterruptedException {
        if (rate != null) {
            long due = startNanos + (long) (accepted * 1e9 / rate);
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        }
    }

    private String summary() {
        String offsets = accepted == 0 ? "" : " at offsets " + firstOffset + " to " + lastOffset;
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        return String.format("%d message%s accepted by topic %s%s in %.1f s",
                accepted, accepted == 1 ? "" : "s", options.topic(), offsets, seconds);
    }

    private void requireOneSource() {
        long sources = List.of(!arguments.isEmpty(), count != null, file != null).stream().filter(given -> given).count();
        if (sources > 1) {
            throw new ParameterException(spec.commandLine(), "Give messages, --count or --file, but only one of them.");
        }
        if (rate != null && rate <= 0 || count != null && count < 0) {
            throw new ParameterException(spec.commandLine(), "--rate must be above 0 and --count not below it.");
        }
    }
}
