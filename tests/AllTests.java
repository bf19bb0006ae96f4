///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Runs all tests of mini-kafka against real brokers and clients.
//JAVA 17+
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS info.picocli:picocli:4.7.7
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.1
//DEPS org.junit.jupiter:junit-jupiter:6.1.3
//DEPS org.junit.platform:junit-platform-launcher:6.1.3
//DEPS org.seleniumhq.selenium:selenium-chrome-driver:4.49.0
//DEPS org.seleniumhq.selenium:selenium-support:4.49.0
//DEPS com.tngtech.archunit:archunit:1.4.1
//DEPS com.deque.html.axe-core:selenium:4.10.2
//SOURCES package-info.java ../Broker.java ../Consumer.java ../Producer.java
package tests;

import cli.Version;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The test run: a line a test, and at the end how many passed and failed; the exit code is 1 if any failed. */
@Command(name = "test", mixinStandardHelpOptions = true, version = Version.TEXT,
        description = "Runs all tests of mini-kafka, or those of the named classes or methods.")
public class AllTests implements Callable<Integer> {
    /** They hold however a broker keeps its topics. */
    private static final List<Class<?>> CONTRACT = List.of(
            CoreTest.class, BatchTest.class, WaitingTest.class, TopicsTest.class, SequenceTest.class, DeliveryTest.class, GroupTest.class,
            StreamTest.class, DocsTest.class, ErrorsTest.class, LinearizabilityTest.class);

    /** They mostly wait, for brokers of their own to start or for what these do: so they run side by side. */
    private static final List<Class<?>> WAITING = List.of(
            RestartTest.class, StrayFilesTest.class,
            DescriptorsTest.class, ProxyTest.class, SlowDiskTest.class, SlowReaderTest.class, MetricsTest.class, DashboardTest.class, DurableTest.class, DamageTest.class, CrashTest.class,
            FullDiskTest.class, ClockTest.class, LifecycleTest.class, CatalogTest.class, ReadmeTest.class);

    private static final List<Class<?>> OTHERS = List.of(
            ArchitectureTest.class, SeamTest.class, AccessTest.class, MediaTypesTest.class, StressTest.class, ClientsTest.class, FaultTest.class, FuzzTest.class, GroupStressTest.class, LauncherTest.class, MemoryTest.class,
            ConnectionTest.class, ClientTopicTest.class, ConsumerPlaceTest.class, ConsumerSessionTest.class, InputTest.class, NdjsonMessagesTest.class);

    private static final int CLASSES_SIDE_BY_SIDE = 3;

    @Parameters(paramLabel = "TEST", description = "Classes or methods, such as CoreTest or LogTest#what_was_taken_back_has_no_time. Default: all.")
    private List<String> names = List.of();

    public static void main(String... args) {
        System.exit(new CommandLine(new AllTests()).execute(args));
    }

    @Override
    public Integer call() {
        TestReport report = new TestReport();
        for (BrokerProcess.Keeping keeping : BrokerProcess.Keeping.values()) {
            BrokerProcess.keep(keeping);
            report.begin(keeping == BrokerProcess.Keeping.IN_RAM ? "" : " (" + keeping.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ")");
            run(CONTRACT, 1, report);
        }
        BrokerProcess.keep(BrokerProcess.Keeping.IN_RAM);
        report.begin("");
        run(UnitTests.CLASSES, 1, report);
        run(OTHERS, 1, report);
        run(WAITING, CLASSES_SIDE_BY_SIDE, report);
        return report.finish();
    }

    private void run(List<Class<?>> classes, int sideBySide, TestReport report) {
        TestRun.run(classes, names, sideBySide, report);
    }
}
