///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Runs concurrent code in many thread orders, and checks the results.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter:6.1.3
//DEPS org.junit.platform:junit-platform-launcher:6.1.3
//DEPS org.jetbrains.lincheck:lincheck:3.7
//SOURCES TestReport.java TestRun.java
//SOURCES interleaving/GroupCommitInterleavings.java interleaving/LogInterleavings.java
//SOURCES interleaving/MemoryBudgetInterleavings.java interleaving/WaitQueueInterleavings.java
//SOURCES ../Broker.java
package tests;

import cli.Version;
import engine.GroupCommitInterleavings;
import engine.LogInterleavings;
import engine.MemoryBudgetInterleavings;
import engine.WaitQueueInterleavings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Model checks with Lincheck. They run in a process of their own, because Lincheck changes the classes of the JDK. */
@Command(
        name = "interleavings",
        mixinStandardHelpOptions = true,
        version = Version.TEXT,
        description = "Runs concurrent code in many thread orders, and checks the results.")
public class Interleavings implements Callable<Integer> {
    private static final List<Class<?>> CLASSES = List.of(
            LogInterleavings.class,
            WaitQueueInterleavings.class,
            MemoryBudgetInterleavings.class,
            GroupCommitInterleavings.class);

    @Parameters(paramLabel = "TEST", description = "Classes, such as LogInterleavings. Default: all.")
    private List<String> names = List.of();

    public static void main(String... args) {
        System.exit(new CommandLine(new Interleavings()).execute(args));
    }

    @Override
    public Integer call() {
        TestReport report = new TestReport();
        TestRun.run(CLASSES, names, Map.of(), 1, report);
        return report.finish();
    }
}
