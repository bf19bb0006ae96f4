///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Measures mini-kafka beside a bare Javalin, the FastAPI original, Kafka, kcat and Redis, in one run.
//JAVA 17+
//DEPS info.picocli:picocli:4.7.7
//SOURCES ../cli/Cli.java ../cli/ControlCharacters.java ../cli/Environment.java ../cli/HostName.java ../cli/OptionCheck.java ../cli/ProcessContext.java ../cli/SystemCharset.java
//SOURCES ../cli/Terminal.java
//SOURCES ../cli/UnknownOptionHint.java ../cli/Version.java
//SOURCES Bar.java Bench.java Comparison.java Format.java HttpConnection.java Jvm.java Latency.java Machine.java Measure.java Processes.java
//SOURCES RealLines.java Row.java Scale.java Server.java Table.java Tool.java
//SOURCES Kafka.java KafkaProtocol.java OurBroker.java Redis.java Wrk.java
//SOURCES CallCosts.java Durable.java EndToEnd.java FileTransfer.java Gateway.java Kept.java OneByOne.java Pages.java PageVisitors.java Rebalance.java RetainedHeap.java
//SOURCES Hostile.java Secured.java SingleProduce.java SlowClients.java Trickle.java
//SOURCES SingleProducers.java Throughput.java
//SOURCES VersionBefore.java Waiting.java WaitingCrowd.java WarmStart.java
package benchmark;

import cli.Cli;
import cli.OptionCheck;
import cli.ProcessContext;
import cli.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The benchmark: runs one measure after the other, each beside its peers, and prints a table. It asserts nothing: the exit
 * code is 1 if a measure could not be made, never because of what it showed.
 */
@Command(
        name = "benchmark",
        version = Version.TEXT,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures the broker beside its peers on this machine and prints a table of medians and ratios.",
            "A peer that is not installed is skipped. The table goes to stdout, all else to stderr.",
            ""
        },
        footer = {
            "",
            "Measures: throughput (produce and consume in bulk), files (real lines in and out), latency (one by one), "
                    + "single (one message a request, 32 connections), heap, kept (the rate of a long topic), durable (with --data-dir), waiting, rebalance, pages (open in browsers), secured (access control and TLS), hostile (beside slow clients), gateway (over Kafka), protocol (Kafka clients on our broker), costs (the CPU time of a call to a gateway), start, before (this version beside the checkout that --before names)."
        })
public class Benchmark implements Callable<Integer> {
    private static final List<Measure> MEASURES = List.of(
            new Throughput(),
            new FileTransfer(),
            new OneByOne(),
            new SingleProduce(),
            new RetainedHeap(),
            new Kept(),
            new Durable(),
            new Waiting(),
            new Rebalance(),
            new Pages(),
            new Secured(),
            new Hostile(),
            new Gateway(),
            new KafkaProtocol(),
            new CallCosts(),
            new WarmStart(),
            new VersionBefore());

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Only these measures, separated by commas.")
    private Set<String> only = new LinkedHashSet<>();

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "3",
            description = "Rounds of each measure (default: 3).")
    private int repeat;

    @Option(
            names = "--messages",
            paramLabel = "N",
            defaultValue = "5000000",
            description = "Messages of a bulk round; the size of all other measures follows it (default: 5000000).")
    private long messages;

    @Option(
            names = "--before",
            paramLabel = "FOLDER",
            description = "A checkout of an earlier version, which start and before compare this one with.")
    private Path before;

    @Option(
            names = "--markdown",
            paramLabel = "FILE",
            description = "Write the table as Markdown, with the machine and the versions.")
    private Path markdown;

    @Spec
    private CommandSpec spec;

    public static void main(String... args) {
        ProcessContext context = ProcessContext.ofThisProcess();
        context.exit(Cli.run(new Benchmark(), context, args));
    }

    @Override
    public Integer call() throws IOException {
        requireOptions();
        List<Row> rows = new ArrayList<>();
        int failures = 0;
        try (Bench bench = new Bench(new Scale(messages), repeat, before)) {
            for (Measure measure : chosen()) {
                failures += run(measure, bench, rows) ? 0 : 1;
            }
            publish(new Table(rows), bench);
        }
        return failures == 0 ? 0 : 1;
    }

    /** Tells whether the measure could be made; its rows are added. */
    private static boolean run(Measure measure, Bench bench, List<Row> rows) {
        bench.say(measure.name() + "...");
        try {
            rows.addAll(measure.run(bench));
            return true;
        } catch (IOException | RuntimeException e) {
            bench.say(measure.name() + " failed: " + e.getMessage());
            rows.add(Row.without(measure.name(), "failed"));
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void publish(Table table, Bench bench) throws IOException {
        System.out.print(table.asText());
        if (markdown != null) {
            String facts = Machine.describe(bench) + "  \n"
                    + String.format(Locale.ROOT, "%,d messages a bulk round, medians of %d.", messages, repeat);
            Files.writeString(markdown, facts + "\n\n" + table.asMarkdown());
        }
    }

    private List<Measure> chosen() {
        return MEASURES.stream()
                .filter(measure -> only.isEmpty() || only.contains(measure.name()))
                .collect(Collectors.toList());
    }

    private void requireOptions() {
        Set<String> names = MEASURES.stream().map(Measure::name).collect(Collectors.toCollection(LinkedHashSet::new));
        OptionCheck.require(spec, names.containsAll(only), "--only", only + " is not among " + names);
        OptionCheck.require(spec, repeat >= 1 && repeat <= 100, "--repeat", repeat + " is not from 1 to 100");
        OptionCheck.require(
                spec,
                messages >= 10_000 && messages <= 100_000_000,
                "--messages",
                messages + " is not from 10000 to 100000000");
        OptionCheck.require(
                spec,
                before == null || Files.exists(before.resolve("Broker.java")),
                "--before",
                before + " has no Broker.java");
    }
}
