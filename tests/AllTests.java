///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Runs all tests of mini-kafka against real brokers and clients.
//JAVA 17+
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS info.picocli:picocli:4.7.7
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.1
//DEPS org.junit.jupiter:junit-jupiter:6.1.3
//DEPS org.junit.platform:junit-platform-launcher:6.1.3
//DEPS org.seleniumhq.selenium:selenium-chrome-driver:4.49.0
//DEPS org.seleniumhq.selenium:selenium-support:4.49.0
//DEPS com.tngtech.archunit:archunit:1.4.1
//DEPS com.deque.html.axe-core:selenium:4.10.2
//DEPS com.google.jimfs:jimfs:1.3.0
//DEPS org.apache.kafka:kafka-clients:4.3.1
//SOURCES package-info.java ../benchmark/growth/Growth.java ../kafka/gateway/InstanceId.java
//SOURCES ../kafka/gateway/StoredConsumer.java ../kafka/protocol/package-info.java ../Broker.java ../Consumer.java ../Producer.java
package tests;

import cli.Version;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tests.simulation.SimulationTest;

/** The test run: a line a test, and at the end how many passed and failed; the exit code is 1 if any failed. */
@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        version = Version.TEXT,
        description = "Runs all tests of mini-kafka, or those of the named classes or methods.")
public class AllTests implements Callable<Integer> {
    /** They hold however a broker keeps its topics. They have topics of their own, or a broker of their own. */
    private static final List<Class<?>> CONTRACT = List.of(
            CoreTest.class,
            BatchTest.class,
            BytesTest.class,
            WaitingTest.class,
            TopicsTest.class,
            SequenceTest.class,
            DeliveryTest.class,
            GroupTest.class,
            StreamTest.class,
            DocsTest.class,
            ErrorsTest.class,
            LinearizabilityTest.class);

    /** They use both cores of a small machine for load, so only two of them run side by side. The longest starts first. */
    private static final List<Class<?>> LOAD =
            List.of(MemoryTest.class, StressTest.class, FaultTest.class, FuzzTest.class, GroupStressTest.class);

    /** They mostly wait for processes of their own, so they run side by side, and those that take longest start first. */
    private static final List<Class<?>> OTHERS = List.of(
            DurableTest.class,
            LauncherTest.class,
            DashboardTest.class,
            CatalogTest.class,
            ReadmeTest.class,
            TourTest.class,
            ConnectionTest.class,
            TlsTest.class,
            RestartTest.class,
            OverviewTest.class,
            DamageTest.class,
            CrashTest.class,
            ClientTopicTest.class,
            FullDiskTest.class,
            AccessControlTest.class,
            SlowDiskTest.class,
            ReleaseTest.class,
            LimitsTest.class,
            StrayFilesTest.class,
            ClientsTest.class,
            LifecycleTest.class,
            InputTest.class,
            DescriptorsTest.class,
            SimulationTest.class,
            ProxyTest.class,
            AccessFileTest.class,
            MetricsTest.class,
            TimelineTest.class,
            CrossSiteTest.class,
            ClockTest.class,
            ConsumerPlaceTest.class,
            SeamTest.class,
            ArchitectureTest.class,
            MediaTypesTest.class,
            NdjsonMessagesTest.class);

    /** They sleep for most of their time, because nothing is to happen in it. So they run beside the others, one after the other. */
    private static final List<Class<?>> WAITING = List.of(ConsumerSessionTest.class, SlowReaderTest.class);

    /** Each starts processes that need much memory, so they run one after the other, beside the others. */
    private static final List<Class<?>> KAFKA = List.of(
            GatewayTest.class,
            GatewayGroupTest.class,
            GatewayDifferencesTest.class,
            GatewayFaultTest.class,
            KafkaProtocolTest.class,
            KafkaFrameTest.class,
            KafkaSecurityTest.class,
            KafkaAdminTest.class,
            KafkaGroupTest.class,
            KafkaFaultTest.class,
            KafkaNodeTest.class);

    /**
     * Their result does not depend on the JDK of the broker: they test the scripts of the page, in Chromium, the launcher and JBang, the commands
     * of the documentation, or Kafka and the gateway, of which {@link GatewayTest} runs on each JDK. Or our code alone decides it: how requests
     * and files of a data directory are read, who may do what, which classes may use which. {@link OverviewTest} is not one of them,
     * because it also tests the server.
     */
    private static final Set<Class<?>> ONCE = Set.of(
            DashboardTest.class,
            TimelineTest.class,
            TourTest.class,
            ProxyTest.class,
            LauncherTest.class,
            CatalogTest.class,
            ReadmeTest.class,
            ReleaseTest.class,
            GatewayGroupTest.class,
            GatewayDifferencesTest.class,
            GatewayFaultTest.class,
            KafkaFrameTest.class,
            KafkaSecurityTest.class,
            KafkaAdminTest.class,
            KafkaGroupTest.class,
            KafkaFaultTest.class,
            KafkaNodeTest.class,
            FuzzTest.class,
            DamageTest.class,
            AccessControlTest.class,
            SimulationTest.class,
            ArchitectureTest.class);

    private static final int CONTRACT_SIDE_BY_SIDE = 4;
    private static final int LOAD_SIDE_BY_SIDE = 2;
    private static final int OTHERS_SIDE_BY_SIDE = 3; // and one of Kafka, and one that waits

    @Parameters(
            paramLabel = "TEST",
            description =
                    "Classes or methods, such as CoreTest or LogTest#what_was_taken_back_has_no_time. Default: all.")
    private List<String> names = List.of();

    @Option(
            names = "--on-another-jdk",
            description =
                    "A short form: leave out the tests whose result the JDK does not change (the page's scripts, the launcher, the catalog, "
                            + "the commands of the documentation, the release, most of Kafka, what our code alone decides), "
                            + "and run the contract in memory only.")
    private boolean isOnAnotherJdk;

    @Option(
            names = "--kafka",
            description = "Run the tests of the HTTP contract over a real Kafka, except for kafka/differences.json.")
    private boolean isOverKafka;

    public static void main(String... args) {
        System.exit(new CommandLine(new AllTests()).execute(args));
    }

    @Override
    public Integer call() {
        if (names.size() != 1) {
            buildScripts();
        }
        TestReport report = new TestReport();
        if (isOverKafka) {
            keep(BrokerProcess.Keeping.IN_KAFKA, report);
            // One after the other, because all of their brokers share a cluster.
            TestRun.run(CONTRACT, names, KafkaDifferences.byTest(), 1, report);
            return report.finish();
        }
        List<BrokerProcess.Keeping> keepings = isOnAnotherJdk
                ? List.of(BrokerProcess.Keeping.IN_RAM) // the tests of storage are among the others
                : List.of(BrokerProcess.Keeping.IN_RAM, BrokerProcess.Keeping.ON_DISK);
        for (BrokerProcess.Keeping keeping : keepings) {
            keep(keeping, report);
            run(CONTRACT, CONTRACT_SIDE_BY_SIDE, report);
        }
        keep(BrokerProcess.Keeping.IN_RAM, report);
        run(UnitTests.CLASSES, 1, report);
        run(LOAD, LOAD_SIDE_BY_SIDE, report);
        CompletableFuture<Void> beside = CompletableFuture.allOf(start(KAFKA, report), start(WAITING, report));
        run(OTHERS, OTHERS_SIDE_BY_SIDE, report);
        beside.join();
        return report.finish();
    }

    /** Runs classes one after the other, in a thread of their own. */
    private CompletableFuture<Void> start(List<Class<?>> classes, TestReport report) {
        return CompletableFuture.runAsync(() -> run(classes, 1, report), task -> new Thread(task).start());
    }

    private static void keep(BrokerProcess.Keeping keeping, TestReport report) {
        BrokerProcess.keep(keeping);
        report.begin(
                keeping == BrokerProcess.Keeping.IN_RAM
                        ? ""
                        : " (" + keeping.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ")");
    }

    /** Two tests that started a script for the first time at once would compile it into one file at once, and break it. */
    private static void buildScripts() {
        for (String script : List.of(
                "Broker.java",
                "Producer.java",
                "Consumer.java",
                "kafka/KafkaNode.java",
                "kafka/KafkaGateway.java",
                "kafka/KafkaBroker.java")) {
            Scripts.Result built = Scripts.run("build", script);
            if (built.exitCode() != 0) {
                throw new IllegalStateException(script + " cannot be built: " + built.stderr());
            }
        }
    }

    private void run(List<Class<?>> classes, int sideBySide, TestReport report) {
        List<Class<?>> chosen = classes.stream()
                .filter(test -> !isOnAnotherJdk || !ONCE.contains(test))
                .collect(Collectors.toList());
        TestRun.run(chosen, names, Map.of(), sideBySide, report);
    }
}
