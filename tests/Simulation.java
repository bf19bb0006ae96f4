///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Simulates brokers with crashes and disk faults, and checks each answer and each restart.
//JAVA 17+
//DEPS com.google.jimfs:jimfs:1.3.0
//SOURCES simulation/Caller.java simulation/Calls.java simulation/ConsumerCalls.java simulation/DiskFaults.java simulation/DiskNode.java simulation/Faults.java simulation/Loss.java simulation/OffsetCalls.java
//SOURCES simulation/ProcessEnded.java simulation/ProduceCalls.java simulation/SimulatedBroker.java simulation/SimulatedChannel.java simulation/SimulatedDisk.java
//SOURCES simulation/SimulatedFileSystem.java simulation/SimulatedPath.java simulation/SimulatedProvider.java
//SOURCES simulation/SimulatedScheduler.java simulation/Simulations.java simulation/SimulationRun.java simulation/TopicCalls.java simulation/TopicModel.java
//SOURCES simulation/TopicVersions.java simulation/TopicView.java simulation/Violation.java simulation/WindowsNames.java
//SOURCES ../Broker.java
package tests;

import cli.Version;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import storage.Fsync;
import tests.simulation.Simulations;

/** Runs simulations. The last line is {@code N seeds, F failures}. The exit code is 1 if F is not 0. */
@Command(
        name = "simulation",
        mixinStandardHelpOptions = true,
        version = Version.TEXT,
        description =
                "Simulates brokers with crashes and disk faults, one for each seed, and checks each answer and each restart.")
public class Simulation implements Callable<Integer> {
    @Option(names = "--seeds", paramLabel = "N", defaultValue = "100", description = "How many seeds (default: 100).")
    private int seeds;

    @Option(names = "--from", paramLabel = "SEED", defaultValue = "1", description = "The first seed (default: 1).")
    private long from;

    @Option(names = "--steps", paramLabel = "N", defaultValue = "300", description = "Steps of a seed (default: 300).")
    private int steps;

    @Option(
            names = "--fsync",
            paramLabel = "MODE",
            description =
                    "always, interval or never; default: the seed decides, also for a broker without a data directory.")
    private Fsync fsync;

    @Option(names = "--fail-fast", description = "Stop at the first failure.")
    private boolean isFailFast;

    @Option(
            names = "--crash-points",
            description = "End the broker after each change of its disk instead, in a simulation of the first seed.")
    private boolean isAtCrashPoints;

    public static void main(String... args) {
        System.exit(new CommandLine(new Simulation())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }

    @Override
    public Integer call() {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        int failures = 0;
        if (isAtCrashPoints) {
            for (Fsync mode : fsync == null ? EnumSet.allOf(Fsync.class) : EnumSet.of(fsync)) {
                failures += new Simulations(steps, mode, isFailFast, System.out).runCrashPoints(from, steps);
            }
        } else {
            failures = new Simulations(steps, fsync, isFailFast, System.out).run(from, seeds);
        }
        System.out.println((isAtCrashPoints ? 1 : seeds) + " seeds, " + failures + " failures");
        return failures == 0 ? 0 : 1;
    }
}
