///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Computes how many calls gateways to Kafka serve, and simulates the load balancer in front of them.
//JAVA 17+
//DEPS info.picocli:picocli:4.7.7
//SOURCES ../../cli/Cli.java ../../cli/ControlCharacters.java ../../cli/Environment.java ../../cli/HostName.java
//SOURCES ../../cli/OptionCheck.java ../../cli/ProcessContext.java ../../cli/SystemCharset.java ../../cli/Terminal.java
//SOURCES ../../cli/UnknownOptionHint.java ../../cli/Version.java
//SOURCES Costs.java GrowthSimulation.java LoadBalancer.java SimulatedGateway.java
package benchmark.growth;

import benchmark.growth.GrowthSimulation.Result;
import cli.Cli;
import cli.OptionCheck;
import cli.ProcessContext;
import cli.Version;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints tables in Markdown about consumers in groups that call gateways. The same options give the same tables. */
@Command(
        name = "growth",
        version = Version.TEXT,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Computes how many calls 1 to 16 gateways to Kafka serve, and simulates the load balancer in front of them.",
            "The benchmark measures the times: ./jbang benchmark --only costs,gateway.",
            ""
        })
public class Growth implements Callable<Integer> {
    private static final List<Integer> NUMBERS = List.of(1, 2, 4, 8, 16);

    @Option(
            names = "--processors",
            paramLabel = "N",
            defaultValue = "4",
            description = "Processors of each gateway (default: 4).")
    private int processors;

    @Option(
            names = "--cpu-us",
            paramLabel = "US",
            defaultValue = "300",
            description = "CPU time of a call in the gateway of the consumer, in microseconds (default: 300).")
    private double cpuUs;

    @Option(
            names = "--forward-us",
            paramLabel = "US",
            defaultValue = "1000",
            description = "CPU time to forward a call to another gateway, in microseconds (default: 1000).")
    private double forwardUs;

    @Option(
            names = "--kafka-us",
            paramLabel = "US",
            defaultValue = "1500",
            description = "Time that a call waits for Kafka, in microseconds (default: 1500).")
    private double kafkaUs;

    @Option(
            names = "--take-over-ms",
            paramLabel = "MS",
            defaultValue = "300",
            description = "Time until another gateway serves a member of a killed gateway, in ms (default: 300).")
    private double takeOverMs;

    @Option(
            names = "--consumers",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Consumers in groups (default: 1000).")
    private int consumers;

    @Option(
            names = "--busy",
            paramLabel = "PART",
            defaultValue = "0.7",
            description = "The part of the CPU time that gateways may use (default: 0.7).")
    private double busy;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "10",
            description = "Simulated time of each row, in seconds (default: 10).")
    private double seconds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the random numbers (default: 1).")
    private long seed;

    @Spec
    private CommandSpec spec;

    public static void main(String... args) {
        ProcessContext context = ProcessContext.ofThisProcess();
        context.exit(Cli.run(new Growth(), context, args));
    }

    @Override
    public Integer call() {
        OptionCheck.requireRange(spec, "--processors", processors, 1, 1_000);
        OptionCheck.requireRange(spec, "--consumers", consumers, 1, 1_000_000);
        OptionCheck.require(spec, busy > 0 && busy < 1, "--busy", busy + " is not between 0 and 1");
        OptionCheck.require(spec, seconds >= 1 && seconds <= 1_000, "--seconds", seconds + " is not from 1 to 1000");
        requireTime("--cpu-us", cpuUs);
        requireTime("--forward-us", forwardUs);
        requireTime("--kafka-us", kafkaUs);
        requireTime("--take-over-ms", takeOverMs * 1e3);
        System.out.print(tables());
        return 0;
    }

    private void requireTime(String option, double us) {
        OptionCheck.require(spec, us >= 1 && us <= 1e7, option, "it is not from 1 us to 10 s");
    }

    /** All tables, in Markdown. */
    public String tables() {
        return gateways() + "\n" + balancers() + "\n" + kills();
    }

    private Costs costs() {
        return new Costs(cpuUs, forwardUs, kafkaUs, takeOverMs * 1e3);
    }

    private static double forwarded(int gateways) {
        return (gateways - 1.0) / gateways;
    }

    private Result run(LoadBalancer balancer, int gateways, double rate, boolean killsFirst) {
        return new GrowthSimulation(costs(), balancer, gateways, processors, consumers, seed)
                .run(rate, seconds, killsFirst);
    }

    /** The rate that leaves gateways room, if the load balancer chooses at random. */
    private double rate(int gateways) {
        return costs().rate(gateways, processors, forwarded(gateways), busy);
    }

    private String gateways() {
        StringBuilder table =
                new StringBuilder("| gateways | calls a second | forwarded | busiest gateway | 50 % | 99 % |\n");
        table.append("|---|---|---|---|---|---|\n");
        for (int gateways : NUMBERS) {
            double rate = rate(gateways);
            Result result = run(LoadBalancer.ROUND_ROBIN, gateways, rate, false);
            table.append(line(
                    "| %d | %,.0f | %.0f %% | %.0f %% busy | %.1f ms | %.1f ms |",
                    gateways, rate, 100 * result.forwarded(), 100 * result.busy(), result.p50Ms(), result.p99Ms()));
        }
        return table.toString();
    }

    private String balancers() {
        int gateways = 4;
        StringBuilder table = new StringBuilder(
                "| load balancer | forwarded | busiest gateway | 50 % | 99 % |\n|---|---|---|---|---|\n");
        for (LoadBalancer balancer : LoadBalancer.all()) {
            Result result = run(balancer, gateways, rate(gateways), false);
            table.append(line(
                    "| %s | %.0f %% | %.0f %% busy | %.1f ms | %.1f ms |",
                    balancer.title(), 100 * result.forwarded(), 100 * result.busy(), result.p50Ms(), result.p99Ms()));
        }
        return table.toString();
    }

    private String kills() {
        StringBuilder table = new StringBuilder(
                "| gateways | calls a second | without an answer | taken over | 50 % | 99 % | slowest |\n|---|---|---|---|---|---|---|\n");
        for (int gateways : NUMBERS.subList(1, NUMBERS.size())) {
            double rate = Math.min(rate(gateways), rate(gateways - 1)); // so that the others can serve all calls
            Result result = run(LoadBalancer.ROUND_ROBIN, gateways, rate, true);
            table.append(line(
                    "| %d | %,.0f | %d of %,d | %d of %,d | %.1f ms | %.1f ms | %.0f ms |",
                    gateways,
                    rate,
                    result.failed(),
                    result.sent(),
                    result.takenOver(),
                    consumers,
                    result.p50Ms(),
                    result.p99Ms(),
                    result.slowestMs()));
        }
        return table.toString();
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values) + "\n";
    }
}
