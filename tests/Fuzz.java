///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Sends a broker many requests that nobody would send on purpose, and checks how it answers and what it keeps.
//JAVA 17+
//DEPS info.picocli:picocli:4.7.7
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.1
//DEPS org.junit.jupiter:junit-jupiter-api:6.1.3
//SOURCES ../cli/Version.java Await.java BrokerProcess.java KafkaNodeProcess.java Http.java ProjectFiles.java RunningBroker.java Scripts.java
//SOURCES fuzz/Answer.java fuzz/AnswerCheck.java fuzz/ApiDocument.java fuzz/BrokerState.java fuzz/ByteSender.java fuzz/ByteText.java
//SOURCES fuzz/Failures.java fuzz/FuzzConnection.java fuzz/FuzzRequest.java fuzz/FuzzRun.java fuzz/Ledger.java fuzz/Mutations.java
//SOURCES fuzz/Requests.java fuzz/SchemaSender.java fuzz/Sender.java fuzz/Values.java
package tests;

import static java.nio.charset.StandardCharsets.UTF_8;

import cli.Version;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tests.fuzz.Failures;
import tests.fuzz.FuzzRun;
import tests.fuzz.FuzzRun.Sort;

/**
 * The fuzz: starts a broker with a data directory, sends it requests of each sort, and restarts it after SIGTERM and after SIGKILL. What
 * it checks, {@link FuzzRun} and {@code AnswerCheck} say; besides, the broker must not write anything to stderr.
 */
@Command(
        name = "fuzz",
        mixinStandardHelpOptions = true,
        version = Version.TEXT,
        sortOptions = false,
        description =
                "Sends a broker of its own requests made from its /openapi.json, and valid requests whose bytes were changed. Every request must get an "
                        + "answer or the end of its connection, every answer must be as documented, a refused request must change nothing, and after a restart all that was "
                        + "accepted must be there. The last line says how many requests were sent and how many failures there were; the exit code is 1 if there were any.")
public class Fuzz implements Callable<Integer> {
    /** What requests may leave in the heap, in MB: spare arrays, cached names and classes. */
    private static final double MAX_HEAP_OF_REQUESTS = 24;

    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    /** How many requests there are for one that is sent after the first restart. */
    private static final int AFTER_RESTART = 10;

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "20000",
            description = "How many requests of each sort to send (default: ${DEFAULT-VALUE}).")
    private long requests;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Seed; the same one makes the same requests (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--only", paramLabel = "SORT", description = "Send requests of one sort only: schema or bytes.")
    private Sort only;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Data directory of the broker (default: a temporary one).")
    private Path dataDir;

    @Option(
            names = "--broker-option",
            paramLabel = "OPTION",
            description = "Option for the broker, such as --broker-option=--fsync=always. Can be repeated.")
    private List<String> brokerOptions = List.of();

    private final Failures failures;
    private final PrintStream out;

    Fuzz(PrintStream out) {
        this.out = out;
        this.failures = new Failures(out);
    }

    public static void main(String... args) {
        System.exit(run(System.out, args));
    }

    /** Runs the command with these arguments and returns its exit code. */
    static int run(PrintStream out, String... args) {
        return new CommandLine(new Fuzz(out))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path temporary = dataDir == null ? Files.createTempDirectory("fuzz") : null;
        dataDir = dataDir == null ? temporary.resolve("data") : dataDir;
        out.println("seed " + seed + ", data directory " + dataDir);
        FuzzRun run = new FuzzRun(seed, out, failures);
        double heap;
        try (BrokerProcess broker = start()) {
            send(run, broker, requests);
            heap = liveHeap(broker);
            run.remember(broker.port());
            checkExit(broker.terminate());
        }
        try (BrokerProcess broker = start()) {
            run.compare(broker.port(), "after SIGTERM and a restart");
            compareHeap(heap, liveHeap(broker));
            send(run, broker, requests / AFTER_RESTART);
            run.remember(broker.port());
            broker.kill();
        }
        try (BrokerProcess broker = start()) {
            run.compare(broker.port(), "after SIGKILL and a restart");
        }
        out.printf("%,d refused requests were sent again, one after the other, and changed nothing%n", run.judged());
        failures.printCounts();
        if (temporary != null && failures.count() == 0) {
            delete(temporary);
        }
        out.printf("%d requests, %d failures%n", run.sent(), failures.count());
        return failures.count() == 0 ? 0 : 1;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }

    private BrokerProcess start() {
        List<String> options = new ArrayList<>(brokerOptions);
        options.addAll(List.of("--data-dir", dataDir.toString()));
        return BrokerProcess.start(options.toArray(String[]::new));
    }

    private void send(FuzzRun run, BrokerProcess broker, long count) throws IOException, InterruptedException {
        for (Sort sort : only == null ? Sort.values() : new Sort[] {only}) {
            run.send(broker.port(), sort, count, () -> checkStderr(broker));
        }
    }

    private void checkExit(int exitCode) {
        if (exitCode != 0) {
            failures.add("the broker ended otherwise than with exit code 0", String.valueOf(exitCode));
        }
    }

    private void checkStderr(BrokerProcess broker) {
        String said = broker.newStderr();
        if (!said.isEmpty()) {
            failures.add("the broker wrote to stderr", said.substring(0, Math.min(said.length(), 2000)));
        }
    }

    /** A broker that was restarted has the same topics, consumers and messages, but nothing of the requests. */
    private void compareHeap(double heap, double restarted) {
        String heaps = String.format(
                "live heap: %.1f MB after the requests, %.1f MB with the same data after a restart", heap, restarted);
        out.println(heaps);
        if (heap > restarted + MAX_HEAP_OF_REQUESTS) {
            failures.add("the live heap has grown", heaps);
        }
    }

    /** In MB, after full collections. Only every fourth one compacts the heap completely. */
    private static double liveHeap(BrokerProcess broker) throws IOException, InterruptedException {
        for (int i = 0; i < 4; i++) {
            jcmd(broker, "GC.run");
        }
        return jcmd(broker, "GC.heap_info")
                        .lines()
                        .filter(line -> !line.contains("Metaspace") && !line.contains("class space"))
                        .map(USED::matcher)
                        .filter(Matcher::find)
                        .mapToLong(used -> Long.parseLong(used.group(1)))
                        .sum()
                / 1024.0;
    }

    private static String jcmd(BrokerProcess broker, String command) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(List.of(jcmd.toString(), String.valueOf(broker.pid()), command))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return said;
    }
}
